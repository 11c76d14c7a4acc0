//! Users who may do the same.

use synth_core::{Handle, Id, Problem, Scope, Text, Value};

use super::arn;
use super::document::PolicyDocument;
use super::policy::{LONGEST_NAME, Policy, PolicyProps};
use crate::absent::some;
use crate::cfn::iam as l1;
use crate::cfn::refs::iam::{GroupName, ManagedPolicyPolicyArn};

/// Most managed policies of a group, unless the account's quota was raised:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
const MOST_MANAGED_POLICIES: usize = 10;

/// What a [`Group`] needs to know.
#[derive(Debug, Clone, Default)]
pub struct GroupProps {
    /// What its users may do. Default: nothing.
    pub policy: PolicyDocument,
    /// Managed policies by their ARN, at most 10. Default: none.
    pub managed_policies: Vec<Value<Id<ManagedPolicyPolicyArn>>>,
    /// Its name, 1-128 letters, digits and `+=,.@_-`. Default: CloudFormation makes one.
    pub group_name: Option<Value<String>>,
    /// Its path, such as `/team/`. Default: `/`.
    pub path: Option<Text>,
}

/// A group of users.
///
/// Declares `Resource` (`AWS::IAM::Group`) and, when [`GroupProps::policy`] says something,
/// `DefaultPolicy/Resource` (`AWS::IAM::Policy`).
///
/// ```
/// use synth::iam::{Group, GroupProps, aws_managed_policy};
///
/// let mut stack = synth::Stack::new("App", synth::StackProps::default());
/// let props = GroupProps {
///     managed_policies: vec![aws_managed_policy("ReadOnlyAccess")],
///     ..GroupProps::default()
/// };
/// Group::new(stack.child("Readers"), props);
/// assert!(stack.synthesize().is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct Group {
    /// The group; its `Ref` is its name.
    pub group: Handle<l1::Group>,
    /// The policy made of [`GroupProps::policy`].
    pub default_policy: Option<Policy>,
}

impl Group {
    /// Adds the group to `scope`.
    pub fn new(mut scope: Scope<'_>, props: GroupProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let resource = l1::Group {
            group_name: props.group_name.into(),
            managed_policy_arns: some(props.managed_policies).into(),
            path: props.path.map(Text::into_owned).into(),
            ..l1::Group::default()
        };
        let group = scope.add("Resource", &resource);
        let default_policy = (!props.policy.is_empty()).then(|| {
            let attached = PolicyProps {
                groups: vec![group.reference()],
                ..PolicyProps::new(props.policy)
            };
            Policy::new(scope.child("DefaultPolicy"), attached)
        });
        Self {
            group,
            default_policy,
        }
    }

    /// The group's name.
    pub fn name(&self) -> Value<Id<GroupName>> {
        self.group.reference()
    }
}

fn problems(props: &GroupProps) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(Value::Known(name)) = &props.group_name {
        problems.extend(arn::name_problem(
            "iam.group-name",
            "group",
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
    let count = props.managed_policies.len();
    problems.extend((count > MOST_MANAGED_POLICIES).then(|| Problem {
        code: "iam.too-many-managed-policies",
        message: format!("the group has {count} managed policies"),
        value: String::new(),
        allowed: format!("at most {MOST_MANAGED_POLICIES}"),
        fix: "put what they permit into fewer policies".to_owned(),
    }));
    problems
}
