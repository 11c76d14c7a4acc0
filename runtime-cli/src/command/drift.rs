//! `mycli drift`

use runtime::deploy::{Drift, DriftedProperty, drift};
use serde_json::{Value, json};

use super::deployed::Deployed;
use super::{Ending, Output};
use crate::attach::Signals;
use crate::install::{unchanged, unless_left};
use crate::printer::{Format, Printer};
use crate::render::one_line;

/// Show what was changed or deleted behind the back of a stack, property by property
///
/// The exit code is 1 when anything was. CloudFormation cannot compare every type; those are counted, and named with
/// --output json.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DriftArgs {
    #[command(flatten)]
    deployed: Deployed,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli drift web
  mycli drift web --output json";

/// Runs `mycli drift`.
pub(crate) async fn run(args: DriftArgs, printer: Printer) -> Ending {
    let (cloud, stack) = args.deployed.find().await?;
    let mut signals = Signals::listen_to_leave()?;
    let found = unless_left(&mut signals, drift(&cloud, &stack)).await;
    let found = found.map_err(unchanged)??;
    if let Some(reason) = &found.incomplete {
        let reason = one_line(reason);
        printer.warn(&format!("not everything could be compared: {reason}"));
    }
    match printer.format {
        Format::Json => printer.data("drift", &data(&stack.name, &found))?,
        Format::Text => printer.result(&text(&stack.name, &found))?,
    }
    Ok(u8::from(!found.drifted.is_empty()))
}

fn text(stack: &str, drift: &Drift) -> String {
    let mut text = String::new();
    for one in &drift.drifted {
        let resource = &one.resource;
        let (symbol, remark) = if one.deleted {
            ("-", " is gone")
        } else {
            ("~", "")
        };
        text.extend([
            symbol,
            " ",
            &one_line(&resource.logical_id),
            " (",
            &one_line(&resource.resource_type),
            ")",
            remark,
            "\n",
        ]);
        for property in &one.properties {
            text.extend(["    ", &line(property), "\n"]);
        }
    }
    let unchecked = match drift.unchecked.len() {
        0 => String::new(),
        count => format!(", {count} cannot be compared"),
    };
    text + &format!(
        "{stack}: {} drifted, {} in sync{unchecked}\n",
        drift.drifted.len(),
        drift.in_sync
    )
}

fn line(property: &DriftedProperty) -> String {
    let path = one_line(property.path.trim_start_matches('/')).replace('/', ".");
    match (&property.expected, &property.actual) {
        (Some(expected), Some(actual)) => {
            format!("{path}: {} → {}", one_line(expected), one_line(actual))
        }
        (None, Some(actual)) => format!("{path}: → {}", one_line(actual)),
        (Some(expected), None) => format!("{path}: {} →", one_line(expected)),
        (None, None) => path,
    }
}

fn data(stack: &str, drift: &Drift) -> Value {
    let drifted = drift.drifted.iter().map(|one| {
        let properties = one
            .properties
            .iter()
            .map(|it| json!({ "path": it.path, "expected": it.expected, "actual": it.actual }));
        json!({
            "logical_id": one.resource.logical_id,
            "type": one.resource.resource_type,
            "physical_id": one.resource.physical_id,
            "deleted": one.deleted,
            "properties": properties.collect::<Vec<_>>(),
        })
    });
    let unchecked = drift.unchecked.iter();
    let unchecked =
        unchecked.map(|it| json!({ "logical_id": it.logical_id, "type": it.resource_type }));
    json!({
        "stack": stack,
        "drifted": drifted.collect::<Vec<_>>(),
        "in_sync": drift.in_sync,
        "unchecked": unchecked.collect::<Vec<_>>(),
        "incomplete": drift.incomplete,
    })
}
