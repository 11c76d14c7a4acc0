//! `mycli status`

use runtime::{Ambient, Execution, price};

use super::{Ending, Named, Output};
use crate::context::System;
use crate::printer::{Format, Printer};
use crate::render::table::Table;
use crate::render::view::{ExecutionView, time};
use crate::render::{self, template};

/// Show where an execution stands
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    named: Named,

    /// Fill a Tera template with the execution; the names are those of --output json
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "output")]
    template: Option<String>,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli status @last
  mycli status 7k --output json
  mycli status @last --template '{{ exit_code }}'";

/// Runs `mycli status`.
pub(crate) async fn run(args: StatusArgs, printer: Printer) -> Ending {
    let (place, execution) = args.named.find().await?;
    let standing = runtime::reconcile::standing(place.site(), execution).await?;
    let now_ms = System.now_ms();
    let detail = standing.detail.as_deref();
    let view = ExecutionView::new(&standing.execution, &place.name, detail, now_ms);
    if let Some(template) = &args.template {
        printer.result(&format!("{}\n", template::render(template, &view)?))?;
    } else if printer.format == Format::Json {
        printer.data("execution", &view)?;
    } else {
        printer.result(&text(&standing.execution, &place.name, detail, now_ms))?;
    }
    Ok(0)
}

fn text(execution: &Execution, context: &str, detail: Option<&str>, now_ms: u64) -> String {
    let mut table = Table::new(&[]);
    let mut row = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            table.row(vec![name.to_owned(), value]);
        }
    };
    let outcome = execution.outcome.as_ref();
    let at = |at_ms: u64| {
        let ago = render::duration(now_ms.saturating_sub(at_ms));
        format!("{} ({ago} ago)", time(at_ms))
    };
    let detail = detail.map(|detail| format!(", {}", render::one_line(detail)));
    let state = format!("{}{}", execution.state, detail.unwrap_or_default());
    row("id", Some(execution.id.to_string()));
    row("state", Some(state));
    row(
        "exit code",
        outcome.map(|outcome| outcome.exit_code.to_string()),
    );
    row(
        "cause",
        outcome
            .and_then(render::cause)
            .map(|it| render::one_line(&it)),
    );
    row(
        "hint",
        outcome
            .and_then(render::hint)
            .map(|it| render::one_line(&it)),
    );
    row("command", Some(render::command(&execution.command)));
    row("image", execution.image.as_deref().map(render::one_line));
    row("source", execution.source.as_ref().map(render::source));
    row("commit", execution.commit.as_deref().map(render::one_line));
    row(
        "variables",
        Some(execution.env_names.join(", ")).filter(|names| !names.is_empty()),
    );
    for (name, value) in &execution.labels {
        row(&format!("label {name}"), Some(render::one_line(value)));
    }
    row("timeout", execution.timeout_ms.map(render::duration));
    row("created", Some(at(execution.created_at_ms)));
    row("started", execution.started_at_ms.map(at));
    row("ended", execution.ended_at_ms.map(at));
    row("cancelled", execution.cancel_requested_at_ms.map(at));
    row(
        "duration",
        render::ran_ms(execution, now_ms).map(render::duration),
    );
    row(
        "requested by",
        execution.requested_by.as_deref().map(render::one_line),
    );
    for attempt in &execution.earlier {
        let code = attempt.outcome.as_ref().map(|outcome| {
            outcome
                .code()
                .map_or_else(|| format!("exit {}", outcome.exit_code), str::to_owned)
        });
        row(&format!("attempt {}", attempt.number), code);
    }
    row(
        "attempt",
        (execution.attempt > 1)
            .then(|| format!("{} of {}", execution.attempt, execution.retry.attempts)),
    );
    row(
        "image digest",
        execution.image_digest.as_deref().map(render::one_line),
    );
    row(
        "size",
        Some(execution.size.to_string()).filter(|size| !size.is_empty()),
    );
    row(
        "cost",
        render::cost(execution, now_ms).map(|cost| {
            format!(
                "at most {} (on demand, prices of {})",
                price::dollars(cost),
                price::REGION
            )
        }),
    );
    row("context", Some(context.to_owned()));
    row("handle", execution.handle.as_deref().map(render::one_line));
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_what_is_known_and_nothing_else() {
        let running = crate::render::view::tests::running();
        insta::assert_snapshot!(text(&running, "local", Some("pulling a"), 10_000_000), @"
        id            wn6h7bh6
        state         running, pulling a
        command       terraform plan
        image         hashicorp/terraform:1.13
        source        https://example.com/a.git at 0123456789ab (main)
        variables     TF_LOG
        timeout       30m
        created       1970-01-01T02:30:00Z (16m40s ago)
        started       1970-01-01T02:30:04Z (16m36s ago)
        duration      16m36s
        requested by  ann
        context       local
        handle        4711
        ");
        let ended = crate::render::view::tests::ended();
        insta::assert_snapshot!(text(&ended, "prod", None, 10_000_000), @r"
        id            fqfvaf3y
        state         could_not_start
        exit code     125
        cause         pull missing:1: manifest unknown
        hint          check the name
        command       echo one\necho two # three
        image         missing:1
        created       1970-01-01T00:16:40Z (2h30m ago)
        ended         1970-01-01T00:16:40.34Z (2h29m ago)
        requested by  ann
        context       prod
        ");
    }
}
