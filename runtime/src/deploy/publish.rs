//! Puts what stacks need into buckets, before the stacks are planned.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use futures_util::StreamExt as _;

use super::images::ImageError;
use crate::diagnosis::{Blame, Diagnosis};
use crate::port::ProviderError;

/// How many files are looked for or sent at once.
const AT_ONCE: usize = 8;

/// The buckets of an account in a region. A bucket of another account is never written to.
#[async_trait]
pub trait Buckets: Send + Sync {
    /// Whether the account has a bucket of that name.
    async fn has_bucket(&self, bucket: &str) -> Result<bool, ProviderError>;

    /// Makes a bucket for what is published. One of the account that is there already is no error.
    async fn make_bucket(&self, bucket: &str) -> Result<(), ProviderError>;

    /// Sees to it that a bucket is private and reached by TLS alone.
    async fn secure_bucket(&self, bucket: &str) -> Result<(), ProviderError>;

    /// Whether there is such an object.
    async fn has_object(&self, bucket: &str, key: &str) -> Result<bool, ProviderError>;

    /// Puts a file there.
    async fn put(&self, bucket: &str, key: &str, file: &Path) -> Result<(), ProviderError>;

    /// Puts a text there.
    async fn put_text(&self, bucket: &str, key: &str, text: &str) -> Result<(), ProviderError>;
}

/// What can make one file of a directory.
#[async_trait]
pub trait Packer: Send + Sync {
    /// Packs what is in `directory` into a zip archive, which is removed when what is returned is dropped.
    async fn pack(&self, directory: &Path) -> std::io::Result<Box<dyn AsRef<Path> + Send + Sync>>;
}

/// Something to be published. Its key names its content, so that what is there already is not sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// What a person knows it as.
    pub name: String,
    /// What it is.
    pub content: Content,
    /// Where it goes.
    pub bucket: String,
    /// The key it gets there.
    pub key: String,
}

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file, as it is.
    File(PathBuf),
    /// A directory, as a zip archive.
    Directory(PathBuf),
    /// A text.
    Text(String),
}

/// What became of an [`Upload`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It was there already.
    There,
    /// It was sent.
    Now,
}

/// Why something was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It could not be packed.
    #[error("could not pack `{name}`")]
    Packing {
        /// What a person knows it as.
        name: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The provider did not take it.
    #[error("could not publish `{name}` to the bucket `{bucket}`")]
    Provider {
        /// What a person knows it as.
        name: String,
        /// Where it should have gone.
        bucket: String,
        /// What the provider said.
        #[source]
        source: ProviderError,
    },
    /// An image could not be made or sent.
    #[error("could not publish the image `{name}`")]
    Image {
        /// What a person knows it as.
        name: String,
        /// Why.
        #[source]
        source: ImageError,
    },
}

/// Publishes everything that is not there yet, several at once. What was sent stays when another fails, and is not sent
/// again the next time.
pub async fn publish(
    buckets: &dyn Buckets,
    packer: &dyn Packer,
    uploads: &[Upload],
    mut told: impl FnMut(&Upload, Sent),
) -> Result<(), PublishError> {
    let mut sending = futures_util::stream::iter(uploads)
        .map(|upload| async move { (upload, send(buckets, packer, upload).await) })
        .buffer_unordered(AT_ONCE);
    let mut failed = None;
    // The others are sent to their end: stopped half way, they would have to be sent anew.
    while let Some((upload, sent)) = sending.next().await {
        match sent {
            Ok(sent) => told(upload, sent),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn send(
    buckets: &dyn Buckets,
    packer: &dyn Packer,
    upload: &Upload,
) -> Result<Sent, PublishError> {
    let (bucket, key) = (upload.bucket.as_str(), upload.key.as_str());
    let unsent = |source| PublishError::Provider {
        name: upload.name.clone(),
        bucket: upload.bucket.clone(),
        source,
    };
    if buckets.has_object(bucket, key).await.map_err(unsent)? {
        return Ok(Sent::There);
    }
    match &upload.content {
        Content::File(file) => buckets.put(bucket, key, file).await,
        Content::Text(text) => buckets.put_text(bucket, key, text).await,
        Content::Directory(directory) => {
            let archive = packer.pack(directory).await;
            let archive = archive.map_err(|source| PublishError::Packing {
                name: upload.name.clone(),
                source,
            })?;
            buckets.put(bucket, key, (*archive).as_ref()).await
        }
    }
    .map_err(unsent)?;
    Ok(Sent::Now)
}

impl Diagnosis for PublishError {
    fn code(&self) -> &str {
        match self {
            Self::Packing { .. } => "publish.packing",
            Self::Provider { source, .. } => source.code(),
            Self::Image { source, .. } => source.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::Packing { .. } => Blame::Caller,
            Self::Provider { source, .. } => source.blame(),
            Self::Image { source, .. } => source.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Packing { .. } => None,
            Self::Provider { source, .. } => source.hint(),
            Self::Image { source, .. } => source.hint(),
        }
    }
}
