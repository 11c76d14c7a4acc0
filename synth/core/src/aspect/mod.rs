//! What holds for everything at and below a place.
//!
//! Reading order: [`Aspect`] is what there is, `apply` the order in which it is applied, and each file one of them.

mod apply;
mod boundary;
mod change;
mod defaults;
mod removal;
mod rule;
mod taggable;
mod tags;

pub use boundary::PermissionsBoundary;
pub use change::{Change, Draft};
pub use defaults::Defaults;
pub use removal::Removal;
pub use rule::{Findings, Rule, Written};
pub use tags::Tags;

use crate::acknowledge::is_at_or_below;
use crate::json::Text;
use crate::scope::Scope;

/// Something that holds for every resource at and below a place, those that were added before and those that are added
/// later.
///
/// Nothing that a construct sees changes: aspects are applied once, when the template is written, to each resource on its
/// own, in this order:
///
/// 1. [`Change`]s, in the order in which they were given to a scope
/// 2. [`Defaults`]
/// 3. [`PermissionsBoundary`]
/// 4. [`Removal`]
/// 5. [`Tags`]
/// 6. [`Rule`]s, in the order in which they were given, on what will be written
///
/// Where two of a kind from 2 to 5 say different things, the one of the nearest place holds; of two of one place, the
/// last.
#[derive(Debug, Clone)]
pub enum Aspect {
    /// Changes resources in whatever way.
    Change(Change),
    /// Sets properties where the author set none.
    Defaults(Defaults),
    /// Limits roles and users.
    PermissionsBoundary(PermissionsBoundary),
    /// Says what happens to resources that leave the template.
    Removal(Removal),
    /// Adds tags and takes them off.
    Tags(Tags),
    /// Looks at resources and reports.
    Rule(Rule),
}

/// An aspect, and where it holds.
#[derive(Debug)]
struct Held<T> {
    /// Below the stack; empty for the stack itself.
    path: String,
    aspect: T,
}

/// Everything that was given to the scopes of a stack. Empty, it costs nothing.
#[derive(Debug, Default)]
pub(crate) struct Aspects {
    is_used: bool,
    changes: Vec<Held<Change>>,
    /// From here on, outer places first.
    defaults: Vec<Held<Defaults>>,
    boundaries: Vec<Held<PermissionsBoundary>>,
    removals: Vec<Held<Removal>>,
    tags: Vec<Held<Tags>>,
    rules: Vec<Held<Rule>>,
}

impl Aspects {
    pub(crate) fn add(&mut self, path: &str, aspect: Aspect) {
        self.is_used = true;
        let path = path.to_owned();
        match aspect {
            Aspect::Change(aspect) => self.changes.push(Held { path, aspect }),
            Aspect::Defaults(aspect) => insert(&mut self.defaults, path, aspect),
            Aspect::PermissionsBoundary(aspect) => insert(&mut self.boundaries, path, aspect),
            Aspect::Removal(aspect) => insert(&mut self.removals, path, aspect),
            Aspect::Tags(aspect) => insert(&mut self.tags, path, aspect),
            Aspect::Rule(aspect) => self.rules.push(Held { path, aspect }),
        }
    }
}

impl Aspects {
    /// Puts before its own those of the stack around it that hold for `place` there.
    pub(crate) fn begin_with(&mut self, around: &Self, place: &str) {
        fn begin<T: Clone>(own: &mut Vec<Held<T>>, around: &[Held<T>], place: &str) {
            let held = around.iter();
            let held = held.filter(|held| is_at_or_below(place, &held.path));
            let held = held.map(|held| Held {
                path: String::new(),
                aspect: held.aspect.clone(),
            });
            own.splice(0..0, held.collect::<Vec<_>>());
        }
        self.is_used |= around.is_used;
        begin(&mut self.changes, &around.changes, place);
        begin(&mut self.defaults, &around.defaults, place);
        begin(&mut self.boundaries, &around.boundaries, place);
        begin(&mut self.removals, &around.removals, place);
        begin(&mut self.tags, &around.tags, place);
        begin(&mut self.rules, &around.rules, place);
    }
}

/// Of the paths above a resource, the longer is the nearer.
fn insert<T>(held: &mut Vec<Held<T>>, path: String, aspect: T) {
    let at = held.partition_point(|other| other.path.len() <= path.len());
    held.insert(at, Held { path, aspect });
}

impl Scope<'_> {
    /// This place, for which and below which `aspect` holds: [`Tags`], [`Removal`], [`Defaults`],
    /// [`PermissionsBoundary`], a [`Rule`] or a [`Change`].
    ///
    /// It belongs to the place, not to this value of it: resources that were added before are meant as well. For a stack,
    /// `stack.scope().with(…)` or [`StackProps::aspects`](crate::StackProps::aspects).
    ///
    /// ```
    /// use synth_core::{DeletionPolicy, Json, Options, Raw, Removal, Stack, StackProps, Tags};
    ///
    /// let mut stack = Stack::new("Mail", StackProps::default());
    /// let mut inbox = stack.child("Inbox").with(Tags::new([("team", "mail")])).with(Removal::new(DeletionPolicy::Retain));
    /// inbox.add_raw("Queue", Raw { type_name: "AWS::SQS::Queue".into(), properties: Json::Object(vec![]) }, Options::default());
    /// assert_eq!(stack.synthesize()?.to_yaml(), "\
    /// Resources:
    ///   InboxQueue00CDE639:
    ///     Type: AWS::SQS::Queue
    ///     Properties:
    ///       Tags:
    ///         - Key: team
    ///           Value: mail
    ///     DeletionPolicy: Retain
    ///     UpdateReplacePolicy: Retain
    /// ");
    /// # Ok::<(), synth_core::Problems>(())
    /// ```
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the aspect holds all the same"
    )]
    pub fn with(self, aspect: impl Into<Aspect>) -> Self {
        let path = self.path().to_owned();
        self.stack.aspects.add(&path, aspect.into());
        self
    }
}

/// Whether a list of types to include and one to exclude let this type through. No list includes all.
fn takes(include: &[Text], exclude: &[Text], type_name: &str) -> bool {
    let names = |list: &[Text]| list.iter().any(|name| name == type_name);
    (include.is_empty() || names(include)) && !names(exclude)
}

macro_rules! into_aspect {
    ($($name:ident)*) => {$(
        impl From<$name> for Aspect {
            fn from(aspect: $name) -> Self {
                Self::$name(aspect)
            }
        }
    )*};
}
into_aspect!(Change Defaults PermissionsBoundary Removal Tags Rule);
