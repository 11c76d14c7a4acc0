//! What stands under `metadata`: for each construct path, entries of many types.

use std::collections::BTreeMap;

use crate::json::Json;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The stack is not to be deployed.
    Error,
    /// It may be wrong.
    Warning,
    /// It may be of interest.
    Info,
}

impl Level {
    /// The level as one word: `error`, `warning` or `info`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What an app says about one of its constructs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How bad it is.
    pub level: Level,
    /// Path of the construct, such as `/Prod/Api/Bucket`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// The messages in `metadata`, in order.
pub(super) fn messages(metadata: &Json) -> Vec<Message> {
    entries(metadata)
        .filter_map(|(path, entry)| {
            let level = match entry.get("type")?.as_text()? {
                "aws:cdk:error" => Level::Error,
                "aws:cdk:warning" => Level::Warning,
                "aws:cdk:info" => Level::Info,
                _ => return None,
            };
            let data = entry.get("data")?;
            let text = data.as_text().map(str::to_owned);
            Some(Message {
                level,
                path: path.to_owned(),
                text: text.unwrap_or_else(|| data.to_compact()),
            })
        })
        .collect()
}

/// Which construct each logical id belongs to.
pub(super) fn construct_paths(metadata: &Json) -> BTreeMap<String, String> {
    entries(metadata)
        .filter(|(_, entry)| entry.get("type").and_then(Json::as_text) == Some("aws:cdk:logicalId"))
        .filter_map(|(path, entry)| {
            let id = entry.get("data")?.as_text()?;
            Some((id.to_owned(), path.to_owned()))
        })
        .collect()
}

fn entries(metadata: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let paths = metadata.entries().unwrap_or_default().iter();
    paths.flat_map(|(path, entries)| {
        let entries = entries.items().unwrap_or_default().iter();
        entries.map(move |entry| (&**path, entry))
    })
}
