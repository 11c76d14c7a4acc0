//! What is said of objects.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each file of `check` has its own keywords and leaves the others alone"
)]

use synth_core::{Json, Problem, Text};

use super::{Checker, Fit, Place, Sink, Step, shown};
use crate::suggest::closest;
use crate::table::{Block, Keyword, TextId};

type Entries = [(Text, Json)];

impl Checker<'_> {
    /// One keyword about an object. `beside` are all keywords of the same node.
    pub(super) fn object(
        &self,
        keyword: &Keyword,
        beside: &[Keyword],
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        let entries = value.entries().unwrap_or_default();
        match keyword {
            Keyword::Properties(pairs) => {
                for (name, value) in entries {
                    let known =
                        pairs.binary_search_by(|(known, _)| self.block.text(*known).cmp(name));
                    if let Some((_, node)) = known.ok().and_then(|at| pairs.get(at)) {
                        self.check(*node, value, &below(place, name), sink);
                    }
                }
            }
            Keyword::PatternProperties(pairs) => {
                for (pattern, node) in pairs {
                    for (name, value) in entries {
                        if !is_template(name) && self.block.matches(*pattern, name) {
                            self.check(*node, value, &below(place, name), sink);
                        }
                    }
                }
            }
            Keyword::Additional(node) => {
                for (name, value) in entries {
                    if !is_template(name) && !self.has_schema(beside, name) {
                        self.check(*node, value, &below(place, name), sink);
                    }
                }
            }
            Keyword::Closed => {
                for (name, value) in entries {
                    if !is_template(name)
                        && !self.has_schema(beside, name)
                        && !self.scenario.is_absent(value)
                    {
                        self.unknown(beside, name, value, place, sink);
                    }
                }
            }
            Keyword::PropertyNames(node) => {
                for (name, _) in entries {
                    let text = Json::Text(name.clone());
                    if self.fits(*node, &text, place) == Fit::No {
                        self.misnamed(*node, name, place, sink);
                    }
                }
            }
            Keyword::DependentSchemas(pairs) => {
                for (name, node) in pairs {
                    if self.is_given(entries, self.block.text(*name)) {
                        self.check(*node, value, place, sink);
                    }
                }
            }
            _ => self.together(keyword, entries, place, sink),
        }
    }

    /// Keywords that look at which properties are there.
    fn together(&self, keyword: &Keyword, entries: &Entries, place: &Place<'_>, sink: &mut Sink) {
        // What a macro or a loop adds is not known, so that nothing can be missing.
        let is_open = entries.iter().any(|(name, _)| is_template(name));
        let given = |id: &TextId| self.is_given(entries, self.block.text(*id));
        match keyword {
            Keyword::Required(names) if !is_open => {
                for name in names.iter().filter(|name| !given(name)) {
                    let name = self.block.text(*name);
                    sink.report(&below(place, name), || missing(name));
                }
            }
            Keyword::RequiredOr(names) if !is_open && !names.iter().any(given) => {
                let names = listed(self.block, names);
                sink.report_joint(place, || Problem {
                    code: "property.missing",
                    message: format!("one of {names} must be given, and none is"),
                    value: String::new(),
                    allowed: format!("at least one of {names}"),
                    fix: format!("give one of {names}"),
                });
            }
            Keyword::RequiredXor(names) => {
                let number = names.iter().filter(|name| given(name)).count();
                if number > 1 || (number == 0 && !is_open) {
                    let names = listed(self.block, names);
                    sink.report_joint(place, || Problem {
                        code: "property.choice",
                        message: format!("one of {names} must be given, and {number} are"),
                        value: String::new(),
                        allowed: format!("exactly one of {names}"),
                        fix: format!("give exactly one of {names}"),
                    });
                }
            }
            Keyword::DependentRequired(groups) if !is_open => {
                for (name, others) in groups.iter().filter(|(name, _)| given(name)) {
                    let name = self.block.text(*name);
                    for other in others.iter().filter(|other| !given(other)) {
                        let other = self.block.text(*other);
                        sink.report_joint(&below(place, other), || Problem {
                            code: "property.together",
                            message: format!("`{name}` is given without `{other}`"),
                            value: String::new(),
                            allowed: format!("both `{name}` and `{other}`, or neither"),
                            fix: format!("give `{other}`, or remove `{name}`"),
                        });
                    }
                }
            }
            Keyword::DependentExcluded(groups) => {
                for (name, others) in groups.iter().filter(|(name, _)| given(name)) {
                    let name = self.block.text(*name);
                    for other in others.iter().filter(|other| given(other)) {
                        let other = self.block.text(*other);
                        sink.report_joint(&below(place, other), || Problem {
                            code: "property.excluded",
                            message: format!("`{other}` is given together with `{name}`"),
                            value: String::new(),
                            allowed: format!("either `{name}` or `{other}`"),
                            fix: format!("remove `{other}` or `{name}`"),
                        });
                    }
                }
            }
            Keyword::MinProperties(_) | Keyword::MaxProperties(_) => {
                let number = entries
                    .iter()
                    .filter(|(_, value)| !self.scenario.is_absent(value))
                    .count();
                size(keyword, number, is_open, place, sink);
            }
            _ => {}
        }
    }

    /// Whether an object has a property of that name in this scenario.
    fn is_given(&self, entries: &Entries, name: &str) -> bool {
        let found = entries.iter().find(|(known, _)| known == name);
        found.is_some_and(|(_, value)| !self.scenario.is_absent(value))
    }

    /// Whether a node says something of a property by its name or by a pattern.
    fn has_schema(&self, node: &[Keyword], name: &str) -> bool {
        node.iter().any(|keyword| match keyword {
            Keyword::Properties(pairs) => {
                let known = pairs.binary_search_by(|(known, _)| self.block.text(*known).cmp(name));
                known.is_ok()
            }
            Keyword::PatternProperties(pairs) => pairs
                .iter()
                .any(|(pattern, _)| self.block.matches(*pattern, name)),
            _ => false,
        })
    }

    fn unknown(
        &self,
        node: &[Keyword],
        name: &str,
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        sink.report(&below(place, name), || {
            let mut names = Vec::new();
            let mut patterns = Vec::new();
            for keyword in node {
                if let Keyword::Properties(pairs) = keyword {
                    names.extend(pairs.iter().map(|(name, _)| self.block.text(*name)));
                }
                if let Keyword::PatternProperties(pairs) = keyword {
                    patterns.extend(
                        pairs
                            .iter()
                            .map(|(pattern, _)| self.block.pattern(*pattern)),
                    );
                }
            }
            let allowed = if names.is_empty() && !patterns.is_empty() {
                format!("names that match {}", patterns.join(" or "))
            } else {
                names.join(", ")
            };
            Problem {
                code: "property.unknown",
                message: format!("there is no property `{name}`"),
                value: shown(value),
                allowed,
                fix: match closest(name, names.into_iter()) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("remove `{name}`"),
                },
            }
        });
    }

    fn misnamed(&self, node: u32, name: &str, place: &Place<'_>, sink: &mut Sink) {
        sink.report(&below(place, name), || {
            let allowed = self.describe(node);
            Problem {
                code: "property.name",
                message: format!("`{name}` is no name to be used here"),
                value: name.to_owned(),
                fix: format!("use a name that is {allowed}"),
                allowed,
            }
        });
    }
}

