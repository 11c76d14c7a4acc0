//! Running a program that synthesizes: the environment AWS CDK's command line gives it, and its end.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Map, Value};

/// Linux takes no variable that is longer, its name included: `MAX_ARG_STRLEN` of `execve(2)`.
const LONGEST_VARIABLE: usize = 128 * 1024 - 1024;

/// How long an app may take to end once it is asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A program of any language that writes a cloud assembly.
#[derive(Debug, Clone)]
pub struct App {
    /// What the shell is to run.
    pub command: String,
    /// Where it is run.
    pub directory: PathBuf,
    /// Where it is to write: its `CDK_OUTDIR`.
    pub output_dir: PathBuf,
    /// Its `CDK_CONTEXT_JSON`.
    pub context: Map<String, Value>,
    /// Further variables, beside those of this process.
    pub variables: Vec<(&'static str, OsString)>,
}

/// How an app failed.
#[derive(Debug)]
pub enum AppError {
    /// It could not be started, or its context not be handed over.
    NotStarted(std::io::Error),
    /// It ended with this exit code.
    Failed(i32),
    /// It was killed by this signal.
    Killed(i32),
    /// It was stopped because `stop` was over.
    Stopped,
}

impl App {
    /// Runs the program to its end. Whatever it prints goes to the standard error.
    ///
    /// Its process group is killed once `stop` is over, and when the future is dropped.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<(), AppError> {
        let (context, overflow) = self.context().map_err(AppError::NotStarted)?;
        let mut command = tokio::process::Command::new("/bin/sh");
        command
            .arg("-c")
            .arg(&self.command)
            .current_dir(&self.directory)
            .env("CDK_OUTDIR", &self.output_dir)
            .env("CDK_CONTEXT_JSON", context)
            .env_remove("CONTEXT_OVERFLOW_LOCATION_ENV")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(std::io::stderr())
            .stderr(Stdio::inherit());
        if let Some(overflow) = &overflow {
            command.env("CONTEXT_OVERFLOW_LOCATION_ENV", overflow.path());
        }
        let mut child = command.spawn().map_err(AppError::NotStarted)?;
        let group = Group::of(&child);
        tokio::select! {
            ended = child.wait() => {
                group.forget();
                judged(ended.map_err(AppError::NotStarted)?)
            }
            () = stop => {
                group.send(Signal::TERM);
                // Whether it went in time or not, what it left behind is killed when the group is dropped.
                let _ = tokio::time::timeout(GRACE, child.wait()).await;
                Err(AppError::Stopped)
            }
        }
    }

    /// The context as one variable, or most of it in a file where it is too long.
    fn context(&self) -> std::io::Result<(String, Option<tempfile::NamedTempFile>)> {
        let whole = serde_json::to_string(&self.context)?;
        if whole.len() <= LONGEST_VARIABLE {
            return Ok((whole, None));
        }
        let mut file = tempfile::Builder::new()
            .prefix("context-overflow-")
            .suffix(".json")
            .tempfile()?;
        std::io::Write::write_all(&mut file, whole.as_bytes())?;
        Ok(("{}".to_owned(), Some(file)))
    }
}

fn judged(status: std::process::ExitStatus) -> Result<(), AppError> {
    use std::os::unix::process::ExitStatusExt as _;

    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(()),
        (Some(code), _) => Err(AppError::Failed(code)),
        (None, signal) => Err(AppError::Killed(signal.unwrap_or_default())),
    }
}

/// The processes of an app. Those that are left are killed when it is dropped.
struct Group(std::cell::Cell<Option<Pid>>);

impl Group {
    fn of(child: &tokio::process::Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(std::cell::Cell::new(id.and_then(Pid::from_raw)))
    }

    /// Leaves alone what the app left running when it ended by itself.
    fn forget(&self) {
        self.0.set(None);
    }

    fn send(&self, signal: Signal) {
        if let Some(group) = self.0.get() {
            // It may be gone already.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.send(Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(command: &str) -> App {
        App {
            command: command.to_owned(),
            directory: std::env::temp_dir(),
            output_dir: PathBuf::from("cdk.out"),
            context: Map::new(),
            variables: vec![("EXTRA", "one".into())],
        }
    }

    #[tokio::test]
    async fn an_app_is_told_where_to_write_and_what_is_known() {
        let test = r#"test "$CDK_OUTDIR $CDK_CONTEXT_JSON $EXTRA" = "cdk.out {} one""#;
        assert!(app(test).run(std::future::pending()).await.is_ok());
        let failed = app("exit 7").run(std::future::pending()).await;
        assert!(matches!(failed, Err(AppError::Failed(7))), "{failed:?}");
    }

    #[tokio::test]
    async fn a_context_too_long_for_a_variable_is_in_a_file() {
        let mut app = app(
            r#"test "$CDK_CONTEXT_JSON" = "{}" && test "$(wc -c < "$CONTEXT_OVERFLOW_LOCATION_ENV")" -gt 300000"#,
        );
        app.context
            .insert("k".to_owned(), "x".repeat(300_000).into());
        let ended = app.run(std::future::pending()).await;
        assert!(ended.is_ok(), "{ended:?}");
    }

    #[tokio::test]
    async fn an_app_that_is_stopped_takes_its_children_along() {
        let directory = tempfile::tempdir().unwrap();
        let mut app = app("sleep 600 & echo $! > child; touch ready; wait");
        app.directory = directory.path().to_owned();
        let ready = directory.path().join("child");
        let stop = async {
            while !std::fs::read_to_string(&ready).is_ok_and(|text| text.ends_with('\n')) {
                tokio::task::yield_now().await;
            }
        };
        let ended = app.run(stop).await;
        assert!(matches!(ended, Err(AppError::Stopped)), "{ended:?}");
        let child = std::fs::read_to_string(&ready).unwrap();
        let state = || std::fs::read_to_string(format!("/proc/{}/stat", child.trim()));
        // Killed, and gone as soon as somebody asks for its exit code.
        while state().is_ok_and(|stat| !stat.contains(") Z")) {
            tokio::task::yield_now().await;
        }
    }
}
