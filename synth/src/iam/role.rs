//! Roles.

use synth_core::{Data, Handle, Id, Problem, Scope, Text, Value};

use super::arn;
use super::check::PolicyKind;
use super::condition::Condition;
use super::document::PolicyDocument;
use super::policy::{Policy, PolicyProps};
use super::principal::Principal;
use super::statement::Statement;
use super::trust::Trust;
use crate::absent::some;
use crate::cfn::iam as l1;
use crate::cfn::refs::iam::{ManagedPolicyPolicyArn, RoleArn, RoleName};

/// Most characters of a role's name, as
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html> says,
/// like the other limits here.
const LONGEST_NAME: usize = 64;
/// Most managed policies of a role, when the quota is raised as far as it goes.
const MOST_MANAGED_POLICIES: usize = 25;
/// Most characters of a trust policy, when the quota is raised as far as it goes.
const LARGEST_TRUST: usize = 4_096;
/// Most characters of all inline policies of a role together.
const LARGEST_INLINE: usize = 10_240;
/// Shortest and longest session.
const SESSION_SECONDS: std::ops::RangeInclusive<u32> = 3_600..=43_200;

/// What a [`Role`] needs to know.
#[derive(Debug, Clone)]
pub struct RoleProps {
    /// Who may become the role. At least one.
    pub assumed_by: Vec<Trust>,
    /// What the role may do, as the child `DefaultPolicy`. Default: nothing, and no such child.
    pub policy: PolicyDocument,
    /// What it may do beside that, as policies of the role itself, by name. Default: none.
    pub inline_policies: Vec<(Text, PolicyDocument)>,
    /// ARNs of managed policies, such as [`aws_managed_policy`](super::aws_managed_policy). At most
    /// 25. Default: none.
    pub managed_policies: Vec<Value<Id<ManagedPolicyPolicyArn>>>,
    /// ARN of a managed policy that the role can never exceed. Default: none.
    pub permissions_boundary: Option<Value<Id<ManagedPolicyPolicyArn>>>,
    /// Name of the role, at most 64 characters. Default: CloudFormation makes one.
    pub role_name: Option<Value<String>>,
    /// Path of the role, such as `/team/`. Default: `/`.
    pub path: Option<Text>,
    /// Longest session in seconds, 3,600-43,200. Default: 3,600.
    pub max_session_in_seconds: Option<u32>,
    /// What it is for, at most 1,000 characters. Default: nothing.
    pub description: Option<Text>,
    /// Tags of the role. Default: those of the stack.
    pub tags: Vec<(Text, Value<String>)>,
}

impl RoleProps {
    /// A role that one or several may assume, and that may do nothing yet.
    pub fn new(assumed_by: impl Into<Vec<Trust>>) -> Self {
        Self {
            assumed_by: assumed_by.into(),
            policy: PolicyDocument::new(),
            inline_policies: Vec::new(),
            managed_policies: Vec::new(),
            permissions_boundary: None,
            role_name: None,
            path: None,
            max_session_in_seconds: None,
            description: None,
            tags: Vec::new(),
        }
    }

    fn trust(&self) -> PolicyDocument {
        self.assumed_by.iter().map(Statement::from).collect()
    }
}

/// A role that services, people or programs assume.
///
/// Declares `Resource` (`AWS::IAM::Role`) and, when [`RoleProps::policy`] says something,
/// `DefaultPolicy/Resource` (`AWS::IAM::Policy`).
#[derive(Debug, Clone)]
pub struct Role {
    /// The role; its `Ref` is its name.
    pub role: Handle<l1::Role>,
    /// The policy made of [`RoleProps::policy`].
    pub default_policy: Option<Policy>,
    trusted_services: Vec<Text>,
}

impl Role {
    /// Adds the role to `scope`.
    pub fn new(mut scope: Scope<'_>, props: RoleProps) -> Self {
        for problem in problems(&props) {
            scope.problem(problem);
        }
        let trusted_services = trusted_services(&props.assumed_by);
        let policies = props.inline_policies.iter();
        let policies = policies
            .map(|(name, document)| l1::role::Policy::new(document.to_json(), name.as_ref()));
        let resource = l1::Role {
            assume_role_policy_document: props.trust().to_json().into(),
            description: props.description.map(Text::into_owned).into(),
            managed_policy_arns: some(props.managed_policies).into(),
            max_session_duration: props.max_session_in_seconds.into(),
            path: props.path.map(Text::into_owned).into(),
            permissions_boundary: props.permissions_boundary.into(),
            policies: some(policies.collect()).into(),
            role_name: props.role_name.into(),
            tags: crate::tags::of(props.tags),
        };
        let role = scope.add("Resource", &resource);
        let default_policy = (!props.policy.is_empty()).then(|| {
            let attached = PolicyProps {
                roles: vec![role.reference()],
                ..PolicyProps::new(props.policy)
            };
            Policy::new(scope.child("DefaultPolicy"), attached)
        });
        Self {
            role,
            default_policy,
            trusted_services,
        }
    }

    /// The role's ARN.
    pub fn arn(&self) -> Value<Id<RoleArn>> {
        self.role.arn()
    }

