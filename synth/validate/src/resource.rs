//! One resource of a template.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a path leads through lists and objects alone"
)]

use std::collections::BTreeMap;

use synth_core::{Json, Problem};

use crate::check::{Checker, Finding, Place, Sink, Step, is_presence, shown};
use crate::report::Report;
use crate::scenario::{Scenario, Seen};
use crate::table::{Block, Kinds, TextId, Trait, TypeSchema, built_in};
use crate::{Options, Severity, Violation};

/// Everything that is wrong with the resource `id`.
pub(crate) fn validate(
    template: &Json,
    id: &str,
    body: &Json,
    options: &Options,
) -> Vec<Violation> {
    let Some(type_name) = body.get("Type").and_then(Json::as_text) else {
        return Vec::new();
    };
    let construct = body
        .get("Metadata")
        .and_then(|metadata| metadata.get("aws:cdk:path")?.as_text());
    let mut report = Report::new(id, type_name, construct.unwrap_or_default());
    if is_let_through(template, type_name) {
        return report.violations;
    }
    let table = built_in();
    let listed = table.index().get(type_name);
    let Some((listed, (block, schema))) = listed.zip(table.schema(type_name)) else {
        report.unknown_type();
        return report.violations;
    };
    report.ending(listed);
    report.regions(listed, options);
    let nothing = Json::Object(Vec::new());
    let properties = match body.get("Properties") {
        None | Some(Json::Missing) => &nothing,
        Some(properties) => properties,
    };
    let own = body.get("Condition").and_then(Json::as_text);
    let scenarios = Scenario::all(properties, own);
    let resource = Resource {
        block,
        schema,
        properties,
        options,
    };
    // Two conditions may exclude each other, and the resource's own may exclude one.
    let is_certain = scenarios.len() <= 2 && own.is_none() || scenarios.len() == 1;
    let mut found: BTreeMap<(String, &'static str, String), (usize, usize, Placed)> =
        BTreeMap::new();
    for scenario in &scenarios {
        for placed in resource.findings(scenario) {
            let Finding { path, problem, .. } = &placed.finding;
            let order = found.len();
            let key = (path.clone(), problem.code, problem.message.clone());
            found.entry(key).or_insert((order, 0, placed)).1 += 1;
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|(order, ..)| *order);
    for (_, times, Placed { severity, finding }) in found {
        let is_joint = finding.joint || is_presence(finding.problem.code);
        // What a macro adds among the properties is not known here.
        if is_joint && properties.get("Fn::Transform").is_some() {
            continue;
        }
        if !is_joint || is_certain || times == scenarios.len() {
            report.put(severity, finding.path, finding.problem);
        }
    }
    report.violations
}

/// A finding and how bad it is.
struct Placed {
    severity: Severity,
    finding: Finding,
}

/// Types that nobody but their owner knows.
fn is_let_through(template: &Json, name: &str) -> bool {
    let is_custom = name.starts_with("Custom::") || name == "AWS::CloudFormation::CustomResource";
    // A transform makes other types of these.
    let is_transformed =
        name.starts_with("AWS::Serverless::") && template.get("Transform").is_some();
    let is_known = built_in().index().get(name).is_some();
    let is_foreign = !name.starts_with("AWS::") && !is_known;
    is_custom || is_transformed || is_foreign || name.ends_with("::MODULE")
}

/// A resource and its schema.
struct Resource<'a> {
    block: &'a Block,
    schema: &'a TypeSchema,
    properties: &'a Json,
    options: &'a Options,
}

impl Resource<'_> {
    fn findings(&self, scenario: &Scenario) -> Vec<Placed> {
        let checker = Checker {
            block: self.block,
            schema: self.schema,
            scenario,
            regions: &self.options.regions,
        };
        let root = Place {
            above: None,
            step: Step::Name("Properties"),
        };
        let mut sink = Sink::keeping();
        // Whatever the schema says: CloudFormation takes nothing else.
        if matches!(scenario.see(self.properties), Seen::Known(known, _) if known.entries().is_none())
        {
            Checker::kind(Kinds::OBJECT, self.properties, &root, &mut sink);
        } else {
            checker.check(self.schema.root, self.properties, &root, &mut sink);
        }
        let findings = sink.findings.unwrap_or_default().into_iter();
        let mut placed: Vec<Placed> = findings
            .map(|finding| Placed {
                severity: Severity::Error,
                finding,
            })
            .collect();
        for (held, path) in &self.schema.traits {
            if matches!(held, Trait::ReadOnly | Trait::Deprecated) {
                self.along(
                    scenario,
                    path,
                    self.properties,
                    &root,
                    &mut |value, place| {
                        placed.push(misused(*held, value, place));
                    },
                );
            }
        }
        for rule in &self.schema.rules {
            let code = self.block.text(rule.code);
            let severity = if code.starts_with('W') {
                Severity::Warning
            } else {
                Severity::Error
            };
            self.along(
                scenario,
                &rule.path,
                self.properties,
                &root,
                &mut |value, place| {
                    let mut sink = Sink::keeping();
                    checker.check(rule.node, value, place, &mut sink);
                    for mut finding in sink.findings.unwrap_or_default() {
                        finding.joint = true;
                        placed.push(Placed { severity, finding });
                    }
                },
            );
        }
        placed
    }

    /// Calls `found` with every value that a path of names and `*` leads to.
    fn along(
        &self,
        scenario: &Scenario,
        path: &[TextId],
        value: &Json,
        place: &Place<'_>,
        found: &mut dyn FnMut(&Json, &Place<'_>),
    ) {
        let Seen::Known(known, branches) = scenario.see(value) else {
            if path.is_empty() && !scenario.is_absent(value) {
                found(value, place);
            }
            return;
        };
        if let ([branch, ..], false) = (branches.as_slice(), path.is_empty()) {
            // One step of `Fn::If` is shown, however many there are: the value is what counts.
            let below = Place {
                above: Some(place),
                step: Step::Branch(*branch),
            };
            return self.along(scenario, path, known, &below, found);
        }
        let [name, rest @ ..] = path else {
            return found(value, place);
        };
        let name = self.block.text(*name);
        let mut descend = |value: &Json, step: Step<'_>| {
            let below = Place {
                above: Some(place),
                step,
            };
            self.along(scenario, rest, value, &below, found);
        };
        match known {
            Json::Array(items) if name == "*" => {
                for (position, item) in items.iter().enumerate() {
                    descend(item, Step::Item(position));
                }
            }
            Json::Object(entries) => {
                for (key, value) in entries.iter().filter(|(key, _)| key == name) {
                    descend(value, Step::Name(key));
                }
            }
            _ => {}
        }
    }
}

/// What is wrong with giving a property at all.
fn misused(held: Trait, value: &Json, place: &Place<'_>) -> Placed {
    let name = place
        .path()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let (severity, code, message) = match held {
        Trait::Deprecated => (
            Severity::Warning,
            "property.deprecated",
            format!("AWS advises against `{name}`"),
        ),
        _ => (
            Severity::Error,
            "property.read-only",
            format!("`{name}` can only be read"),
        ),
    };
    let problem = Problem {
        code,
        message,
        value: shown(value),
        allowed: String::new(),
        fix: format!("remove `{name}`"),
    };
    Placed {
        severity,
        finding: Finding {
            path: place.path(),
            problem,
            joint: false,
        },
    }
}
