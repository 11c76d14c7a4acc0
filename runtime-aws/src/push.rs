//! Puts the agent's image where tasks find it.

use std::time::Duration;

use runtime::ProviderError;
use runtime::port::Problem;

use crate::cloud::Cloud;
use crate::image::{Image, MANIFEST_TYPE, digest};
use crate::registry::Repository;

/// Tag of the image that task definitions name.
pub const AGENT_TAG: &str = "current";

/// How often a push is tried in all.
const ATTEMPTS: u32 = 4;

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
    let mut attempt = 1;
    loop {
        match push(cloud, repository, &image).await {
            Err(error) if is_passing(error.problem) && attempt < ATTEMPTS => {
                attempt += 1;
                tokio::time::sleep(PAUSE).await;
            }
            pushed => return pushed,
        }
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
