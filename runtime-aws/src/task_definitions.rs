//! Task definitions of an installation: the stack's own, and copies of it for other images.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_ecs::types::{TaskDefinitionFamilyStatus, TaskDefinitionStatus};
use runtime::ProviderError;
use runtime::port::Problem;

use crate::cloud::Cloud;

/// ECS deregisters one task definition a second once its burst of 20 is used up.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html>.
const THROTTLED: Duration = Duration::from_secs(1);

/// How often a throttled request is made again.
const PATIENCE: u32 = 60;

/// How many task definitions one request deletes at most.
const PAGE: usize = 10;

/// Length of what tells a copy's image, in hex digits.
pub(crate) const DIGITS: usize = 8;

/// ARNs of the task definitions, active or not, of `family` and of its copies.
pub(crate) async fn all(cloud: &Cloud, family: &str) -> Result<Vec<String>, ProviderError> {
    let mut arns = Vec::new();
    for family in families(cloud, family).await? {
        for status in [TaskDefinitionStatus::Active, TaskDefinitionStatus::Inactive] {
            arns.extend(of(cloud, &family, status).await?);
        }
    }
    Ok(arns)
}

/// Deregisters and deletes task definitions.
pub(crate) async fn forget(cloud: &Cloud, arns: &[String]) -> Result<(), ProviderError> {
    let families: BTreeSet<&str> = arns.iter().filter_map(|arn| family_of(arn)).collect();
    for family in families {
        for arn in of(cloud, family, TaskDefinitionStatus::Active).await? {
            if arns.contains(&arn) {
                deregister(cloud, &arn).await?;
            }
        }
    }
    for these in arns.chunks(PAGE) {
        delete(cloud, these).await?;
    }
    Ok(())
}

/// Whether `name` is `family`, or a copy of it: `family-` and eight hex digits.
fn belongs(name: &str, family: &str) -> bool {
    let copy = name
        .strip_prefix(family)
        .and_then(|rest| rest.strip_prefix('-'));
    let is_copy = |digits: &str| {
        digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    name == family || copy.is_some_and(is_copy)
}

/// Family of a task definition, which its ARN names: `…:task-definition/FAMILY:REVISION`.
fn family_of(arn: &str) -> Option<&str> {
    Some(arn.rsplit('/').next()?.rsplit_once(':')?.0)
}

/// Names of `family` and its copies, of which any revision is active or inactive.
async fn families(cloud: &Cloud, family: &str) -> Result<BTreeSet<String>, ProviderError> {
    let mut families = BTreeSet::new();
    for status in [
        TaskDefinitionFamilyStatus::Active,
        TaskDefinitionFamilyStatus::Inactive,
    ] {
        let mut token = None;
        loop {
            let page = cloud
                .tasks
                .list_task_definition_families()
                .family_prefix(family)
                .status(status.clone())
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| cloud.refusal("ecs:ListTaskDefinitionFamilies", &error))?;
            let names = page.families.unwrap_or_default();
            families.extend(names.into_iter().filter(|name| belongs(name, family)));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
    }
    Ok(families)
}

async fn of(
    cloud: &Cloud,
    family: &str,
    status: TaskDefinitionStatus,
) -> Result<Vec<String>, ProviderError> {
    let mut arns = Vec::new();
    let mut token = None;
    loop {
        let page = cloud
            .tasks
            .list_task_definitions()
            .family_prefix(family)
            .status(status.clone())
            .set_next_token(token)
            .send()
            .await
            .map_err(|error| cloud.refusal("ecs:ListTaskDefinitions", &error))?;
        let found = page.task_definition_arns.unwrap_or_default();
        arns.extend(
            found
                .into_iter()
                .filter(|arn| family_of(arn) == Some(family)),
        );
        token = page.next_token;
        if token.is_none() {
            return Ok(arns);
        }
    }
}

async fn deregister(cloud: &Cloud, arn: &str) -> Result<(), ProviderError> {
    let mut throttled = 0;
    loop {
        let asked = cloud
            .tasks
            .deregister_task_definition()
            .task_definition(arn);
        let done = asked.send().await;
        match done
            .map_err(|error| cloud.refusal(format!("ecs:DeregisterTaskDefinition {arn}"), &error))
        {
            Err(refusal) if refusal.problem == Problem::Throttled && throttled < PATIENCE => {
                throttled += 1;
                tokio::time::sleep(THROTTLED).await;
            }
            done => return done.map(drop),
        }
    }
}

async fn delete(cloud: &Cloud, arns: &[String]) -> Result<(), ProviderError> {
    let mut throttled = 0;
    loop {
        let asked = cloud
            .tasks
            .delete_task_definitions()
            .set_task_definitions(Some(arns.to_vec()));
        let done = asked.send().await;
        match done.map_err(|error| cloud.refusal("ecs:DeleteTaskDefinitions", &error)) {
            Err(refusal) if refusal.problem == Problem::Throttled && throttled < PATIENCE => {
                throttled += 1;
                tokio::time::sleep(THROTTLED).await;
            }
            Err(refusal) => return Err(refusal),
            Ok(answer) => {
                let failure = answer
                    .failures()
                    .iter()
                    .find(|failure| !failure.reason().unwrap_or_default().contains("NOT_FOUND"));
                return match failure {
                    None => Ok(()),
                    Some(failure) => Err(ProviderError::new(
                        Problem::Failed,
                        format!(
                            "ecs:DeleteTaskDefinitions {}",
                            failure.arn().unwrap_or_default()
                        ),
                        failure.detail().or(failure.reason()).unwrap_or_default(),
                    )),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_family_and_its_copies_belong_to_an_installation() {
        assert!(belongs("mycli", "mycli") && belongs("mycli-0a1b2c3d", "mycli"));
        for other in [
            "mycli-web",
            "mycli-0a1b2c3",
            "mycli-0a1b2c3d4",
            "mycli2-0a1b2c3d",
            "my",
        ] {
            assert!(!belongs(other, "mycli"), "{other}");
        }
    }
}
