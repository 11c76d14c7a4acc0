//! A cloud assembly that is on disk already, whoever wrote it: the stacks it lists and what it says of each.
//!
//! [`CloudAssembly::read`] opens manifests alone; templates and metadata files are opened when they are asked for.

mod error;
mod images;
mod manifest;
mod metadata;
mod order;
mod publish;
mod read;
mod select;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use error::AssemblyError;
pub use images::{ImageBuild, ImageSource, ImageToPublish, RepositoryToPublish};
pub use metadata::{Level, Message};
pub use publish::{FileToPublish, PlaceToPublish, ToPublish};
pub use select::SelectError;

use crate::json::Json;
use crate::stack::Environment;

/// Newest major version of the manifest's schema that is read, as `aws-cdk` 2.1148.1 reads it.
pub const NEWEST_VERSION: u32 = 55;

/// The stacks of a cloud assembly and of every assembly nested in it, as its manifests list them.
///
/// ```
/// use synth_core::{Assembly, CloudAssembly, Json, Options, Raw, Stack, StackProps};
/// # let directory = std::env::temp_dir().join(format!("synth-core-read-{}", std::process::id()));
/// let stack = |name| {
///     let mut stack = Stack::new(name, StackProps::default());
///     let queue = Raw { type_name: "AWS::SQS::Queue".into(), properties: Json::object::<&str>([]) };
///     stack.scope().add_raw("Queue", queue, Options::default());
///     stack
/// };
/// Assembly::synthesize([stack("Network"), stack("Api")])?.write_to(&directory)?;
///
/// let assembly = CloudAssembly::read(&directory)?;
/// let names: Vec<_> = assembly.stacks.iter().map(|stack| stack.display_name.as_str()).collect();
/// assert_eq!(names, ["Network", "Api"]);
/// # std::fs::remove_dir_all(directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CloudAssembly {
    /// Where the outermost manifest is.
    pub directory: PathBuf,
    /// Version of the manifest's schema, such as `55.0.0`.
    pub version: String,
    /// Every stack after the stacks it depends on, otherwise in the manifests' order.
    pub stacks: Vec<StackArtifact>,
    /// What the app needs to know and was not told, each key once.
    pub missing: Vec<MissingContext>,
}

/// A stack as a manifest lists it.
#[derive(Debug, Clone)]
pub struct StackArtifact {
    /// Name of the artifact within its manifest.
    pub id: String,
    /// What a person selects it by: its path below the app, such as `Prod/Api`. Default: the id.
    pub display_name: String,
    /// Name of the stack in `CloudFormation`. Default: the id.
    pub stack_name: String,
    /// Account and region, where they are known.
    pub environment: Environment,
    /// The assembly's directory that lists this stack; paths in its asset manifest are relative to it.
    pub directory: PathBuf,
    /// The outermost assembly's directory, which paths in its asset manifest do not leave.
    pub outermost: PathBuf,
    /// The template.
    pub template_file: PathBuf,
    /// The asset manifest, where the stack has one.
    pub asset_manifest: Option<PathBuf>,
    /// Positions in [`CloudAssembly::stacks`] of the stacks that are deployed before it; each is below its own.
    pub depends_on: Vec<usize>,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
    /// Values for parameters of the template.
    pub parameters: BTreeMap<String, String>,
    /// Whether the stack refuses to be deleted. Default: no.
    pub termination_protection: bool,
    /// ARNs of SNS topics that get the stack's events.
    pub notification_arns: Vec<String>,
    /// The role that is assumed to deploy the stack. It may hold `${AWS::Partition}` and its like.
    pub deploy_role: Option<String>,
    /// The role that `CloudFormation` assumes to change the stack's resources. It may hold `${AWS::Partition}` and its like.
    pub execution_role: Option<String>,
    /// Manifest of the stack, and its entries under `metadata`.
    pub(crate) metadata: Json,
    pub(crate) metadata_file: Option<PathBuf>,
}

/// A value that the app asked for and that has to be looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct MissingContext {
    /// Name in the context, such as `availability-zones:account=1:region=eu-west-1`.
    pub key: String,
    /// Who knows it, such as `availability-zones` or `vpc-provider`.
    pub provider: String,
    /// What the provider is asked, an object.
    pub props: Json,
}

impl CloudAssembly {
    /// Reads `manifest.json` in `directory`, and the manifests of the assemblies nested in it.
    ///
    /// # Errors
    ///
    /// The first thing that cannot be read, with the file and the member it stands in.
    pub fn read(directory: &Path) -> Result<Self, AssemblyError> {
        read::read(directory)
    }

    /// The stacks that match any of `patterns`, in order; all of them where `all` is set or there is no pattern.
    ///
    /// A pattern is the name of the stack in `CloudFormation`, or a glob for the display name as CDK has it: `*` stops
    /// at a slash (`Prod/*`), `**` does not.
    ///
    /// # Errors
    ///
    /// A pattern that nothing matches, with the stacks there are.
    pub fn select(
        &self,
        patterns: &[String],
        all: bool,
    ) -> Result<Vec<&StackArtifact>, SelectError> {
        select::select(self, patterns, all)
    }

    /// The stacks that `stack` waits for.
    pub fn dependencies<'a>(
        &'a self,
        stack: &'a StackArtifact,
    ) -> impl Iterator<Item = &'a StackArtifact> {
        let positions = stack.depends_on.iter();
        positions.filter_map(|position| self.stacks.get(*position))
    }
}

impl StackArtifact {
    /// Reads the template.
    pub fn template(&self) -> Result<Json, AssemblyError> {
        read::json(&self.directory, &self.template_file)
    }

    /// The templates of stacks within it, at any depth, by the hash that stands in the `TemplateURL` of each: they are
    /// among the assets.
    pub fn nested_templates(&self) -> Result<BTreeMap<String, PathBuf>, AssemblyError> {
        match &self.asset_manifest {
            Some(list) => read::nested_templates(&self.directory, list),
            None => Ok(BTreeMap::new()),
        }
    }

    /// What has to be published before the stack is deployed.
    ///
    /// # Errors
    ///
    /// An asset manifest that cannot be read, or that wants something which is not known here.
    pub fn to_publish(&self) -> Result<ToPublish, AssemblyError> {
        match &self.asset_manifest {
            Some(list) => publish::read(&self.outermost, &self.directory, list),
            None => Ok(ToPublish::default()),
        }
    }

    /// What the app has to say about the stack: `aws:cdk:error`, `aws:cdk:warning` and `aws:cdk:info`.
    pub fn messages(&self) -> Result<Vec<Message>, AssemblyError> {
        let mut messages = metadata::messages(&self.metadata);
        if let Some(file) = &self.metadata_file {
            messages.extend(metadata::messages(&read::json(&self.directory, file)?));
        }
        Ok(messages)
    }

    /// Path of the construct that each logical id belongs to, such as `/Prod/Api/Bucket/Resource`.
    pub fn construct_paths(&self) -> Result<BTreeMap<String, String>, AssemblyError> {
        let mut paths = metadata::construct_paths(&self.metadata);
        if let Some(file) = &self.metadata_file {
            let further = read::json(&self.directory, file)?;
            paths.extend(metadata::construct_paths(&further));
        }
        Ok(paths)
    }
}
