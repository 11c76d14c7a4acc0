//! What executions are found by: the words under which history keeps each of them.
//!
//! A word never changes once an execution is recorded, so a store can keep an index of them; what does change, the state, has
//! an index of its own.

use std::collections::BTreeSet;

use crate::execution::Execution;

/// The longest name, and the longest value, of a label, in characters.
pub const MAX_LABEL: usize = 128;

/// The most labels that an execution may have.
pub const MAX_LABELS: usize = 16;

/// A word that executions are found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(String);

impl Tag {
    /// Executions that this person asked for: a whole name, or what comes last in an ARN.
    pub fn user(name: &str) -> Self {
        Self(format!("user:{name}"))
    }

    /// Executions of this repository: its URL in any form, or the last parts of its path, such as `org/name` or `name`.
    pub fn repository(text: &str) -> Self {
        Self(format!("repository:{}", address(text)))
    }

    /// Executions that have this label: `NAME=VALUE`, or `NAME` with any value.
    pub fn label(text: &str) -> Self {
        Self(format!("label:{text}"))
    }

    /// The word as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The words under which `execution` is kept.
pub fn tags(execution: &Execution) -> BTreeSet<Tag> {
    let mut tags = BTreeSet::new();
    if let Some(user) = &execution.requested_by {
        tags.insert(Tag::user(user));
        tags.extend(user.rsplit('/').next().map(Tag::user));
    }
    if let Some(source) = &execution.source {
        let address = address(&source.repository);
        let mut rest = address.as_str();
        tags.insert(Tag::repository(rest));
        while let Some((_, shorter)) = rest.split_once('/') {
            tags.insert(Tag::repository(shorter));
            rest = shorter;
        }
    }
    for (name, value) in &execution.labels {
        tags.insert(Tag::label(name));
        tags.insert(Tag::label(&format!("{name}={value}")));
    }
    tags
}

/// A repository's host and path, without what differs between two URLs of the same one.
fn address(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, path) = match rest.find(['/', ':']) {
        // `git@host:path` as well as `host/path`; a port is part of the host.
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = path.trim_start_matches(':').trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let host = host.strip_suffix(".git").unwrap_or(host);
    if path.is_empty() {
        host.to_owned()
    } else if host.is_empty() {
        path.to_owned()
    } else {
        format!("{}/{path}", host.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_urls_of_a_repository_are_one_address() {
        for (url, expected) in [
            ("https://GitHub.com/org/name.git", "github.com/org/name"),
            ("https://token@github.com/org/name/", "github.com/org/name"),
            ("git@github.com:org/name.git", "github.com/org/name"),
            ("ssh://git@github.com/org/name", "github.com/org/name"),
            ("org/name", "org/name"),
            ("name", "name"),
            ("/srv/git/name.git", "srv/git/name"),
        ] {
            assert_eq!(address(url), expected, "{url}");
        }
    }
}
