//! What is looked at on AWS.

use std::time::Duration;

use runtime::deploy::{Stack, Stacks as _};
use runtime::doctor::{self, Check, Finding, LastDrift, Verdict, unknown};
use runtime::port::Problem;
use runtime::{Diagnosis as _, ProviderError};
use runtime_aws::{Cloud, Identity, Options, partition};
use stacks::platform::{Installation, Place, VERSION, runner_needs};

use super::local::telling;
use super::{LIMIT, within};
use crate::config::user::Installed;
use crate::context::read_installation;
use crate::install::version;

/// How long CloudFormation may take to compare a stack with its template.
const DRIFT_LIMIT: Duration = Duration::from_mins(5);

/// Makes the checks: those that need nothing first, then those that need the stack, each lot at once.
pub(super) async fn checks(
    context: &str,
    installed: &Installed,
    look_for_drift: bool,
) -> Vec<Finding> {
    let name = &installed.installation;
    let mut findings = vec![Finding::ok(
        Check::Installation,
        format!("{name}, the context {context}"),
    )];
    let connecting = runtime_aws::connect(Options {
        region: Some(installed.region.clone()),
        profile: installed.profile.clone(),
        ..Options::default()
    });
    let cloud = match tokio::time::timeout(LIMIT, connecting).await {
        Ok(Ok(cloud)) => cloud,
        Ok(Err(error)) => {
            findings.push(telling(Check::Region, &error.into()));
            return findings;
        }
        Err(_) => {
            let what = "AWS's configuration could not be read in time";
            let fix = "look at the profile, and at a `credential_process` in it";
            findings.push(Finding::fail(Check::Region, what, fix));
            return findings;
        }
    };
    findings.push(Finding::ok(Check::Region, cloud.region()));
    let (clock, (credentials, identity)) = tokio::join!(
        within(LIMIT, Check::Clock, clock(&cloud)),
        identity(&cloud, installed),
    );
    findings.extend([clock, credentials]);
    let Some(identity) = identity else {
        return findings;
    };
    let (stack, found) = stack(&cloud, context, installed).await;
    let usable = found.as_ref().map(|found| found.state.is_usable());
    // Who may not look at the stack still has what this machine knows of it.
    let goes_on = usable.unwrap_or(stack.verdict == Verdict::Skipped);
    findings.push(stack);
    if !goes_on {
        return findings;
    }
    let outputs = found
        .as_ref()
        .map_or(&installed.outputs, |found| &found.outputs);
    let version = doctor::version(&version::standing(outputs), VERSION);
    let too_new = version.verdict == Verdict::Fail;
    findings.push(version);
    let installation = match read_installation(context, outputs) {
        Ok(installation) => installation,
        Err(error) => {
            findings.retain(|finding| finding.check != Check::Stack);
            findings.push(telling(Check::Stack, &error.into()));
            return findings;
        }
    };
    if too_new {
        return findings;
    }
    let rest = of_installation(&cloud, &installation, &identity);
    let drift = drift(&cloud, found.as_ref(), look_for_drift);
    let (rest, drift) = tokio::join!(Box::pin(rest), Box::pin(drift));
    findings.extend(rest);
    findings.push(drift);
    findings
}

/// What can be looked at once the installation is known.
async fn of_installation(
    cloud: &Cloud,
    installation: &Installation,
    identity: &Identity,
) -> Vec<Finding> {
    let (agent, network, permissions, quota) = tokio::join!(
        within(LIMIT, Check::Agent, agent(cloud, installation)),
        within(LIMIT, Check::Network, network(cloud, installation)),
        within(
            LIMIT,
            Check::Permissions,
            permissions(cloud, installation, identity)
        ),
        within(LIMIT, Check::Quota, quota(cloud, installation)),
    );
    vec![agent, network, permissions, quota]
}

async fn clock(cloud: &Cloud) -> Finding {
    match cloud.clock_ahead_ms().await {
        Ok(ahead_ms) => doctor::clock(ahead_ms),
        Err(error) => unknown(Check::Clock, &error),
    }
}

/// Who asks, where that can be told.
async fn identity(cloud: &Cloud, installed: &Installed) -> (Finding, Option<Identity>) {
    let check = Check::Credentials;
    let mut who = None;
    let asking = async {
        match cloud.identity().await {
            Ok(identity) => {
                let profile = installed.profile.as_ref();
                let profile = profile.map_or_else(String::new, |it| format!(", profile {it}"));
                let what = format!("{} in account {}{profile}", identity.arn, identity.account);
                who = Some(identity);
                Finding::ok(check, what)
            }
            Err(error) => failing(check, &error),
        }
    };
    let found = within(LIMIT, check, asking).await;
    (found, who)
}

