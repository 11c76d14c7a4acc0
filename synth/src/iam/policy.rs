//! Policies of the roles, groups and users they are attached to.

use synth_core::{Data, Handle, Id, Problem, Scope, Text, Value};

use super::arn;
use super::check::PolicyKind;
use super::document::PolicyDocument;
use crate::absent::some;
use crate::cfn::iam as l1;
use crate::cfn::refs::iam::{GroupName, RoleName, UserName};

/// Most characters of a policy's name.
pub(super) const LONGEST_NAME: usize = 128;

/// What a [`Policy`] needs to know.
#[derive(Debug, Clone)]
pub struct PolicyProps {
    /// What it says. At least one statement.
    pub document: PolicyDocument,
    /// Names of the roles that have it. At least one role, group or user.
    pub roles: Vec<Value<Id<RoleName>>>,
    /// Names of the groups that have it. Default: none.
    pub groups: Vec<Value<Id<GroupName>>>,
    /// Names of the users who have it. Default: none.
    pub users: Vec<Value<Id<UserName>>>,
    /// Its name, at most 128 characters. Default: its logical id.
    pub policy_name: Option<Text>,
}

impl PolicyProps {
    /// A policy that nobody has yet.
    pub fn new(document: PolicyDocument) -> Self {
        Self {
            document,
            roles: Vec::new(),
            groups: Vec::new(),
            users: Vec::new(),
            policy_name: None,
        }
    }
}

/// A policy that belongs to the roles, groups and users it is attached to, and goes with them.
///
/// Declares `Resource` (`AWS::IAM::Policy`). For the permissions of one role,
/// [`RoleProps::policy`](super::RoleProps) is shorter.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The policy. Depend on it where the permissions must be in force before something starts.
    pub policy: Handle<l1::Policy>,
}

impl Policy {
    /// Adds the policy to `scope`.
    pub fn new(mut scope: Scope<'_>, props: PolicyProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let name = props
            .policy_name
            .map_or_else(|| default_name(&mut scope), Text::into_owned);
        let resource = l1::Policy {
            groups: some(props.groups).into(),
            policy_document: props.document.to_json().into(),
            policy_name: name.into(),
            roles: some(props.roles).into(),
            users: some(props.users).into(),
        };
        Self {
            policy: scope.add("Resource", &resource),
        }
    }
}

/// The end of the logical id, as CDK names policies; the end has the hash, which tells it from
/// others.
fn default_name(scope: &mut Scope<'_>) -> String {
    let id = scope.logical_id("Resource");
    let start = id.len().saturating_sub(LONGEST_NAME);
    id.get(start..).unwrap_or_default().to_owned()
}

fn problems(props: &PolicyProps) -> Vec<Problem> {
    let mut problems = props.document.problems(PolicyKind::Identity);
    if let Some(name) = &props.policy_name {
        problems.extend(arn::name_problem(
            "iam.policy-name",
            "policy",
            name,
            LONGEST_NAME,
        ));
    }
    if props.roles.is_empty() && props.groups.is_empty() && props.users.is_empty() {
        problems.push(Problem {
            code: "iam.policy-attached-to-nobody",
            message: "no role, group or user has the policy".to_owned(),
            value: String::new(),
            allowed: "at least one of `roles`, `groups` and `users`".to_owned(),
            fix: "name who has it, or declare a `ManagedPolicy`, which can be attached later"
                .to_owned(),
        });
    }
    problems
}
