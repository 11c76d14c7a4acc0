//! What `mycli diff` compares: reading both sides, wherever they are.

mod error;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use runtime::deploy::Stacks;
use runtime_aws::Cloud;
use synth_core::{CloudAssembly, Json};
use synth_diff::{Changes, Options, StackSettings, diff};
use synth_validate::source;
use tokio::task::JoinSet;

use crate::failure::{Failure, OwnError};
use error::DiffError;

/// How many stacks are asked for at once. CloudFormation limits the calls of an account.
const AT_ONCE: usize = 8;

/// What is to be compared.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Files, or stacks of the assembly.
    pub(crate) what: Vec<String>,
    /// Directory of the assembly.
    pub(crate) assembly: PathBuf,
    /// The old template, instead of the deployed ones.
    pub(crate) template: Option<PathBuf>,
    /// The deployed stack to compare one file with.
    pub(crate) stack: Option<String>,
    /// Region of the deployed stacks.
    pub(crate) region: Option<String>,
    /// Profile of the AWS configuration.
    pub(crate) profile: Option<String>,
    /// Whether what AWS CDK writes for itself is compared.
    pub(crate) show_toolkit: bool,
}

/// A stack, or a pair of files, that was compared.
#[derive(Debug)]
pub(crate) struct Compared {
    /// The stack's display name, or the name of the new file.
    pub(crate) name: String,
    /// What differs.
    pub(crate) changes: Changes,
}

/// The new side of one comparison.
#[derive(Debug)]
struct After {
    name: String,
    /// Name in CloudFormation.
    stack_name: String,
    region: Option<String>,
    template: Json,
    settings: StackSettings,
}

/// Compares what is wanted, in the order of the assembly.
pub(crate) async fn compare(wanted: Wanted) -> Result<Vec<Compared>, Failure> {
    let options = Options {
        show_toolkit: wanted.show_toolkit,
        ..Options::default()
    };
    if let (None, None, [old, new]) = (&wanted.stack, &wanted.template, wanted.what.as_slice())
        && Path::new(old).is_file()
    {
        let (before, after) = (read(Path::new(old))?, read(Path::new(new))?);
        let changes = diff(&before, &after, &options);
        let name = format!("{old} → {new}");
        return Ok(vec![Compared { name, changes }]);
    }
    let stacks = after(&wanted)?;
    let Some(template) = &wanted.template else {
        return with_deployed(stacks, &wanted, &options).await;
    };
    if stacks.len() != 1 {
        return Err(DiffError::OneStack(stacks.len()).into());
    }
    let before = read(template)?;
    let compared = stacks.into_iter().map(|stack| Compared {
        changes: diff(&before, &stack.template, &options),
        name: stack.name,
    });
    Ok(compared.collect())
}

/// The new sides: one file, or the stacks of the assembly.
fn after(wanted: &Wanted) -> Result<Vec<After>, Failure> {
    let file = |file: &String, name: &str| -> Result<Vec<After>, Failure> {
        Ok(vec![After {
            name: file.clone(),
            stack_name: name.to_owned(),
            region: None,
            template: read(Path::new(file))?,
            settings: StackSettings::default(),
        }])
    };
    match (&wanted.stack, wanted.what.as_slice()) {
        (Some(name), [only]) => return file(only, name),
        (Some(_), what) => return Err(DiffError::OneFile(what.len()).into()),
        (None, [only]) if Path::new(only).is_file() => {
            return if wanted.template.is_some() {
                file(only, "")
            } else {
                Err(DiffError::NothingToCompare(only.clone()).into())
            };
        }
        (None, _) => {}
    }
    let assembly = CloudAssembly::read(&wanted.assembly).map_err(DiffError::Assembly)?;
    let chosen = assembly.select(&wanted.what, false);
    let chosen = chosen.map_err(DiffError::Select)?.into_iter();
    let stack = |stack: &synth_core::StackArtifact| {
        Ok(After {
            name: stack.display_name.clone(),
            stack_name: stack.stack_name.clone(),
            region: stack.environment.region.clone().map(Into::into),
            template: stack.template().map_err(DiffError::Assembly)?,
            settings: StackSettings {
                tags: Some(stack.tags.clone()),
                parameters: stack.parameters.clone(),
                termination_protection: Some(stack.termination_protection),
            },
        })
    };
    chosen.map(stack).collect()
}

/// Compares each with the stack that is deployed under its name, several at once.
async fn with_deployed(
    stacks: Vec<After>,
    wanted: &Wanted,
    options: &Options,
) -> Result<Vec<Compared>, Failure> {
    let mut clouds: BTreeMap<Option<String>, Cloud> = BTreeMap::new();
    let mut waiting: VecDeque<(usize, Cloud, After)> = VecDeque::new();
    for (position, stack) in stacks.into_iter().enumerate() {
        let region = wanted.region.clone().or_else(|| stack.region.clone());
        if !clouds.contains_key(&region) {
            let cloud = Box::pin(runtime_aws::connect(runtime_aws::Options {
                region: region.clone(),
                profile: wanted.profile.clone(),
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
            None => return Ok(done.into_values().collect()),
        }
    }
}

async fn against_deployed(
    cloud: &Cloud,
    after: After,
    mut options: Options,
) -> Result<Compared, Failure> {
    let before = match cloud.describe(&after.stack_name).await? {
        // One whose first change set was never executed has no template yet.
        Some(stack) if stack.state.0 != "REVIEW_IN_PROGRESS" => {
            let text = cloud.template(&after.stack_name).await?;
            options.before = StackSettings {
                tags: Some(stack.tags),
                parameters: stack
                    .parameters
                    .into_iter()
                    .filter(|(_, value)| value != "****")
                    .collect(),
                termination_protection: Some(stack.protected),
            };
            options.after = after.settings;
            template(
                &format!("the deployed template of `{}`", after.stack_name),
                text.as_bytes(),
            )?
        }
        Some(_) | None => Json::Object(Vec::new()),
    };
    Ok(Compared {
        changes: diff(&before, &after.template, &options),
        name: after.name,
    })
}

fn read(path: &Path) -> Result<Json, Failure> {
    let bytes = std::fs::read(path);
    let bytes = bytes.map_err(OwnError::doing(format!("read `{}`", path.display())));
    template(&path.display().to_string(), &bytes?)
}

fn template(name: &str, bytes: &[u8]) -> Result<Json, Failure> {
    match source::read(bytes) {
        Ok(source) if source.template.entries().is_some() => Ok(source.template),
        Ok(_) => Err(DiffError::Template {
            name: name.to_owned(),
            problem: "it is not an object".to_owned(),
        }
        .into()),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            let (line, column) = source::line_and_column(&text, error.span.start);
            Err(DiffError::Template {
                name: name.to_owned(),
                problem: format!("{error} (line {line}, column {column})"),
            }
            .into())
        }
    }
}

/// All of it for programs.
pub(crate) fn data(compared: &[Compared], is_hit: bool) -> Result<serde_json::Value, Failure> {
    let stack = |one: &Compared| -> Result<serde_json::Value, Failure> {
        let changes = serde_json::from_str(&one.changes.to_json().to_compact());
        let changes: serde_json::Value = changes
            .map_err(|error| OwnError::doing("write the changes")(std::io::Error::other(error)))?;
        Ok(serde_json::json!({ "name": one.name, "changes": changes }))
    };
    let stacks = compared.iter().map(stack).collect::<Result<Vec<_>, _>>()?;
    Ok(serde_json::json!({ "stacks": stacks, "fails": is_hit }))
}
