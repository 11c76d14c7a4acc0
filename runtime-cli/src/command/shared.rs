//! Arguments that several commands take.

use runtime::find::FindError;
use runtime::{Ambient, Execution};

use crate::context::{self, Place};
use crate::failure::Failure;
use crate::printer::{Format, Printer};
use crate::render::view::ExecutionView;
use crate::surroundings::Surroundings;

/// How a command speaks.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Output {
    /// Print results, warnings and errors, and nothing else
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// What results and errors look like
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true
    )]
    pub(crate) output: Format,
}

impl Output {
    /// The printer that speaks so.
    pub(crate) fn printer(&self) -> Printer {
        Printer {
            format: self.output,
            quiet: self.quiet,
        }
    }
}

/// Which context a command looks into.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Wanted {
    /// Context to look into: `local`, or an installation from `mycli context list`
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
}

impl Wanted {
    /// Opens it.
    pub(crate) async fn open(&self) -> Result<Place, Failure> {
        let around = Surroundings::read()?;
        let name = around.context(self.context.as_deref());
        context::open(&around, &name, self.context.is_some()).await
    }
}

/// Which execution a command is about.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Named {
    /// The execution: its id, the beginning of it, `@last`, or `@-2` for the one before
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) wanted: Wanted,
}

impl Named {
    /// Opens the context and finds the execution in it. Its row is as history holds it.
    pub(crate) async fn find(&self) -> Result<(Place, Execution), Failure> {
        let place = self.wanted.open().await?;
        match runtime::find::find(place.site(), &self.id).await {
            Ok(execution) => Ok((place, execution)),
            Err(error @ (FindError::NoSuch { .. } | FindError::TooFarBack { .. })) => {
                let hint = format!("see `mycli list --context {}`", place.name);
                Err(Failure::from(error).hinting(hint))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Prints `execution` where programs read; people are told in other words.
pub(crate) fn print_execution(
    printer: Printer,
    place: &Place,
    execution: &Execution,
) -> Result<(), Failure> {
    match printer.format {
        Format::Text => Ok(()),
        Format::Json => {
            let now_ms = context::System.now_ms();
            let view = ExecutionView::new(execution, &place.name, None, now_ms);
            printer.data("execution", &view)
        }
    }
}

/// A moment, in milliseconds since the Unix epoch: a time, or how long ago it was.
pub(crate) fn moment(text: &str) -> Result<u64, String> {
    let refused =
        "write a time such as 2026-05-01T10:00:00Z, or how long ago, such as 90s, 10m or 2h";
    let at = if let Ok(at) = text.parse::<jiff::Timestamp>() {
        at
    } else {
        let ago: jiff::SignedDuration = text.parse().map_err(|_| refused)?;
        let at = jiff::Timestamp::now().checked_sub(ago);
        at.map_err(|_| refused)?
    };
    u64::try_from(at.as_millisecond()).map_err(|_| refused.to_owned())
}
