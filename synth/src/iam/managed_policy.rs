//! Policies that stand on their own.

use synth_core::{Data, Handle, Id, Problem, Scope, Text, Value};

use super::arn;
use super::check::PolicyKind;
use super::document::PolicyDocument;
use super::policy::LONGEST_NAME;
use crate::absent::some;
use crate::cfn::iam as l1;
use crate::cfn::refs::iam::{GroupName, ManagedPolicyPolicyArn, RoleName, UserName};

/// Most characters of a managed policy, as
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html> says.
const LARGEST: usize = 6_144;

/// What a [`ManagedPolicy`] needs to know.
#[derive(Debug, Clone)]
pub struct ManagedPolicyProps {
    /// What it says. At least one statement.
    pub document: PolicyDocument,
    /// Its name, at most 128 characters. Default: CloudFormation makes one.
    pub managed_policy_name: Option<Value<String>>,
    /// What it is for, at most 1,000 characters. Changing it replaces the policy. Default: nothing.
    pub description: Option<Text>,
    /// Its path, such as `/team/`. Default: `/`.
    pub path: Option<Text>,
    /// Names of the roles that have it from the start. Default: none.
    pub roles: Vec<Value<Id<RoleName>>>,
    /// Names of the groups that have it from the start. Default: none.
    pub groups: Vec<Value<Id<GroupName>>>,
    /// Names of the users who have it from the start. Default: none.
    pub users: Vec<Value<Id<UserName>>>,
}

impl ManagedPolicyProps {
    /// A policy that nobody has yet.
    pub fn new(document: PolicyDocument) -> Self {
        Self {
            document,
            managed_policy_name: None,
            description: None,
            path: None,
            roles: Vec::new(),
            groups: Vec::new(),
            users: Vec::new(),
        }
    }
}

/// A policy with an ARN, which anybody who may can attach.
///
/// Declares `Resource` (`AWS::IAM::ManagedPolicy`).
#[derive(Debug, Clone)]
pub struct ManagedPolicy {
    /// The policy; its `Ref` is its ARN.
    pub policy: Handle<l1::ManagedPolicy>,
}

impl ManagedPolicy {
    /// Adds the policy to `scope`.
    pub fn new(mut scope: Scope<'_>, props: ManagedPolicyProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        // What AWS would take anyway is written all the same: CDK writes it, and leaving it out later replaces a policy.
        let description = props.description.map_or_else(String::new, Text::into_owned);
        let path = props.path.map_or_else(|| "/".to_owned(), Text::into_owned);
        let resource = l1::ManagedPolicy {
            description: description.into(),
            groups: some(props.groups).into(),
            managed_policy_name: props.managed_policy_name.into(),
            path: path.into(),
            policy_document: props.document.to_json().into(),
            roles: some(props.roles).into(),
            users: some(props.users).into(),
        };
        Self {
            policy: scope.add("Resource", &resource),
        }
    }

    /// The policy's ARN.
    pub fn arn(&self) -> Value<Id<ManagedPolicyPolicyArn>> {
        self.policy.reference()
    }
}

fn problems(props: &ManagedPolicyProps) -> Vec<Problem> {
    let mut problems = props.document.problems(PolicyKind::Identity);
    if let Some(Value::Known(name)) = &props.managed_policy_name {
        problems.extend(arn::name_problem(
            "iam.policy-name",
            "policy",
            name,
            LONGEST_NAME,
        ));
    }
    problems.extend(props.path.as_deref().and_then(arn::path_problem));
    problems.extend(
        props
            .description
            .as_deref()
            .and_then(arn::description_problem),
    );
    let size = props.document.least_size();
    if size > LARGEST {
        problems.push(Problem {
            code: "iam.managed-policy-too-large",
            message: format!("the policy would have at least {size} characters"),
            value: String::new(),
            allowed: format!("at most {LARGEST} characters without white space"),
            fix: "name resources by a pattern, or divide the statements between two policies"
                .to_owned(),
        });
    }
    problems
}
