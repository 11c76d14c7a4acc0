//! Roles that are declared elsewhere.

use synth_core::{Id, Problem, Scope, Value, join, pseudo};

use super::arn;
use super::document::PolicyDocument;
use super::policy::{Policy, PolicyProps};
use super::role::pass;
use super::statement::Statement;
use crate::cfn::refs::iam::{RoleArn, RoleName};

/// A role by its ARN or name, wherever it was declared. It declares nothing.
///
/// ```
/// use synth::iam::{PolicyDocument, RoleReference, Statement};
///
/// let mut stack = synth::Stack::new("App", synth::StackProps::default());
/// let deployer = RoleReference::from_arn("arn:aws:iam::123456789012:role/ci/deployer");
/// let mut policy = PolicyDocument::new();
/// policy.add(Statement::allow(["s3:GetObject"], ["arn:aws:s3:::data/*"]));
/// deployer.add_policy(stack.child("Deployer"), policy);
/// assert!(stack.synthesize()?.to_json().contains(r#""deployer""#));
/// # Ok::<(), synth::Problems>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RoleReference {
    /// The role's ARN.
    pub arn: Value<Id<RoleArn>>,
    /// The role's name, without its path. Nothing where only CloudFormation knows the ARN: a name cannot be cut out of
    /// one whose path is not known.
    pub name: Option<Value<Id<RoleName>>>,
}

impl RoleReference {
    /// A role with this ARN, of any account.
    pub fn from_arn(arn: impl Into<Value<String>>) -> Self {
        let arn = arn.into();
        let name = arn.known().and_then(|arn| arn.rsplit_once('/'));
        let name = name.map(|(_, name)| Id::literal(name.to_owned()).into());
        Self {
            arn: arn.map(Id::literal),
            name,
        }
    }

    /// A role of the stack's account with this name, and without a path.
    pub fn from_name(name: impl Into<Value<String>>) -> Self {
        let name = name.into();
        let start = ["arn:".into(), pseudo::partition(), ":iam::".into()];
        let end = [pseudo::account_id(), ":role/".into(), name.clone()];
        Self {
            arn: join("", start.into_iter().chain(end)).map(Id::literal),
            name: Some(name.map(Id::literal)),
        }
    }

    /// Gives the role a policy, which goes with the stack and not with the role. Declares `Resource`
    /// (`AWS::IAM::Policy`) in `scope`.
    ///
    /// Reports a role of another account than the stack's, which no policy of this account can be attached to, and one
    /// whose name is not known.
    pub fn add_policy(&self, mut scope: Scope<'_>, document: PolicyDocument) -> Policy {
        for problem in self.problems(&scope) {
            scope.problem(problem);
        }
        let roles = self.name.clone().into_iter().collect();
        Policy::new(
            scope,
            PolicyProps {
                roles,
                ..PolicyProps::new(document)
            },
        )
    }

    /// Lets `policy` hand the role to one service, such as `ecs-tasks.amazonaws.com`: `iam:PassRole`.
    pub fn grant_pass(&self, policy: &mut PolicyDocument, service: impl Into<Value<String>>) {
        policy.add(pass(self.arn.clone(), service.into()));
    }

    /// Lets `policy` become the role, if the role trusts its holder: `sts:AssumeRole`.
    pub fn grant_assume(&self, policy: &mut PolicyDocument) {
        policy.add(Statement::allow(["sts:AssumeRole"], [self.arn.clone()]));
    }

    fn problems(&self, scope: &Scope<'_>) -> Vec<Problem> {
        let Some(text) = self.arn.known().map(Id::as_text) else {
            let nameless = self.name.is_none().then(|| Problem {
                code: "iam.role-name-unknown",
                message: "a policy is attached to a role by its name, which cannot be told from an ARN that only \
                          CloudFormation knows"
                    .to_owned(),
                value: String::new(),
                allowed: "an ARN that is known, or a name".to_owned(),
                fix: "set `name`, or use `RoleReference::from_name`".to_owned(),
            });
            return nameless.into_iter().collect();
        };
        let is_role = arn::is_arn(text)
            && text
                .split(':')
                .nth(5)
                .is_some_and(|it| it.starts_with("role/"));
        if !is_role {
            let message = "a role is named by its ARN".to_owned();
            return vec![arn::problem("iam.role-arn-format", message, text, "")];
        }
        let account = text.split(':').nth(4).unwrap_or_default();
        let here = scope.environment().account.as_deref();
        let elsewhere = here.filter(|here| *here != account).map(|here| Problem {
            code: "iam.role-of-another-account",
            message: format!("a policy of account {here} cannot be attached to a role of account {account}"),
            value: text.to_owned(),
            allowed: "roles of the stack's account".to_owned(),
            fix: "give the role the permission in its own account, and name it in the resource's policy here".to_owned(),
        });
        elsewhere.into_iter().collect()
    }
}
