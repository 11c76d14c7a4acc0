//! What a person and a program read of an import.

use serde_json::{Value, json};

use super::additions::Additions;
use crate::deployment::prepare::Prepared;
use crate::printer::Printer;
use crate::render::one_line;
use crate::render::table::Table;

/// What is imported, and what is not.
pub(super) fn text(one: &Prepared, found: &Additions) -> String {
    let mut table = Table::new(&[]);
    for new in &found.new {
        let known = new.known().unwrap_or_default().into_iter();
        let known: Vec<String> = known
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        table.row(vec![
            new.logical_id.clone(),
            new.resource_type.clone(),
            one_line(&known.join(" ")),
        ]);
    }
    let region = one.environment.cloud.region();
    let kind = if found.deployed.is_some() { "" } else { "new " };
    let mut text = format!(
        "To import into the {kind}stack `{}` in {region}:\n{table}",
        one.request.stack
    );
    if !found.left.is_empty() {
        text.extend([
            "left for `mycli apply`: ",
            &one_line(&found.left.join(", ")),
            "\n",
        ]);
    }
    text
}

/// What to do after it.
pub(super) fn told(one: &Prepared, found: &Additions, printer: Printer) {
    let (name, stack) = (&one.artifact.display_name, &one.request.stack);
    let count = match found.new.len() {
        1 => "1 resource".to_owned(),
        count => format!("{count} resources"),
    };
    printer.note(&format!("{name}: imported {count}"));
    printer.note(&format!(
        "`mycli apply` deploys what the import has left, and then `mycli drift {stack}` shows where they are not as the template says"
    ));
}

/// The same for programs.
pub(super) fn data(one: &Prepared, found: &Additions, applied: bool) -> Value {
    let resources = found.new.iter().map(|new| {
        json!({
            "logical_id": new.logical_id,
            "type": new.resource_type,
            "identifier": new.known(),
        })
    });
    json!({
        "stack": one.request.stack,
        "region": one.environment.cloud.region(),
        "account": one.environment.account,
        "action": if found.deployed.is_some() { "update" } else { "create" },
        "applied": applied,
        "resources": resources.collect::<Vec<_>>(),
        "left": found.left,
    })
}
