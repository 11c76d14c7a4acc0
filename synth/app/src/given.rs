//! What the CLI tells the program.

use std::error::Error;
use std::fmt;
use std::path::Path;

use synth_core::{Context, Environment, Text};

/// What the CLI tells the program. Of a program that runs alone: nothing looked up, no environment.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// What was looked up before, and what `cdk.json` and `--context` say.
    pub context: Context,
    /// The account and region of the CLI's credentials. A stack gets them only when the program gives them to it.
    pub environment: Environment,
}

/// What the CLI said cannot be read.
#[derive(Debug)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for Unreadable {}

impl Given {
    /// Reads the variables of the `cdk` CLI: `CDK_CONTEXT_JSON`, or the file that `CONTEXT_OVERFLOW_LOCATION_ENV` names
    /// and that counts more, `CDK_DEFAULT_ACCOUNT` and `CDK_DEFAULT_REGION`.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Unreadable> {
        let mut context = Vec::new();
        if let Some(text) = variable("CDK_CONTEXT_JSON") {
            context.extend(entries(&text, "CDK_CONTEXT_JSON")?);
        }
        if let Some(file) = variable("CONTEXT_OVERFLOW_LOCATION_ENV") {
            let text = std::fs::read_to_string(Path::new(&file))
                .map_err(|error| Unreadable(format!("cannot read the context {file}: {error}")))?;
            context.extend(entries(&text, &file)?);
        }
        let of = |name| variable(name).map(Text::Owned);
        Ok(Self {
            context: Context::new(context),
            environment: Environment {
                account: of("CDK_DEFAULT_ACCOUNT"),
                region: of("CDK_DEFAULT_REGION"),
            },
        })
    }
}

fn entries(text: &str, source: &str) -> Result<Vec<(Text, synth_core::Json)>, Unreadable> {
    let context = Context::parse(text)
        .map_err(|error| Unreadable(format!("{source} is not a JSON object: {error}")))?;
    let entries = context.entries();
    Ok(entries
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect())
}
