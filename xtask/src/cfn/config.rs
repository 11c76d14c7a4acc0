//! `synth/cfn.toml`: which packages, and which types.

use std::path::Path;

use serde::Deserialize;

use super::database::Database;
use super::read;
use crate::process::Failure;

/// What to generate, and from what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    pub(super) sources: Sources,
    /// Types such as `AWS::EC2::VPC`, or all of a service: `AWS::EC2::*`.
    types: Vec<String>,
}

/// The versions of the packages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Sources {
    pub(super) aws_service_spec: String,
    pub(super) cfn_lint: String,
}

impl Config {
    /// Reads the file.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The names of the types that are asked for, each once and in order; one that does not exist is an error.
    pub(super) fn select<'a>(&self, database: &'a Database) -> Result<Vec<&'a str>, Failure> {
        let mut selected = Vec::new();
        for asked in &self.types {
            let before = selected.len();
            let matches = |name: &str| match asked.strip_suffix('*') {
                Some(prefix) => name.starts_with(prefix),
                None => name == asked,
            };
            let names = database.resources.keys().map(String::as_str);
            selected.extend(names.filter(|name| matches(name)));
            if selected.len() == before {
                return Err(format!(
                    "synth/cfn.toml asks for `{asked}`, and no type is called so"
                ));
            }
        }
        selected.sort_unstable();
        selected.dedup();
        Ok(selected)
    }
}
