//! Gets the image that a container needs.

use std::collections::BTreeMap;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures_util::StreamExt as _;
use runtime::ProviderError;
use runtime::port::{Problem, Progress, Step};

use crate::backend::refuse_cancelled;
use crate::engine::{Engine, words};
use crate::place::Place;

/// Pulls `image`, unless the engine has it. Returns the name that the engine knows it by.
pub(crate) async fn provide(
    engine: &Engine,
    image: &str,
    place: &Place,
    progress: &Progress<'_>,
) -> Result<String, ProviderError> {
    let name = reference(image)?;
    let client = engine.client().await?;
    match client.inspect_image(&name).await {
        Ok(_) => Ok(name),
        Err(Error::DockerResponseServerError {
            status_code: 404, ..
        }) => {
            pull(engine, client, &name, place, progress).await?;
            Ok(name)
        }
        Err(error) => {
            let failed = engine.failed(format!("look for the image `{image}`"), &error);
            Err(if failed.problem == Problem::Invalid {
                failed.with_code("image.invalid")
            } else {
                failed
            })
        }
    }
}

/// What is in the image of that name: the digest that the registry it came from has for it, or `local:` and the engine's own
/// id for it where no registry has.
pub(crate) async fn digest(engine: &Engine, name: &str) -> Option<String> {
    let image = engine.client().await.ok()?.inspect_image(name).await.ok()?;
    let pulled = image.repo_digests.unwrap_or_default();
    let pulled = pulled.iter().find_map(|it| it.rsplit_once('@'));
    let pulled = pulled.map(|(_, digest)| digest.to_owned());
    pulled.or_else(|| Some(format!("local:{}", image.id?)))
}

/// `image` with the tag that it has when it names none.
///
/// Without one an engine would pull every tag there is.
fn reference(image: &str) -> Result<String, ProviderError> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-/:@".contains(letter);
    if image.is_empty() || !image.chars().all(allowed) {
        let message = "a name is made of letters, digits and `. _ - / : @`";
        let operation = format!("read the image name `{image}`");
        return Err(
            ProviderError::new(Problem::Invalid, operation, message).with_code("image.invalid")
        );
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    Ok(if last.contains([':', '@']) {
        image.to_owned()
    } else {
        format!("{image}:latest")
    })
}

async fn pull(
    engine: &Engine,
    client: &Docker,
    name: &str,
    place: &Place,
    progress: &Progress<'_>,
) -> Result<(), ProviderError> {
    let mut said = format!("pulling {name}");
    progress(Step::Pulling(&said));
    let options = CreateImageOptionsBuilder::new().from_image(name).build();
    let mut answers = Box::pin(client.create_image(Some(options), None, None));
    let mut layers = Layers::default();
    while let Some(answer) = answers.next().await {
        refuse_cancelled(place)?;
        match answer {
            Ok(info) => layers.take(&info),
            Err(error) => return Err(refused(engine, name, &error)),
        }
        let now = format!("pulling {name}{layers}");
        if now != said {
            progress(Step::Pulling(&now));
            said = now;
        }
    }
    Ok(())
}

/// How much of each layer there is, in bytes, and how much of it there will be.
#[derive(Default)]
struct Layers(BTreeMap<String, (i64, i64)>);

impl Layers {
    fn take(&mut self, info: &CreateImageInfo) {
        let (Some(layer), Some(status)) = (&info.id, &info.status) else {
            return;
        };
        let numbers = info.progress_detail.as_ref();
        let numbers = numbers.and_then(|detail| detail.current.zip(detail.total));
        if let Some(numbers) = numbers.filter(|_| status == "Downloading") {
            self.0.insert(layer.clone(), numbers);
        } else if let Some((there, total)) = self.0.get_mut(layer) {
            // It is being unpacked by now.
            *there = *total;
        }
    }
}

impl std::fmt::Display for Layers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let there: i64 = self.0.values().map(|(there, _)| there).sum();
        let total: i64 = self.0.values().map(|(_, total)| total).sum();
        if total == 0 {
            return Ok(());
        }
        write!(f, " ({} of {} MB)", there / 1_000_000, total / 1_000_000)
    }
}

/// Why the engine has not got the image.
fn refused(engine: &Engine, name: &str, error: &Error) -> ProviderError {
    let operation = format!("pull the image `{name}`");
    let general = engine.failed(operation.clone(), error);
    if general.code.is_some() {
        return general;
    }
    let (problem, code, hint) = kind(&words(error));
    let refused = ProviderError::new(problem, operation, words(error)).with_code(code);
    match hint {
        Some(hint) => refused.with_hint(hint),
        None => refused,
    }
}

/// What kind of refusal an engine's words are; they are all that an engine gives.
fn kind(words: &str) -> (Problem, &'static str, Option<&'static str>) {
    let words = words.to_ascii_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    let unreachable = [
        "no such host",
        "connection refused",
        "connection reset",
        "i/o timeout",
        "dial tcp",
        "tls handshake timeout",
        "deadline exceeded",
        "server misbehaving",
        "network is unreachable",
        "no route to host",
        "name resolution",
        "request canceled while waiting",
    ];
    let denied = [
        "denied",
        "unauthorized",
        "authentication required",
        "no basic auth",
        "forbidden",
    ];
    let not_found = [
        "not found",
        "manifest unknown",
        "no such image",
        "name unknown",
    ];
    if says(&unreachable) {
        let hint = "check the registry's name and the network; an image that the engine has is not \
                    pulled";
        (Problem::Unreachable, "image.unreachable", Some(hint))
    } else if says(&["toomanyrequests", "too many requests", "rate limit"]) {
        let hint = "`docker login` raises the registry's limit; or wait, or use a mirror";
        (Problem::Throttled, "image.throttled", Some(hint))
    } else if says(&["no space left on device"]) {
        let hint = "make room where the engine keeps its images";
        (Problem::NoRoom, "disk.full", Some(hint))
    } else if says(&["no matching manifest"]) {
        let hint = "the image does not exist for this machine's processor";
        (Problem::NotFound, "image.wrong-platform", Some(hint))
    } else if says(&denied) {
        let hint = "check the name; a private image has to be there: `docker login` and `docker \
                    pull` it first";
        (Problem::Denied, "image.denied", Some(hint))
    } else if says(&not_found) {
        let hint = "check the name and the tag of the image";
        (Problem::NotFound, "image.not-found", Some(hint))
    } else if says(&[
        "invalid reference",
        "invalid repository name",
        "repository name must",
    ]) {
        (
            Problem::Invalid,
            "image.invalid",
            Some("check the name of the image"),
        )
    } else {
        (Problem::Failed, "image.not-pulled", None)
    }
}
