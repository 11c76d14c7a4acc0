//! The container images of an asset manifest.
//! <https://github.com/aws/aws-cdk-cli/blob/main/packages/@aws-cdk/cloud-assembly-schema/lib/assets/docker-image-asset.ts>

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::AssemblyError;
use super::manifest::Object;
use super::publish::Home;
use crate::json::Json;

/// What the program of AWS CDK's `TarballImageAsset` calls itself.
/// <https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ecr-assets/lib/tarball-asset.ts>
const TARBALL: &str = "cdk-tarball-image-asset";

/// A container image that goes to a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageToPublish {
    /// Its id in the manifest, a hash.
    pub id: String,
    /// What a person knows it as, such as `Web/Image`. Default: its id.
    pub name: String,
    /// What it is made of.
    pub source: ImageSource,
    /// Where it goes, each once.
    pub places: Vec<RepositoryToPublish>,
}

/// What a container image is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageSource {
    /// An archive, as `docker save` writes it or with an OCI image layout in it: the manifest's `path`. It needs no container
    /// engine. For tools that do not know `path`, the manifest may name an `executable` beside it. AWS CDK's `TarballImageAsset`
    /// is one too.
    Archive(PathBuf),
    /// A program and its arguments, run in the assembly's directory. It puts the image into the container engine, and
    /// prints the name that the image has there.
    Executable(Vec<String>),
    /// A directory with a `Dockerfile`.
    Directory(Box<ImageBuild>),
}

/// How an image is built from a directory. Names are the manifest's, without `docker`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageBuild {
    /// The directory: the build's context.
    pub directory: PathBuf,
    /// Path of the `Dockerfile`, from the directory. Default: `Dockerfile`.
    pub file: Option<String>,
    /// The stage to build. Default: the last.
    pub target: Option<String>,
    /// Arguments of the build.
    pub args: BTreeMap<String, String>,
    /// Further contexts by their name.
    pub contexts: BTreeMap<String, String>,
    /// What the build may read and the image does not keep, by id: `src=FILE` or `env=VARIABLE`.
    pub secrets: BTreeMap<String, String>,
    /// The SSH agent or keys that the build may use, such as `default`.
    pub ssh: Option<String>,
    /// The network of its steps, such as `host`.
    pub network_mode: Option<String>,
    /// The platform that is built for, such as `linux/arm64`. Default: the engine's.
    pub platform: Option<String>,
    /// Where the build's cache is read, each as `--cache-from` takes it: `type=registry,ref=…`.
    pub cache_from: Vec<String>,
    /// Where the build's cache is written.
    pub cache_to: Option<String>,
    /// Whether nothing of an earlier build is taken.
    pub cache_disabled: bool,
    /// What the build puts out, such as `type=docker`. Default: an image in the engine.
    pub outputs: Vec<String>,
}

/// A place in a repository. `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}` stand for those that the stack is
/// deployed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryToPublish {
    /// Name of the repository.
    pub repository: String,
    /// Tag of the image.
    pub tag: String,
    /// Region of the repository. Default: the stack's.
    pub region: Option<String>,
    /// The role that is assumed to publish.
    pub role: Option<String>,
}

/// Reads an entry of `dockerImages`.
pub(super) fn image(
    home: Home<'_>,
    images: Object<'_>,
    id: &str,
    entry: &Json,
) -> Result<ImageToPublish, AssemblyError> {
    let member = images.member(id);
    let entry = Object::new(images.file, &member, entry)?;
    let missing = Json::Object(Vec::new());
    let member = entry.member("source");
    let source = entry.get("source").unwrap_or(&missing);
    let source = source_of(home, Object::new(images.file, &member, source)?)?;
    let member = entry.member("destinations");
    let places = entry.get("destinations").unwrap_or(&missing);
    let places = Object::new(images.file, &member, places)?;
    let mut found = Vec::new();
    for (name, place) in places.entries() {
        let member = places.member(name);
        let place = Object::new(images.file, &member, place)?;
        let place = RepositoryToPublish {
            repository: place
                .required("repositoryName", "name the repository")?
                .to_owned(),
            tag: place
                .required("imageTag", "say the image's tag")?
                .to_owned(),
            region: place.text("region")?.map(str::to_owned),
            role: place.text("assumeRoleArn")?.map(str::to_owned),
        };
        if !found.contains(&place) {
            found.push(place);
        }
    }
    Ok(ImageToPublish {
        id: id.to_owned(),
        name: entry.text("displayName")?.unwrap_or(id).to_owned(),
        source,
        places: found,
    })
}

