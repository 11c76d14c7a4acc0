//! Changes put before a reader, once and in full.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use synth_core::Json;

use crate::access::shown;
use crate::{
    Action, Changes, Direction, Effect, EntryChange, Fate, Loss, PropertyChange, ResourceChange,
};

/// How many characters of a value are shown.
const LONGEST: usize = 100;

/// The changes of the stack or file `name`, with colours, which a writer to a file strips.
pub fn stack(name: &str, changes: &Changes) -> String {
    let bold = Style::new().bold();
    let mut text = format!("{bold}{}{bold:#}: {}\n", line(name), changes.tally());
    for change in &changes.resources {
        resource(&mut text, change);
    }
    for change in &changes.entries {
        entry(&mut text, change);
    }
    access(&mut text, changes);
    text
}

fn resource(text: &mut String, change: &ResourceChange) {
    let (symbol, color, word) = match &change.action {
        Action::Add => ("+", AnsiColor::Green, None),
        Action::Remove => ("-", AnsiColor::Red, None),
        Action::Move { from, .. } => (
            "±",
            AnsiColor::Magenta,
            Some(format!("moved from {}", line(from))),
        ),
        Action::Change(Effect::Replaces) => ("±", AnsiColor::Magenta, Some("replaced".to_owned())),
        Action::Change(Effect::MayReplace) => {
            ("±", AnsiColor::Magenta, Some("may be replaced".to_owned()))
        }
        Action::Change(Effect::Unknown) => {
            ("~", AnsiColor::Yellow, Some("effect unknown".to_owned()))
        }
        Action::Change(Effect::InPlace) => ("~", AnsiColor::Yellow, None),
        Action::Change(Effect::Nothing) => (
            "~",
            AnsiColor::Yellow,
            Some("the resource is left alone".to_owned()),
        ),
    };
    let style = color.on_default();
    let dim = Style::new().dimmed();
    let _ = write!(
        text,
        "{style}[{symbol}]{style:#} {}",
        line(&change.resource_type)
    );
    if let Some(path) = &change.path {
        let _ = write!(text, " {}", line(path));
    }
    let _ = write!(text, " {dim}{}{dim:#}", line(&change.logical_id));
    let fate = change
        .fate
        .map(|fate| match (fate, change.action == Action::Remove) {
            (Fate::Deleted, true) => "deleted",
            (Fate::Deleted, false) => "the old one is deleted",
            (Fate::Retained, true) => "goes on existing outside the stack",
            (Fate::Retained, false) => "the old one goes on existing outside the stack",
            (Fate::Snapshot, true) => "deleted after a snapshot",
            (Fate::Snapshot, false) => "the old one is deleted after a snapshot",
        });
    let remarks: Vec<&str> = word.as_deref().into_iter().chain(fate).collect();
    if !remarks.is_empty() {
        let _ = write!(text, " ({})", remarks.join("; "));
    }
    let red = AnsiColor::Red.on_default().bold();
    match change.loss {
        Some(Loss::Certain) => {
            let _ = write!(text, " {red}what it holds is lost{red:#}");
        }
        Some(Loss::Possible) => {
            let _ = write!(text, " {red}what it holds may be lost{red:#}");
        }
        None => {}
    }
    text.push('\n');
    for one in &change.properties {
        property(
            text,
            one,
            one.path.strip_prefix("Properties.").unwrap_or(&one.path),
        );
    }
    for cause in &change.causes {
        let path = cause
            .path
            .strip_prefix("Properties.")
            .unwrap_or(&cause.path);
        let word = replacing(cause.effect);
        let becomes = if cause.certain {
            "becomes"
        } else {
            "may become"
        };
        let _ = writeln!(
            text,
            "      {}: {} {becomes} another{word}",
            line(path),
            line(&cause.on)
        );
    }
    for advice in &change.advice {
        let yellow = AnsiColor::Yellow.on_default();
        let _ = writeln!(text, "      {yellow}!{yellow:#} {}", line(advice));
    }
}

fn replacing(effect: Effect) -> &'static str {
    match effect {
        Effect::Replaces => " (replaces)",
        Effect::MayReplace => " (may replace)",
        Effect::Nothing | Effect::InPlace | Effect::Unknown => "",
    }
}

fn property(text: &mut String, change: &PropertyChange, path: &str) {
    let path = line(path);
    let (green, red) = (AnsiColor::Green.on_default(), AnsiColor::Red.on_default());
    let word = replacing(change.effect);
    let colon = if path.is_empty() { "" } else { ": " };
    let _ = match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let (before, after) = (value(before), value(after));
            writeln!(
                text,
                "      {path}{colon}{red}{before}{red:#} → {green}{after}{green:#}{word}"
            )
        }
        (None, Some(after)) => writeln!(
            text,
            "    {green}+{green:#} {path}{colon}{}{word}",
            value(after)
        ),
        (Some(before), None) => writeln!(
            text,
            "    {red}-{red:#} {path}{colon}{}{word}",
            value(before)
        ),
        (None, None) => writeln!(text, "      {path}{word}"),
    };
}

