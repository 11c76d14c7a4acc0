//! `mycli logs`

mod export;

use std::io::IsTerminal;
use std::sync::Arc;

use regex_lite::Regex;
use runtime::follow::Event;
use runtime::wire::{Body, Frame};
use runtime::{Execution, ProviderError};

use super::{Ending, Named, Output, Wanted, moment};
use crate::attach::{
    Attachment, Level, Lines, Screen, Selection, Shown, Signals, Streams, attach, report,
};
use crate::context::Place;
use crate::failure::{Failure, OwnError};
use crate::printer::{Format, Printer};

/// Show what an execution wrote
#[derive(Debug, clap::Args)]
#[command(
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(crate) struct LogsArgs {
    #[command(subcommand)]
    verb: Option<LogsVerb>,

    /// The execution: its id, the beginning of it, `@last`, or `@-2` for the one before
    #[arg(value_name = "ID", required = true)]
    id: Option<String>,

    #[command(flatten)]
    wanted: Wanted,

    /// Go on until the execution ends
    ///
    /// Ctrl-C ends the showing, never the execution.
    #[arg(short, long)]
    follow: bool,

    /// What to show
    #[arg(long, value_name = "SOURCE", default_value = "all")]
    source: Streams,

    /// Only lines from then on: a time such as 2026-05-01T10:00:00Z, or how long ago, such as 10m
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<u64>,

    /// Only lines from before then
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<u64>,

    /// Only the last lines of what is there; with --follow, and all that come
    #[arg(short = 'n', long, value_name = "NUMBER")]
    tail: Option<usize>,

    /// Only lines that match this regular expression
    #[arg(short, long, value_name = "PATTERN")]
    grep: Option<Regex>,

    /// Put the time before each line
    #[arg(short, long)]
    timestamps: bool,

    /// Leave out colours and other sequences for terminals
    #[arg(long)]
    strip_ansi: bool,

    /// Only lines that say they are that grave, or graver
    ///
    /// By what a line begins with: `::error::`, `ERROR`, `[WARN]`, `level=error`, or a JSON object with `level`
    /// or `severity`. A line that is set in goes with the one before.
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,

    /// The exact bytes of the command, each stream on its own, and nothing else
    ///
    /// Otherwise, away from a terminal, a line that was written over (a bar of progress) is shown as it was last.
    #[arg(long, conflicts_with_all = ["output", "since", "until", "tail", "grep", "timestamps", "strip_ansi", "level"])]
    raw: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// What else can be done with what an execution wrote.
#[derive(Debug, clap::Subcommand)]
enum LogsVerb {
    /// Write all of it to a file, or to an object in S3
    Export(export::ExportArgs),
}

const EXAMPLES: &str = "\
Examples:
  mycli logs @last -f
  mycli logs 7k --source stderr | less
  mycli logs @last --tail 20 --timestamps
  mycli logs @last --since 10m --grep 'error|warning' --strip-ansi
  mycli logs @last --level error
  mycli logs @last --raw --source stdout > report.bin
  mycli logs export @last --to s3://bucket/logs/1.ndjson --format ndjson";

/// Runs `mycli logs`.
pub(crate) async fn run(args: LogsArgs, printer: Printer) -> Ending {
    if let Some(LogsVerb::Export(args)) = args.verb {
        return export::run(args, printer).await;
    }
    let named = Named {
        // Without a verb the parser requires it.
        id: args.id.unwrap_or_default(),
        wanted: args.wanted,
    };
    let (place, execution) = named.find().await?;
    let place = Arc::new(place);
    let mut screen = Screen::new(printer, &place.name, args.source, false);
    if args.raw {
        screen = screen.raw();
    }
    let is_shown_to_people = printer.format == Format::Text && !args.raw;
    let selection = Selection {
        streams: args.source,
        since_ms: args.since,
        until_ms: args.until,
        grep: args.grep,
        tail: args.tail,
        timestamps: args.timestamps,
        strip_ansi: args.strip_ansi,
        level: args.level,
        last_state: is_shown_to_people && !std::io::stdout().is_terminal(),
    };
    if !selection.is_everything() {
        let skip = to_skip(&place, &execution, &selection).await?;
        screen = screen.with_lines(Lines::new(selection, skip));
    }
    let shown = if args.follow {
        let mut signals = Signals::listen_to_leave()?;
        attach(
            &place,
            &execution.id,
            Attachment::LOOK,
            screen,
            &mut signals,
        )
        .await?
    } else {
        once(&place, execution, screen).await?
    };
    match shown {
        Shown::Ended(_) if args.raw => Ok(0),
        Shown::Ended(execution) => {
            report(printer, &place, &execution);
            Ok(0)
        }
        Shown::Closed => Ok(0),
        Shown::Detached(exit_code) => Ok(exit_code),
    }
}

/// Shows what is there now.
async fn once(place: &Place, execution: Execution, mut screen: Screen) -> Result<Shown, Failure> {
    let execution = runtime::reconcile::reconcile(place.site(), execution).await?;
    print(place, &execution, &mut screen).await?;
    screen.finish();
    screen.spinner().clear();
    if let Some(error) = screen.unwritten() {
        return Err(OwnError::doing("write to the standard output")(error).into());
    }
    Ok(if execution.state.is_final() {
        Shown::Ended(Box::new(execution))
    } else {
        Shown::Closed
    })
}

/// How many of the lines that are there come before the last ones that are wanted.
async fn to_skip(
    place: &Place,
    execution: &Execution,
    selection: &Selection,
) -> Result<usize, ProviderError> {
    let Some(tail) = selection.tail else {
        return Ok(0);
    };
    let mut lines = Lines::new(selection.clone(), 0);
    let is_line = |frame: &Frame| matches!(frame.body, Body::Stdout(_) | Body::Stderr(_));
    let count = |frames: &mut dyn Iterator<Item = Frame>| frames.filter(is_line).count();
    let mut there = 0;
    for attempt in execution.attempt_ids() {
        let mut after = 0;
        loop {
            let frames = place.site().history.frames(&attempt, after).await?;
            let Some(last) = frames.last() else {
                break;
            };
            after = last.seq;
            there += count(&mut frames.iter().flat_map(|frame| lines.feed(frame)));
        }
    }
    there += count(&mut lines.rest().into_iter());
    Ok(there.saturating_sub(tail))
}

/// Shows all frames that are there.
async fn print(
    place: &Place,
    execution: &Execution,
    screen: &mut Screen,
) -> Result<(), ProviderError> {
    for attempt in execution.attempt_ids() {
        let mut after = 0;
        loop {
            let frames = place.site().history.frames(&attempt, after).await?;
            if frames.is_empty() {
                break;
            }
            for frame in &frames {
                let event = Event::Frame {
                    attempt: attempt.number(),
                    frame,
                };
                if screen.show(event).is_break() {
                    return Ok(());
                }
                after = frame.seq;
            }
        }
    }
    Ok(())
}
