//! Which stacks a person means.

use std::fmt;

use super::{CloudAssembly, StackArtifact};

/// `*` stops at a slash, as in `Prod/*`.
const GLOB: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// A pattern that no stack matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectError {
    /// The pattern; empty where the assembly has no stack at all.
    pub pattern: String,
    /// Display names of the stacks there are, the nearest first.
    pub candidates: Vec<String>,
}

impl fmt::Display for SelectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.candidates.is_empty() {
            return formatter.write_str("the assembly has no stacks");
        }
        write!(formatter, "no stack matches `{}`", self.pattern)
    }
}

impl std::error::Error for SelectError {}

pub(super) fn select<'a>(
    assembly: &'a CloudAssembly,
    patterns: &[String],
    all: bool,
) -> Result<Vec<&'a StackArtifact>, SelectError> {
    let stacks = &assembly.stacks;
    if all || patterns.is_empty() {
        return Ok(stacks.iter().collect());
    }
    let mut chosen = vec![false; stacks.len()];
    for text in patterns {
        let pattern = glob::Pattern::new(text).ok();
        let mut found = false;
        for (chosen, stack) in chosen.iter_mut().zip(stacks) {
            let matches = |pattern: &glob::Pattern| pattern.matches_with(&stack.display_name, GLOB);
            if [&stack.display_name, &stack.stack_name].contains(&text)
                || pattern.as_ref().is_some_and(matches)
            {
                *chosen = true;
                found = true;
            }
        }
        if !found {
            return Err(unmatched(text, stacks));
        }
    }
    let chosen = stacks.iter().zip(chosen).filter(|(_, chosen)| *chosen);
    Ok(chosen.map(|(stack, _)| stack).collect())
}

fn unmatched(pattern: &str, stacks: &[StackArtifact]) -> SelectError {
    let names = stacks.iter().map(|stack| stack.display_name.clone());
    let mut candidates: Vec<String> = names.collect();
    let pattern_lower = pattern.to_lowercase();
    candidates.sort_by_cached_key(|name| strsim::levenshtein(&name.to_lowercase(), &pattern_lower));
    SelectError {
        pattern: pattern.to_owned(),
        candidates,
    }
}