fn source_of(home: Home<'_>, source: Object<'_>) -> Result<ImageSource, AssemblyError> {
    if let Some(path) = source.text("path")? {
        return Ok(ImageSource::Archive(home.path(source, "path", path)?));
    }
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let text = |name: &str| source.text(name).map(|text| text.map(str::to_owned));
    if source.get("executable").is_some() {
        let command = owned(source.texts("executable")?);
        if command.is_empty() {
            let message = "is a list without a program";
            let fix = "name the program, then its arguments";
            return Err(source.error("assembly.missing-member", "executable", message, fix));
        }
        return Ok(match tarball(home, &command) {
            Some(path) => ImageSource::Archive(path),
            None => ImageSource::Executable(command),
        });
    }
    let fix = "name the directory of the Dockerfile; or an archive under `path`, or a program under `executable`";
    let path = source.required("directory", fix)?;
    let caches = match source.get("cacheFrom") {
        None => Vec::new(),
        Some(list) => {
            let wanted = "a list of objects";
            let items = list.items();
            let items = items.ok_or_else(|| source.wrong("cacheFrom", list, wanted))?;
            items
                .iter()
                .map(|item| cache(source, "cacheFrom", item))
                .collect::<Result<_, _>>()?
        }
    };
    let cache_to = source.get("cacheTo");
    let cache_to = cache_to.map(|option| cache(source, "cacheTo", option));
    Ok(ImageSource::Directory(Box::new(ImageBuild {
        directory: home.path(source, "directory", path)?,
        file: text("dockerFile")?,
        target: text("dockerBuildTarget")?,
        args: source.map("dockerBuildArgs")?,
        contexts: source.map("dockerBuildContexts")?,
        secrets: source.map("dockerBuildSecrets")?,
        ssh: text("dockerBuildSsh")?,
        network_mode: text("networkMode")?,
        platform: text("platform")?,
        cache_from: caches,
        cache_to: cache_to.transpose()?,
        cache_disabled: source.flag("cacheDisabled")?,
        outputs: owned(source.texts("dockerOutputs")?),
    })))
}

/// The archive that AWS CDK's `TarballImageAsset` loads: the command's last word, after one that says whose command it is.
///
/// In a stage it is named as it is seen from the outermost assembly, where it lies.
fn tarball(home: Home<'_>, command: &[String]) -> Option<PathBuf> {
    let [_, _, _, mark, file] = command else {
        return None;
    };
    let is_name = mark == TARBALL && !file.is_empty();
    let normal = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !is_name || !Path::new(file).components().all(normal) {
        return None;
    }
    let mut places = [home.directory, home.outermost].into_iter();
    places.find_map(|place| Some(place.join(file)).filter(|path| path.is_file()))
}

/// A cache, `{"type", "params"}`, as one text.
fn cache(source: Object<'_>, name: &str, option: &Json) -> Result<String, AssemblyError> {
    let member = source.member(name);
    let option = Object::new(source.file, &member, option)?;
    let kind = option.required("type", "say the cache's type, such as `registry`")?;
    let mut text = format!("type={kind}");
    for (key, value) in option.map("params")? {
        text.extend([",", &key, "=", &value]);
    }
    Ok(text)
}
