//! Which program an installation was made by, and which programs may use it.

use std::collections::BTreeMap;

use runtime::doctor::Version as Recorded;
use runtime::{Blame, Diagnosis};
use semver::Version;
use stacks::platform::{VERSION, output};

/// The installation was made by a program that is too new for this one.
#[derive(Debug, thiserror::Error)]
#[error("the installation `{name}` was made by mycli {made_by}, and this is {VERSION}")]
pub(crate) struct NewerInstallation {
    name: String,
    made_by: Version,
}

impl Diagnosis for NewerInstallation {
    fn code(&self) -> &'static str {
        "installation.newer"
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some(format!("use mycli {} or a newer one", self.made_by))
    }
}

/// What deploying over the installation `name` does to its version, in words; nothing where it stays or there was none.
///
/// A program does not deploy over what a newer one made: it would take away what it does not know of.
pub(crate) fn upgrade(
    outputs: Option<&BTreeMap<String, String>>,
    name: &str,
) -> Result<Option<String>, NewerInstallation> {
    let Some(outputs) = outputs.filter(|outputs| outputs.contains_key(output::TABLE)) else {
        return Ok(None);
    };
    Ok(match made_by(outputs) {
        None => Some(format!("the installation {name} is upgraded to {VERSION}")),
        Some(made_by) if made_by > own() => {
            let name = name.to_owned();
            return Err(NewerInstallation { name, made_by });
        }
        Some(made_by) if made_by == own() => None,
        Some(made_by) => Some(format!(
            "the installation {name} is upgraded from {made_by} to {VERSION}"
        )),
    })
}

/// Refuses an installation that runs commands in another way than this program asks for.
pub(crate) fn check(
    outputs: &BTreeMap<String, String>,
    name: &str,
) -> Result<(), NewerInstallation> {
    match made_by(outputs) {
        Some(made_by) if made_by > own() && !is_compatible(&made_by, &own()) => {
            let name = name.to_owned();
            Err(NewerInstallation { name, made_by })
        }
        Some(_) | None => Ok(()),
    }
}

/// How the version that made an installation stands to this program's.
pub(crate) fn standing(outputs: &BTreeMap<String, String>) -> Recorded {
    let own = own();
    match made_by(outputs) {
        None => Recorded::Unrecorded,
        Some(made_by) if made_by == own => Recorded::Same,
        Some(made_by) if made_by < own => Recorded::Older(made_by.to_string()),
        Some(made_by) if is_compatible(&made_by, &own) => Recorded::Newer(made_by.to_string()),
        Some(made_by) => Recorded::TooNew(made_by.to_string()),
    }
}

/// Whether nothing was broken on purpose between two versions: <https://semver.org/#spec-item-4>.
fn is_compatible(one: &Version, other: &Version) -> bool {
    one.major == other.major && (one.major > 0 || one.minor == other.minor)
}

fn made_by(outputs: &BTreeMap<String, String>) -> Option<Version> {
    outputs.get(output::VERSION)?.parse().ok()
}

fn own() -> Version {
    VERSION.parse().unwrap_or(Version::new(0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(version: Option<&str>) -> BTreeMap<String, String> {
        let table = (output::TABLE.to_owned(), "t".to_owned());
        let version = version.map(|it| (output::VERSION.to_owned(), it.to_owned()));
        [table].into_iter().chain(version).collect()
    }

    #[test]
    fn what_a_newer_program_made_is_not_deployed_over() {
        let next = |at: usize| {
            let own = own();
            let mut next = [own.major, own.minor, own.patch];
            next[at] += 1;
            format!("{}.{}.{}", next[0], next[1], next[2])
        };
        let (patch, minor, major) = (next(2), next(1), next(0));
        // Version of the installation; whether `init` refuses it, whether `exec` does, what is said.
        for (version, deploys, runs, says) in [
            (None, true, true, Some("is upgraded to")),
            (Some("no version"), true, true, Some("is upgraded to")),
            (Some("0.0.1"), true, true, Some("from 0.0.1 to")),
            (Some(VERSION), true, true, None),
            (Some(patch.as_str()), false, true, None),
            (Some(minor.as_str()), false, false, None),
            (Some(major.as_str()), false, false, None),
        ] {
            let outputs = outputs(version);
            let deploying = upgrade(Some(&outputs), "team");
            assert_eq!(deploying.is_ok(), deploys, "{version:?}");
            assert_eq!(check(&outputs, "team").is_ok(), runs, "{version:?}");
            let said = deploying.ok().flatten();
            let as_wanted = says.map_or(said.is_none(), |it| {
                said.as_ref().is_some_and(|said| said.contains(it))
            });
            assert!(as_wanted, "{version:?}: {said:?}");
        }
        for (version, wanted) in [
            (None, Recorded::Unrecorded),
            (Some("0.0.1"), Recorded::Older("0.0.1".to_owned())),
            (Some(VERSION), Recorded::Same),
            (Some(patch.as_str()), Recorded::Newer(patch.clone())),
            (Some(major.as_str()), Recorded::TooNew(major.clone())),
        ] {
            assert_eq!(standing(&outputs(version)), wanted);
        }
        assert_eq!(upgrade(None, "team").unwrap(), None);
        assert_eq!(upgrade(Some(&BTreeMap::new()), "team").unwrap(), None);
    }

    #[test]
    fn the_refusal_names_the_version_to_get() {
        let refused = upgrade(Some(&outputs(Some("99.1.2"))), "team").unwrap_err();
        let told = format!("{refused}; {}", refused.hint().unwrap());
        insta::assert_snapshot!(told.replace(VERSION, "OWN"), @"the installation `team` was made by mycli 99.1.2, and this is OWN; use mycli 99.1.2 or a newer one");
    }
}
