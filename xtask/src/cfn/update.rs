//! `cargo xtask cfn --update`: both sources in their newest release.

use std::path::Path;
use std::process::Command;

use super::config::{Config, Sources};
use super::fetch::fetch;
use super::merged::Merged;
use super::{changes, fixups};
use crate::process::{self, Failure};

/// Writes the newest versions into `cfn.toml`, and says what that changes and what has to be decided.
pub(super) fn update() -> Result<(), Failure> {
    let path = Config::path();
    let fixups = fixups::open()?;
    let Config {
        sources, left_out, ..
    } = Config::open(&path)?;
    let newest = newest()?;
    let old = Merged::read(&left_out, &fixups, &fetch(&sources)?)?;
    let new = Merged::read(&left_out, &fixups, &fetch(&newest)?)?;
    let text = String::from_utf8_lossy(&super::read(&path)?).into_owned();
    write(&path, &with_versions(&text, &sources, &newest))?;
    for (name, was, is) in versions(&sources, &newest) {
        let news = if was == is { "is the newest" } else { "is new" };
        println!("{name}: {is} {news}, {was} was used");
    }
    for line in changes::changes(&old.built.model, &new.built.model) {
        println!("{line}");
    }
    Ok(())
}

/// Each package, and its version on both sides.
fn versions<'a>(was: &'a Sources, is: &'a Sources) -> [(&'static str, &'a str, &'a str); 2] {
    [
        (
            "aws-service-spec",
            &was.aws_service_spec,
            &is.aws_service_spec,
        ),
        ("cfn-lint", &was.cfn_lint, &is.cfn_lint),
    ]
}

/// The newest releases, as the registries' own clients give them.
fn newest() -> Result<Sources, Failure> {
    let mut npm = Command::new("npm");
    let aws_service_spec =
        process::read(npm.args(["view", "@aws-cdk/aws-service-spec", "version"]))?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "--disable-pip-version-check"]);
    let listed = process::read(pip.args(["index", "versions", "cfn-lint"]))?;
    let cfn_lint = in_parentheses(&listed)
        .ok_or_else(|| format!("pip names no version of cfn-lint: {listed}"))?;
    Ok(Sources {
        aws_service_spec,
        cfn_lint: cfn_lint.to_owned(),
    })
}

/// `1.58.0`, of `cfn-lint (1.58.0)`.
fn in_parentheses(listed: &str) -> Option<&str> {
    let (_, rest) = listed.split_once('(')?;
    let (version, _) = rest.split_once(')')?;
    Some(version)
}

/// Changes the versions alone, so that what people wrote around them stays.
pub(super) fn with_versions(text: &str, was: &Sources, is: &Sources) -> String {
    let mut text = text.to_owned();
    for (name, was, is) in versions(was, is) {
        let (was, is) = (format!("{name} = \"{was}\""), format!("{name} = \"{is}\""));
        text = text.replacen(&was, &is, 1);
    }
    text
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
