//! Which rights the caller has, as IAM simulates it.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use runtime::ProviderError;
use runtime::doctor::Simulated;
use runtime::port::Problem;
use stacks::platform::Need;

use crate::cloud::{Cloud, Identity};
use crate::lookup::ask::iam;

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
        let asked = needs.iter().map(|need| {
            let parameters = parameters(&source, need);
            async move { iam(self, "SimulatePrincipalPolicy", &parameters).await }
        });
        let (mut missing, mut unsure) = (BTreeSet::new(), BTreeSet::new());
        for answer in try_join_all(asked).await? {
            for result in answer.list("EvaluationResults") {
                let allowed = result.text("EvalDecision") == Some("allowed");
                let Some(action) = result.text("EvalActionName").filter(|_| !allowed) else {
                    continue;
                };
                // A condition asks for something that is known only when it is done, such as an address.
                let known = result.list("MissingContextValues").is_empty();
                let place = if known { &mut missing } else { &mut unsure };
                place.insert(action.to_owned());
            }
        }
        Ok(Simulated::Policies { missing, unsure })
    }

    /// ARN of a role with its path, which the ARN of a session does not have.
    async fn role(&self, name: &str) -> Option<String> {
        let parameters = [("RoleName".to_owned(), name.to_owned())];
        let answer = iam(self, "GetRole", &parameters).await.ok()?;
        answer.text("Arn").map(str::to_owned)
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
