//! Following every reference in a template.

use std::collections::BTreeSet;

use synth_core::{Json, pseudo, substituted};

use super::Report;
use super::attribute::{self, Attribute};
use super::index::{Index, has, names};

/// The part of a template that is walked; what may be said depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Conditions,
    Rules,
    Resources,
    Outputs,
}

/// A resource that waits for another, and where it says so.
pub(super) struct Edge {
    pub(super) to: usize,
    pub(super) path: String,
}

pub(super) struct Walk<'a, 'r, 's> {
    pub(super) index: &'a Index<'a>,
    pub(super) report: &'r mut Report<'s>,
    pub(super) section: Section,
    /// Where the walk is, as `Resources/Inbox/Properties`.
    pub(super) path: String,
    edges: Vec<Edge>,
    used: Used<'a>,
}

/// What somebody refers to.
#[derive(Default)]
struct Used<'a> {
    parameters: BTreeSet<&'a str>,
    conditions: BTreeSet<&'a str>,
    mappings: BTreeSet<&'a str>,
    /// A mapping is looked into whose name a function gives.
    any_mapping: bool,
}

/// What a walk through the whole template learned.
pub(super) struct Walked<'a> {
    /// For each resource, those it waits for.
    pub(super) edges: Vec<Vec<Edge>>,
    used: Used<'a>,
}

