//! `synth/cfn.toml`: which packages, and what of them is left out.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::read;
use crate::process::Failure;

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
    /// Reads the file.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The types among `names`, in order; a name that is left out and that no source lists any more is an error.
    pub(super) fn select<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeSet<&'a str>, Failure> {
        let mut selected: BTreeSet<&str> = names.collect();
        for LeftOut { name, .. } in &self.left_out {
            if !selected.remove(name.as_str()) {
                return Err(format!(
                    "synth/cfn.toml leaves out `{name}`, and no source lists it"
                ));
            }
        }
        Ok(selected)
    }
}
