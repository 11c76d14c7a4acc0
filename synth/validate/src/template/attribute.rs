//! The attributes that a resource gives.

use synth_core::Json;

use crate::table::{Keyword, Trait, built_in};

/// What is known of an attribute.
pub(super) enum Attribute {
    /// It is there, or nobody can say that it is not.
    Fine,
    /// There is no such attribute; these are.
    Unknown(Vec<String>),
}

/// Types with attributes that no schema lists: outputs of other stacks, data of a handler.
const OPEN: [&str; 4] = [
    "AWS::CloudFormation::CustomResource",
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::WaitCondition",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
];

/// Looks up `attribute` of a resource of the type `kind`.
pub(super) fn look_up(kind: &str, attribute: &str) -> Attribute {
    if OPEN.contains(&kind) || !kind.starts_with("AWS::") || kind.ends_with("::MODULE") {
        return Attribute::Fine;
    }
    let Some((block, schema)) = built_in().schema(kind) else {
        return Attribute::Fine;
    };
    let paths = schema.traits.iter();
    let paths = paths.filter(|(held, _)| *held == Trait::ReadOnly);
    let mut known: Vec<String> = paths
        .map(|(_, path)| {
            let steps: Vec<&str> = path.iter().map(|step| block.text(*step)).collect();
            steps.join(".")
        })
        .filter(|path| !path.contains('*'))
        .collect();
    known.sort_unstable();
    known.dedup();
    let fits = |path: &String| {
        let below = |long: &str, short: &str| {
            long.strip_prefix(short)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        below(attribute, path) || below(path, attribute)
    };
    // Some types give their properties back as well; which do, the schemas do not say.
    let first = attribute.split('.').next().unwrap_or_default();
    let is_property = block.node(schema.root).iter().any(|keyword| {
        let Keyword::Properties(properties) = keyword else {
            return false;
        };
        let mut names = properties.iter().map(|(name, _)| block.text(*name));
        names.any(|name| name == first)
    });
    if known.iter().any(fits) || is_property {
        Attribute::Fine
    } else {
        Attribute::Unknown(known)
    }
}

/// The type of a resource.
pub(super) fn kind(body: &Json) -> &str {
    body.get("Type").and_then(Json::as_text).unwrap_or_default()
}
