//! The files of settings, each read by itself, and which installation they lead to.

use std::path::PathBuf;

use runtime::doctor::{Check, Finding};

use super::local::telling;
use crate::config::user::Installed;
use crate::config::{Project, User};
use crate::context::NoSuchContext;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::request::LOCAL;

/// What surrounds the command, as far as it can be read.
///
/// `Surroundings` refuses all of it where one file is wrong; here that is a finding.
pub(super) struct Around {
    pub(super) environment: Environment,
    pub(super) directory: PathBuf,
    project: Result<Option<(PathBuf, Project)>, Failure>,
    user_path: PathBuf,
    user: Result<User, Failure>,
}

/// What of AWS is to be looked at.
#[derive(Debug)]
pub(super) enum Wanted {
    /// An installation.
    Installation {
        /// Name of its context.
        name: String,
        /// What this machine knows of it.
        installed: Box<Installed>,
    },
    /// None, and why.
    Nothing(Finding),
}

impl Around {
    pub(super) fn read() -> Self {
        let environment = Environment::of_process();
        let directory = std::env::current_dir().unwrap_or_else(|_| ".".into());
        let user_path = User::path(&environment);
        Self {
            project: match environment.check() {
                Ok(()) => Project::find(&directory),
                Err(error) => Err(error.into()),
            },
            user: User::read(&user_path),
            environment,
            directory,
            user_path,
        }
    }

    /// Whether the files can be read.
    pub(super) fn configuration(&self) -> Finding {
        let check = Check::Configuration;
        let (project, user) = match (&self.project, &self.user) {
            (Ok(project), Ok(_)) => (project, self.user_path.exists()),
            (Err(failure), _) | (_, Err(failure)) => return telling(check, failure),
        };
        let files = [
            user.then(|| self.user_path.display().to_string()),
            project.as_ref().map(|(path, _)| path.display().to_string()),
        ];
        let files: Vec<String> = files.into_iter().flatten().collect();
        if files.is_empty() {
            return Finding::ok(check, "there are no files of settings, which is fine");
        }
        Finding::ok(check, files.join(", "))
    }

    /// Which installation is to be looked at: the one that commands run in.
    pub(super) fn wanted(&self, flag: Option<&str>) -> Wanted {
        let check = Check::Installation;
        let (Ok(project), Ok(user)) = (&self.project, &self.user) else {
            // That the files cannot be read is told; what follows from it, too.
            return Wanted::Nothing(Finding::skipped(
                check,
                "not looked at: `configuration` comes first",
            ));
        };
        let of_project = project.as_ref().and_then(|(_, it)| it.context.as_deref());
        let name = flag
            .or_else(|| self.environment.text("MYCLI_CONTEXT"))
            .or(of_project)
            .or(user.context.as_deref())
            .unwrap_or(LOCAL);
        if let Some(installed) = user.contexts.get(name) {
            return Wanted::Installation {
                name: name.to_owned(),
                installed: Box::new(installed.clone()),
            };
        }
        Wanted::Nothing(if name != LOCAL {
            let failure = Failure::from(NoSuchContext::new(name, user));
            telling(check, &failure)
        } else if user.contexts.is_empty() {
            Finding::skipped(
                check,
                "no installation is configured: `mycli init` makes one",
            )
        } else {
            let names: Vec<&str> = user.contexts.keys().map(String::as_str).collect();
            let names = names.join(", ");
            Finding::skipped(
                check,
                format!("commands run in `local`; `--context` looks at another: {names}"),
            )
        })
    }
}
