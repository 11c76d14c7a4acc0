//! `cdk.json`: what a project says about its app.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error::WrongFile;
use crate::failure::{Failure, OwnError};

/// What of `cdk.json` is honoured; other keys are for CDK's own command line.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Project {
    /// The app's command, or the directory of an assembly.
    pub(super) app: Option<String>,
    /// Where the app writes.
    pub(super) output: Option<PathBuf>,
    /// Values the app is told.
    pub(super) context: Map<String, Value>,
    path_metadata: Option<bool>,
    asset_metadata: Option<bool>,
    version_reporting: Option<bool>,
}

impl Project {
    /// Reads the file in `directory`, if there is one.
    pub(super) fn read(directory: &Path) -> Result<Self, Failure> {
        let path = directory.join("cdk.json");
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(serde_json::from_str(&text).map_err(WrongFile::named("cdk.json"))?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(OwnError::doing("read `cdk.json`")(error).into()),
        }
    }

    /// The part of the context by which CDK's library is told what to write, with CDK's own defaults.
    pub(super) fn switches(&self) -> Vec<(String, Value)> {
        let mut switches = Vec::new();
        for (name, wanted) in [
            ("aws:cdk:enable-path-metadata", self.path_metadata),
            ("aws:cdk:enable-asset-metadata", self.asset_metadata),
            ("aws:cdk:version-reporting", self.version_reporting),
        ] {
            if wanted.unwrap_or(true) {
                switches.push((name.to_owned(), json!(true)));
            }
        }
        switches.push(("aws:cdk:bundling-stacks".to_owned(), json!(["**"])));
        let fail = "@aws-cdk/core:failSynthOnValidationErrors".to_owned();
        switches.push((fail, json!(false)));
        switches
    }
}