fn missing(name: &str) -> Problem {
    Problem {
        code: "property.missing",
        message: format!("`{name}` must be given"),
        value: String::new(),
        allowed: String::new(),
        fix: format!("give `{name}`"),
    }
}

/// How many properties there are.
fn size(keyword: &Keyword, number: usize, is_open: bool, place: &Place<'_>, sink: &mut Sink) {
    let (refused, allowed) = match keyword {
        Keyword::MinProperties(least) => {
            let refused = !is_open && number < *least as usize;
            (refused, format!("at least {least}"))
        }
        Keyword::MaxProperties(most) => (number > *most as usize, format!("at most {most}")),
        _ => return,
    };
    if refused {
        sink.report(place, || Problem {
            code: "property.items",
            message: format!("there are {number} entries"),
            value: String::new(),
            fix: format!("give {allowed}"),
            allowed,
        });
    }
}

fn below<'a>(place: &'a Place<'a>, name: &'a str) -> Place<'a> {
    Place {
        above: Some(place),
        step: Step::Name(name),
    }
}

/// Whether an entry is an instruction to CloudFormation, such as `Fn::Transform` or `Fn::ForEach::Ports`.
fn is_template(name: &str) -> bool {
    name == "Fn::Transform" || name.starts_with("Fn::ForEach::")
}

fn listed(block: &Block, names: &[TextId]) -> String {
    let names = names.iter().map(|name| format!("`{}`", block.text(*name)));
    names.collect::<Vec<_>>().join(", ")
}
