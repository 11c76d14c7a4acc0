//! Makes images with the command line of a container engine: docker's, or one that is like it.
//!
//! Not with the engine's interface: what a `Dockerfile` may need of the builder, of secrets and of the person's registries is in
//! the command line alone.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::process::Stdio;

use async_trait::async_trait;
use runtime::deploy::{ImageError, ImageMaker, ImageSource};
use tempfile::NamedTempFile;
use tokio::process::Command;

/// The program where nobody names another.
const USUAL: &str = "docker";

/// How much of what a program printed is looked at, in bytes from the end, and how many lines of it are told.
const TAIL: u64 = 16 * 1024;
const LINES: usize = 12;

/// What programs say when there is no engine behind them.
const NO_ENGINE: [&str; 5] = [
    "cannot connect to the docker daemon",
    "is the docker daemon running",
    "error during connect",
    "failed to connect to the docker api",
    "unable to connect to podman",
];

/// The command line of a container engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineProgram {
    program: String,
}

impl EngineProgram {
    /// The program that `CDK_DOCKER` names, as it does for AWS CDK; else `docker`.
    pub fn of_environment() -> Self {
        let named = std::env::var("CDK_DOCKER").ok();
        Self::named(named.filter(|name| !name.is_empty()).as_deref())
    }

    /// The program `name`. Default: `docker`.
    pub fn named(name: Option<&str>) -> Self {
        Self {
            program: name.unwrap_or(USUAL).to_owned(),
        }
    }
}

#[async_trait]
impl ImageMaker for EngineProgram {
    async fn make(
        &self,
        source: &ImageSource,
    ) -> Result<Box<dyn AsRef<Path> + Send + Sync>, ImageError> {
        let image = match source {
            ImageSource::Archive(path) => return Ok(Box::new(path.clone())),
            ImageSource::Program { command, directory } => named_by(command, directory).await?,
            ImageSource::Directory {
                directory,
                arguments,
                local,
            } => {
                self.build(directory, arguments, local).await?;
                local.clone()
            }
        };
        Ok(Box::new(self.save(&image).await?))
    }
}

impl EngineProgram {
    async fn build(
        &self,
        directory: &Path,
        arguments: &[String],
        local: &str,
    ) -> Result<(), ImageError> {
        let mut command = Command::new(&self.program);
        command
            .args(["build", "--tag", local])
            .args(arguments)
            .arg(".")
            .current_dir(directory)
            // Statements about the build make an index out of the image, with another digest each time.
            .env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1");
        // The system does not tell a missing directory from a missing program.
        directory
            .metadata()
            .map_err(files(format!("read `{}`", directory.display())))?;
        let printed = scratch()?;
        let ended = run(command, into(&printed)?, into(&printed)?).await;
        if self.started(ended)? {
            return Ok(());
        }
        let (program, words) = (self.program.clone(), tail(&printed)?);
        Err(if is_without_engine(&words) {
            ImageError::EngineUnreachable { program, words }
        } else {
            ImageError::NotBuilt { program, words }
        })
    }

    async fn save(&self, image: &str) -> Result<NamedTempFile, ImageError> {
        let mut command = Command::new(&self.program);
        command.args(["save", image]);
        let (archive, printed) = (scratch()?, scratch()?);
        let ended = run(command, into(&archive)?, into(&printed)?).await;
        if self.started(ended)? {
            return Ok(archive);
        }
        let (program, words) = (self.program.clone(), tail(&printed)?);
        Err(if is_without_engine(&words) {
            ImageError::EngineUnreachable { program, words }
        } else {
            ImageError::NotSaved {
                program,
                image: image.to_owned(),
                words,
            }
        })
    }

    fn started(&self, ended: std::io::Result<bool>) -> Result<bool, ImageError> {
        ended.map_err(|source| ImageError::NoEngine {
            program: self.program.clone(),
            source,
        })
    }
}

/// Runs a program of the asset manifest, and takes the image's name from the last line that it prints.
async fn named_by(command: &[String], directory: &Path) -> Result<String, ImageError> {
    let (program, arguments) = match command {
        [program, arguments @ ..] => (program.clone(), arguments),
        [] => (String::new(), command),
    };
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(directory);
    let (said, printed) = (scratch()?, scratch()?);
    let ended = run(command, into(&said)?, into(&printed)?).await;
    let ended = ended.map_err(files(format!("start `{program}`")))?;
    if !ended {
        let words = tail(&printed)?;
        return Err(if is_without_engine(&words) {
            ImageError::EngineUnreachable { program, words }
        } else {
            ImageError::ProgramFailed { program, words }
        });
    }
    let words = tail(&said)?;
    let name = words.lines().next_back().unwrap_or_default().trim();
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with('-')
            && name.chars().all(|letter| letter.is_ascii_graphic())
    };
    if is_name(name) {
        Ok(name.to_owned())
    } else {
        Err(ImageError::NoName { program, words })
    }
}

