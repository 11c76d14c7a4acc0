//! Who a statement is about.

use synth_core::{Json, Text, Value, join, pseudo};

use super::statement::one_or_many;

/// Somebody who makes requests.
///
/// Source:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Debug, Clone, PartialEq)]
pub enum Principal {
    /// An AWS service, such as `ecs-tasks.amazonaws.com`.
    Service(Text),
    /// A role, a user or a role's session, by its ARN.
    Arn(Value<String>),
    /// Everybody in an account, by its twelve digits, whom the account's own policies permit as
    /// well.
    Account(Value<String>),
    /// Everybody in the account of the stack, whom the account's own policies permit as well.
    ThisAccount,
    /// People or programs whom an identity provider vouches for: its ARN, or a domain such as
    /// `accounts.google.com`.
    Federated(Value<String>),
    /// An account by its canonical user id, as S3 has it.
    CanonicalUser(Value<String>),
    /// Everybody, anonymous requests included.
    Any,
}

impl Principal {
    /// The key under `Principal`, and the value there.
    fn entry(&self) -> (&'static str, Json) {
        match self {
            Self::Service(name) => ("Service", name.clone().into()),
            Self::Arn(arn) => ("AWS", arn.into()),
            Self::Account(id) => ("AWS", root(id.clone()).into()),
            Self::ThisAccount => ("AWS", root(pseudo::account_id()).into()),
            Self::Federated(provider) => ("Federated", provider.into()),
            Self::CanonicalUser(id) => ("CanonicalUser", id.into()),
            Self::Any => ("AWS", "*".into()),
        }
    }
}

/// The ARN that stands for a whole account.
fn root(account: Value<String>) -> Value<String> {
    join(
        "",
        [
            "arn:".into(),
            pseudo::partition(),
            ":iam::".into(),
            account,
            ":root".into(),
        ],
    )
}

/// The object under `Principal`: by kind, in the order given.
pub(super) fn to_json(principals: &[Principal]) -> Json {
    let mut kinds: Vec<(&'static str, Vec<Json>)> = Vec::new();
    for (kind, value) in principals.iter().map(Principal::entry) {
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, values)) => values.push(value),
            None => kinds.push((kind, vec![value])),
        }
    }
    Json::object(
        kinds
            .into_iter()
            .map(|(kind, values)| (kind, one_or_many(&values))),
    )
}
