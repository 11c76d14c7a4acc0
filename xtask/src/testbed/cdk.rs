//! AWS CDK, which tests and benchmarks compare with: its library and its command, pinned by the files in `cdk/`.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{Failure, is_installed, root, run, target};

/// An installation of AWS CDK.
pub(crate) struct Cdk {
    directory: PathBuf,
}

impl Cdk {
    /// The installation, made first if it is not there or not of the pinned versions.
    pub(crate) fn ready() -> Result<Self, Failure> {
        if !is_installed("npm") {
            return Err("npm is not installed; AWS CDK, the peer, comes from it".to_owned());
        }
        let cdk = Self {
            directory: target().join("testbed").join("cdk"),
        };
        let lock = cdk.directory.join("package-lock.json");
        let source = root().join("xtask").join("src").join("testbed").join("cdk");
        let pinned = |file| std::fs::read(source.join(file));
        let installed = cdk.directory.join("installed");
        let wanted = pinned("package-lock.json").map_err(|error| error.to_string())?;
        if std::fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            return Ok(cdk);
        }
        eprintln!("xtask: installing AWS CDK");
        let lay_out = || -> std::io::Result<()> {
            std::fs::create_dir_all(&cdk.directory)?;
            std::fs::write(cdk.directory.join("package.json"), pinned("package.json")?)?;
            std::fs::write(&lock, &wanted)
        };
        lay_out().map_err(|error| format!("could not lay out AWS CDK: {error}"))?;
        let quiet = ["ci", "--silent", "--no-audit", "--no-fund"];
        run(Command::new("npm").args(quiet).current_dir(&cdk.directory))?;
        std::fs::write(&installed, wanted)
            .map_err(|error| format!("could not write {}: {error}", installed.display()))?;
        Ok(cdk)
    }

    /// Where `require` finds the library, for `NODE_PATH`.
    pub(crate) fn modules(&self) -> PathBuf {
        self.directory.join("node_modules")
    }
}