/// Runs a program to its end, and says whether that was a good one. It goes with this program's future.
async fn run(mut command: Command, stdout: Stdio, stderr: Stdio) -> std::io::Result<bool> {
    command
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .kill_on_drop(true);
    Ok(command.spawn()?.wait().await?.success())
}

fn scratch() -> Result<NamedTempFile, ImageError> {
    NamedTempFile::new().map_err(files("make a temporary file"))
}

/// The file, to be appended to by a program.
fn into(file: &NamedTempFile) -> Result<Stdio, ImageError> {
    let opened = File::options().append(true).open(file.path());
    let opened = opened.map_err(files("write a temporary file"))?;
    Ok(Stdio::from(opened))
}

fn files(operation: impl Into<String>) -> impl FnOnce(std::io::Error) -> ImageError {
    let operation = operation.into();
    move |source| ImageError::Files { operation, source }
}

/// The last lines of a file that say something.
fn tail(file: &NamedTempFile) -> Result<String, ImageError> {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(file.path())?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.take(TAIL).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .collect();
        let last = lines.get(lines.len().saturating_sub(LINES)..);
        Ok(last.unwrap_or_default().join("\n"))
    };
    read().map_err(files("read a temporary file"))
}

fn is_without_engine(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    NO_ENGINE.iter().any(|phrase| words.contains(phrase))
}

#[cfg(test)]
mod tests {
    use runtime::Diagnosis as _;

    use super::*;

    /// A program in place of an engine's, which writes down how it was called.
    fn engine(directory: &Path, script: &str) -> EngineProgram {
        let program = directory.join("engine");
        // Written by another process: while a thread of this one starts something, it may hold the file open.
        let written = std::process::Command::new("sh")
            .args([
                "-c",
                r#"printf '#!/bin/sh\n%s\n' "$1" > "$2" && chmod 755 "$2""#,
                "sh",
                script,
            ])
            .arg(&program)
            .status();
        assert!(written.unwrap().success());
        EngineProgram::named(program.to_str())
    }

    fn built(directory: &Path) -> ImageSource {
        ImageSource::Directory {
            directory: directory.to_owned(),
            arguments: ["--target", "a b"].map(str::to_owned).to_vec(),
            local: "image:1".to_owned(),
        }
    }

    #[tokio::test]
    async fn an_image_is_built_in_its_directory_and_taken_out_as_an_archive() {
        let directory = tempfile::tempdir().unwrap();
        let script = r#"if [ "$1" = save ]; then echo "archive of $2"; else
            printf '%s|' "$@" > called; pwd >> called; echo "$BUILDX_NO_DEFAULT_ATTESTATIONS" >> called; fi"#;
        let engine = engine(directory.path(), script);
        let archive = engine.make(&built(directory.path())).await.unwrap();
        let text = std::fs::read_to_string((*archive).as_ref()).unwrap();
        assert_eq!(text, "archive of image:1\n");
        let called = std::fs::read_to_string(directory.path().join("called")).unwrap();
        let there = directory.path().canonicalize().unwrap();
        let expected = format!(
            "build|--tag|image:1|--target|a b|.|{}\n1\n",
            there.display()
        );
        assert_eq!(called, expected);
        let path = (*archive).as_ref().to_owned();
        drop(archive);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told_with_the_last_words_and_a_code_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let there = directory.path();
        for (script, code, words) in [
            (
                "echo step 1; echo no such stage >&2; exit 1",
                "image.not-built",
                "step 1\nno such stage",
            ),
            (
                "echo Cannot connect to the Docker daemon at x >&2; exit 1",
                "engine.unreachable",
                "Docker daemon",
            ),
            (
                "test $1 = build || { echo no such image >&2; exit 1; }",
                "image.not-saved",
                "save image:1` failed: no such image",
            ),
        ] {
            let refused = engine(there, script).make(&built(there)).await;
            let error = refused.err().unwrap();
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
        let missing = EngineProgram::named(Some("/nowhere/docker"));
        let error = missing.make(&built(there)).await.err().unwrap();
        assert_eq!(error.code(), "engine.not-found");
    }

    #[tokio::test]
    async fn a_program_names_the_image_that_it_put_into_the_engine() {
        let directory = tempfile::tempdir().unwrap();
        let engine = engine(directory.path(), r#"echo "archive of $2""#);
        let program = |script: &str| ImageSource::Program {
            command: ["sh", "-c", script].map(str::to_owned).to_vec(),
            directory: directory.path().to_owned(),
        };
        let archive = engine.make(&program("echo loading; echo web:1")).await;
        let archive = archive.unwrap();
        let text = std::fs::read_to_string((*archive).as_ref()).unwrap();
        assert_eq!(text, "archive of web:1\n");
        for (script, code) in [
            ("true", "image.no-name"),
            ("echo --output=/etc/passwd", "image.no-name"),
            ("echo Loaded image: web", "image.no-name"),
            ("echo web:1; exit 3", "image.program-failed"),
        ] {
            let error = engine.make(&program(script)).await.err().unwrap();
            assert_eq!(error.code(), code, "{script}: {error}");
        }
    }
}
