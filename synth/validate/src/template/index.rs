//! What there is in a template, by name.

use std::collections::BTreeMap;

use synth_core::{Json, Text};

use super::attribute;

/// What functions of CloudFormation's own transform need.
const EXTENSIONS: &str = "AWS::LanguageExtensions";

type Entries<'a> = &'a [(Text, Json)];

pub(super) struct Index<'a> {
    pub(super) template: &'a Json,
    pub(super) parameters: Entries<'a>,
    pub(super) mappings: Entries<'a>,
    pub(super) conditions: Entries<'a>,
    pub(super) resources: Entries<'a>,
    pub(super) outputs: Entries<'a>,
    /// The position of each resource.
    positions: BTreeMap<&'a str, usize>,
    /// Whether CloudFormation will find more in it than is in it now: a macro or a loop adds to it.
    pub(super) is_open: bool,
}

impl<'a> Index<'a> {
    pub(super) fn new(template: &'a Json) -> Self {
        let section = |name| {
            let entries = template.get(name).and_then(Json::entries);
            entries.unwrap_or_default()
        };
        let resources = section("Resources");
        let ids = resources.iter().enumerate();
        let sections = template.entries().unwrap_or_default();
        Self {
            template,
            parameters: section("Parameters"),
            mappings: section("Mappings"),
            conditions: section("Conditions"),
            resources,
            outputs: section("Outputs"),
            positions: ids.map(|(at, (id, _))| (id.as_ref(), at)).collect(),
            is_open: has_macro(template) || sections.iter().any(|(_, section)| expands(section)),
        }
    }

    /// Whether functions may stand where of itself CloudFormation wants text.
    pub(super) fn is_extended(&self) -> bool {
        self.template.get("Transform").is_some()
    }

    /// Whether `id` may be a resource within a module, whose names start with that of the module.
    pub(super) fn is_in_module(&self, id: &str) -> bool {
        self.resources.iter().any(|(name, body)| {
            id.starts_with(name.as_ref()) && attribute::kind(body).ends_with("::MODULE")
        })
    }

    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The names of the resources.
    pub(super) fn ids(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        names(self.resources)
    }
}

/// The names in a section.
pub(super) fn names(section: Entries<'_>) -> impl Iterator<Item = &str> {
    section.iter().map(|(name, _)| name.as_ref())
}

/// Whether a section has `name`.
pub(super) fn has(section: Entries<'_>, name: &str) -> bool {
    section.iter().any(|(known, _)| known == name)
}

/// Whether the whole template goes through a macro, whose work nobody knows here.
fn has_macro(template: &Json) -> bool {
    let Some(transform) = template.get("Transform") else {
        return false;
    };
    let several = transform.items().unwrap_or(std::slice::from_ref(transform));
    several.iter().any(|one| one.as_text() != Some(EXTENSIONS))
}

/// Whether a macro or a loop is called anywhere in it.
fn expands(tree: &Json) -> bool {
    match tree {
        Json::Array(items) => items.iter().any(expands),
        Json::Object(entries) => entries.iter().any(|(name, value)| {
            name == "Fn::Transform" || name.starts_with("Fn::ForEach") || expands(value)
        }),
        Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Float(_)
        | Json::Text(_)
        | Json::Reference(_)
        | Json::Missing => false,
    }
}
