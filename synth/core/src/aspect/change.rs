//! Changes to resources, whoever added them.

use std::fmt;
use std::sync::Arc;

use crate::data::Resource;
use crate::json::Json;
use crate::options::Options;
use crate::read::Read;
use crate::rewrite;

/// Changes resources just before the template is written: for what no property of a construct can say.
///
/// Changes are applied in the order in which they were given to scopes, before every other aspect.
///
/// ```
/// use synth_core::{Change, Stack, StackProps};
/// let mut stack = Stack::new("App", StackProps::default());
/// stack.scope().with(Change::new(|resource| {
///     if resource.type_name == "AWS::SQS::Queue" {
///         resource.options.metadata.push(("reviewed".into(), true.into()));
///     }
/// }));
/// ```
#[derive(Clone)]
pub struct Change(Arc<dyn Fn(Draft<'_>) + Send + Sync>);

/// A resource before it is written.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The construct path below the stack.
    pub path: &'a str,
    /// The name in the template, which stays.
    pub logical_id: &'a str,
    /// Such as `AWS::SQS::Queue`.
    pub type_name: &'a str,
    /// The object under `Properties`.
    pub properties: &'a mut Json,
    /// What is said of it beside its properties. [`Options::overrides`] are applied after all changes.
    pub options: &'a mut Options,
}

impl Change {
    /// Calls `change` for every resource.
    pub fn new(change: impl Fn(Draft<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(change))
    }

    /// Calls `change` for every resource of the type. What it leaves alone is written as it was.
    pub fn of<R: Resource + Read>(change: impl Fn(&mut R) + Send + Sync + 'static) -> Self {
        Self::new(move |draft| {
            if draft.type_name == R::TYPE {
                rewrite::change::<R>(draft.properties, &change);
            }
        })
    }

    pub(super) fn apply(&self, draft: Draft<'_>) {
        (self.0)(draft);
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Change")
    }
}
