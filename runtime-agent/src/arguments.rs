//! What the agent was called with.

use std::ffi::{CString, NulError, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// How the agent is called, said when it was called otherwise.
const USAGE: &str = "usage: mycli-agent run --directory DIR --workspace PATH | \
                     run --installation | install DIR | version";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Carry out the execution that is described in a place.
    Run(Place),
    /// Become a command: what the agent calls itself with, never a person.
    Start {
        /// Path of the file to execute.
        path: CString,
        /// The command's arguments, from its own name on.
        arguments: Vec<CString>,
    },
    /// Copy the agent into a directory that containers share.
    Install {
        /// The directory.
        directory: PathBuf,
    },
    /// Say which version this is.
    Version,
}

/// Where the order is, and where the frames go.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A directory of this machine.
    Directory {
        /// Holds `order.json`, `journal` and the rest.
        directory: PathBuf,
        /// Where the source is checked out and the command runs.
        workspace: PathBuf,
    },
    /// A table and a bucket on AWS, named by the environment.
    Installation,
}

/// Why the arguments were not understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArgumentsError {
    /// There is none.
    #[error("nothing to do; {USAGE}")]
    NoVerb,
    /// The verb is not one of ours.
    #[error("`{}` is not a verb; {USAGE}", .0.display())]
    UnknownVerb(OsString),
    /// An argument is not expected here.
    #[error("did not expect `{}`; {USAGE}", .0.display())]
    Unexpected(OsString),
    /// An argument is missing.
    #[error("{0} is missing; {USAGE}")]
    Missing(&'static str),
    /// A flag was given twice.
    #[error("{0} was given twice; {USAGE}")]
    Repeated(&'static str),
    /// An argument to hand on holds a NUL byte.
    #[error("an argument holds a NUL byte")]
    Nul(#[from] NulError),
}

/// Reads the arguments after the program's own name.
pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Verb, ArgumentsError> {
    let verb = arguments.next().ok_or(ArgumentsError::NoVerb)?;
    match verb.to_str() {
        Some("run") => place(arguments).map(Verb::Run),
        Some("install") => {
            let directory = arguments
                .next()
                .ok_or(ArgumentsError::Missing("DIR"))?
                .into();
            nothing_more(arguments)?;
            Ok(Verb::Install { directory })
        }
        Some("version" | "--version") => {
            nothing_more(arguments)?;
            Ok(Verb::Version)
        }
        Some("start") => {
            let mut arguments = arguments.map(|argument| CString::new(argument.into_vec()));
            let path = arguments.next().ok_or(ArgumentsError::Missing("PATH"))??;
            let arguments = arguments.collect::<Result<_, _>>()?;
            Ok(Verb::Start { path, arguments })
        }
        _ => Err(ArgumentsError::UnknownVerb(verb)),
    }
}

fn place(mut arguments: impl Iterator<Item = OsString>) -> Result<Place, ArgumentsError> {
    let (mut directory, mut workspace, mut installation) = (None, None, false);
    while let Some(flag) = arguments.next() {
        match flag.to_str() {
            Some("--directory") => set(&mut directory, "--directory", &mut arguments)?,
            Some("--workspace") => set(&mut workspace, "--workspace", &mut arguments)?,
            Some("--installation") if !installation => installation = true,
            _ => return Err(ArgumentsError::Unexpected(flag)),
        }
    }
    match (directory, workspace, installation) {
        (None, None, true) => Ok(Place::Installation),
        (Some(_), _, true) => Err(ArgumentsError::Unexpected("--directory".into())),
        (_, Some(_), true) => Err(ArgumentsError::Unexpected("--workspace".into())),
        (Some(directory), Some(workspace), false) => Ok(Place::Directory {
            directory,
            workspace,
        }),
        (Some(_), None, false) => Err(ArgumentsError::Missing("--workspace PATH")),
        (None, _, false) => Err(ArgumentsError::Missing("--directory DIR or --installation")),
    }
}

fn set(
    value: &mut Option<PathBuf>,
    flag: &'static str,
    arguments: &mut impl Iterator<Item = OsString>,
) -> Result<(), ArgumentsError> {
    let given = arguments.next().ok_or(ArgumentsError::Missing(flag))?;
    match value.replace(given.into()) {
        None => Ok(()),
        Some(_) => Err(ArgumentsError::Repeated(flag)),
    }
}

fn nothing_more(mut arguments: impl Iterator<Item = OsString>) -> Result<(), ArgumentsError> {
    arguments
        .next()
        .map_or(Ok(()), |more| Err(ArgumentsError::Unexpected(more)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(arguments: &[&str]) -> String {
        parse(arguments.iter().map(OsString::from))
            .unwrap_err()
            .to_string()
            .replace(USAGE, "USAGE")
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(refusal(&[]), "nothing to do; USAGE");
        assert_eq!(refusal(&["dance"]), "`dance` is not a verb; USAGE");
        assert_eq!(
            refusal(&["run"]),
            "--directory DIR or --installation is missing; USAGE"
        );
        assert_eq!(
            refusal(&["run", "--directory", "a"]),
            "--workspace PATH is missing; USAGE"
        );
        assert_eq!(
            refusal(&["run", "--installation", "--workspace", "a"]),
            "did not expect `--workspace`; USAGE"
        );
        assert_eq!(refusal(&["install"]), "DIR is missing; USAGE");
        assert_eq!(refusal(&["version", "2"]), "did not expect `2`; USAGE");
    }

    #[test]
    fn a_place_is_a_directory_or_an_installation() {
        let run = |arguments: &[&str]| parse(arguments.iter().map(OsString::from)).unwrap();
        assert_eq!(
            run(&["run", "--installation"]),
            Verb::Run(Place::Installation)
        );
        assert_eq!(
            run(&["run", "--workspace", "b", "--directory", "a"]),
            Verb::Run(Place::Directory {
                directory: "a".into(),
                workspace: "b".into()
            })
        );
    }
}