/// An error without which nothing goes on.
fn failing(check: Check, error: &ProviderError) -> Finding {
    let fix = error.hint().unwrap_or_else(|| match error.problem {
        Problem::Throttled => "wait a little and try again".to_owned(),
        Problem::NotFound
        | Problem::Conflict
        | Problem::Invalid
        | Problem::NoCredentials
        | Problem::ExpiredCredentials
        | Problem::Denied
        | Problem::Unreachable
        | Problem::NoRoom
        | Problem::Failed
        | Problem::Damaged => "mend that, then run `mycli doctor` again".to_owned(),
    });
    Finding::fail(check, error.to_string(), fix)
}

/// The stack, where there is one and it may be looked at.
async fn stack(cloud: &Cloud, context: &str, installed: &Installed) -> (Finding, Option<Stack>) {
    let check = Check::Stack;
    let name = &installed.installation;
    let mut found = None;
    let asking = async {
        match cloud.describe(name).await {
            Ok(described) => {
                let state = described.as_ref().map(|stack| &stack.state);
                let outputs = described.as_ref().map(|stack| &stack.outputs);
                let other = outputs != Some(&installed.outputs);
                let refresh = other.then(|| refresh(context, installed));
                let told = doctor::stack(name, state, cloud.region(), refresh.as_deref());
                found = described;
                told
            }
            Err(error) if error.problem == Problem::Denied => unknown(check, &error),
            Err(error) => failing(check, &error),
        }
    };
    let told = within(LIMIT, check, asking).await;
    (told, found)
}

/// What reads the outputs of the installation anew.
fn refresh(context: &str, installed: &Installed) -> String {
    let Installed {
        installation,
        region,
        profile,
        ..
    } = installed;
    let profile = profile.as_ref();
    let profile = profile.map_or_else(String::new, |it| format!(" --profile {it}"));
    format!("mycli context add {context} --installation {installation} --region {region}{profile}")
}

async fn drift(cloud: &Cloud, stack: Option<&Stack>, look: bool) -> Finding {
    let check = Check::Drift;
    let Some(stack) = stack else {
        return Finding::skipped(check, "could not be told: the stack could not be looked at");
    };
    let limit = if look { DRIFT_LIMIT } else { LIMIT };
    within(limit, check, last_drift(cloud, stack, look)).await
}

async fn last_drift(cloud: &Cloud, stack: &Stack, look: bool) -> Finding {
    let check = Check::Drift;
    let last = if look {
        match runtime::deploy::drift(cloud, stack).await {
            Ok(found) if found.drifted.is_empty() => LastDrift::InSync,
            Ok(found) => LastDrift::Drifted(Some(found.drifted.len())),
            Err(error) => {
                let found = telling(check, &error.into());
                return Finding {
                    verdict: Verdict::Warn,
                    ..found
                };
            }
        }
    } else {
        match cloud.last_drift(&stack.id).await {
            Ok(last) => last,
            Err(error) => return unknown(check, &error),
        }
    };
    doctor::drift(&stack.name, last)
}

async fn agent(cloud: &Cloud, installation: &Installation) -> Finding {
    let repository = &installation.agent_repository;
    match cloud.agent_image(repository, crate::agent::BINARY).await {
        Ok(image) => doctor::agent(repository, image.found.as_deref(), &image.own),
        Err(error) => unknown(Check::Agent, &error),
    }
}

async fn network(cloud: &Cloud, installation: &Installation) -> Finding {
    let subnets = &installation.subnets;
    match cloud.network(subnets, installation.assign_public_ip).await {
        Ok(network) => doctor::network(&network),
        Err(error) => unknown(Check::Network, &error),
    }
}

async fn permissions(cloud: &Cloud, installation: &Installation, identity: &Identity) -> Finding {
    let place = Place {
        partition: partition(cloud.region()).to_owned(),
        region: cloud.region().to_owned(),
        account: identity.account.clone(),
    };
    // Who may not see the task definition is told so by the simulation.
    let base = cloud.base_task(&installation.task_family).await;
    let roles = base.map(|base| base.roles).unwrap_or_default();
    let needs = runner_needs(installation, &roles, &place);
    let actions = needs.iter().flat_map(|need| need.actions).copied();
    let needed: std::collections::BTreeSet<&str> = actions.collect();
    doctor::permissions(
        &identity.arn,
        &needed.into_iter().collect::<Vec<_>>(),
        cloud.simulate(identity, &needs).await,
    )
}

async fn quota(cloud: &Cloud, installation: &Installation) -> Finding {
    let check = Check::Quota;
    let (limit, base) = tokio::join!(
        cloud.fargate_quota(),
        cloud.base_task(&installation.task_family),
    );
    match (limit, base) {
        (Ok(limit), Ok(base)) => match base.cpu {
            Some(units) => doctor::quota(limit, f64::from(units) / 1024.0),
            None => Finding::skipped(check, "the task definition does not say what it takes"),
        },
        (Err(error), _) | (_, Err(error)) => unknown(check, &error),
    }
}
