//! Which rights the caller has, as IAM simulates it.

use futures_util::future::try_join_all;
use runtime::ProviderError;
use runtime::port::Problem;
use stacks::platform::Need;

use crate::cloud::{Cloud, Identity};
use crate::lookup::ask::iam;

/// What IAM says of the rights that are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Simulated {
    /// The actions that are not allowed, each with what it would be done to; none when all are.
    Missing(Vec<String>),
    /// The caller is the account's root user, whom no policy of the account limits.
    Root,
}

impl Cloud {
    /// Simulates what the policies of `identity` say to `needs`.
    ///
    /// Session policies, and the policies of what is worked on, are not part of it.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>
    pub async fn simulate(
        &self,
        identity: &Identity,
        needs: &[Need],
    ) -> Result<Simulated, ProviderError> {
        let source = match principal(&identity.arn) {
            Principal::Root => return Ok(Simulated::Root),
            Principal::Other => {
                let words = format!("policies of {} cannot be simulated", identity.arn);
                let operation = "iam:SimulatePrincipalPolicy";
                return Err(ProviderError::new(Problem::Invalid, operation, words));
            }
            Principal::User => identity.arn.clone(),
            Principal::Role { name, guess } => self.role(name).await.unwrap_or(guess),
        };
        let asked = needs.iter().map(|need| self.missing(&source, need));
        let missing = try_join_all(asked).await?;
        Ok(Simulated::Missing(missing.into_iter().flatten().collect()))
    }

    /// ARN of a role with its path, which the ARN of a session does not have.
    async fn role(&self, name: &str) -> Option<String> {
        let parameters = [("RoleName".to_owned(), name.to_owned())];
        let answer = iam(self, "GetRole", &parameters).await.ok()?;
        answer.text("Arn").map(str::to_owned)
    }

    async fn missing(&self, source: &str, need: &Need) -> Result<Vec<String>, ProviderError> {
        let answer = iam(self, "SimulatePrincipalPolicy", &parameters(source, need)).await?;
        let results = answer.list("EvaluationResults").iter();
        let denied = results.filter(|it| it.text("EvalDecision") != Some("allowed"));
        let named = denied.filter_map(|it| it.text("EvalActionName"));
        Ok(named
            .map(|it| format!("{it} on {}", need.resource))
            .collect())
    }
}

fn parameters(source: &str, need: &Need) -> Vec<(String, String)> {
    let mut parameters = vec![
        ("PolicySourceArn".to_owned(), source.to_owned()),
        ("ResourceArns.member.1".to_owned(), need.resource.clone()),
    ];
    for (place, action) in need.actions.iter().enumerate() {
        let name = format!("ActionNames.member.{}", place + 1);
        parameters.push((name, (*action).to_owned()));
    }
    for (place, (key, kind, value)) in need.context.iter().enumerate() {
        let entry = format!("ContextEntries.member.{}", place + 1);
        parameters.extend([
            (format!("{entry}.ContextKeyName"), (*key).to_owned()),
            (format!("{entry}.ContextKeyType"), (*kind).to_owned()),
            (format!("{entry}.ContextKeyValues.member.1"), value.clone()),
        ]);
    }
    parameters
}

/// Whose policies count.
#[derive(Debug, PartialEq, Eq)]
enum Principal<'a> {
    Root,
    User,
    /// A session of a role; `guess` is the role's ARN if it has no path.
    Role {
        name: &'a str,
        guess: String,
    },
    /// Somebody without policies of their own in IAM, such as a federated user.
    Other,
}

fn principal(arn: &str) -> Principal<'_> {
    let mut parts = arn.splitn(6, ':').skip(1);
    let (Some(partition), Some(service), Some(_), Some(account), Some(rest)) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return Principal::Other;
    };
    let mut words = rest.split('/');
    match (service, words.next(), words.next()) {
        (_, Some("root"), None) => Principal::Root,
        ("iam", Some("user"), Some(_)) => Principal::User,
        ("sts", Some("assumed-role"), Some(name)) => Principal::Role {
            name,
            guess: format!("arn:{partition}:iam::{account}:role/{name}"),
        },
        _ => Principal::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_the_policies_of_its_role() {
        let role = Principal::Role {
            name: "Dev",
            guess: "arn:aws-cn:iam::1:role/Dev".to_owned(),
        };
        for (arn, wanted) in [
            ("arn:aws:iam::1:root", Principal::Root),
            ("arn:aws:iam::1:user/a/b", Principal::User),
            ("arn:aws-cn:sts::1:assumed-role/Dev/me", role),
            ("arn:aws:sts::1:federated-user/me", Principal::Other),
            ("nonsense", Principal::Other),
        ] {
            assert_eq!(principal(arn), wanted, "{arn}");
        }
    }
}
