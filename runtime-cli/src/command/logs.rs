//! `mycli logs`

use std::sync::Arc;

use runtime::follow::Event;
use runtime::{Execution, ProviderError};

use super::{Ending, Named, Output};
use crate::attach::{Screen, Shown, Signals, Streams, attach};
use crate::context::Place;
use crate::failure::OwnError;
use crate::printer::Printer;
use crate::render::ending;

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

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli logs @last -f
  mycli logs 7k --source stderr | less";

/// Runs `mycli logs`.
pub(crate) async fn run(args: LogsArgs, printer: Printer) -> Ending {
    let (place, execution) = args.named.find().await?;
    let mut screen = Screen::new(printer, &place.name, args.source, false);
    let ended = if args.follow {
        match attach(&Arc::new(place), &execution.id, screen, &mut Signals::listen_to_leave()?).await? {
            Shown::Ended(execution) => Some(*execution),
            Shown::Closed => None,
            Shown::Detached(exit_code) => return Ok(exit_code),
        }
    } else {
        let execution = runtime::reconcile::reconcile(place.site(), execution).await?;
        print(&place, &execution, &mut screen).await?;
        screen.unwritten().map_or(Ok(()), |error| {
            Err(OwnError::doing("write to the standard output")(error))
        })?;
        execution.state.is_final().then_some(execution)
    };
    if let Some(execution) = ended {
        printer.note(&format!("{}: {}", execution.id, ending(&execution)));
    }
    Ok(0)
}

/// Shows all frames that are there.
async fn print(
    place: &Place,
    execution: &Execution,
    screen: &mut Screen,
) -> Result<(), ProviderError> {
    let mut after = 0;
    loop {
        let frames = place.site().history.frames(&execution.id, after).await?;
        for frame in &frames {
            if screen.show(Event::Frame(frame)).is_break() {
                return Ok(());
            }
            after = frame.seq;
        }
        if frames.is_empty() {
            return Ok(());
        }
    }
}
