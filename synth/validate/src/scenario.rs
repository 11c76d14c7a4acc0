//! What a value is when the conditions of the template are as assumed.

use std::collections::BTreeSet;

use synth_core::Json;

/// Resources with more conditions than this are not tried with every combination of them.
const MOST_CONDITIONS: usize = 4;

/// Assumptions about conditions: the names of those that hold. All others do not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Scenario {
    holds: BTreeSet<String>,
}

/// What a value is in a scenario.
pub(crate) enum Seen<'a> {
    /// It is this, behind so many steps of `Fn::If`, each by the branch that is taken.
    Known(&'a Json, Vec<usize>),
    /// It is as if nobody had given it.
    Absent,
    /// Only CloudFormation knows.
    Unknown,
}

impl Scenario {
    /// The scenarios that a resource with these properties is in; `own` is its own condition, which then holds.
    pub(crate) fn all(properties: &Json, own: Option<&str>) -> Vec<Self> {
        let mut names = BTreeSet::new();
        collect(properties, &mut names);
        let fixed: BTreeSet<String> = own.into_iter().map(str::to_owned).collect();
        let names: Vec<&String> = names.difference(&fixed).collect();
        let with = |chosen: &dyn Fn(usize) -> bool| {
            let chosen = names.iter().enumerate().filter(|(at, _)| chosen(*at));
            let holds = chosen.map(|(_, name)| (*name).clone());
            Self {
                holds: holds.chain(fixed.iter().cloned()).collect(),
            }
        };
        if names.len() <= MOST_CONDITIONS {
            return (0..1_usize << names.len())
                .map(|bits| with(&|at| bits & (1 << at) != 0))
                .collect();
        }
        // Every branch is reached, though not with every other.
        let mut scenarios = vec![with(&|_| true), with(&|_| false)];
        for one in 0..names.len() {
            scenarios.push(with(&|at| at == one));
            scenarios.push(with(&|at| at != one));
        }
        scenarios
    }

    /// Follows `Fn::If` to what it gives.
    pub(crate) fn see<'a>(&self, value: &'a Json) -> Seen<'a> {
        let mut value = value;
        let mut branches = Vec::new();
        loop {
            match value {
                Json::Reference(_) => return Seen::Unknown,
                Json::Missing => return Seen::Absent,
                Json::Text(text) if text.contains("{{resolve:") => return Seen::Unknown,
                Json::Null
                | Json::Bool(_)
                | Json::Int(_)
                | Json::Float(_)
                | Json::Text(_)
                | Json::Array(_)
                | Json::Object(_) => {}
            }
            let Some((name, argument)) = function(value) else {
                return Seen::Known(value, branches);
            };
            if is_no_value(name, argument) {
                return Seen::Absent;
            }
            let ("Fn::If", Some([Json::Text(condition), then, otherwise])) =
                (name, argument.items())
            else {
                return Seen::Unknown;
            };
            let holds = self.holds.contains(condition.as_ref());
            branches.push(if holds { 1 } else { 2 });
            value = if holds { then } else { otherwise };
        }
    }

    /// Whether a value is as if nobody had given it.
    pub(crate) fn is_absent(&self, value: &Json) -> bool {
        matches!(self.see(value), Seen::Absent)
    }
}

/// The name and the argument of an intrinsic function.
pub(crate) fn function(value: &Json) -> Option<(&str, &Json)> {
    match value.entries()? {
        [(name, argument)] if name == "Ref" || name.starts_with("Fn::") => Some((name, argument)),
        _ => None,
    }
}

fn is_no_value(name: &str, argument: &Json) -> bool {
    name == "Ref" && argument.as_text() == Some("AWS::NoValue")
}

/// The conditions that decide about a value.
fn collect(value: &Json, names: &mut BTreeSet<String>) {
    match value {
        Json::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Json::Object(entries) => {
            for (name, value) in entries {
                if name == "Fn::If" {
                    let condition = value.items().and_then(|items| items.first()?.as_text());
                    names.extend(condition.map(str::to_owned));
                }
                collect(value, names);
            }
        }
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Reference(_)
        | Json::Missing => {}
    }
}
