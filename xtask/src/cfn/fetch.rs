//! The packages, fetched with their registries' own clients and kept below `target`.

use std::path::PathBuf;
use std::process::Command;

use super::config::Sources;
use crate::process::{self, Failure};

/// Where the two sources lie.
pub(super) struct Fetched {
    pub(super) database: PathBuf,
    pub(super) schemas: PathBuf,
}

/// Fetches what is not there yet.
pub(super) fn fetch(sources: &Sources) -> Result<Fetched, Failure> {
    Ok(Fetched {
        database: service_spec(sources)?,
        schemas: cfn_lint(sources)?,
    })
}

fn service_spec(sources: &Sources) -> Result<PathBuf, Failure> {
    let version = &sources.aws_service_spec;
    let directory = directory(&format!("aws-service-spec-{version}"))?;
    let database = directory.join("package/db.json.gz");
    if !database.is_file() {
        let package = format!("@aws-cdk/aws-service-spec@{version}");
        let mut npm = Command::new("npm");
        let archive = process::read(
            npm.args(["pack", "--silent", &package])
                .current_dir(&directory),
        )?;
        process::run(
            Command::new("tar")
                .args(["-xzf", archive.trim()])
                .current_dir(&directory),
        )?;
    }
    Ok(database)
}

fn cfn_lint(sources: &Sources) -> Result<PathBuf, Failure> {
    let version = &sources.cfn_lint;
    let directory = directory(&format!("cfn-lint-{version}"))?;
    let schemas = directory.join("cfnlint/data/schemas");
    if !schemas.is_dir() {
        let package = format!("cfn-lint=={version}");
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]);
        pip.args(["download", "--no-deps", "--only-binary", ":all:", &package]);
        process::run(pip.current_dir(&directory))?;
        // A wheel is a zip file, and Python is there to open it.
        let wheel = format!("cfn_lint-{version}-py3-none-any.whl");
        let mut unpack = Command::new("python3");
        unpack.args(["-m", "zipfile", "-e", &wheel, "."]);
        process::run(unpack.current_dir(&directory))?;
    }
    Ok(schemas)
}

fn directory(name: &str) -> Result<PathBuf, Failure> {
    let path = process::target().join("cfn").join(name);
    std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}
