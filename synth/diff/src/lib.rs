//! What deploying one CloudFormation template over another would do.
//!
//! [`diff`] compares any two templates property by property, and knows from AWS's schemas which change replaces a
//! resource. Reading order: [`Changes`] is what it gives, `canonical` says when two values are the same, `property`
//! finds what differs, `resource` what that does to one resource, `propagate` what it does to others, `moves` which
//! resources only have another id, `access` who may do what, [`draw`] puts all of it before a reader.
//!
//! ```
//! use synth_diff::{Action, Effect, Options, diff};
//!
//! let queue = |name: &str| synth_core::parse(&format!(r#"{{"Resources": {{"Inbox": {{
//!     "Type": "AWS::SQS::Queue",
//!     "Properties": {{"QueueName": "{name}"}}
//! }}}}}}"#));
//! let changes = diff(&queue("inbox")?, &queue("letters")?, &Options::default());
//! assert_eq!(changes.resources[0].action, Action::Change(Effect::Replaces));
//! assert!(changes.resources[0].loss.is_some());
//! # Ok::<(), synth_core::ParseError>(())
//! ```

mod access;
mod canonical;
mod change;
pub mod draw;
mod json;
mod moves;
mod network;
mod propagate;
mod property;
mod reference;
mod resource;
mod schema;
mod section;
mod stateful;
mod tally;

use std::collections::BTreeMap;

use synth_core::Json;

pub use change::{
    Action, Cause, Changes, Direction, Effect, EntryChange, Fate, Gate, Grant, Loss,
    PropertyChange, ResourceChange, Rule,
};
pub use tally::Tally;

/// What is asked of [`diff`].
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether what AWS CDK writes for itself is compared too: `aws:cdk:*` metadata, `AWS::CDK::Metadata`, the
    /// parameter `BootstrapVersion` and its rule. Default: no.
    pub show_toolkit: bool,
    /// What CloudFormation was told beside the template before. Default: nothing is known.
    pub before: StackSettings,
    /// What it would be told now. Default: nothing is known.
    pub after: StackSettings,
    /// Construct paths of the new template's resources by logical id, for those whose `aws:cdk:path` does not say it.
    /// Default: none.
    pub paths: BTreeMap<String, String>,
}

/// What CloudFormation is told beside the template. What is absent is not compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StackSettings {
    /// Tags of the stack.
    pub tags: Option<BTreeMap<String, String>>,
    /// Values of parameters. One that the other side does not name is not compared.
    pub parameters: BTreeMap<String, String>,
    /// Whether deleting the stack is refused.
    pub termination_protection: Option<bool>,
}

/// Compares two templates. Never fails: what is no template has no resources.
///
/// Empty exactly when CloudFormation would be told the same. The order of names never counts, that of a list does
/// unless its schema says that its items are unique; `Fn::Join`, `Fn::Sub` and text that come to the same are the same.
pub fn diff(before: &Json, after: &Json, options: &Options) -> Changes {
    let mut named = options.paths.clone();
    named.extend(resource::paths(after));
    let paths = resource::Paths {
        before: resource::paths(before),
        after: named,
    };
    let (before, after) = if options.show_toolkit {
        (before.clone(), after.clone())
    } else {
        (
            section::without_toolkit(before),
            section::without_toolkit(after),
        )
    };
    let moved = moves::find(&before, &after);
    let before = moves::substitute(before, &moved);
    let mut resources = resource::compare(&before, &after, &moved, &paths);
    let entries = section::compare(&before, &after, options);
    propagate::propagate(&after, &entries, &paths, &mut resources);
    resource::judge(&before, &after, &mut resources);
    Changes {
        resources,
        entries,
        grants: access::compare(&before, &after),
        rules: network::compare(&before, &after),
    }
}

/// The entries of a section of a template.
fn section_of<'a>(template: &'a Json, name: &str) -> &'a [(synth_core::Text, Json)] {
    let section = template.get(name).and_then(Json::entries);
    section.unwrap_or_default()
}
