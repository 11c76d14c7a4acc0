//! `mycli logs export`

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use runtime::Execution;
use runtime::wire::{Body, Frame};
use serde_json::json;

use crate::attach::{Lines, Selection, Streams, event};
use crate::command::{Ending, Named};
use crate::context::{Place, System};
use crate::failure::{Failure, OwnError};
use crate::printer::{Format as Output, Printer, envelope};
use crate::render::view::ExecutionView;

/// Write all that an execution wrote to a file, or to an object in S3
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    named: Named,

    /// Where to: a file, or `s3://BUCKET/KEY`
    ///
    /// A file is there as a whole or not at all. Default: the id with the ending of the format, in this directory.
    #[arg(long, value_name = "FILE|URL")]
    to: Option<Target>,

    /// In which form
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// What of it
    #[arg(long, value_name = "SOURCE", default_value = "all")]
    source: Streams,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines, both streams and the agent's notes in order; one that was written over as it was last
    Text,
    /// Events as `mycli logs -o ndjson` prints them, after one with the execution itself
    Ndjson,
    /// The exact bytes
    Raw,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Text => "log",
            Self::Ndjson => "ndjson",
            Self::Raw => "raw",
        }
    }
}

/// Where an export goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    File(PathBuf),
    Object { bucket: String, key: String },
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some(rest) = text.strip_prefix("s3://") else {
            return Ok(Self::File(text.into()));
        };
        match rest.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() && !key.ends_with('/') => {
                let (bucket, key) = (bucket.to_owned(), key.to_owned());
                Ok(Self::Object { bucket, key })
            }
            _ => Err("write s3://BUCKET/KEY"),
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Object { bucket, key } => write!(f, "s3://{bucket}/{key}"),
        }
    }
}

/// Runs `mycli logs export`.
pub(crate) async fn run(args: ExportArgs, printer: Printer) -> Ending {
    let (place, execution) = args.named.find().await?;
    let execution = runtime::reconcile::reconcile(place.site(), execution).await?;
    let default = || Target::File(format!("{}.{}", execution.id, args.format.ending()).into());
    let target = args.to.unwrap_or_else(default);
    let folder = match &target {
        Target::File(path) => folder(path),
        Target::Object { .. } => std::env::temp_dir(),
    };
    let writing = || OwnError::doing(format!("write into `{}`", folder.display()));
    let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(writing())?;
    let mut export = Export {
        file: BufWriter::new(file.as_file_mut()),
        format: args.format,
        source: args.source,
        bytes: 0,
    };
    export.all(&place, &execution).await?;
    let bytes = export.finish().map_err(writing())?;
    match &target {
        Target::File(path) => {
            let moved = file.as_file().sync_all().and_then(|()| {
                let named = file.persist(path);
                named.map(drop).map_err(|error| error.error)
            });
            moved.map_err(OwnError::doing(format!("write `{}`", path.display())))?;
        }
        Target::Object { bucket, key } => {
            let cloud = place.cloud().await?;
            cloud.put_file(bucket, key, file.path()).await?;
        }
    }
    if !execution.state.is_final() {
        let id = &execution.id;
        printer.warn(&format!("{id} goes on: this is what it wrote so far"));
    }
    match printer.format {
        Output::Text => printer.note(&format!("{target}: {bytes} bytes")),
        Output::Json => {
            let data = json!({ "id": execution.id, "to": target.to_string(), "bytes": bytes });
            printer.data("logs.exported", &data)?;
        }
    }
    Ok(0)
}

fn folder(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    parent.unwrap_or(Path::new(".")).to_owned()
}

/// An export on its way.
struct Export<W> {
    file: W,
    format: Format,
    source: Streams,
    bytes: u64,
}

impl<W: Write> Export<W> {
    async fn all(&mut self, place: &Place, execution: &Execution) -> Result<(), Failure> {
        let writing = || OwnError::doing("write the export");
        if self.format == Format::Ndjson {
            let now = runtime::Ambient::now_ms(&System);
            let view = ExecutionView::new(execution, &place.name, None, now);
            self.write(envelope("execution", &view).as_bytes())
                .map_err(writing())?;
        }
        let mut lines = Lines::new(
            Selection {
                streams: self.source,
                last_state: true,
                ..Selection::default()
            },
            0,
        );
        for attempt in execution.attempt_ids() {
            let mut after = 0;
            loop {
                let frames = place.site().history.frames(&attempt, after).await?;
                let Some(last) = frames.last() else { break };
                after = last.seq;
                for frame in &frames {
                    if self.format == Format::Text {
                        for line in lines.feed(frame) {
                            self.frame(&line).map_err(writing())?;
                        }
                    } else {
                        self.frame(frame).map_err(writing())?;
                    }
                }
            }
        }
        for line in lines.rest() {
            self.frame(&line).map_err(writing())?;
        }
        Ok(())
    }

    fn frame(&mut self, frame: &Frame) -> std::io::Result<()> {
        if self.format == Format::Ndjson {
            return match event(frame, self.source) {
                Some((code, data)) => self.write(envelope(code, &data).as_bytes()),
                None => Ok(()),
            };
        }
        match (&frame.body, self.source) {
            (Body::Stdout(bytes), Streams::All | Streams::Stdout)
            | (Body::Stderr(bytes), Streams::All | Streams::Stderr) => self.write(bytes),
            (Body::Note(text), Streams::All) if self.format == Format::Text => {
                self.write(format!("mycli: {}\n", crate::render::one_line(text)).as_bytes())
            }
            (_, _) => Ok(()),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    fn finish(mut self) -> std::io::Result<u64> {
        self.file.flush()?;
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_file_or_an_object() {
        let object = Target::Object {
            bucket: "b".to_owned(),
            key: "a/c.log".to_owned(),
        };
        assert_eq!("s3://b/a/c.log".parse(), Ok(object));
        assert_eq!("a/b".parse(), Ok(Target::File("a/b".into())));
        for bad in ["s3://", "s3://b", "s3://b/", "s3:///k", "s3://b/k/"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }
}
