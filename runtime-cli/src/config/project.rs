//! A project's defaults: `.mycli.yaml`, found by walking up from where the command is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ByteSize, Timeout, YamlError, yaml};
use crate::failure::{Failure, OwnError};
use crate::request::RetrySettings;
use crate::request::size::{Arch, Cpu, Memory, Spot};

/// Name of the file.
pub(crate) const FILE_NAME: &str = ".mycli.yaml";

/// A project's defaults for `mycli exec`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = ".mycli.yaml")]
pub(crate) struct Project {
    /// URL of the repository to fetch. Default: the remote `origin` of the git repository around
    /// the current directory.
    pub(crate) repo: Option<String>,
    /// Branch to check out.
    pub(crate) branch: Option<String>,
    /// Branch, tag or commit to check out. Not together with `branch`.
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    /// Image to run in. Default: the context's own.
    pub(crate) image: Option<String>,
    /// Variables for the command. A name without a value takes it over from the caller.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, Option<String>>,
    /// How long the command may run.
    pub(crate) timeout: Option<Timeout>,
    /// Context to run in.
    pub(crate) context: Option<String>,
    /// How the command is ended, and what is tried again.
    #[serde(default)]
    pub(crate) retry: RetrySettings,
    /// Variable of the caller's environment that holds a token for the repository's server. Default: `MYCLI_GIT_TOKEN`.
    pub(crate) git_token: Option<String>,
    /// vCPUs of the place it runs in, or CPU units. Default: the context's own.
    pub(crate) cpu: Option<Cpu>,
    /// Memory of the place it runs in. Default: the context's own.
    pub(crate) memory: Option<Memory>,
    /// Disk of the place it runs in, 20 to 200 GiB; on an installation only. Default: 20.
    pub(crate) disk: Option<u32>,
    /// Architecture of the place it runs in. Default: the context's own.
    pub(crate) arch: Option<Arch>,
    /// Whether it runs on Spot capacity. Default: no.
    pub(crate) spot: Option<Spot>,
    /// Role for the command, as an ARN. Default: the installation's.
    pub(crate) role: Option<String>,
    /// Variables whose values are masked in all output, besides those whose names say it.
    #[serde(default)]
    pub(crate) mask: Vec<String>,
    /// How much output is kept: the first and the last half of it.
    pub(crate) output_limit: Option<ByteSize>,
}

impl Project {
    /// Reads the nearest `.mycli.yaml` in `directory` or above it, if there is one.
    pub(crate) fn find(directory: &Path) -> Result<Option<(PathBuf, Self)>, Failure> {
        for folder in directory.ancestors() {
            let path = folder.join(FILE_NAME);
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let project = Self::parse(&path, &text)?;
                    return Ok(Some((path, project)));
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(OwnError::doing(format!("read `{}`", path.display()))(error).into());
                }
            }
        }
        Ok(None)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, YamlError> {
        yaml::parse(path, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = Project::parse(Path::new(".mycli.yaml"), text).unwrap_err();
        Failure::from(error).text(false)
    }

    #[test]
    fn every_key_is_read_and_scalars_stay_as_they_were_written() {
        let text = "repo: https://example.com/a.git\nbranch: dev\nimage: alpine:3\n\
                    env:\n  ONE: 1\n  YES: yes\n  OCTAL: 010\n  VERSION: 1.10\n  TOKEN:\n\
                    timeout: 5m\ncontext: prod\n";
        let project = Project::parse(Path::new(".mycli.yaml"), text).unwrap();
        let env = |name: &str| project.env[name].as_deref();
        assert_eq!(env("ONE"), Some("1"));
        assert_eq!(env("YES"), Some("yes"));
        assert_eq!(env("OCTAL"), Some("010"));
        assert_eq!(env("VERSION"), Some("1.10"));
        assert_eq!(env("TOKEN"), None);
        assert_eq!(project.timeout.unwrap().ms, Some(300_000));
        assert_eq!(project.context.as_deref(), Some("prod"));
    }

    #[test]
    fn an_ancestors_file_with_seconds_still_reads() {
        let project = Project::parse(Path::new(".mycli.yaml"), "timeout: 600\n").unwrap();
        assert_eq!(project.timeout.unwrap().ms, Some(600_000));
    }

    #[test]
    fn an_empty_file_says_nothing() {
        for text in ["", "# later\n"] {
            let project = Project::parse(Path::new(".mycli.yaml"), text).unwrap();
            assert_eq!(project, Project::default());
        }
    }

    #[test]
    fn a_mistake_is_named_with_its_place_and_what_was_meant() {
        insta::assert_snapshot!(refused("repo: a\nimgae: b\n"), @"
        error: .mycli.yaml:2:1: unknown key `imgae`
          hint: did you mean `image`?
          code: config.invalid
        ");
        insta::assert_snapshot!(refused("steps: []\n"), @"
        error: .mycli.yaml:1:1: unknown key `steps`
          hint: known keys: repo, branch, ref, image, env, timeout, context, retry, git_token, cpu, memory, disk, arch, spot, role, mask, output_limit
          code: config.invalid
        ");
        insta::assert_snapshot!(refused("image: a\nimage: b\n"), @"
        error: .mycli.yaml:2:1: `image` is there twice
          code: config.invalid
        ");
        insta::assert_snapshot!(refused("image: a\ntimeout: soon\n"), @"
        error: .mycli.yaml:2:10: `soon` is not a timeout: write seconds such as 90, or a duration such as 30s, 5m or 1h30m; 0 is no limit
          code: config.invalid
        ");
        insta::assert_snapshot!(refused("env: [A]\n"), @"
        error: .mycli.yaml:1:6: expected keys with values
          code: config.invalid
        ");
        insta::assert_snapshot!(refused("env:\n  A: [1]\n"), @"
        error: .mycli.yaml:2:6: expected a single value
          code: config.invalid
        ");
        insta::assert_snapshot!(refused("image: [\n"), @"
        error: .mycli.yaml:1:8: expected a single value
          code: config.invalid
        ");
    }

    #[test]
    fn the_nearest_file_above_counts() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        assert_eq!(Project::find(&deep).unwrap(), None);
        std::fs::write(root.path().join(FILE_NAME), "image: outer\n").unwrap();
        let (path, project) = Project::find(&deep).unwrap().unwrap();
        assert_eq!(path, root.path().join(FILE_NAME));
        assert_eq!(project.image.as_deref(), Some("outer"));
        std::fs::write(root.path().join("a").join(FILE_NAME), "image: inner\n").unwrap();
        let (_, project) = Project::find(&deep).unwrap().unwrap();
        assert_eq!(project.image.as_deref(), Some("inner"));
    }
}
