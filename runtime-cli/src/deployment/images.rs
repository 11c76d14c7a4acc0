//! Where the container images of a stack are published.

use std::sync::Arc;

use runtime::deploy::{ImagePlace, ImageSource, ImageStep, ImageUpload, Repositories as _, Sent};
use synth_core::{ImageBuild, ImageToPublish, RepositoryToPublish, StackArtifact};

use super::environment::{Environment, Environments};
use super::error::DeployError;
use super::store::hash;
use crate::failure::Failure;
use crate::printer::Printer;

/// The repository of the account's own, one in each region.
const OWN: &str = "mycli-assets";

/// The images of a stack, and where each goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Images {
    images: Vec<Image>,
    /// What the template calls the repositories that are not there: as the manifest has it, and filled in.
    pub(super) elsewhere: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct Image {
    name: String,
    source: ImageSource,
    places: Vec<Place>,
}

#[derive(Debug, Clone)]
struct Place {
    repository: String,
    tag: String,
    region: Option<String>,
    role: Option<String>,
    is_own: bool,
}

impl Images {
    /// Finds out where the images go. Sends nothing.
    ///
    /// That is where the asset manifest says, if that repository exists: `cdk bootstrap` has made it, or the app's author. Else
    /// it is a repository of the account's own.
    pub(super) async fn of(
        stack: &StackArtifact,
        wanted: Vec<ImageToPublish>,
        environment: &Environment,
        environments: &mut Environments,
    ) -> Result<Self, Failure> {
        let mut found = Self::default();
        for image in wanted {
            let mut places = Vec::new();
            for place in &image.places {
                let place = found.place(stack, place, environment, environments);
                places.push(place.await?);
            }
            found.images.push(Image {
                source: source(stack, &image),
                name: image.name,
                places,
            });
        }
        Ok(found)
    }

    async fn place(
        &mut self,
        stack: &StackArtifact,
        wanted: &RepositoryToPublish,
        environment: &Environment,
        environments: &mut Environments,
    ) -> Result<Place, Failure> {
        let there = environment.fill(&wanted.repository);
        let region = wanted.region.as_deref();
        // Where the role of `cdk bootstrap` for deploying cannot be had, that for publishing cannot either.
        let role = wanted.role.as_deref();
        let role = role.filter(|_| environment.role.is_some());
        let has = environments.has_repository(environment, region, role, &there);
        let is_own = !has.await?;
        if is_own && !is_telling(&wanted.repository, &environment.account) {
            return Err(DeployError::NoRepository {
                stack: stack.display_name.clone(),
                repository: there,
            }
            .into());
        }
        let names = (wanted.repository.clone(), there.clone());
        if is_own && !self.elsewhere.contains(&names) {
            self.elsewhere.push(names);
        }
        Ok(Place {
            repository: if is_own { OWN.to_owned() } else { there },
            tag: environment.fill(&wanted.tag),
            region: wanted.region.clone(),
            role: wanted.role.clone().filter(|_| !is_own),
            is_own,
        })
    }

    /// Puts the repository of the account's own wherever a text names one that is not there.
    pub(super) fn rename(&self, text: &str) -> String {
        let renamed = self.elsewhere.iter();
        renamed.fold(text.to_owned(), |text, (named, there)| {
            text.replace(named, OWN).replace(there, OWN)
        })
    }

    /// What is to be published. Makes the repository of the account's own where it is needed.
    pub(super) async fn uploads(
        &self,
        environment: &Environment,
        environments: &mut Environments,
        printer: Printer,
    ) -> Result<Vec<ImageUpload>, Failure> {
        let mut uploads = Vec::new();
        for image in &self.images {
            let mut places = Vec::new();
            for place in &image.places {
                let (region, role) = (place.region.as_deref(), place.role.as_deref());
                let repositories = environments.repositories(environment, region, role);
                let repositories = repositories.await?;
                let known = format!("{}/{}/{OWN}", environment.account, repositories.region());
                if place.is_own && !environments.is_secured(&known) {
                    if !repositories.has_repository(OWN).await? {
                        repositories.make_repository(OWN).await?;
                        printer.note(&format!("made the repository {OWN} for images"));
                    }
                    // Whoever made it may have been stopped before this.
                    repositories.open_repository(OWN).await?;
                    environments.secured(&known);
                }
                places.push(ImagePlace {
                    repositories: Arc::new(repositories),
                    repository: place.repository.clone(),
                    tag: place.tag.clone(),
                });
            }
            uploads.push(ImageUpload {
                name: image.name.clone(),
                source: image.source.clone(),
                places,
            });
        }
        Ok(uploads)
    }
}

/// Says how far an image is.
pub(super) fn tell(printer: Printer, image: &ImageUpload, step: ImageStep<'_>) {
    match step {
        ImageStep::Making => printer.note(&format!("making image {}", image.name)),
        ImageStep::Published(place, Sent::Now) => printer.note(&format!(
            "published image {} to {}:{}",
            image.name, place.repository, place.tag
        )),
        ImageStep::Published(_, Sent::There) => {}
    }
}

