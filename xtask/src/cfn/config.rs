//! `synth/cfn.toml`: which packages, and what of them is left out.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::read;
use crate::process::{self, Failure};

/// What to generate from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Config {
    pub(super) sources: Sources,
    pub(super) left_out: Vec<LeftOut>,
    /// Services that share one feature.
    pub(super) rare: Vec<String>,
}

/// The versions of the packages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Sources {
    pub(super) aws_service_spec: String,
    pub(super) cfn_lint: String,
}

/// A name that a source lists and that is no resource type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeftOut {
    pub(super) name: String,
    pub(super) reason: String,
}

impl Config {
    /// Where the file is.
    pub(super) fn path() -> PathBuf {
        process::root().join("synth/cfn.toml")
    }

    /// Reads the file.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl LeftOut {
    /// What is said when no source lists it any more.
    pub(super) fn stale(&self) -> String {
        let Self { name, reason } = self;
        format!("synth/cfn.toml leaves out `{name}` ({reason}), and no source lists it any more")
    }
}
