//! What the sources disagree about in one way all over, and what is right.
//!
//! A rule settles what no fixup has settled. One that settles nothing any more is an error.

use serde_json::Value;

use super::adopt::Adoption;
use super::draft::{Draft, DraftStructure};
use super::schemas;

/// One decision about every property that the sources describe differently in the same way.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) reason: &'static str,
    /// Settles what a draft leaves open, with cfn-lint's schema of it; returns how many properties that were.
    pub(super) settle: fn(&mut Draft, &Value) -> usize,
}

/// Every rule, in the order in which they are applied.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "required-where-both-say-so",
        reason: "a service that starts to let a property be absent keeps doing so, so the source that lets it is the \
                 newer; and a property wrongly optional costs a message of CloudFormation, one wrongly required a \
                 template that cannot be written",
        settle: required,
    },
    Rule {
        name: "only-in-cfn-lint-is-adopted",
        reason: "the schema is what CloudFormation checks a template with; the database lacks the property or has it \
                 as an attribute alone",
        settle: adopt,
    },
];

fn required(draft: &mut Draft, _: &Value) -> usize {
    let structures = draft.structures.iter_mut();
    let properties = structures.flat_map(|structure| structure.properties.values_mut());
    let mut settled = 0;
    for property in properties.filter(|property| property.required_differs) {
        property.required_differs = false;
        property.source.required = false;
        settled += 1;
    }
    settled
}

fn adopt(draft: &mut Draft, root: &Value) -> usize {
    let known = draft.structures.iter();
    let known = known.filter_map(|part| Some((part.name.clone(), part.id.clone()?)));
    let name = draft.resource.name.clone();
    let mut adoption = Adoption::new(&name, root, known.collect());
    let mut adopted = 0;
    for structure in &mut draft.structures {
        for name in std::mem::take(&mut structure.unknown) {
            if let Some((node, required)) = structure.schema(root, &name) {
                let property = adoption.property(&name, &node, required);
                structure.adopt(&name, property, schemas::resolve(root, &node));
                adopted += 1;
            }
        }
    }
    draft
        .structures
        .extend(adoption.parts.iter().map(DraftStructure::of));
    adopted
}