impl<'a, 'r, 's> Walk<'a, 'r, 's> {
    /// Goes through everything that may have functions in it.
    pub(super) fn all(index: &'a Index<'a>, report: &'r mut Report<'s>) -> Walked<'a> {
        let mut walk = Walk {
            index,
            report,
            section: Section::Conditions,
            path: String::new(),
            edges: Vec::new(),
            used: Used::default(),
        };
        for (name, body) in index.conditions {
            walk.part(Section::Conditions, "Conditions", name, &[("", body)]);
        }
        if let Some(rules) = index.template.get("Rules") {
            walk.section = Section::Rules;
            walk.step("Rules", rules);
        }
        for (name, body) in index.outputs {
            let trees = ["Value", "Export"].map(|part| (part, body.get(part)));
            let trees: Vec<_> = trees
                .iter()
                .filter_map(|(part, tree)| Some((*part, (*tree)?)))
                .collect();
            walk.part(Section::Outputs, "Outputs", name, &trees);
            walk.uses_condition(body);
        }
        // What these refer to makes no resource wait.
        walk.edges.clear();
        let mut edges = Vec::with_capacity(index.resources.len());
        for (id, body) in index.resources {
            let parts = [
                "Properties",
                "Metadata",
                "CreationPolicy",
                "UpdatePolicy",
                "DeletionPolicy",
                "UpdateReplacePolicy",
            ];
            let trees = parts.map(|part| (part, body.get(part)));
            let trees: Vec<_> = trees
                .iter()
                .filter_map(|(part, tree)| Some((*part, (*tree)?)))
                .collect();
            walk.part(Section::Resources, "Resources", id, &trees);
            walk.uses_condition(body);
            walk.waits(id, body);
            let edges_of = std::mem::take(&mut walk.edges);
            // The transform of AWS SAM makes several resources of one, which wait each for other things.
            let is_transformed = attribute::kind(body).starts_with("AWS::Serverless::");
            edges.push(if is_transformed { Vec::new() } else { edges_of });
        }
        Walked {
            edges,
            used: walk.used,
        }
    }

    fn part(&mut self, section: Section, under: &str, name: &str, trees: &[(&str, &'a Json)]) {
        self.section = section;
        for (part, tree) in trees {
            self.path = format!("{under}/{name}");
            if part.is_empty() {
                self.tree(tree);
            } else {
                self.step(part, tree);
            }
        }
        self.path.clear();
    }

    pub(super) fn step(&mut self, step: &str, tree: &'a Json) {
        let length = self.path.len();
        if !self.path.is_empty() && !step.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(step);
        self.tree(tree);
        self.path.truncate(length);
    }

    fn tree(&mut self, tree: &'a Json) {
        match tree {
            Json::Array(items) => self.items(items, 0),
            Json::Object(entries) => {
                if let [(name, argument)] = entries.as_slice() {
                    let length = self.path.len();
                    self.path.push('/');
                    self.path.push_str(name);
                    let is_function = self.function(name, argument);
                    self.path.truncate(length);
                    if is_function {
                        return;
                    }
                } else {
                    self.beside_others(entries);
                }
                for (name, value) in entries {
                    self.step(name, value);
                }
            }
            Json::Text(text) => self.text(text, tree),
            Json::Null
            | Json::Bool(_)
            | Json::Int(_)
            | Json::Float(_)
            | Json::Reference(_)
            | Json::Missing => {}
        }
    }

    /// Text that is used as it is, though it names what only `Fn::Sub` puts in.
    fn text(&mut self, text: &str, tree: &Json) {
        let names_pseudo = || substituted(text).any(|name| pseudo::NAMES.contains(&name));
        if text.contains("${AWS::") && !self.index.is_open && names_pseudo() {
            self.report
                .warning(
                    &self.path,
                    "function.lacks-sub",
                    "nothing puts a value into this text",
                    tree,
                )
                .fix("use `Fn::Sub`");
        }
    }

    /// Walks items of a list, of which the first has this position.
    pub(super) fn items(&mut self, items: &'a [Json], first: usize) {
        for (at, item) in items.iter().enumerate() {
            self.step(&(at + first).to_string(), item);
        }
    }

    fn uses_condition(&mut self, body: &'a Json) {
        self.used
            .conditions
            .extend(body.get("Condition").and_then(Json::as_text));
    }

    fn waits(&mut self, id: &str, body: &Json) {
        let Some(waits) = body.get("DependsOn") else {
            return;
        };
        for one in waits.items().unwrap_or(std::slice::from_ref(waits)) {
            let to = one.as_text().and_then(|name| self.index.position(name));
            // One that waits for itself has been told of already.
            let to = to.filter(|_| one.as_text() != Some(id));
            self.edges.extend(to.map(|to| Edge {
                to,
                path: format!("Resources/{id}/DependsOn"),
            }));
        }
    }

    pub(super) fn ref_to(&mut self, id: &'a str, place: &str) {
        if pseudo::NAMES.contains(&id) {
            return;
        }
        if has(self.index.parameters, id) {
            self.used.parameters.insert(id);
            return;
        }
        match self.index.position(id) {
            Some(position) => self.resource(id, position, place),
            None => self.nothing(id, place, "a resource, a parameter or a pseudo parameter"),
        }
    }

    /// A reference to an attribute whose name is known, or none where a function gives it.
    pub(super) fn attribute_of(&mut self, id: &'a str, name: Option<&str>, place: [&str; 2]) {
        let [id_place, name_place] = place;
        let Some(position) = self.index.position(id) else {
            self.nothing(id, id_place, "a resource");
            return;
        };
        self.resource(id, position, id_place);
        let body = self.index.resources.get(position).map(|(_, body)| body);
        let kind = body.map_or("", attribute::kind);
        let Some(name) = name else { return };
        if let Attribute::Unknown(known) = attribute::look_up(kind, name) {
            let path = self.at(name_place);
            self.report
                .error(
                    &path,
                    "reference.attribute",
                    format!("`{kind}` has no such attribute"),
                    &Json::from(name.to_owned()),
                )
                .allowed(known.join(", "))
                .meant(
                    name,
                    known.iter().map(String::as_str),
                    "take one of these, or `Ref`",
                );
        }
    }

    fn resource(&mut self, id: &str, to: usize, place: &str) {
        let path = self.at(place);
        if matches!(self.section, Section::Conditions | Section::Rules) {
            self.report
                .error(
                    &path,
                    "core.condition-on-resource",
                    "conditions are decided before there are resources",
                    &Json::from(id.to_owned()),
                )
                .allowed("parameters, mappings and other conditions")
                .fix("decide on a parameter instead");
        }
        self.edges.push(Edge { to, path });
    }

    fn nothing(&mut self, id: &str, place: &str, expected: &str) {
        if self.index.is_open || self.index.is_in_module(id) {
            return;
        }
        let path = self.at(place);
        let known = self.index.ids();
        let known = known
            .chain(names(self.index.parameters))
            .chain(pseudo::NAMES);
        self.report
            .error(
                &path,
                "core.dangling-reference",
                "this refers to something that is not in the template",
                &Json::from(id.to_owned()),
            )
            .allowed(format!("the name of {expected}"))
            .meant(id, known, "add what it refers to, or take it out");
    }

    pub(super) fn condition_named(&mut self, id: &'a str, place: &str) {
        self.used.conditions.insert(id);
        if self.index.is_open || has(self.index.conditions, id) {
            return;
        }
        let path = self.at(place);
        self.report
            .error(
                &path,
                "core.dangling-condition",
                "there is no such condition in the template",
                &Json::from(id.to_owned()),
            )
            .meant(id, names(self.index.conditions), "add it to `Conditions`");
    }

    /// A look into a mapping; keys that a function gives are `None`.
    pub(super) fn mapping(
        &mut self,
        id: Option<&'a str>,
        keys: [Option<&str>; 2],
        has_default: bool,
    ) {
        let Some(id) = id else {
            self.used.any_mapping = true;
            return;
        };
        self.used.mappings.insert(id);
        if self.index.is_open {
            return;
        }
        let mapping = self.index.mappings.iter().find(|(name, _)| name == id);
        let Some((_, mapping)) = mapping else {
            let path = self.at("0");
            self.report
                .error(
                    &path,
                    "core.dangling-mapping",
                    "there is no such mapping in the template",
                    &Json::from(id.to_owned()),
                )
                .meant(id, names(self.index.mappings), "add it to `Mappings`");
            return;
        };
        let mut level = mapping;
        for (key, place) in keys.into_iter().zip(["1", "2"]) {
            let Some(key) = key else { return };
            let Some(next) = level.get(key) else {
                if has_default {
                    return;
                }
                let path = self.at(place);
                let entries = level.entries().unwrap_or_default();
                self.report
                    .error(
                        &path,
                        "reference.mapping-key",
                        format!("the mapping `{id}` has no such key"),
                        &Json::from(key.to_owned()),
                    )
                    .allowed(names(entries).collect::<Vec<_>>().join(", "))
                    .meant(key, names(entries), "take one of these, or add it");
                return;
            };
            level = next;
        }
    }

    /// The path of something below where the walk is.
    pub(super) fn at(&self, place: &str) -> String {
        if place.is_empty() {
            self.path.clone()
        } else {
            format!("{}/{place}", self.path)
        }
    }
}

impl Walked<'_> {
    /// Says what nothing refers to.
    pub(super) fn unused(&self, index: &Index<'_>, report: &mut Report<'_>) {
        // A macro may use whatever it likes.
        if index.is_open {
            return;
        }
        let used = &self.used;
        let mappings = if used.any_mapping {
            &[]
        } else {
            index.mappings
        };
        let sections = [
            (
                "Parameters",
                index.parameters,
                &used.parameters,
                "template.unused-parameter",
            ),
            (
                "Conditions",
                index.conditions,
                &used.conditions,
                "template.unused-condition",
            ),
            (
                "Mappings",
                mappings,
                &used.mappings,
                "template.unused-mapping",
            ),
        ];
        for (section, entries, used, code) in sections {
            for name in names(entries).filter(|name| !used.contains(name)) {
                report
                    .warning(
                        &format!("{section}/{name}"),
                        code,
                        "nothing refers to this",
                        &Json::from(name.to_owned()),
                    )
                    .fix("take it out");
            }
        }
    }
}
