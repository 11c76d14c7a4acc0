//! People and programs with credentials of their own.

use synth_core::{Handle, Id, Problem, Scope, Text, Value};

use super::arn;
use super::document::PolicyDocument;
use super::policy::{Policy, PolicyProps};
use crate::absent::some;
use crate::cfn::iam as l1;
use crate::cfn::refs::iam::{GroupName, ManagedPolicyPolicyArn, UserName};

/// Longest name of a user, as <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html> says, like
/// the other limits here.
const LONGEST_NAME: usize = 64;
/// Most managed policies of a user, unless the account's quota was raised.
const MOST_MANAGED_POLICIES: usize = 10;
/// Most groups a user is in.
const MOST_GROUPS: usize = 10;

/// What a [`User`] needs to know.
#[derive(Debug, Clone, Default)]
pub struct UserProps {
    /// What the user may do. Default: nothing.
    pub policy: PolicyDocument,
    /// Names of the groups the user is in, at most 10. Default: none.
    pub groups: Vec<Value<Id<GroupName>>>,
    /// Managed policies by their ARN, at most 10. Default: none.
    pub managed_policies: Vec<Value<Id<ManagedPolicyPolicyArn>>>,
    /// ARN of a managed policy that the user can never exceed. Default: none.
    pub permissions_boundary: Option<Value<Id<ManagedPolicyPolicyArn>>>,
    /// Name of the user, 1-64 letters, digits and `+=,.@_-`. Default: CloudFormation makes one.
    pub user_name: Option<Value<String>>,
    /// Path of the user, such as `/team/`. Default: `/`.
    pub path: Option<Text>,
    /// Tags of the user. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

/// A user. Roles are for programs; a user is for somebody who cannot become one.
///
/// It has no password and no access key: a template keeps neither.
///
/// Declares `Resource` (`AWS::IAM::User`) and, when [`UserProps::policy`] says something, `DefaultPolicy/Resource`
/// (`AWS::IAM::Policy`).
///
/// ```
/// use synth::iam::{Group, GroupProps, User, UserProps};
///
/// let mut stack = synth::Stack::new("App", synth::StackProps::default());
/// let readers = Group::new(stack.child("Readers"), GroupProps::default());
/// let props = UserProps { groups: vec![readers.name()], ..UserProps::default() };
/// User::new(stack.child("Auditor"), props);
/// assert!(stack.synthesize().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct User {
    /// The user; its `Ref` is its name.
    pub user: Handle<l1::User>,
    /// The policy made of [`UserProps::policy`].
    pub default_policy: Option<Policy>,
}

impl User {
    /// Adds the user to `scope`.
    pub fn new(mut scope: Scope<'_>, props: UserProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let resource = l1::User {
            groups: some(props.groups).into(),
            managed_policy_arns: some(props.managed_policies).into(),
            path: props.path.map(Text::into_owned).into(),
            permissions_boundary: props.permissions_boundary.into(),
            tags: crate::tags::of(props.tags),
            user_name: props.user_name.into(),
            ..l1::User::default()
        };
        let user = scope.add("Resource", &resource);
        let default_policy = (!props.policy.is_empty()).then(|| {
            let attached = PolicyProps {
                users: vec![user.reference()],
                ..PolicyProps::new(props.policy)
            };
            Policy::new(scope.child("DefaultPolicy"), attached)
        });
        Self {
            user,
            default_policy,
        }
    }

    /// The user's name.
    pub fn name(&self) -> Value<Id<UserName>> {
        self.user.reference()
    }
}

fn problems(props: &UserProps) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(Value::Known(name)) = &props.user_name {
        problems.extend(arn::name_problem(
            "iam.user-name",
            "user",
            name,
            LONGEST_NAME,
        ));
    }
    problems.extend(props.path.as_deref().and_then(arn::path_problem));
    let arns = props.managed_policies.iter().filter_map(Value::known);
    let wrong = arns.map(Id::as_text).filter(|text| !arn::is_arn(text));
    problems.extend(wrong.map(|text| {
        let message = "a managed policy is named by its ARN".to_owned();
        arn::problem("iam.managed-policy-format", message, text, "")
    }));
    for (code, what, count, most) in [
        (
            "iam.too-many-managed-policies",
            "has managed policies",
            props.managed_policies.len(),
            MOST_MANAGED_POLICIES,
        ),
        (
            "iam.too-many-groups",
            "is in groups",
            props.groups.len(),
            MOST_GROUPS,
        ),
    ] {
        problems.extend((count > most).then(|| Problem {
            code,
            message: format!("the user {what}, {count} of them"),
            value: count.to_string(),
            allowed: format!("at most {most}"),
            fix: "put what they permit into fewer".to_owned(),
        }));
    }
    problems
}
