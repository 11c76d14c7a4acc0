//! One value against one node of the table.

#![expect(clippy::wildcard_enum_match_arm, reason = "what is left is handed on")]

mod choice;
mod list;
mod object;
mod scalar;

pub(crate) use scalar::one_of;

use synth_core::{Json, Problem};

use crate::scenario::{Scenario, Seen};
use crate::table::{Block, Keyword, Kinds, NodeId, TypeSchema};

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: String,
    pub(crate) problem: Problem,
    /// It takes several properties together to be wrong, so that conditions that exclude each other matter.
    pub(crate) joint: bool,
}

/// The way to a value, from the value up.
pub(crate) struct Place<'a> {
    pub(crate) above: Option<&'a Place<'a>>,
    pub(crate) step: Step<'a>,
}

/// One step down.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    Name(&'a str),
    Item(usize),
    /// A branch of an `Fn::If`.
    Branch(usize),
}

impl Place<'_> {
    /// The place as text: `Properties/Tags/0/Key`.
    pub(crate) fn path(&self) -> String {
        let step = match self.step {
            Step::Name(name) => name.to_owned(),
            Step::Item(position) => position.to_string(),
            Step::Branch(branch) => format!("Fn::If/{branch}"),
        };
        match self.above {
            Some(above) => format!("{}/{step}", above.path()),
            None => step,
        }
    }

    /// The name of the property, without the positions in lists.
    fn name(&self) -> &str {
        match (self.step, self.above) {
            (Step::Name(name), _) => name,
            (_, Some(above)) => above.name(),
            (_, None) => "",
        }
    }
}

/// Where findings go.
#[derive(Default)]
pub(crate) struct Sink {
    /// Nothing while somebody only wants to know whether the value fits.
    pub(crate) findings: Option<Vec<Finding>>,
    /// The value does not fit.
    pub(crate) failed: bool,
    /// Part of the value is not known.
    pub(crate) unknown: bool,
}

/// Whether a value fits a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Unknown,
}

impl Sink {
    /// One that keeps what it is told.
    pub(crate) fn keeping() -> Self {
        Self {
            findings: Some(Vec::new()),
            ..Self::default()
        }
    }

    fn report(&mut self, place: &Place<'_>, problem: impl FnOnce() -> Problem) {
        self.put(|| place.path(), false, problem);
    }

    fn report_joint(&mut self, place: &Place<'_>, problem: impl FnOnce() -> Problem) {
        self.put(|| place.path(), true, problem);
    }

    fn put(
        &mut self,
        path: impl FnOnce() -> String,
        joint: bool,
        problem: impl FnOnce() -> Problem,
    ) {
        self.failed = true;
        if let Some(findings) = &mut self.findings {
            findings.push(Finding {
                path: path(),
                problem: problem(),
                joint,
            });
        }
    }
}

/// What stays the same while one resource is checked in one scenario.
pub(crate) struct Checker<'a> {
    pub(crate) block: &'a Block,
    pub(crate) schema: &'a TypeSchema,
    pub(crate) scenario: &'a Scenario,
    /// Empty when no region was asked for.
    pub(crate) regions: &'a [String],
}