/// Whether a repository's name stands for nothing else in a template, such as that of `cdk bootstrap`.
fn is_telling(name: &str, account: &str) -> bool {
    name.contains("${AWS::AccountId}") || name.contains(account)
}

fn source(stack: &StackArtifact, image: &ImageToPublish) -> ImageSource {
    match &image.source {
        synth_core::ImageSource::Archive(path) => ImageSource::Archive(path.clone()),
        synth_core::ImageSource::Executable(command) => ImageSource::Program {
            command: command.clone(),
            directory: stack.directory.clone(),
        },
        synth_core::ImageSource::Directory(build) => ImageSource::Directory {
            directory: build.directory.clone(),
            arguments: arguments(build),
            local: format!("mycli-asset:{}", tag(&image.id)),
        },
    }
}

/// An asset's id as a tag in the container engine.
/// <https://github.com/distribution/reference/blob/main/reference.go>
fn tag(id: &str) -> String {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_tag = id.starts_with(is_letter)
        && id.len() <= 128
        && id.chars().all(|it| is_letter(it) || it == '.' || it == '-');
    if is_tag {
        id.to_owned()
    } else {
        hash(id.as_bytes())
    }
}

/// What `docker build` is told, beside the directory and the name, in AWS CDK's order.
fn arguments(build: &ImageBuild) -> Vec<String> {
    let mut arguments: Vec<String> = Vec::new();
    let mut add = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
    for (name, value) in &build.args {
        add("--build-arg", format!("{name}={value}"));
    }
    for (name, value) in &build.contexts {
        add("--build-context", format!("{name}={value}"));
    }
    for (id, what) in &build.secrets {
        add("--secret", format!("id={id},{what}"));
    }
    let given = [
        ("--ssh", &build.ssh),
        ("--target", &build.target),
        ("--file", &build.file),
        ("--network", &build.network_mode),
        ("--platform", &build.platform),
    ];
    for (flag, value) in given {
        if let Some(value) = value {
            add(flag, value.clone());
        }
    }
    for output in &build.outputs {
        add("--output", output.clone());
    }
    for cache in &build.cache_from {
        add("--cache-from", cache.clone());
    }
    if let Some(cache) = &build.cache_to {
        add("--cache-to", cache.clone());
    }
    if build.cache_disabled {
        arguments.push("--no-cache".to_owned());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_told_all_that_the_manifest_says() {
        assert_eq!(arguments(&ImageBuild::default()), Vec::<String>::new());
        let text = |text: &str| Some(text.to_owned());
        let map = |name: &str, value: &str| [(name.to_owned(), value.to_owned())].into();
        let build = ImageBuild {
            directory: "asset.1".into(),
            file: text("Dockerfile.web"),
            target: text("web"),
            args: map("VERSION", "1 2"),
            contexts: map("base", "../base"),
            secrets: map("npm", "src=.npmrc"),
            ssh: text("default"),
            network_mode: text("host"),
            platform: text("linux/arm64"),
            cache_from: vec!["type=registry,ref=r".to_owned()],
            cache_to: text("type=inline"),
            cache_disabled: true,
            outputs: vec!["type=docker".to_owned()],
        };
        insta::assert_snapshot!(arguments(&build).join("\n"), @"
        --build-arg
        VERSION=1 2
        --build-context
        base=../base
        --secret
        id=npm,src=.npmrc
        --ssh
        default
        --target
        web
        --file
        Dockerfile.web
        --network
        host
        --platform
        linux/arm64
        --output
        type=docker
        --cache-from
        type=registry,ref=r
        --cache-to
        type=inline
        --no-cache
        ");
    }

    #[test]
    fn the_name_in_the_engine_is_one_that_engines_take() {
        assert_eq!(tag("0a1b-c.d"), "0a1b-c.d");
        for id in ["", "-rm", "Web/Image", "a b", &"a".repeat(129)] {
            assert_eq!(tag(id).len(), 64, "{id}");
        }
    }

    #[test]
    fn a_repository_that_is_not_there_is_replaced_wherever_it_is_named() {
        let named = "cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}";
        let there = "cdk-hnb659fds-container-assets-123456789012-eu-west-1";
        let images = Images {
            images: Vec::new(),
            elsewhere: vec![(named.to_owned(), there.to_owned())],
        };
        let host = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}";
        for name in [named, there] {
            let renamed = images.rename(&format!("{host}/{name}:0a1b"));
            assert_eq!(renamed, format!("{host}/mycli-assets:0a1b"));
        }
        assert!(is_telling(named, "1") && is_telling(there, "123456789012"));
        // Elsewhere in a template, this may be the name of anything.
        assert!(!is_telling("web", "123456789012"));
    }
}
