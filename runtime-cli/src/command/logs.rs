//! `mycli logs`

use std::sync::Arc;

use runtime::follow::Event;
use runtime::{Execution, ProviderError};

use super::{Ending, Named, Output};
use crate::attach::{Screen, Shown, Signals, Streams, attach, report};
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
    let place = Arc::new(place);
    let screen = Screen::new(printer, &place.name, args.source, false);
    let shown = if args.follow {
        let mut signals = Signals::listen_to_leave()?;
        attach(&place, &execution.id, screen, &mut signals).await?
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
