//! `mycli attach`

use std::sync::Arc;

use runtime::follow::Position;

use super::exec::until_the_end;
use super::{Ending, Named, Output};
use crate::attach::{Attachment, Attempts, Bookmark, Screen, Signals, Streams, attach};
use crate::failure::Failure;
use crate::printer::Printer;
use crate::surroundings::Surroundings;

/// Go on watching an execution, from where `exec` or `attach` stopped on this machine, and end with its exit code
///
/// Everything is as in `mycli exec`: the first Ctrl-C asks the command to stop, the second one leaves it alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AttachArgs {
    #[command(flatten)]
    named: Named,

    /// Show everything from the beginning, whatever was seen already
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli attach @last
  mycli attach 7k --all";

/// Exit code of every failure that is not the command's own, as in `mycli exec`.
const NOT_RUN: u8 = 125;

/// Runs `mycli attach`.
pub(crate) async fn run(args: AttachArgs, printer: Printer) -> Ending {
    let attached = async {
        let around = Surroundings::read()?;
        let (place, execution) = args.named.find().await?;
        let place = Arc::new(place);
        let data = around.environment.data_directory();
        let bookmark = Bookmark::of(&data, &place.name, &execution.id);
        let seen = bookmark.read().filter(|_| !args.all);
        let attachment = Attachment {
            from: seen.unwrap_or(Position::START),
            attempts: Attempts::Left,
        };
        let screen = Screen::new(printer, &place.name, Streams::All, true).with_bookmark(bookmark);
        let mut signals = Signals::listen()?;
        let id = &execution.id;
        let shown = attach(&place, id, attachment, screen, &mut signals).await;
        until_the_end(printer, &place, id, shown)
    };
    attached
        .await
        .map_err(|failure: Failure| failure.exiting_with(NOT_RUN))
}