impl Checker<'_> {
    /// Checks `value`, which is at `place`, against `node`.
    pub(crate) fn check(&self, node: NodeId, value: &Json, place: &Place<'_>, sink: &mut Sink) {
        let keywords = self.block.node(node);
        if keywords.is_empty() {
            return;
        }
        match self.scenario.see(value) {
            Seen::Absent => {}
            Seen::Unknown => match keywords {
                [Keyword::Never] => self.keyword(&Keyword::Never, keywords, value, place, sink),
                _ => sink.unknown = true,
            },
            Seen::Known(value, branches) => {
                self.known(keywords, value, &branches, place, sink);
            }
        }
    }

    fn known(
        &self,
        keywords: &[Keyword],
        value: &Json,
        branches: &[usize],
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        if let [branch, rest @ ..] = branches {
            let below = Place {
                above: Some(place),
                step: Step::Branch(*branch),
            };
            return self.known(keywords, value, rest, &below, sink);
        }
        for keyword in keywords {
            self.keyword(keyword, keywords, value, place, sink);
        }
    }

    /// Whether `value` fits `node`, without a word on why not.
    fn fits(&self, node: NodeId, value: &Json, place: &Place<'_>) -> Fit {
        let mut sink = Sink::default();
        self.check(node, value, place, &mut sink);
        match sink {
            Sink { failed: true, .. } => Fit::No,
            Sink { unknown: true, .. } => Fit::Unknown,
            _ => Fit::Yes,
        }
    }

    fn keyword(
        &self,
        keyword: &Keyword,
        beside: &[Keyword],
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        match keyword {
            Keyword::Never => sink.report_joint(place, || Problem {
                code: "property.excluded",
                message: format!("`{}` must not be given here", place.name()),
                value: shown(value),
                allowed: String::new(),
                fix: format!("remove `{}`", place.name()),
            }),
            Keyword::Kind(kinds) => Self::kind(*kinds, value, place, sink),
            Keyword::Definition(name) => {
                let definitions = &self.schema.definitions;
                let known = definitions.binary_search_by_key(name, |(known, _)| *known);
                if let Some((_, node)) = known.ok().and_then(|at| definitions.get(at)) {
                    self.check(*node, value, place, sink);
                }
            }
            Keyword::OneOf(_)
            | Keyword::AnyOf(_)
            | Keyword::AllOf(_)
            | Keyword::Not(_)
            | Keyword::If(..)
            | Keyword::Regions(_) => self.choice(keyword, value, place, sink),
            _ => match value {
                Json::Object(_) => {
                    self.object(keyword, beside, value, place, sink);
                    Self::document(keyword, beside, value, place, sink);
                }
                Json::Array(items) => self.list(keyword, items, place, sink),
                _ => self.scalar(keyword, beside, value, place, sink),
            },
        }
    }

    /// The kind of a value, by CloudFormation's rule that text will do for numbers and truths, and the other way round.
    pub(crate) fn kind(kinds: Kinds, value: &Json, place: &Place<'_>, sink: &mut Sink) {
        let is = |name: &str| match (name, value) {
            ("string", Json::Text(_) | Json::Int(_) | Json::Float(_) | Json::Bool(_))
            | ("integer" | "number", Json::Int(_))
            | ("number", Json::Float(_))
            | ("boolean", Json::Bool(_))
            | ("array", Json::Array(_))
            | ("object", Json::Object(_))
            | ("null", Json::Null) => true,
            ("integer", Json::Float(number)) => number.fract() == 0.0,
            ("integer", Json::Text(text)) => text.trim().parse::<i128>().is_ok(),
            ("number", Json::Text(text)) => text.trim().parse::<f64>().is_ok(),
            ("boolean", Json::Text(text)) => scalar::truth(text).is_some(),
            _ => false,
        };
        if kinds.names().any(is) {
            return;
        }
        sink.report(place, || {
            let allowed = kinds.names().collect::<Vec<_>>().join(" or ");
            Problem {
                code: "property.kind",
                message: format!(
                    "this is {}, which `{}` does not take",
                    kind_of(value),
                    place.name()
                ),
                value: shown(value),
                fix: format!("give {allowed}"),
                allowed,
            }
        });
    }
}

/// Whether a finding is one of those that depend on several properties at once.
pub(crate) fn is_presence(code: &str) -> bool {
    matches!(
        code,
        "property.missing"
            | "property.items"
            | "property.unique"
            | "property.together"
            | "property.excluded"
    )
}

/// What a value is, in words.
fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null | Json::Missing => "null",
        Json::Bool(_) => "a boolean",
        Json::Int(_) => "an integer",
        Json::Float(_) => "a number",
        Json::Text(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) | Json::Reference(_) => "an object",
    }
}

/// How much of a value is shown.
const SHOWN: usize = 120;

/// A value for a person to recognise.
pub(crate) fn shown(value: &Json) -> String {
    let text = match value {
        Json::Text(text) => text.to_string(),
        other => other.to_compact(),
    };
    if text.chars().count() <= SHOWN {
        return text;
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start}…")
}
