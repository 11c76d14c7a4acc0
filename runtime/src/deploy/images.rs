//! Puts the container images that stacks need into repositories, before the stacks are planned.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::StreamExt as _;

use super::publish::{PublishError, Sent};
use crate::diagnosis::{Blame, Diagnosis};
use crate::port::ProviderError;

/// How many images are looked for, made or sent at once.
const AT_ONCE: usize = 4;

/// The repositories of container images that an account has in a region.
#[async_trait]
pub trait Repositories: Send + Sync {
    /// Whether the account has a repository of that name.
    async fn has_repository(&self, repository: &str) -> Result<bool, ProviderError>;

    /// Makes a repository for what is published: its tags stay with their images. One that is there already is no error.
    async fn make_repository(&self, repository: &str) -> Result<(), ProviderError>;

    /// Sees to it that the services of the account that run images by themselves can pull from a repository.
    async fn open_repository(&self, repository: &str) -> Result<(), ProviderError>;

    /// Whether an image has this tag. None has it where there is no such repository.
    async fn has_image(&self, repository: &str, tag: &str) -> Result<bool, ProviderError>;

    /// Sends the image in `archive`, as `docker save` writes it or with an OCI image layout in it. What the repository has of
    /// it is not sent again. That somebody else has given the tag to an image meanwhile is no error.
    async fn push_image(
        &self,
        repository: &str,
        tag: &str,
        archive: &Path,
    ) -> Result<(), ImageError>;
}

/// What can make the archive of an image.
#[async_trait]
pub trait ImageMaker: Send + Sync {
    /// Makes an archive of what `source` says. It is removed when what is returned is dropped.
    async fn make(
        &self,
        source: &ImageSource,
    ) -> Result<Box<dyn AsRef<Path> + Send + Sync>, ImageError>;
}

/// An image to be published. Its tags name what it is made of, so that what is there already is neither made nor sent again.
pub struct ImageUpload {
    /// What a person knows it as.
    pub name: String,
    /// What it is made of.
    pub source: ImageSource,
    /// Where it goes.
    pub places: Vec<ImagePlace>,
}

/// What an image is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageSource {
    /// An archive, which goes as it is.
    Archive(PathBuf),
    /// A program, run in a directory, that puts the image into the container engine and prints its name there.
    Program {
        /// The program and its arguments.
        command: Vec<String>,
        /// Where it is run.
        directory: PathBuf,
    },
    /// A directory with a `Dockerfile`.
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What the engine's `build` is told, beside the directory and the name.
        arguments: Vec<String>,
        /// The name that the image gets in the engine.
        local: String,
    },
}

/// A place in a repository.
pub struct ImagePlace {
    /// The repositories of the place's account and region.
    pub repositories: Arc<dyn Repositories>,
    /// Name of the repository.
    pub repository: String,
    /// Tag of the image.
    pub tag: String,
}

/// How far an image is.
#[derive(Clone, Copy)]
pub enum ImageStep<'a> {
    /// The container engine makes it, which may take long.
    Making,
    /// It is at this place.
    Published(&'a ImagePlace, Sent),
}

