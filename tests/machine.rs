//! A machine that has never seen `mycli`, and what a person sees when they use it there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A home of its own: no history, no configuration, an empty working directory.
pub(crate) struct Machine {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let home = tempfile::Builder::new()
            .prefix("mycli-acceptance-")
            .tempdir()
            .unwrap();
        for directory in ["work", "data", "config"] {
            std::fs::create_dir(home.path().join(directory)).unwrap();
        }
        Self {
            home,
            variables: Vec::new(),
        }
    }

    /// The same machine with a variable set for every command.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// The working directory of every command.
    pub(crate) fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// Where the `local` context keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// `mycli` with `arguments`, ready to run.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            .current_dir(self.work())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("MYCLI_DATA_DIR", self.data())
            .env(
                "MYCLI_CONFIG",
                self.home.path().join("config").join("config.yaml"),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    /// Runs `mycli` to its end.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// Starts `mycli` and leaves it running.
    pub(crate) fn start<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// The one JSON value that `mycli` with `arguments` prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let run = self.run(arguments);
        serde_json::from_slice(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
    }

    /// What `status` says of an execution.
    pub(crate) fn status(&self, id: &str) -> serde_json::Value {
        self.json(&["status", id, "-o", "json"])["data"].clone()
    }

    /// Waits until `status` of an execution satisfies `wanted`, at most half a minute.
    pub(crate) fn until(&self, id: &str, wanted: impl Fn(&serde_json::Value) -> bool) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            let status = self.status(id);
            if wanted(&status) {
                return;
            }
            assert!(std::time::Instant::now() < deadline, "still {status}");
        }
    }
}

impl Run {
    /// Standard output as text, without the last line's end.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end().to_owned()
    }

    /// `data` of the one JSON document on standard output.
    #[track_caller]
    pub(crate) fn data(&self) -> serde_json::Value {
        let document: serde_json::Value = serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {self:?}"));
        document["data"].clone()
    }

    /// Panics with everything that was printed unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Panics unless standard error holds every one of `parts`.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no `{part}` in:\n{}",
                self.stderr
            );
        }
        self
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The binary under test: the one `cargo xtask test` built, else the one beside this test.
pub(crate) fn binary() -> PathBuf {
    let beside = || {
        Some(
            std::env::current_exe()
                .ok()?
                .parent()?
                .parent()?
                .join("mycli"),
        )
    };
    let path = std::env::var_os("MYCLI_TEST_BINARY")
        .map(PathBuf::from)
        .or_else(beside)
        .unwrap();
    assert!(
        path.is_file(),
        "there is no {}: run `cargo xtask test`",
        path.display()
    );
    path
}

/// The container engine's address, or a line that says which test is skipped for want of one.
pub(crate) fn engine(test: &str) -> Option<String> {
    part(test, "MYCLI_TEST_ENGINE", "no container engine")?;
    std::env::var("DOCKER_HOST").ok()
}

/// The AWS emulator's endpoint; its tasks are containers, so there has to be an engine too.
pub(crate) fn emulator(test: &str) -> Option<String> {
    engine(test)?;
    aws(test)
}

/// The AWS emulator's endpoint, for what needs no containers.
pub(crate) fn aws(test: &str) -> Option<String> {
    part(test, "MYCLI_TEST_AWS", "no AWS emulator")
}

/// The endpoint of an AWS emulator that enforces IAM, and the file in which it says who did what.
pub(crate) fn strict_emulator(test: &str) -> Option<(String, PathBuf)> {
    engine(test)?;
    let endpoint = part(test, "MYCLI_TEST_STRICT_AWS", "no AWS emulator with IAM")?;
    Some((endpoint, std::env::var_os("MYCLI_TEST_CALLS")?.into()))
}

/// Where the packages of AWS CDK are.
pub(crate) fn cdk(test: &str) -> Option<String> {
    part(test, "MYCLI_TEST_CDK", "no AWS CDK")
}

/// What a variable says about a part, or a line that says which test is skipped without it.
fn part(test: &str, variable: &str, reason: &str) -> Option<String> {
    let value = std::env::var(variable).ok();
    if value.is_none() {
        let required = std::env::var_os("MYCLI_TEST_REQUIRE_ENGINE").is_some();
        assert!(!required, "{test} cannot run: {reason}");
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped {test}: {reason}");
        }
    }
    value
}

/// The path as text.
pub(crate) fn text(path: &Path) -> String {
    path.display().to_string()
}

/// What `seq LAST` prints.
pub(crate) fn numbers(last: u32) -> String {
    let mut text = String::new();
    for number in 1..=last {
        text.push_str(&number.to_string());
        text.push('\n');
    }
    text
}
