//! `mycli exec`

use std::sync::Arc;

use runtime::follow::Position;
use runtime::{Execution, ExecutionId, Request};

use super::{Ending, Output, print_execution};
use crate::attach::{
    Attachment, Attempts, Bookmark, Screen, Shown, Signals, Streams, attach, report,
};
use crate::context::{self, Place};
use crate::failure::Failure;
use crate::printer::{Format, Printer};
use crate::request::{self, RequestArgs};
use crate::start::{Started, start};
use crate::surroundings::Surroundings;

/// Run a command, show what it writes and end with its exit code
///
/// One word with white space in it is a script for `/bin/sh -c`; anything else is started exactly as
/// given. Flags of mycli come before the command; what follows its first word is the command's own. Its
/// standard input is empty.
///
/// Ctrl-C asks the command to stop; a second one leaves it alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = MORE)]
pub(crate) struct ExecArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,

    /// Print the id and do not wait for the end
    #[arg(short, long)]
    pub(crate) detach: bool,

    /// Give the command a terminal of the size of this one
    ///
    /// For colours and bars of progress. Both its streams are one then; and there is nobody at its keyboard: its
    /// standard input is empty all the same.
    #[arg(short, long)]
    pub(crate) tty: bool,

    /// Print what would be run, and run nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) output: Output,

    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

const EXAMPLES: &str = include_str!("exec-examples.txt");
const MORE: &str = concat!(
    include_str!("exec-examples.txt"),
    include_str!("exec-more.txt")
);

/// Exit code of every failure that is not the command's own, as `docker run` has it.
const NOT_RUN: u8 = 125;

/// Runs `mycli exec`.
pub(crate) async fn run(args: ExecArgs, printer: Printer) -> Ending {
    let ending = exec(args, printer).await;
    ending.map_err(|failure| failure.exiting_with(NOT_RUN))
}

async fn exec(args: ExecArgs, printer: Printer) -> Ending {
    let around = Surroundings::read()?;
    let command = request::command(args.command)?;
    let resolved = request::resolve(&args.request, &around, &crate::git::detect)?;
    printer.remarks(&resolved.remarks);
    if args.dry_run {
        return request::plan::print(printer, Some(&command), &resolved).map(|()| 0);
    }
    let flagged = args.request.context.is_some();
    let place = Arc::new(context::open(&around, &resolved.context.value, flagged).await?);
    let caller = place.caller(&around.environment).await;
    let mut request = resolved.request(command, caller);
    request.terminal = args
        .tty
        .then(|| request::output::terminal(&around.environment));
    let watched = Watched {
        place,
        request: Arc::new(request),
        detach: args.detach,
    };
    watch(watched, &around, printer).await
}

/// What is started, and whether its end is waited for.
pub(super) struct Watched {
    pub(super) place: Arc<Place>,
    pub(super) request: Arc<Request>,
    pub(super) detach: bool,
}

/// Starts a request, and shows it to its end.
pub(super) async fn watch(watched: Watched, around: &Surroundings, printer: Printer) -> Ending {
    let Watched {
        place,
        request,
        detach,
    } = watched;
    let mut signals = Signals::listen()?;
    let screen = Screen::new(printer, &place.name, Streams::All, true);
    let spinner = screen.spinner();
    let id = match start(&place, &request, &spinner, &mut signals).await? {
        Started::Left(exit_code) => return Ok(exit_code),
        Started::Recorded(execution) if detach => {
            return detached(printer, &place, &execution);
        }
        Started::Recorded(execution) => execution.id,
        Started::Cancelled(id) => id,
    };
    let bookmark = Bookmark::of(&around.environment.data_directory(), &place.name, &id);
    let attachment = Attachment {
        from: Position::START,
        attempts: Attempts::Of(request),
    };
    let screen = screen.with_bookmark(bookmark);
    let shown = attach(&place, &id, attachment, screen, &mut signals).await;
    until_the_end(printer, &place, &id, shown)
}

/// What follows for the caller from how the showing of an execution ended.
pub(super) fn until_the_end(
    printer: Printer,
    place: &Place,
    id: &ExecutionId,
    shown: Result<Shown, Failure>,
) -> Ending {
    let again = place.again("attach", id);
    match shown {
        Ok(Shown::Ended(execution)) => Ok(report(printer, place, &execution)),
        Ok(Shown::Closed) => Ok(0),
        Ok(Shown::Detached(exit_code)) => {
            printer.note(&format!("{id} goes on: {again}"));
            Ok(exit_code)
        }
        Err(failure) => {
            printer.note(&format!("{id} goes on by itself; go on watching: {again}"));
            Err(failure)
        }
    }
}

/// Leaves an execution that was started to itself.
fn detached(printer: Printer, place: &Place, execution: &Execution) -> Ending {
    match printer.format {
        Format::Text => printer.result(&format!("{}\n", execution.id))?,
        Format::Json => print_execution(printer, place, execution)?,
    }
    if execution.state.is_final() {
        Ok(report(printer, place, execution))
    } else {
        Ok(0)
    }
}
