//! The user's own settings: contexts, which of them is the default, and defaults for `exec`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Timeout, yaml};
use crate::environment::Environment;
use crate::failure::{Failure, OwnError};

/// The user's own settings: `config.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "mycli's config.yaml")]
pub(crate) struct User {
    /// Context to run in. Default: `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<String>,
    /// Installations on AWS, by the name of their context.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) contexts: BTreeMap<String, Installed>,
    /// Image to run in. Default: the context's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<String>,
    /// Variables for every command. A name without a value takes it over from the caller.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) env: BTreeMap<String, Option<String>>,
    /// How long a command may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<Timeout>,
}

/// Where an installation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Installed {
    /// Name of the installation.
    pub(crate) installation: String,
    /// Region it is in.
    pub(crate) region: String,
    /// Profile of the AWS configuration to reach it with. Default: the environment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<String>,
    /// Outputs of its stack, as `mycli init` or `mycli context add` last read them.
    pub(crate) outputs: BTreeMap<String, String>,
}

/// What a file that the program writes begins with.
const HEADER: &str = "# `mycli init`, `destroy` and `context` rewrite this file; they do not \
                      keep comments.\n";

impl User {
    /// Where the file is: `$MYCLI_CONFIG`, else `mycli/config.yaml` in `$XDG_CONFIG_HOME` or
    /// `~/.config`.
    pub(crate) fn path(environment: &Environment) -> PathBuf {
        environment.path("MYCLI_CONFIG").unwrap_or_else(|| {
            environment
                .folder("XDG_CONFIG_HOME", ".config")
                .join("mycli/config.yaml")
        })
    }

    /// Reads the file; a file that is not there says nothing.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(yaml::parse(path, &text)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(OwnError::doing(format!("read `{}`", path.display()))(error).into()),
        }
    }

    /// Writes the file, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let failed = |error| OwnError::doing(format!("write `{}`", path.display()))(error);
        let body = serde_saphyr::to_string(self).map_err(std::io::Error::other);
        let body = body.map_err(failed)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let new = path.with_extension(format!("yaml.{}.new", std::process::id()));
        let written = std::fs::File::create(&new).and_then(|mut file| {
            file.write_all(format!("{HEADER}{body}").as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&new, path)
        });
        Ok(written.map_err(failed)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/config.yaml");
        assert_eq!(User::read(&path).unwrap(), User::default());
        let installed = Installed {
            installation: "mycli".to_owned(),
            region: "eu-central-1".to_owned(),
            profile: None,
            outputs: BTreeMap::from([("Table".to_owned(), "mycli-table".to_owned())]),
        };
        let user = User {
            context: Some("yes".to_owned()),
            contexts: BTreeMap::from([("yes".to_owned(), installed)]),
            env: BTreeMap::from([
                ("A".to_owned(), Some("1".to_owned())),
                ("B".to_owned(), None),
            ]),
            timeout: Some("5m".parse().unwrap()),
            ..User::default()
        };
        user.write(&path).unwrap();
        assert_eq!(User::read(&path).unwrap(), user);
        insta::assert_snapshot!(std::fs::read_to_string(&path).unwrap(), @r#"
        # `mycli init`, `destroy` and `context` rewrite this file; they do not keep comments.
        context: "yes"
        contexts:
          "yes":
            installation: mycli
            region: eu-central-1
            outputs:
              Table: mycli-table
        env:
          A: "1"
          B: null
        timeout: 300
        "#);
    }
}
