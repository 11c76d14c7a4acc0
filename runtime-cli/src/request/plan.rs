//! A resolved request, shown: every setting, and where it comes from.

use runtime::execution::Capacity;
use runtime::price;
use runtime::wire::Command;
use serde_json::{Value, json};

use super::{Origin, Resolved, Setting};
use crate::failure::Failure;
use crate::printer::{Format, Printer};
use crate::render::{self, table::Table};

/// Prints `resolved`, with `command` if there is one to run.
///
/// Values of variables are not shown: they may be secrets.
pub(crate) fn print(
    printer: Printer,
    command: Option<&Command>,
    resolved: &Resolved,
) -> Result<(), Failure> {
    match printer.format {
        Format::Text => printer.result(&text(command, resolved)),
        Format::Json => printer.data("request", &data(command, resolved)),
    }
}

pub(super) fn text(command: Option<&Command>, resolved: &Resolved) -> String {
    let mut table = Table::new(&["SETTING", "VALUE", "FROM"]);
    let mut row = |name: &str, value: Option<String>, from: Option<&Origin>| {
        let value = value.unwrap_or_else(|| "-".to_owned());
        table.row(vec![
            name.to_owned(),
            value,
            from.unwrap_or(&Origin::Default).to_string(),
        ]);
    };
    if let Some(command) = command {
        let kind = match command {
            Command::Argv(_) => "command",
            Command::Script(_) => "script",
        };
        row(kind, Some(render::command(command)), Some(&Origin::Flag));
    }
    let context = &resolved.context;
    row(
        "context",
        Some(context.value.clone()),
        Some(&context.origin),
    );
    let source = resolved.source.as_ref();
    let shown = source.map(|source| render::source(&source.value));
    row("source", shown, source.map(|source| &source.origin));
    let image = resolved.image.as_ref();
    row(
        "image",
        image.map(|image| image.value.clone()),
        image.map(|image| &image.origin),
    );
    let timeout = resolved.timeout.as_ref();
    row(
        "timeout",
        timeout.map(|it| it.value.to_string()),
        timeout.map(|it| &it.origin),
    );
    let limit = &resolved.output_limit;
    if limit.origin != Origin::Default {
        row(
            "output limit",
            Some(limit.value.to_string()),
            Some(&limit.origin),
        );
    }
    let (place, from) = (&resolved.place.value, Some(&resolved.place.origin));
    let size = place.size.to_string();
    row("size", Some(size).filter(|size| !size.is_empty()), from);
    if let Some(hour) = price::per_hour(place.size) {
        let minute = price::of(place.size, 60_000).unwrap_or_default();
        let (hour, minute) = (price::dollars(hour), price::dollars(minute));
        let text = format!(
            "{hour} an hour, {minute} for the first minute (on demand, prices of {})",
            price::REGION
        );
        row("price", Some(text), from);
    }
    match place.capacity {
        Capacity::OnDemand => {}
        Capacity::SpotFirst => row(
            "capacity",
            Some("Spot, up to 70 % less; then on demand".to_owned()),
            from,
        ),
        Capacity::SpotOnly => row("capacity", Some("Spot, up to 70 % less".to_owned()), from),
    }
    if let Some(arch) = &place.arch {
        row("arch", Some(arch.clone()), from);
    }
    if let Some(role) = &place.role {
        row("role", Some(role.clone()), from);
    }
    let from = Some(&resolved.retry.origin);
    let retry = resolved.retry.value.retry();
    let grace = render::duration(resolved.retry.value.grace_ms());
    row("grace", Some(grace), from);
    row("attempts", Some(retry.attempts.to_string()), from);
    if !retry.on_exit.is_empty() {
        row("retry on exit", Some(retry.on_exit.to_string()), from);
    }
    if retry.interrupted {
        row("retry when interrupted", Some("yes".to_owned()), from);
    }
    for (name, variable) in &resolved.env {
        row(
            &format!("env {name}"),
            Some("(set)".to_owned()),
            Some(&variable.origin),
        );
    }
    table.to_string()
}

pub(super) fn data(command: Option<&Command>, resolved: &Resolved) -> Value {
    fn setting<T>(setting: &Setting<T>, value: impl Into<Value>) -> Value {
        json!({ "value": value.into(), "from": setting.origin.to_string() })
    }
    let env: serde_json::Map<String, Value> = resolved
        .env
        .iter()
        .map(|(name, variable)| (name.clone(), json!({ "from": variable.origin.to_string() })))
        .collect();
    json!({
        "command": command,
        "context": setting(&resolved.context, resolved.context.value.clone()),
        "source": resolved.source.as_ref().map(|it| setting(it, json!(it.value))),
        "image": resolved.image.as_ref().map(|it| setting(it, it.value.clone())),
        "timeout_ms": resolved.timeout.as_ref().map(|it| setting(it, it.value.ms)),
        "grace_ms": resolved.retry.value.grace_ms(),
        "retry": resolved.retry.value.retry(),
        "size": resolved.place.value.size,
        "capacity": resolved.place.value.capacity,
        "usd_per_hour": price::per_hour(resolved.place.value.size).map(|it| it / 1000).and_then(|it| u32::try_from(it).ok()).map(|it| f64::from(it) / 1e6),
        "env": env,
        "output_limit": setting(&resolved.output_limit, resolved.output_limit.value.0),
    })
}
