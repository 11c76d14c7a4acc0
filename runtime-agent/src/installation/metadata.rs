//! What ECS tells a container about itself.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html>

use std::time::Duration;

use serde::Deserialize;

/// How long ECS may take to answer: what it says is good to know, and not worth waiting for.
const PATIENCE: Duration = Duration::from_secs(1);

/// The part of the answer that is of interest.
#[derive(Deserialize)]
struct Container {
    #[serde(rename = "ImageID")]
    image: Option<String>,
}

/// Digest of the image that this container was made of.
pub(super) fn image() -> Option<String> {
    let uri = std::env::var("ECS_CONTAINER_METADATA_URI_V4").ok()?;
    let client = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .build()
        .new_agent();
    let body = client
        .get(&uri)
        .call()
        .ok()?
        .body_mut()
        .read_to_vec()
        .ok()?;
    let container: Container = serde_json::from_slice(&body).ok()?;
    container.image.filter(|image| image.starts_with("sha256:"))
}
