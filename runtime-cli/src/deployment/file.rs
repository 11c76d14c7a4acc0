//! A plan in a file: what was reviewed, to be applied later, unless anything has changed since.

use std::io::Write as _;
use std::path::Path;

use runtime::deploy::{HeldChangeSet, PlanError, PlanRequest, Stacks as _, take_up};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::carry_out::{Job, Todo};
use super::environment::Environments;
use super::error::DeployError;
use super::outline::{Outline, Standing};
use super::store::hash;
use crate::failure::{Failure, OwnError};

/// Version of the file's shape.
const VERSION: u32 = 1;

/// A plan in a file. Field names are a promise within a version.
#[derive(Debug, Serialize, Deserialize)]
struct PlanFile {
    mycli_plan: u32,
    /// Version of the program that made it.
    program: String,
    /// ARN of whoever made it.
    caller: String,
    stacks: Vec<PlannedStack>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PlannedStack {
    name: String,
    region: String,
    /// The role that was assumed.
    role: Option<String>,
    /// Positions of the stacks that are deployed before it.
    depends_on: Vec<usize>,
    /// SHA-256 of the template below.
    template_sha256: String,
    /// The change set to execute. Without one it is made when the stack's turn comes.
    change_set: Option<HeldChangeSet>,
    /// When the stack was last changed; absent where it did not exist.
    changed_at_ms: Option<u64>,
    request: PlanRequest,
}

/// Writes what is to be done, for the owner of the file alone.
pub(crate) async fn write(
    path: &Path,
    outlines: &[Outline],
    environments: &mut Environments,
) -> Result<(), Failure> {
    let mut positions = Vec::new();
    let mut stacks = Vec::new();
    for outline in outlines {
        positions.push(outline.changes().then_some(stacks.len()));
        if outline.changes() {
            stacks.push(planned(outline, &positions).await?);
        }
    }
    let file = PlanFile {
        mycli_plan: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        caller: environments.identity().await?.arn,
        stacks,
    };
    let doing = || OwnError::doing(format!("write `{}`", path.display()));
    let text = serde_json::to_string_pretty(&file).map_err(std::io::Error::other);
    let text = text.map_err(doing())?;
    let mut options = std::fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.write(true).create(true).truncate(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    Ok(written.map_err(doing())?)
}

async fn planned(outline: &Outline, positions: &[Option<usize>]) -> Result<PlannedStack, Failure> {
    let prepared = &outline.prepared;
    let cloud = &prepared.environment.cloud;
    let held = match &outline.standing {
        Standing::Planned(plan) => plan.change_set(),
        Standing::Same(_) | Standing::Later => None,
    };
    let found = cloud.describe(&prepared.request.stack).await?;
    let changed_at_ms = found.and_then(|stack| stack.changed_at_ms);
    let mut request = prepared.request.clone();
    for name in hidden(&prepared.stored.template) {
        // A change set has its values already.
        if request.parameters.remove(&name).is_some() && held.is_none() {
            return Err(DeployError::Hidden {
                stack: outline.name().to_owned(),
                parameter: name,
            }
            .into());
        }
    }
    let needs = prepared.depends_on.iter();
    Ok(PlannedStack {
        name: outline.name().to_owned(),
        region: cloud.region().to_owned(),
        role: prepared.environment.role.clone(),
        depends_on: needs
            .filter_map(|need| positions.get(*need).copied().flatten())
            .collect(),
        template_sha256: hash(request.template.as_bytes()),
        change_set: held.map(|(change_set, stack_id)| HeldChangeSet {
            change_set: change_set.to_owned(),
            stack_id: stack_id.to_owned(),
            changed_at_ms,
        }),
        changed_at_ms,
        request,
    })
}

/// Names of the parameters whose values are not to be shown.
fn hidden(template: &Value) -> Vec<String> {
    let parameters = template.get("Parameters").and_then(Value::as_object);
    let is_hidden = |(name, parameter): (&String, &Value)| {
        let word = parameter.get("NoEcho")?;
        let hides = word.as_bool() == Some(true) || word.as_str() == Some("true");
        hides.then(|| name.clone())
    };
    parameters
        .into_iter()
        .flatten()
        .filter_map(is_hidden)
        .collect()
}

/// Reads what is to be done, and refuses where anything has changed since it was written.
pub(crate) async fn read(
    path: &Path,
    environments: &mut Environments,
) -> Result<Vec<Job>, Failure> {
    let refused = |reason: String| DeployError::NotAPlan {
        file: path.display().to_string(),
        reason,
    };
    let text = std::fs::read_to_string(path);
    let text = text.map_err(OwnError::doing(format!("read `{}`", path.display())))?;
    let file: PlanFile = serde_json::from_str(&text).map_err(|error| refused(error.to_string()))?;
    if file.mycli_plan != VERSION {
        let found = file.mycli_plan;
        let reason = format!("it has version {found}, and {VERSION} is read here");
        return Err(refused(reason).into());
    }
    let caller = environments.identity().await?.arn;
    if caller != file.caller {
        let planned = file.caller;
        return Err(DeployError::OtherCaller { planned, caller }.into());
    }
    let mut jobs = Vec::new();
    for stack in file.stacks {
        if hash(stack.request.template.as_bytes()) != stack.template_sha256 {
            let reason = format!(
                "the template of {} is not the one that was planned",
                stack.name
            );
            return Err(refused(reason).into());
        }
        let region = Some(stack.region);
        let assumed = match &stack.role {
            Some(role) => environments.assumed(region.clone(), role).await?,
            None => None,
        };
        let cloud = match assumed {
            Some(cloud) => cloud,
            None => environments.own(region).await?,
        };
        let request = stack.request.clone();
        let todo = if let Some(held) = stack.change_set {
            let plan = take_up(&cloud, stack.request, held).await?;
            Todo::Apply(Box::new(plan))
        } else {
            let found = cloud.describe(&request.stack).await?;
            if found.and_then(|stack| stack.changed_at_ms) != stack.changed_at_ms {
                let error = PlanError::Outdated {
                    stack: request.stack,
                    reason: "the stack was changed since".to_owned(),
                };
                return Err(error.into());
            }
            Todo::PlanAndApply
        };
        jobs.push(Job {
            name: stack.name,
            cloud,
            request,
            depends_on: stack.depends_on,
            todo,
        });
    }
    Ok(jobs)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_that_are_not_to_be_shown_are_known_however_that_is_said() {
        let template = json!({ "Parameters": {
            "Word": { "NoEcho": true },
            "Text": { "NoEcho": "true" },
            "Plain": { "NoEcho": false },
            "Open": { "Type": "String" },
        } });
        assert_eq!(hidden(&template), ["Word", "Text"]);
        assert!(hidden(&json!({})).is_empty());
    }
}
