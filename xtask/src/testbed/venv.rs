//! The Python programs that the tests use, in a virtual environment of the repository's own.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, run, target};

/// What is installed, pinned. A change here makes a new environment.
const REQUIREMENTS: &[&str] = &[
    "cfn-lint==1.58.0",
    "cryptography>=43",
    "docker>=7",
    "ministack==1.5.33",
];

/// A virtual environment with [`REQUIREMENTS`].
pub(crate) struct Venv {
    directory: PathBuf,
}

impl Venv {
    /// The environment, made first if it is not there or not complete.
    pub(crate) fn ready() -> Result<Self, Failure> {
        let directory = target().join("testbed").join("venv");
        let venv = Self { directory };
        let marker = venv.directory.join("installed");
        let wanted = REQUIREMENTS.join("\n");
        if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
            return Ok(venv);
        }
        eprintln!("xtask: installing {}", REQUIREMENTS.join(", "));
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&venv.directory))?;
        run(Command::new(venv.program("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(REQUIREMENTS))?;
        std::fs::write(&marker, wanted)
            .map_err(|error| format!("could not write {}: {error}", marker.display()))?;
        Ok(venv)
    }

    /// Path of a program in the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.directory.join("bin").join(name)
    }
}
