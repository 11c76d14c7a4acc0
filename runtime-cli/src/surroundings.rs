//! What surrounds every command: variables, files and where it is run.

use std::path::PathBuf;

use crate::config::{Project, User};
use crate::environment::Environment;
use crate::failure::{Failure, OwnError};
use crate::request::LOCAL;

/// What surrounds a command.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// Variables of this process.
    pub(crate) environment: Environment,
    /// Where the command is run.
    pub(crate) directory: PathBuf,
    /// The project's defaults and the file they stand in.
    pub(crate) project: Option<(PathBuf, Project)>,
    /// The file of the user's own settings.
    pub(crate) user_path: PathBuf,
    /// The user's own settings.
    pub(crate) user: User,
}

impl Surroundings {
    /// Reads what there is.
    pub(crate) fn read() -> Result<Self, Failure> {
        let environment = Environment::of_process();
        environment.check()?;
        let directory = std::env::current_dir();
        let directory = directory.map_err(OwnError::doing("find the current directory"))?;
        let user_path = User::path(&environment);
        Ok(Self {
            project: Project::find(&directory)?,
            user: User::read(&user_path)?,
            environment,
            directory,
            user_path,
        })
    }

    /// The context that a command works on which is no request, `flag` being what was typed.
    pub(crate) fn context(&self, flag: Option<&str>) -> String {
        let project = self.project.as_ref();
        let chosen = flag
            .or_else(|| self.environment.text("MYCLI_CONTEXT"))
            .or_else(|| project.and_then(|(_, project)| project.context.as_deref()))
            .or(self.user.context.as_deref());
        chosen.unwrap_or(LOCAL).to_owned()
    }
}
