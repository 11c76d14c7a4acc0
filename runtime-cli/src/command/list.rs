//! `mycli list`

use runtime::port::Page;
use runtime::tag::Tag;
use runtime::{Ambient, Execution, State};
use serde_json::json;

use super::{Ending, Output, Wanted, moment};
use crate::context::System;
use crate::printer::{Format, Printer};
use crate::render::table::Table;
use crate::render::view::ExecutionView;
use crate::render::{self, template};

/// List executions, the youngest first
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ListArgs {
    /// Only executions in this state; may be given more than once
    #[arg(
        long,
        visible_alias = "status",
        value_name = "STATE",
        value_parser = states(),
        value_delimiter = ','
    )]
    state: Vec<String>,

    /// Only executions that this person asked for: a name, an ARN, or what comes last in one
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Only executions of this repository: its URL, or the end of it, such as org/name
    #[arg(long, value_name = "REPOSITORY")]
    repo: Option<String>,

    /// Only executions with this label; may be given more than once
    #[arg(long, value_name = "NAME[=VALUE]")]
    label: Vec<String>,

    /// Only executions from then on: a time such as 2026-05-01T10:00:00Z, or how long ago, such as 2h
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<u64>,

    /// Only executions from before then
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<u64>,

    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,

    /// Where to go on: what the page before said
    #[arg(long, value_name = "TOKEN")]
    page: Option<String>,

    /// Fill a Tera template with each execution; the names are those of --output json
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "output")]
    template: Option<String>,

    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli list --state running,preparing
  mycli list --state failed --repo org/name --since 24h
  mycli list --user ann --label ticket=OPS-7
  mycli list --limit 100 --output json
  mycli list --template '{{ id }} {{ exit_code }}'";

/// The names of all states.
fn states() -> clap::builder::PossibleValuesParser {
    State::ALL.map(State::name).into()
}

/// The words that all of what is listed is kept under.
fn tags(args: &ListArgs) -> Vec<Tag> {
    let users = args.user.iter().map(|name| Tag::user(name));
    let repositories = args.repo.iter().map(|text| Tag::repository(text));
    let labels = args.label.iter().map(|text| Tag::label(text));
    users.chain(repositories).chain(labels).collect()
}

/// Runs `mycli list`.
pub(crate) async fn run(args: ListArgs, printer: Printer) -> Ending {
    let place = args.wanted.open().await?;
    let page = Page {
        limit: args.limit.into(),
        states: args
            .state
            .iter()
            .filter_map(|name| State::from_name(name))
            .collect(),
        tags: tags(&args),
        since_ms: args.since,
        until_ms: args.until,
        token: args.page,
    };
    let listed = runtime::list::list(place.site(), &page).await?;
    if let Some(error) = &listed.unseen {
        printer.warn(&format!("some are shown as they were last known: {error}"));
    }
    let now_ms = System.now_ms();
    let view = |row| ExecutionView::new(row, &place.name, None, now_ms);
    let views: Vec<ExecutionView<'_>> = listed.executions.iter().map(view).collect();
    if let Some(template) = &args.template {
        for view in &views {
            printer.result(&format!("{}\n", template::render(template, view)?))?;
        }
    } else if printer.format == Format::Json {
        let data = json!({ "executions": views, "next_page": listed.next });
        printer.data("executions", &data)?;
    } else if listed.executions.is_empty() && listed.next.is_some() {
        printer.note("none among the youngest that were looked through");
    } else if listed.executions.is_empty() {
        printer.note(&format!("no such executions in the context {}", place.name));
    } else {
        printer.result(&table(&listed.executions, &place.name, now_ms))?;
    }
    if let (Some(next), Format::Text) = (&listed.next, printer.format) {
        printer.note(&format!("there are more: mycli list --page {next}"));
    }
    Ok(0)
}

fn table(executions: &[Execution], context: &str, now_ms: u64) -> String {
    let header = [
        "ID", "STATE", "EXIT", "COMMAND", "IMAGE", "AGE", "DURATION", "CONTEXT",
    ];
    let mut table = Table::new(&header);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    for execution in executions {
        let outcome = execution.outcome.as_ref();
        let age = now_ms.saturating_sub(execution.created_at_ms);
        table.row(vec![
            execution.id.to_string(),
            execution.state.to_string(),
            or_dash(outcome.map(|outcome| outcome.exit_code.to_string())),
            render::cut(&render::command(&execution.command), 48),
            or_dash(execution.image.as_deref().map(render::one_line)),
            render::duration(age),
            or_dash(render::ran_ms(execution, now_ms).map(render::duration)),
            context.to_owned(),
        ]);
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_a_table_that_lines_up() {
        let running = crate::render::view::tests::running();
        let ended = crate::render::view::tests::ended();
        insta::assert_snapshot!(table(&[running, ended], "local", 10_000_000), @r"
        ID        STATE            EXIT  COMMAND                     IMAGE                     AGE     DURATION  CONTEXT
        wn6h7bh6  running          -     terraform plan              hashicorp/terraform:1.13  16m40s  16m36s    local
        fqfvaf3y  could_not_start  125   echo one\necho two # three  missing:1                 2h30m   -         local
        ");
    }
}
