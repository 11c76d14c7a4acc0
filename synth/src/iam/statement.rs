//! One statement of a policy: who may or may not do what, to what, and when.

use synth_core::{Json, Text, Value};

use super::condition::{self, Condition};
use super::principal::{self, Principal};

/// Whether a statement permits or forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// What matches is permitted, unless something else forbids it.
    Allow,
    /// What matches is forbidden, whatever else permits it.
    Deny,
}

impl Effect {
    /// The word in the policy.
    pub const fn as_text(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// Some of a kind of thing, named one by one or by what is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Selection<T> {
    /// These and no others: `Action`, `Resource`.
    Only(Vec<T>),
    /// Everything but these: `NotAction`, `NotResource`.
    Except(Vec<T>),
}

impl<T> Selection<T> {
    /// What is named, whichever way.
    pub fn items(&self) -> &[T] {
        match self {
            Self::Only(items) | Self::Except(items) => items,
        }
    }
}

/// One statement of a policy.
///
/// ```
/// use synth::iam::{Condition, Statement};
///
/// let put = Statement {
///     conditions: vec![Condition::string_equals("s3:x-amz-storage-class", ["STANDARD"])],
///     ..Statement::allow(["s3:PutObject"], ["arn:aws:s3:::bucket/*"])
/// };
/// assert_eq!(
///     put.to_json().to_compact(),
///     r#"{"Action":"s3:PutObject","Condition":{"StringEquals":{"s3:x-amz-storage-class":"STANDARD"}},"Effect":"Allow","Resource":"arn:aws:s3:::bucket/*"}"#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// A name for it, unique in its policy: letters and digits. Default: none.
    ///
    /// A statement with a name is never merged with another.
    pub sid: Option<Text>,
    /// Whether it permits or forbids.
    pub effect: Effect,
    /// Who. Only in policies of resources and in trust policies; elsewhere it is who has the
    /// policy.
    pub principals: Vec<Principal>,
    /// Who not: everybody else is meant (`NotPrincipal`). Only in policies of resources, only to forbid, and instead
    /// of `principals`. Default: nobody is left out.
    pub except_principals: Vec<Principal>,
    /// What, as `service:Action`, where `*` stands for any text and `?` for any character.
    pub actions: Selection<Text>,
    /// To what: ARNs, or `*`. Nothing only in trust policies and the policies of ECR repositories.
    pub resources: Option<Selection<Value<String>>>,
    /// When: all of these must hold. Default: always.
    pub conditions: Vec<Condition>,
}

impl Statement {
    /// Permits these actions on these resources.
    pub fn allow<A: Into<Text>, R: Into<Value<String>>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::new(Effect::Allow, actions, resources)
    }

    /// Forbids these actions on these resources.
    pub fn deny<A: Into<Text>, R: Into<Value<String>>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::new(Effect::Deny, actions, resources)
    }

    fn new<A: Into<Text>, R: Into<Value<String>>>(
        effect: Effect,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            sid: None,
            effect,
            principals: Vec::new(),
            except_principals: Vec::new(),
            actions: Selection::Only(actions.into_iter().map(Into::into).collect()),
            resources: Some(Selection::Only(
                resources.into_iter().map(Into::into).collect(),
            )),
            conditions: Vec::new(),
        }
    }

    /// The form in the policy, keys in alphabetical order; a list of one is written as its element.
    pub fn to_json(&self) -> Json {
        let mut entries: Vec<(&'static str, Json)> = Vec::new();
        let (positive, negative) = selection("Action", "NotAction", &self.actions);
        entries.extend(positive);
        if !self.conditions.is_empty() {
            entries.push(("Condition", condition::to_json(&self.conditions)));
        }
        entries.push(("Effect", self.effect.as_text().into()));
        entries.extend(negative);
        if !self.except_principals.is_empty() {
            let principals = principal::to_json(&self.except_principals);
            entries.push(("NotPrincipal", principals));
        }
        let resources = self.resources.as_ref();
        let resources = resources.map(|resources| selection("Resource", "NotResource", resources));
        let (positive, negative) = resources.unwrap_or_default();
        entries.extend(negative);
        if !self.principals.is_empty() {
            entries.push(("Principal", principal::to_json(&self.principals)));
        }
        entries.extend(positive);
        entries.extend(self.sid.clone().map(|sid| ("Sid", sid.into())));
        Json::object(entries)
    }
}

type Entry = Option<(&'static str, Json)>;

/// The entry of a selection, on the left when it names what is meant, on the right when it names
/// what is not.
fn selection<T: Clone + Into<Json>>(
    only: &'static str,
    except: &'static str,
    selection: &Selection<T>,
) -> (Entry, Entry) {
    match selection {
        Selection::Only(items) => (Some((only, one_or_many(items))), None),
        Selection::Except(items) => (None, Some((except, one_or_many(items)))),
    }
}

/// A list of one as its element, as AWS itself writes policies.
pub(super) fn one_or_many<T: Clone + Into<Json>>(items: &[T]) -> Json {
    match items {
        [only] => only.clone().into(),
        items => Json::array(items.iter().cloned()),
    }
}
