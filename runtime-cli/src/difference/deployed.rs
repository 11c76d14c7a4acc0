//! Stacks beside those that are deployed under their names.

use std::collections::{BTreeMap, VecDeque};

use runtime::deploy::Stacks as _;
use runtime_aws::Cloud;
use synth_diff::{Options, StackSettings};
use tokio::task::JoinSet;

use super::templates::Templates;
use super::{After, Compared};
use crate::app::AppArgs;
use crate::failure::{Failure, OwnError};

/// How many stacks are asked for at once. CloudFormation limits the calls of an account.
const AT_ONCE: usize = 8;

/// Compares each with the stack that is deployed under its name, several at once.
pub(super) async fn compare(
    stacks: Vec<After>,
    app: &AppArgs,
    options: &Options,
) -> Result<Vec<Compared>, Failure> {
    let mut clouds: BTreeMap<Option<String>, Cloud> = BTreeMap::new();
    let mut waiting: VecDeque<(usize, Cloud, After)> = VecDeque::new();
    for (position, stack) in stacks.into_iter().enumerate() {
        let region = app.region.clone().or_else(|| stack.region.clone());
        if !clouds.contains_key(&region) {
            let cloud = Box::pin(runtime_aws::connect(runtime_aws::Options {
                region: region.clone(),
                profile: app.profile.clone(),
                ..runtime_aws::Options::default()
            }));
            clouds.insert(region.clone(), cloud.await?);
        }
        let Some(cloud) = clouds.get(&region).cloned() else {
            continue;
        };
        waiting.push_back((position, cloud, stack));
    }
    let mut running = JoinSet::new();
    let mut done = BTreeMap::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((position, cloud, stack)) = waiting.pop_front()
        {
            let options = options.clone();
            running.spawn(async move {
                let compared = against_deployed(&cloud, stack, options).await;
                (position, compared)
            });
        }
        match running.join_next().await {
            Some(Ok((position, compared))) => {
                done.insert(position, compared?);
            }
            Some(Err(error)) => {
                let source = std::io::Error::other(error);
                return Err(OwnError::doing("compare the stacks")(source).into());
            }
            None => return Ok(done.into_values().flatten().collect()),
        }
    }
}

async fn against_deployed(
    cloud: &Cloud,
    after: After,
    mut options: Options,
) -> Result<Vec<Compared>, Failure> {
    let before = match cloud.describe(&after.stack_name).await? {
        // One whose first change set was never executed has no template yet.
        Some(stack) if stack.state.0 != "REVIEW_IN_PROGRESS" => {
            options.before = StackSettings {
                tags: Some(stack.tags),
                parameters: stack
                    .parameters
                    .into_iter()
                    .filter(|(_, value)| value != "****")
                    .collect(),
                termination_protection: Some(stack.protected),
            };
            options.after = after.settings.clone();
            Templates::deployed(cloud, &after.stack_name).await?
        }
        Some(_) | None => Templates::nothing(),
    };
    Ok(after.since(&before, options))
}
