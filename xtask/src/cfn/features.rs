//! The features of `synth-cfn`, and of `synth`, which passes them on.

use std::path::{Path, PathBuf};

use super::model::{Model, RARE};
use crate::process::{self, Failure};

/// What a registry takes for one crate.
///
/// Source: <https://doc.rust-lang.org/cargo/reference/features.html>, read on 2026-11-22.
const LIMIT: usize = 300;

/// Features that are no service's.
const OTHERS: &[&str] = &[RARE, "debug", "read"];

/// The features of `synth` alone, and what each needs.
const OWN: &[(&str, &str)] = &[
    ("asset", "\"dep:ignore\", \"dep:sha2\", \"dep:walkdir\""),
    ("security", "\"synth-validate/security\", \"validate\""),
    ("validate", "\"dep:synth-validate\""),
];

/// The features, in order: one for each service, but for the rare ones, and those that are no service's.
pub(super) fn of(model: &Model) -> Result<Vec<String>, Failure> {
    let unknown = model
        .rare
        .iter()
        .find(|service| !model.services.contains_key(*service));
    if let Some(service) = unknown {
        return Err(format!(
            "synth/cfn.toml calls `{service}` rare, and no service is called so"
        ));
    }
    let services = model.services.keys().map(String::as_str);
    let services = services.filter(|service| !model.rare.contains(*service));
    let mut features: Vec<String> = services
        .chain(OTHERS.iter().copied())
        .map(Into::into)
        .collect();
    features.sort();
    let most = features.len() + OWN.len();
    if most > LIMIT {
        return Err(format!(
            "{most} features, and a registry takes {LIMIT}; call more services rare in synth/cfn.toml"
        ));
    }
    Ok(features)
}

/// Both manifests, as they should be.
pub(super) fn manifests(features: &[String]) -> Result<[(PathBuf, String); 2], Failure> {
    let own = process::root().join("synth/cfn/Cargo.toml");
    let passing_on = process::root().join("synth/Cargo.toml");
    let own_text = with(&own, features, |name| format!("{name} = []\n"))?;
    let mut all = features.to_vec();
    all.extend(OWN.iter().map(|(name, _)| (*name).to_owned()));
    all.sort();
    let passing_on_text = with(&passing_on, &all, |name| {
        match OWN.iter().find(|(own, _)| own == name) {
            Some((_, needs)) => format!("{name} = [{needs}]\n"),
            None => format!("{name} = [\"synth-cfn/{name}\"]\n"),
        }
    })?;
    Ok([(own, own_text), (passing_on, passing_on_text)])
}

/// The manifest with a line for each feature.
fn with(
    manifest: &Path,
    features: &[String],
    line: impl Fn(&String) -> String,
) -> Result<String, Failure> {
    let text = String::from_utf8_lossy(&super::read(manifest)?).into_owned();
    let (before, rest) = text
        .split_once("[features]\n")
        .ok_or_else(|| format!("{} has no [features]", manifest.display()))?;
    let after = rest
        .find("\n[")
        .and_then(|at| rest.get(at..))
        .unwrap_or_default();
    let lines: String = features.iter().map(line).collect();
    Ok(format!("{before}[features]\n{lines}{after}"))
}
