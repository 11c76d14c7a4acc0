//! What `mycli diff` compares: reading both sides, wherever they are.

mod deployed;
mod error;
mod templates;
#[cfg(test)]
mod tests;
mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use synth_core::{Json, StackArtifact};
use synth_diff::{Changes, Options, StackSettings, diff};
use synth_validate::source;

use crate::app::{self, AppArgs};
use crate::failure::{Failure, OwnError};
use crate::printer::Printer;
use error::DiffError;
pub(crate) use templates::Templates;

/// What is to be compared.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Files, or stacks of the assembly.
    pub(crate) what: Vec<String>,
    /// Where the assembly comes from, and where what is deployed is asked for.
    pub(crate) app: AppArgs,
    /// The old template, or the assembly of the old ones, instead of what is deployed.
    pub(crate) template: Option<PathBuf>,
    /// The deployed stack to compare one file with.
    pub(crate) stack: Option<String>,
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
#[derive(Debug, Clone)]
pub(crate) struct After {
    name: String,
    /// Name in CloudFormation.
    stack_name: String,
    region: Option<String>,
    templates: Templates,
    settings: StackSettings,
    /// Construct paths, where the template does not say them.
    paths: BTreeMap<String, String>,
}

/// Compares what is wanted, in the order of the assembly.
pub(crate) async fn compare(wanted: Wanted, printer: Printer) -> Result<Vec<Compared>, Failure> {
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
    let stacks = after(&wanted, printer).await?;
    match &wanted.template {
        None => deployed::compare(stacks, &wanted.app, &options).await,
        Some(old) if old.is_dir() => written::compare(stacks, old, &wanted.what, &options, printer),
        Some(old) => match <[After; 1]>::try_from(stacks) {
            Ok([stack]) => {
                let before = stack.templates.beside(read(old)?);
                Ok(stack.since(&before, options))
            }
            Err(stacks) => Err(DiffError::OneStack(stacks.len()).into()),
        },
    }
}

/// The new sides: one file, or the stacks of the assembly.
async fn after(wanted: &Wanted, printer: Printer) -> Result<Vec<After>, Failure> {
    let file = |file: &String, name: &str| -> Result<Vec<After>, Failure> {
        Ok(vec![After {
            name: file.clone(),
            stack_name: name.to_owned(),
            region: None,
            templates: Templates::alone(read(Path::new(file))?),
            settings: StackSettings::default(),
            paths: BTreeMap::new(),
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
    let assembly = app::assembly(&wanted.app, printer).await?;
    let chosen = app::select(&assembly, &wanted.what, false)?.into_iter();
    chosen.map(After::written).collect()
}

impl After {
    /// The stack as the app wrote it.
    fn written(stack: &StackArtifact) -> Result<Self, Failure> {
        Self::with(stack, stack.template().map_err(app::unreadable)?)
    }

    /// The stack with the template as it is deployed.
    pub(crate) fn of(stack: &StackArtifact, template: &serde_json::Value) -> Result<Self, Failure> {
        Self::with(
            stack,
            self::template(&stack.display_name, template.to_string().as_bytes())?,
        )
    }

    fn with(stack: &StackArtifact, body: Json) -> Result<Self, Failure> {
        Ok(Self {
            name: stack.display_name.clone(),
            stack_name: stack.stack_name.clone(),
            region: stack.environment.region.clone().map(Into::into),
            templates: Templates::written(
                body,
                &stack.nested_templates().map_err(app::unreadable)?,
            )?,
            settings: StackSettings {
                tags: Some(stack.tags.clone()),
                parameters: stack.parameters.clone(),
                termination_protection: Some(stack.termination_protection),
            },
            paths: app::construct_paths(stack)?,
        })
    }

    /// What differs from `before`, in nested stacks too.
    pub(crate) fn since(self, before: &Templates, mut options: Options) -> Vec<Compared> {
        options.paths = self.paths;
        self.templates.since(before, &self.name, &options)
    }
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
