//! What is asked of a command's output: how much of it is kept, and what of it nobody may read.

use std::collections::{BTreeMap, BTreeSet};

use runtime::wire::order::Terminal;

use super::layer::Layer;
use super::{RequestError, Setting};
use crate::config::ByteSize;
use crate::environment::{Environment, NotText};

/// How much output is kept where nobody said anything.
pub(crate) const DEFAULT_LIMIT: ByteSize = ByteSize(200 << 20);

/// Flags about the output of a command.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct OutputArgs {
    /// Mask the value of this variable in all output; it is one of the command's, or one from here
    ///
    /// Variables of the command whose names say that they hold a secret (TOKEN, SECRET, PASSWORD, KEY and
    /// the like) are masked without being named.
    #[arg(long, value_name = "NAME")]
    pub(crate) mask: Vec<String>,

    /// How much output is kept: the first and the last half of it; 0 is no limit
    ///
    /// Default: 200m.
    #[arg(long, value_name = "SIZE")]
    pub(crate) output_limit: Option<ByteSize>,
}

/// Words in the name of a variable that holds a secret.
const SECRET: [&str; 11] = [
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PASS",
    "PWD",
    "KEY",
    "APIKEY",
    "CREDENTIAL",
    "CREDENTIALS",
];

/// Last words of the name of a variable that tells where a secret is, and is none.
const PLACE: [&str; 6] = ["FILE", "PATH", "DIR", "NAME", "ID", "URL"];

/// Values that are in any text.
const COMMON: [&str; 5] = ["true", "false", "null", "none", "undefined"];

/// The shortest value of a variable `…KEY` that is taken for a secret without being told, in bytes.
const SHORTEST_KEY: usize = 8;

/// Whether a variable's name says that it holds a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let words: Vec<&str> = name.split(['_', '-', '.']).collect();
    // `PWD` alone is where the person is.
    let says = |word: &&&str| SECRET.contains(word) || word.ends_with("TOKEN");
    let is_place = words.last().is_some_and(|last| PLACE.contains(last));
    let is_access_key = name.ends_with("ACCESS_KEY_ID");
    name != "PWD" && name != "OLDPWD" && words.iter().any(|word| says(&word)) && !is_place
        || is_access_key
}

/// The values to mask: of what is named, and of what has the name of a secret.
pub(super) fn masked(
    layers: &[Layer],
    env: &BTreeMap<String, Setting<String>>,
    environment: &Environment,
) -> Result<Vec<String>, RequestError> {
    let named = env.iter();
    let mut values = secrets(named.map(|(name, setting)| (name.as_str(), setting.value.as_str())));
    for layer in layers {
        for name in &layer.mask {
            let own = env.get(name).map(|setting| setting.value.as_str());
            let value = own.map_or_else(|| environment.value(name), Ok);
            let value = value.map_err(|why| RequestError::NothingToMask {
                name: name.clone(),
                origin: layer.origin.clone(),
                utf8: why == NotText::Unset,
            })?;
            values.insert(value.to_owned());
        }
    }
    Ok(values.into_iter().collect())
}

/// The values to mask of an execution that is run again: `mask` are the names that were named for that then.
pub(crate) fn masked_again(
    mask: &[String],
    env: &BTreeMap<String, String>,
    environment: &Environment,
) -> Vec<String> {
    let mut values = secrets(
        env.iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    for name in mask {
        let own = env.get(name).map(String::as_str);
        let value = own.or_else(|| environment.value(name).ok());
        values.extend(value.map(str::to_owned));
    }
    values.into_iter().collect()
}

/// The values of those variables whose names say that they are secrets.
fn secrets<'a>(variables: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeSet<String> {
    let is_one = |name: &str, value: &str| {
        let is_common = COMMON.contains(&value.to_ascii_lowercase().as_str());
        // A short key is as a rule the name of something: `SORT_KEY=name`.
        let is_word = name.to_ascii_uppercase().ends_with("KEY") && value.len() < SHORTEST_KEY;
        is_secret(name) && !is_common && !is_word
    };
    variables
        .filter(|(name, value)| is_one(name, value))
        .map(|(_, value)| value.to_owned())
        .collect()
}

/// The terminal of the person, for a command that wants one.
pub(crate) fn terminal(environment: &Environment) -> Terminal {
    let size = terminal_size::terminal_size();
    let (columns, rows) = size.map_or((80, 24), |(width, height)| (width.0, height.0));
    let kind = environment.text("TERM").unwrap_or("xterm-256color");
    Terminal {
        rows,
        columns,
        kind: kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whether_it_holds_a_secret() {
        for name in [
            "TOKEN",
            "GITHUB_TOKEN",
            "TF_VAR_db_password",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "api-key",
            "DB_PASS",
            "NPMTOKEN",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "PWD",
            "PATH",
            "MONKEY",
            "SSH_KEY_FILE",
            "TOKENIZER",
            "COMPASS",
            "KEY_NAME",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