/// Why an image was not made or not sent.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// There is no program that talks to the container engine.
    #[error("`{program}`, which builds images, could not be started")]
    NoEngine {
        /// The program.
        program: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The container engine does not answer.
    #[error("`{program}` does not reach the container engine: {words}")]
    EngineUnreachable {
        /// The program that asked it.
        program: String,
        /// Its last words.
        words: String,
    },
    /// The engine could not build it.
    #[error("`{program} build` failed: {words}")]
    NotBuilt {
        /// The engine's program.
        program: String,
        /// Its last words.
        words: String,
    },
    /// The program that the manifest names failed.
    #[error("the program that makes the image, `{program}`, failed: {words}")]
    ProgramFailed {
        /// The program.
        program: String,
        /// Its last words.
        words: String,
    },
    /// The program that the manifest names did not print the name of an image.
    #[error("the program that makes the image, `{program}`, printed no image's name: `{words}`")]
    NoName {
        /// The program.
        program: String,
        /// What it printed.
        words: String,
    },
    /// The engine does not give it away.
    #[error("`{program} save {image}` failed: {words}")]
    NotSaved {
        /// The engine's program.
        program: String,
        /// Name of the image.
        image: String,
        /// The engine's last words.
        words: String,
    },
    /// An archive is none of an image.
    #[error("`{archive}` is not the archive of an image: {reason}")]
    Archive {
        /// The archive.
        archive: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("could not {operation}")]
    Files {
        /// What was tried.
        operation: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The provider did not take it.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

/// Publishes every image that is not there yet, several at once. What was sent stays when another fails, and is not sent
/// again the next time.
pub async fn publish_images(
    maker: &dyn ImageMaker,
    images: &[ImageUpload],
    told: &dyn Fn(&ImageUpload, ImageStep<'_>),
) -> Result<(), PublishError> {
    let mut sending = futures_util::stream::iter(images)
        .map(|image| async move { (image, send(maker, image, told).await) })
        .buffer_unordered(AT_ONCE);
    let mut failed = None;
    // The others are sent to their end: stopped half way, they would have to be made anew.
    while let Some((image, sent)) = sending.next().await {
        if let Err(source) = sent {
            failed = failed.or_else(|| {
                Some(PublishError::Image {
                    name: image.name.clone(),
                    source,
                })
            });
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn send(
    maker: &dyn ImageMaker,
    image: &ImageUpload,
    told: &dyn Fn(&ImageUpload, ImageStep<'_>),
) -> Result<(), ImageError> {
    let mut missing = Vec::new();
    for place in &image.places {
        let (repository, tag) = (&place.repository, &place.tag);
        if place.repositories.has_image(repository, tag).await? {
            told(image, ImageStep::Published(place, Sent::There));
        } else {
            missing.push(place);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let made;
    let archive = if let ImageSource::Archive(path) = &image.source {
        path.as_path()
    } else {
        told(image, ImageStep::Making);
        made = maker.make(&image.source).await?;
        (*made).as_ref()
    };
    for place in missing {
        let (repository, tag) = (&place.repository, &place.tag);
        let pushed = place.repositories.push_image(repository, tag, archive);
        pushed.await?;
        told(image, ImageStep::Published(place, Sent::Now));
    }
    Ok(())
}

impl Diagnosis for ImageError {
    fn code(&self) -> &str {
        match self {
            Self::NoEngine { .. } => "engine.not-found",
            Self::EngineUnreachable { .. } => "engine.unreachable",
            Self::NotBuilt { .. } => "image.not-built",
            Self::ProgramFailed { .. } => "image.program-failed",
            Self::NoName { .. } => "image.no-name",
            Self::NotSaved { .. } => "image.not-saved",
            Self::Archive { .. } => "image.archive",
            Self::Files { .. } => "image.files",
            Self::Provider(error) => error.code(),
        }
    }

    fn blame(&self) -> Blame {
        match self {
            Self::NoEngine { .. }
            | Self::NotBuilt { .. }
            | Self::ProgramFailed { .. }
            | Self::NoName { .. }
            | Self::NotSaved { .. }
            | Self::Archive { .. }
            | Self::Files { .. } => Blame::Caller,
            Self::EngineUnreachable { .. } => Blame::Cloud,
            Self::Provider(error) => error.blame(),
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoEngine { .. } => {
                "install docker, or name another program with its command line, such as podman or finch, in CDK_DOCKER"
            }
            Self::EngineUnreachable { .. } => {
                "start the engine, or name its socket in DOCKER_HOST; an image that is an archive needs none"
            }
            Self::NotBuilt { .. } => {
                "run the same build by hand in the image's directory, which shows all it prints"
            }
            Self::ProgramFailed { .. } => {
                "run the `executable` of the asset manifest by hand, in the assembly's directory"
            }
            Self::NoName { .. } => {
                "let the `executable` of the asset manifest print the image's name in the engine, and nothing after it"
            }
            Self::NotSaved { .. } => {
                "the image may not be in the engine: some builders put it there with the output `type=docker` alone"
            }
            Self::Archive { .. } => {
                "write it with `docker save`, or as a tar archive with an OCI image layout"
            }
            Self::Files { .. } => {
                "check the file, the room on the disk, and TMPDIR, where images lie on their way"
            }
            Self::Provider(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}
