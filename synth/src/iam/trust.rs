//! Who may become a role.

use synth_core::{Text, Value};

use super::condition::Condition;
use super::principal::Principal;
use super::statement::{Effect, Selection, Statement};

/// One way into a role: who may assume it, how, and when.
///
/// A role that several may assume has several of these.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// Who.
    pub principal: Principal,
    /// How: `sts:AssumeRole`, or the form for a federated principal; with `sts:TagSession`,
    /// sessions may carry tags.
    pub actions: Vec<Text>,
    /// When: all of these must hold. Default: always.
    pub conditions: Vec<Condition>,
}

impl Trust {
    /// An AWS service, such as `ecs-tasks.amazonaws.com`.
    pub fn service(name: impl Into<Text>) -> Self {
        Self::assumed_by(Principal::Service(name.into()))
    }

    /// A role, a user or a role's session, by its ARN.
    pub fn arn(arn: impl Into<Value<String>>) -> Self {
        Self::assumed_by(Principal::Arn(arn.into()))
    }

    /// Whoever the account, by its twelve digits, lets assume the role.
    pub fn account(id: impl Into<Value<String>>) -> Self {
        Self::assumed_by(Principal::Account(id.into()))
    }

    /// Whoever the account of the stack lets assume the role.
    pub fn this_account() -> Self {
        Self::assumed_by(Principal::ThisAccount)
    }

    /// A third party's account, which has to name the agreed `external_id`, 2-1224 characters.
    pub fn third_party(
        account: impl Into<Value<String>>,
        external_id: impl Into<Value<String>>,
    ) -> Self {
        let condition = Condition::string_equals("sts:ExternalId", [external_id.into()]);
        Self {
            conditions: vec![condition],
            ..Self::account(account)
        }
    }

    /// Tokens of an `OpenID` Connect provider of the account, such as those of CI jobs.
    ///
    /// `provider` is its ARN, `issuer` its address without `https://`, such as
    /// `token.actions.githubusercontent.com`; `subjects` are patterns, such as
    /// `repo:octo-org/octo-repo:ref:refs/heads/main`.
    pub fn open_id_connect<S: Into<Value<String>>>(
        provider: impl Into<Value<String>>,
        issuer: &str,
        audience: impl Into<Value<String>>,
        subjects: impl IntoIterator<Item = S>,
    ) -> Self {
        let audience = Condition::string_equals(format!("{issuer}:aud"), [audience.into()]);
        let subjects = Condition::string_like(format!("{issuer}:sub"), subjects);
        Self::web_identity(provider, vec![audience, subjects])
    }

    /// Tokens of a web identity provider. Without conditions, everybody whom the provider knows:
    /// that is refused.
    pub fn web_identity(provider: impl Into<Value<String>>, conditions: Vec<Condition>) -> Self {
        Self {
            principal: Principal::Federated(provider.into()),
            actions: vec!["sts:AssumeRoleWithWebIdentity".into()],
            conditions,
        }
    }

    /// People who sign in to the console through a SAML provider of the account, by its ARN.
    pub fn saml(provider: impl Into<Value<String>>) -> Self {
        let sign_in = "https://signin.aws.amazon.com/saml";
        Self {
            principal: Principal::Federated(provider.into()),
            actions: vec!["sts:AssumeRoleWithSAML".into()],
            conditions: vec![Condition::string_equals("SAML:aud", [sign_in])],
        }
    }

    /// Everybody in the organization with this id, such as `o-a1b2c3d4e5`, whom the policies of
    /// their own account permit as well.
    pub fn organization(id: impl Into<Value<String>>) -> Self {
        Self {
            conditions: vec![Condition::string_equals("aws:PrincipalOrgID", [id.into()])],
            ..Self::assumed_by(Principal::Any)
        }
    }

    /// The same, who may give their sessions tags: `sts:TagSession`.
    ///
    /// ```
    /// use synth::iam::Trust;
    ///
    /// let trust = Trust::this_account().with_session_tags();
    /// assert_eq!(trust.actions, ["sts:AssumeRole", "sts:TagSession"]);
    /// ```
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>
    #[must_use]
    pub fn with_session_tags(mut self) -> Self {
        self.actions.push("sts:TagSession".into());
        self
    }

    fn assumed_by(principal: Principal) -> Self {
        Self {
            principal,
            actions: vec!["sts:AssumeRole".into()],
            conditions: Vec::new(),
        }
    }
}

impl From<&Trust> for Statement {
    fn from(trust: &Trust) -> Self {
        Self {
            sid: None,
            effect: Effect::Allow,
            principals: vec![trust.principal.clone()],
            except_principals: Vec::new(),
            actions: Selection::Only(trust.actions.clone()),
            resources: None,
            conditions: trust.conditions.clone(),
        }
    }
}

impl From<Trust> for Vec<Trust> {
    fn from(trust: Trust) -> Self {
        vec![trust]
    }
}
