//! `mycli diagnose`

use std::fmt::Write as _;

use runtime::deploy::{self, Cause, Report};
use serde_json::json;

use super::deployed::Deployed;
use super::{Ending, Output};
use crate::printer::{Format, Printer};
use crate::render::one_line;

/// Say why a stack stands where it stands, and what can be done now
///
/// Looks into the last operation on it: what failed by itself, in stacks nested in it too, and not what was cancelled
/// or undone because of that. For what AWS denied, it writes the statement that would permit it. Exits with 1 where
/// something failed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiagnoseArgs {
    #[command(flatten)]
    deployed: Deployed,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli diagnose web
  mycli diagnose web --region eu-central-1 --output json";

/// Runs `mycli diagnose`.
pub(crate) async fn run(args: DiagnoseArgs, printer: Printer) -> Ending {
    let cloud = args.deployed.cloud().await?;
    let report = deploy::diagnose(&cloud, &args.deployed.stack).await?;
    let report = report.ok_or_else(|| args.deployed.missing())?;
    match printer.format {
        Format::Json => printer.data("diagnosis", &data(&report))?,
        Format::Text => printer.result(&text(&report))?,
    }
    Ok(u8::from(!report.causes.is_empty()))
}

fn text(report: &Report) -> String {
    let name = one_line(&report.stack.name);
    let mut text = format!("{name} is in {}\n", one_line(&report.stack.state.0));
    if report.causes.is_empty() {
        let reason = report.stack.reason.as_deref().map(one_line);
        text.extend(reason.map(|reason| format!("  {reason}\n")));
    }
    for (position, cause) in report.causes.iter().enumerate() {
        let word = if position == 0 { "cause" } else { "also" };
        let place = if cause.stack == report.stack.name {
            String::new()
        } else {
            format!(" in {}", one_line(&cause.stack))
        };
        let _ = writeln!(
            text,
            "{word}: {} ({}){place}: {}",
            one_line(&cause.resource.logical_id),
            one_line(&cause.resource.resource_type),
            one_line(&cause.resource.reason),
        );
        if let Some(advice) = &cause.advice {
            let _ = writeln!(text, "  hint: {}", advice.next);
            if let Some(statement) = &advice.statement {
                let _ = writeln!(text, "  permit: {}", one_line(statement));
            }
        }
    }
    if report.followed > 0 {
        let _ = writeln!(text, "{} more failed only because of this", report.followed);
    }
    for next in &report.next {
        let _ = writeln!(text, "next: {}", one_line(next));
    }
    if report.causes.is_empty() && report.next.is_empty() {
        text.push_str("nothing is wrong with it\n");
    }
    text
}

fn data(report: &Report) -> serde_json::Value {
    let cause = |cause: &Cause| {
        let advice = cause.advice.as_ref();
        let statement = advice.and_then(|advice| advice.statement.as_deref());
        let statement = statement.and_then(|it| serde_json::from_str::<serde_json::Value>(it).ok());
        json!({
            "stack": cause.stack,
            "logical_id": cause.resource.logical_id,
            "type": cause.resource.resource_type,
            "physical_id": cause.resource.physical_id,
            "status": cause.resource.status,
            "reason": cause.resource.reason,
            "code": advice.map(|advice| advice.code),
            "hint": advice.map(|advice| advice.next.as_str()),
            "permit": statement,
        })
    };
    json!({
        "stack": report.stack.name,
        "state": report.stack.state.0,
        "reason": report.stack.reason,
        "causes": report.causes.iter().map(cause).collect::<Vec<_>>(),
        "followed": report.followed,
        "next": report.next,
    })
}
