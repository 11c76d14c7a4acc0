//! Puts images where tasks find them: the agent's, and those of archives.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use runtime::ProviderError;
use runtime::port::Problem;

use crate::archive::{Blob, Manifest, Packed};
use crate::cloud::Cloud;
use crate::image::{Image, MANIFEST_TYPE, digest};
use crate::registry::Repository;

/// Tag of the image that task definitions name.
pub const AGENT_TAG: &str = "current";

/// How often a push is tried in all.
const ATTEMPTS: u32 = 4;

/// Every media type of a manifest.
const ANY_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.docker.distribution.manifest.list.v2+json";

/// How many blobs of an image are sent at once.
const AT_ONCE: usize = 4;

/// Time between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// The agent's image, as the repository holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedImage {
    /// Digest of its manifest.
    pub digest: String,
    /// Whether it had to be uploaded.
    pub uploaded: bool,
}

/// Puts `agent`, a static Linux program, as an image into `repository` (`HOST/NAME`), tagged
/// [`AGENT_TAG`]; does nothing when the very same is there.
///
/// Speaks the OCI distribution protocol with the registry; no container engine takes part.
pub async fn push_agent(
    cloud: &Cloud,
    repository: &str,
    agent: &[u8],
) -> Result<PushedImage, ProviderError> {
    let image = Image::of(agent)
        .map_err(|error| ProviderError::new(Problem::Invalid, "make the agent's image", error))?;
    let mut tries = Tries::default();
    loop {
        match push(cloud, repository, &image).await {
            Err(error) if tries.again(&error).await => {}
            pushed => return pushed,
        }
    }
}

/// Digest of the manifest of the image that [`push_agent`] makes of `agent`.
pub(crate) fn agent_digest(agent: &[u8]) -> Result<String, ProviderError> {
    let image = Image::of(agent);
    let image = image
        .map_err(|error| ProviderError::new(Problem::Invalid, "make the agent's image", error))?;
    Ok(digest(&image.manifest))
}

/// Puts what an archive holds into `repository` (`HOST/NAME`), under a tag. Blobs that are there are not sent again.
pub(crate) async fn push_packed(
    cloud: &Cloud,
    repository: &str,
    tag: &str,
    packed: &Packed,
) -> Result<(), ProviderError> {
    let repository = &open(cloud, repository).await?;
    let blobs = packed.blobs.iter();
    let sending: Vec<_> = blobs.map(|blob| put_blob(repository, blob)).collect();
    futures_util::stream::iter(sending)
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    let Some((tagged, others)) = packed.manifests.split_last() else {
        return Ok(());
    };
    for manifest in others {
        put_manifest(repository, &manifest.digest, manifest).await?;
    }
    match put_manifest(repository, tag, tagged).await {
        // A tag that cannot be moved: somebody else was faster, with what was made of the same sources.
        Err(refused) if matches!(refused.problem, Problem::Invalid | Problem::Conflict) => {
            let there = repository.tagged(tag, ANY_MANIFEST).await?;
            there.map_or(Err(refused), |_| Ok(()))
        }
        put => put,
    }
}

async fn open(cloud: &Cloud, repository: &str) -> Result<Repository, ProviderError> {
    let mut tries = Tries::default();
    loop {
        match Repository::open(cloud, repository).await {
            Err(error) if tries.again(&error).await => {}
            opened => return opened,
        }
    }
}

async fn put_blob(repository: &Repository, blob: &Blob) -> Result<(), ProviderError> {
    let mut tries = Tries::default();
    loop {
        match repository.put_file(blob).await {
            Err(error) if tries.again(&error).await => {}
            put => return put,
        }
    }
}

async fn put_manifest(
    repository: &Repository,
    name: &str,
    manifest: &Manifest,
) -> Result<(), ProviderError> {
    let (kind, bytes) = (manifest.media_type.as_str(), manifest.bytes.as_slice());
    let mut tries = Tries::default();
    loop {
        match repository.put_manifest(name, kind, bytes).await {
            Err(error) if tries.again(&error).await => {}
            put => return put,
        }
    }
}

/// How often something was tried again.
#[derive(Default)]
struct Tries(u32);

impl Tries {
    /// Whether to try again after `error`; then some time has passed.
    async fn again(&mut self, error: &ProviderError) -> bool {
        self.0 += 1;
        let again = is_passing(error.problem) && self.0 < ATTEMPTS;
        if again {
            tokio::time::sleep(PAUSE).await;
        }
        again
    }
}

fn is_passing(problem: Problem) -> bool {
    matches!(
        problem,
        Problem::Unreachable | Problem::Throttled | Problem::Failed
    )
}

async fn push(
    cloud: &Cloud,
    repository: &str,
    image: &Image,
) -> Result<PushedImage, ProviderError> {
    let name = digest(&image.manifest);
    let repository = Repository::open(cloud, repository).await?;
    let uploaded = repository.tagged(AGENT_TAG, MANIFEST_TYPE).await?.as_ref() != Some(&name);
    if uploaded {
        for blob in [&image.layer, &image.config] {
            repository.put_blob(&digest(blob), blob).await?;
        }
        repository
            .put_manifest(AGENT_TAG, MANIFEST_TYPE, &image.manifest)
            .await?;
    }
    Ok(PushedImage {
        digest: name,
        uploaded,
    })
}
