//! Parts of a template, and what is said of them.

use synth_core::{Json, Text};

use super::compare::compare;
use super::matching::Match;
use super::mismatch::Mismatch;

static NO_PROPERTIES: Json = Json::Object(Vec::new());

/// Parts of one kind, in the order of the template.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    what: String,
    parts: Vec<(&'a str, &'a Json)>,
    /// Whether a part is a resource of which only the properties are looked at.
    properties: bool,
}

/// A part that is as it should be.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// Its name in the template.
    pub logical_id: &'a str,
    /// The value that was looked at: the properties of a resource, or all of a part.
    pub value: &'a Json,
    captures: Vec<(Text, Json)>,
}

impl Found<'_> {
    /// What [`Match::capture`] kept under `name`, the first of several.
    pub fn captured(&self, name: &str) -> Option<&Json> {
        self.all_captured(name).next()
    }

    /// What was kept under `name`, if that is a text.
    pub fn captured_text(&self, name: &str) -> Option<&str> {
        self.captured(name)?.as_text()
    }

    /// Everything that was kept under `name`, in the order of what was looked for.
    pub fn all_captured(&self, name: &str) -> impl Iterator<Item = &Json> {
        let captures = self.captures.iter();
        captures.filter_map(move |(known, value)| (known == name).then_some(value))
    }
}

impl<'a> Selection<'a> {
    pub(super) fn properties(
        what: String,
        parts: impl Iterator<Item = (&'a str, &'a Json)>,
    ) -> Self {
        Self {
            properties: true,
            ..Self::whole_of(what, parts)
        }
    }

    pub(super) fn whole_of(what: String, parts: impl Iterator<Item = (&'a str, &'a Json)>) -> Self {
        Self {
            what,
            parts: parts.collect(),
            properties: false,
        }
    }

    /// The same resources with all that is said of them: `DependsOn`, `DeletionPolicy`, `Properties`.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.properties = false;
        self
    }

    /// Only the part of this logical id.
    #[must_use]
    pub fn named(mut self, logical_id: &str) -> Self {
        self.what = format!("{} named `{logical_id}`", self.what);
        self.parts.retain(|(id, _)| *id == logical_id);
        self
    }

    /// Logical ids, in the order of the template.
    pub fn logical_ids(&self) -> Vec<&'a str> {
        self.parts.iter().map(|(id, _)| *id).collect()
    }

    /// Those that are like this.
    pub fn find(&self, like: impl Into<Match>) -> Vec<Found<'a>> {
        self.matching(&like.into())
    }

    /// Says how many there are.
    pub fn count(&self, wanted: usize) -> Result<(), Mismatch> {
        self.counted(wanted, "", &self.logical_ids())
    }

    /// Says how many there are that are like this.
    pub fn count_like(&self, like: impl Into<Match>, wanted: usize) -> Result<(), Mismatch> {
        let like = like.into();
        let found: Vec<_> = self
            .matching(&like)
            .iter()
            .map(|one| one.logical_id)
            .collect();
        self.counted(wanted, &format!(" like {like}"), &found)
    }

    /// Says that there is one like this, and gives the first.
    pub fn has(&self, like: impl Into<Match>) -> Result<Found<'a>, Mismatch> {
        let like = like.into();
        let mut found = self.matching(&like).into_iter();
        found.next().ok_or_else(|| {
            let which = match self.parts.len() {
                1 => "the one there is does not match".to_owned(),
                several => format!("none of {several} matches"),
            };
            self.nearest(&like, &which)
        })
    }

    /// Says that there is none like this.
    pub fn has_none(&self, like: impl Into<Match>) -> Result<(), Mismatch> {
        self.count_like(like, 0)
    }

    /// Says that there is at least one, and that each is like this.
    pub fn all(&self, like: impl Into<Match>) -> Result<Vec<Found<'a>>, Mismatch> {
        let like = like.into();
        let found = self.matching(&like);
        if found.len() == self.parts.len() && !found.is_empty() {
            return Ok(found);
        }
        let fits = |id: &str| found.iter().any(|found| found.logical_id == id);
        let mut others = self.clone();
        others.parts.retain(|(id, _)| !fits(id));
        let which = format!(
            "{} of {} do not match",
            others.parts.len(),
            self.parts.len()
        );
        Err(others.nearest(&like, &which))
    }

    fn value(&self, body: &'a Json) -> &'a Json {
        if self.properties {
            body.get("Properties").unwrap_or(&NO_PROPERTIES)
        } else {
            body
        }
    }

    fn matching(&self, like: &Match) -> Vec<Found<'a>> {
        let found = self.parts.iter().filter_map(|(logical_id, body)| {
            let value = self.value(body);
            let outcome = compare(like, value);
            outcome.differences.is_empty().then_some(Found {
                logical_id,
                value,
                captures: outcome.captures,
            })
        });
        found.collect()
    }

    fn counted(&self, wanted: usize, like: &str, found: &[&str]) -> Result<(), Mismatch> {
        if found.len() == wanted {
            return Ok(());
        }
        let ids: Vec<_> = found.iter().map(|id| format!("`{id}`")).collect();
        let found = match ids.as_slice() {
            [] => "none".to_owned(),
            ids => format!("{}: {}", ids.len(), ids.join(", ")),
        };
        let text = format!("{}: wanted {wanted}{like}, found {found}", self.what);
        Err(Mismatch::said(text))
    }

    /// The one that differs least; of several the first.
    fn nearest(&self, like: &Match, which: &str) -> Mismatch {
        let compared = self.parts.iter().map(|(id, body)| {
            let value = self.value(body);
            (id, value, compare(like, value))
        });
        let nearest = compared.min_by_key(|(_, _, outcome)| outcome.distance);
        let Some((id, value, outcome)) = nearest else {
            return Mismatch::said(format!("{}: there is none", self.what));
        };
        let heading = format!("{}: {which}; the nearest is `{id}`", self.what);
        Mismatch::nearest(heading, value, outcome.differences)
    }
}
