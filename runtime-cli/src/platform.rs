//! The platform stack, from what the person chose to the documents that are deployed.

use std::path::{Path, PathBuf};

use runtime::{Blame, Diagnosis};
use stacks::platform::{Place, Settings, deployer_policy, stack};
use synth::validation::{Options, check};
use synth::{Assembly, CloudAssembly, Placed, Problems, Template};

use crate::app;
use crate::failure::{Failure, OwnError};

/// What a person may choose of the platform stack.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct SettingsArgs {
    /// File with settings, as YAML; flags count more
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// Name of the installation. Default: mycli
    #[arg(long)]
    name: Option<String>,

    /// Region to deploy to. Default: what the AWS command line would take
    #[arg(long)]
    region: Option<String>,

    /// Addresses of the VPC. Default: 10.0.0.0/16
    #[arg(long, value_name = "BLOCK")]
    cidr: Option<String>,

    /// Image of an execution that names none
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,

    /// Managed policy that bounds every role
    #[arg(long, value_name = "ARN")]
    permissions_boundary: Option<String>,

    /// Tag for every resource; may be given more than once
    #[arg(long, value_name = "KEY=VALUE", value_parser = tag)]
    tag: Vec<(String, String)>,
}

fn tag(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}

impl SettingsArgs {
    /// The settings of the file, with those of the flags over them.
    pub(crate) fn read(&self) -> Result<Settings, Failure> {
        let mut settings = match &self.settings {
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(OwnError::doing(format!("read `{}`", path.display())))?;
                crate::config::parse(path, &text)?
            }
            None => Settings::default(),
        };
        let set = |place: &mut String, flag: &Option<String>| {
            if let Some(value) = flag {
                place.clone_from(value);
            }
        };
        set(&mut settings.name, &self.name);
        set(&mut settings.cidr, &self.cidr);
        set(&mut settings.default_image, &self.image);
        let boundary = self.permissions_boundary.clone();
        settings.permissions_boundary = boundary.or(settings.permissions_boundary);
        settings.region = self.region.clone().or(settings.region);
        settings.tags.extend(self.tag.iter().cloned());
        Ok(settings)
    }
}

/// What a template is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum SynthFormat {
    /// As it is deployed
    Json,
    /// For reading
    Yaml,
}

/// The platform stack, ready to be deployed.
#[derive(Debug)]
pub(crate) struct Platform {
    template: Template,
    assembly: Assembly,
}

impl Platform {
    /// Describes the stack with these settings. What AWS's schemas refuse is refused here, before anything is sent.
    pub(crate) fn synthesize(settings: &Settings) -> Result<Self, ImpossibleSettings> {
        let mut template = stack(settings).synthesize().map_err(ImpossibleSettings)?;
        let options = Options {
            regions: settings.region.iter().cloned().collect(),
        };
        check(&mut template, &options).map_err(ImpossibleSettings)?;
        Ok(Self {
            template,
            assembly: Assembly::synthesize(vec![stack(settings)]).map_err(ImpossibleSettings)?,
        })
    }

    /// What there is to know before it is deployed: that a region lacks a type, or that AWS takes one away.
    pub(crate) fn warnings(&self) -> Vec<Placed> {
        self.template.warnings()
    }

    /// The template as text.
    pub(crate) fn template(&self, format: SynthFormat) -> String {
        match format {
            SynthFormat::Json => self.template.to_json().to_owned(),
            SynthFormat::Yaml => self.template.to_yaml(),
        }
    }

    /// The least policy of who deploys it, as IAM takes it. What the settings leave open, it leaves open.
    pub(crate) fn deployer_policy(&self, settings: &Settings) -> String {
        let region = settings.region.as_deref();
        let place = Place {
            partition: runtime_aws::partition(region.unwrap_or_default()).to_owned(),
            region: region.unwrap_or("*").to_owned(),
            account: "*".to_owned(),
        };
        deployer_policy(settings, &self.template, &place).to_pretty(2)
    }

    /// Writes the assembly, and says which files it is made of.
    pub(crate) fn write(&self, directory: &Path) -> Result<Vec<PathBuf>, Failure> {
        let written = self.assembly.write_to(directory);
        written.map_err(OwnError::doing(format!(
            "write to `{}`",
            directory.display()
        )))?;
        let names = self.assembly.files().keys();
        Ok(names.map(|name| directory.join(name)).collect())
    }

    /// Writes the assembly where it is gone again once nobody needs it.
    pub(crate) fn written(&self) -> Result<WrittenPlatform, Failure> {
        let directory = tempfile::Builder::new().prefix("mycli-init-").tempdir();
        let directory = directory.map_err(OwnError::doing("make a temporary directory"))?;
        self.write(directory.path())?;
        let assembly = CloudAssembly::read(directory.path()).map_err(app::unreadable)?;
        Ok(WrittenPlatform {
            assembly,
            _directory: directory,
        })
    }
}

/// The assembly of the platform stack, as files.
#[derive(Debug)]
pub(crate) struct WrittenPlatform {
    assembly: CloudAssembly,
    _directory: tempfile::TempDir,
}

impl WrittenPlatform {
    pub(crate) fn assembly(&self) -> &CloudAssembly {
        &self.assembly
    }
}

/// Settings that no stack can be made of.
#[derive(Debug, thiserror::Error)]
#[error("there can be no installation with these settings\n{0}")]
pub(crate) struct ImpossibleSettings(Problems);

impl Diagnosis for ImpossibleSettings {
    fn code(&self) -> &'static str {
        "settings.impossible"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }
}

/// The JSON Schema of a file of settings.
pub(crate) fn schema() -> schemars::Schema {
    schemars::schema_for!(Settings)
}
