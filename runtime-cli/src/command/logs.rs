//! `mycli logs`

use std::sync::Arc;

use regex_lite::Regex;
use runtime::follow::Event;
use runtime::wire::{Body, Frame};
use runtime::{Execution, ProviderError};

use super::{Ending, Named, Output, moment};
use crate::attach::{
    Attachment, Lines, Screen, Selection, Shown, Signals, Streams, attach, report,
};
use crate::context::Place;
use crate::failure::{Failure, OwnError};
use crate::printer::Printer;

/// Show what an execution wrote
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LogsArgs {
    #[command(flatten)]
    named: Named,

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

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli logs @last -f
  mycli logs 7k --source stderr | less
  mycli logs @last --tail 20 --timestamps
  mycli logs @last --since 10m --grep 'error|warning' --strip-ansi

Without --since, --until, --tail, --grep, --timestamps and --strip-ansi every byte comes out as it went in.";

/// Runs `mycli logs`.
pub(crate) async fn run(args: LogsArgs, printer: Printer) -> Ending {
    let (place, execution) = args.named.find().await?;
    let place = Arc::new(place);
    let mut screen = Screen::new(printer, &place.name, args.source, false);
    let selection = Selection {
        streams: args.source,
        since_ms: args.since,
        until_ms: args.until,
        grep: args.grep,
        tail: args.tail,
        timestamps: args.timestamps,
        strip_ansi: args.strip_ansi,
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