/// A value on one line; long ones are cut in the middle, where values that begin the same tend to differ least.
fn value(value: &Json) -> String {
    let line = line(&shown(value));
    let length = line.chars().count();
    if length <= LONGEST {
        return line;
    }
    let half = LONGEST / 2;
    let start: String = line.chars().take(half).collect();
    let end: String = line.chars().skip(length - half).collect();
    format!("{start}…{end}")
}

/// `text` on one line, with what would move the cursor, color the terminal or change the order of letters made visible.
fn line(text: &str) -> String {
    let is_hidden = |letter: char| {
        letter.is_control()
            || matches!(
                letter,
                '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            )
    };
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => line.push(' '),
            letter if is_hidden(letter) => line.extend(letter.escape_default()),
            letter => line.push(letter),
        }
    }
    line
}

fn entry(text: &mut String, change: &EntryChange) {
    let style = AnsiColor::Yellow.on_default();
    let (green, red) = (AnsiColor::Green.on_default(), AnsiColor::Red.on_default());
    let name = [change.section.as_str(), &change.name];
    let name = name
        .iter()
        .filter(|it| !it.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    let name = line(&name);
    if let [
        PropertyChange {
            path,
            before,
            after,
            ..
        },
    ] = change.properties.as_slice()
        && path.is_empty()
    {
        let _ = match (before, after) {
            (None, Some(after)) => writeln!(text, "{green}[+]{green:#} {name}: {}", value(after)),
            (Some(before), None) => writeln!(text, "{red}[-]{red:#} {name}: {}", value(before)),
            (before, after) => {
                let shown = |side: &Option<Json>| side.as_ref().map(value).unwrap_or_default();
                let (before, after) = (shown(before), shown(after));
                writeln!(
                    text,
                    "{style}[~]{style:#} {name}: {red}{before}{red:#} → {green}{after}{green:#}"
                )
            }
        };
        return;
    }
    let _ = writeln!(text, "{style}[~]{style:#} {name}");
    for one in &change.properties {
        property(text, one, &one.path);
    }
}

/// The tables of statements and rules.
fn access(text: &mut String, changes: &Changes) {
    let sign = |added: bool| if added { "+" } else { "-" };
    let mut rows = Vec::new();
    for grant in &changes.grants {
        rows.push((
            grant.direction,
            vec![
                sign(grant.added).to_owned(),
                grant.direction.name().to_owned(),
                grant.effect.clone(),
                grant.principals.join(", "),
                grant.actions.join(", "),
                grant.resources.join(", "),
                grant.condition.clone(),
            ],
        ));
    }
    table(
        text,
        "Access",
        &["", "", "EFFECT", "WHO", "MAY", "ON", "WHEN"],
        &rows,
    );
    rows.clear();
    for rule in &changes.rules {
        rows.push((
            rule.direction,
            vec![
                sign(rule.added).to_owned(),
                rule.direction.name().to_owned(),
                rule.group.clone(),
                if rule.ingress { "in from" } else { "out to" }.to_owned(),
                rule.peer.clone(),
                if rule.protocol == "-1" {
                    "all".to_owned()
                } else {
                    rule.protocol.clone()
                },
                rule.ports.clone(),
            ],
        ));
    }
    table(
        text,
        "Network",
        &["", "", "GROUP", "WAY", "PEER", "PROTOCOL", "PORTS"],
        &rows,
    );
}

fn table(text: &mut String, title: &str, header: &[&str], rows: &[(Direction, Vec<String>)]) {
    if rows.is_empty() {
        return;
    }
    let bold = Style::new().bold();
    let _ = writeln!(text, "{bold}{title}{bold:#}");
    let cut = |cell: &str| value(&Json::text(cell.to_owned()));
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|(_, row)| row.get(column));
        let longest = cells
            .map(|cell| cut(cell).chars().count())
            .max()
            .unwrap_or_default();
        let name = header.get(column).map_or(0, |name| name.len());
        if longest == 0 {
            0
        } else {
            longest.max(name) + 2
        }
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = String>| {
        let cells = cells.zip(&widths).filter(|(_, width)| **width > 0);
        let mut line = String::new();
        for (cell, width) in cells {
            let _ = write!(line, "{cell:width$}");
        }
        line.trim_end().to_owned()
    };
    let dim = Style::new().dimmed();
    let head = line(&mut header.iter().map(|name| (*name).to_owned()));
    let _ = writeln!(text, "  {dim}{head}{dim:#}");
    for (direction, row) in rows {
        let style = match direction {
            Direction::Broadening => AnsiColor::Red.on_default(),
            Direction::Narrowing => AnsiColor::Green.on_default(),
            Direction::Neutral => Style::new().dimmed(),
        };
        let row = line(&mut row.iter().map(|cell| cut(cell)));
        let _ = writeln!(text, "  {style}{row}{style:#}");
    }
}