    /// The role's name.
    pub fn name(&self) -> Value<Id<RoleName>> {
        self.role.reference()
    }

    /// The services that may become the role, such as `ecs-tasks.amazonaws.com`, each once, in
    /// the order of [`RoleProps::assumed_by`], with or without a condition. Whoever hands the role
    /// to a service can tell from it whether that service can use it.
    ///
    /// ```
    /// use synth::iam::{Role, RoleProps, Trust};
    ///
    /// let mut stack = synth::Stack::new("App", synth::StackProps::default());
    /// let props = RoleProps::new(Trust::service("lambda.amazonaws.com"));
    /// let role = Role::new(stack.child("Role"), props);
    /// assert_eq!(role.trusted_services(), ["lambda.amazonaws.com"]);
    /// ```
    pub fn trusted_services(&self) -> &[Text] {
        &self.trusted_services
    }

    /// Lets `policy` hand the role to one service, such as `ecs-tasks.amazonaws.com`:
    /// `iam:PassRole`.
    pub fn grant_pass(&self, policy: &mut PolicyDocument, service: impl Into<Value<String>>) {
        policy.add(pass(self.arn(), service.into()));
    }

    /// Lets `policy` become the role, if the role trusts its holder: `sts:AssumeRole`.
    pub fn grant_assume(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(["sts:AssumeRole"], [self.arn()]));
    }
}

/// Handing the role to one service.
pub(super) fn pass(role: Value<Id<RoleArn>>, service: Value<String>) -> Statement {
    Statement {
        conditions: vec![Condition::string_equals("iam:PassedToService", [service])],
        ..Statement::allow(["iam:PassRole"], [role])
    }
}

fn trusted_services(assumed_by: &[Trust]) -> Vec<Text> {
    let mut services = Vec::new();
    for trust in assumed_by {
        if let Principal::Service(name) = &trust.principal
            && !services.contains(name)
        {
            services.push(name.clone());
        }
    }
    services
}

fn problems(props: &RoleProps) -> Vec<Problem> {
    let mut problems = Vec::new();
    if props.assumed_by.is_empty() {
        problems.push(Problem {
            code: "iam.role-without-trust",
            message: "nobody may become the role".to_owned(),
            value: String::new(),
            allowed: "at least one principal in `assumed_by`".to_owned(),
            fix: "say who assumes it, such as `Trust::service(\"ecs-tasks.amazonaws.com\")`"
                .to_owned(),
        });
    } else {
        problems.extend(props.trust().problems(PolicyKind::Trust));
        problems.extend(size_problem(
            "trust policy",
            props.trust().least_size(),
            LARGEST_TRUST,
        ));
    }
    let mut inline = 0;
    for (name, document) in &props.inline_policies {
        problems.extend(arn::name_problem("iam.policy-name", "policy", name, 128));
        problems.extend(document.problems(PolicyKind::Identity));
        inline += document.least_size();
    }
    if !props.policy.is_empty() {
        inline += props.policy.least_size();
    }
    problems.extend(size_problem("inline policies", inline, LARGEST_INLINE));
    if let Some(Value::Known(name)) = &props.role_name {
        problems.extend(arn::name_problem(
            "iam.role-name",
            "role",
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
    let arns = props
        .managed_policies
        .iter()
        .chain(&props.permissions_boundary);
    let arns = arns.filter_map(Value::known).map(Id::as_text);
    problems.extend(arns.filter(|text| !arn::is_arn(text)).map(|text| {
        let message = "a managed policy is named by its ARN".to_owned();
        arn::problem("iam.managed-policy-format", message, text, "")
    }));
    problems.extend(session_problem(props.max_session_in_seconds));
    problems.extend(managed_policies_problem(props.managed_policies.len()));
    problems
}

pub(super) fn size_problem(what: &str, size: usize, largest: usize) -> Option<Problem> {
    (size > largest).then(|| Problem {
        code: "iam.policy-too-large",
        message: format!("the {what} of the role would have at least {size} characters"),
        value: String::new(),
        allowed: format!("at most {largest} characters without white space"),
        fix: "name resources by a pattern, or move statements to a `ManagedPolicy`".to_owned(),
    })
}

fn session_problem(seconds: Option<u32>) -> Option<Problem> {
    let seconds = seconds.filter(|seconds| !SESSION_SECONDS.contains(seconds))?;
    Some(Problem {
        code: "iam.session-length",
        message: "a session of the role cannot be this long".to_owned(),
        value: format!("{seconds} seconds"),
        allowed: "3600 to 43200 seconds".to_owned(),
        fix: "choose a time between one and twelve hours".to_owned(),
    })
}

fn managed_policies_problem(count: usize) -> Option<Problem> {
    (count > MOST_MANAGED_POLICIES).then(|| Problem {
        code: "iam.too-many-managed-policies",
        message: format!("the role has {count} managed policies"),
        value: String::new(),
        allowed: format!(
            "at most {MOST_MANAGED_POLICIES}, and 10 unless the account's quota was raised"
        ),
        fix: "put what they permit into fewer policies".to_owned(),
    })
}
