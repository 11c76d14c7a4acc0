//! Values that an app asks for: looked up in AWS, and kept in `cdk.context.json`.

use std::collections::BTreeSet;
use std::path::Path;

use runtime::{Blame, Diagnosis};
use runtime_aws::{Lookup, Options};
use synth::MissingContext;

use super::{AppArgs, context_file};
use crate::failure::Failure;
use crate::printer::Printer;

/// The app needs values that are not to be, or cannot be, looked up.
#[derive(Debug, thiserror::Error)]
#[error("the app needs values that {why}: {}", keys.join(", "))]
struct Lacking {
    code: &'static str,
    why: &'static str,
    keys: Vec<String>,
    hint: &'static str,
}

impl Diagnosis for Lacking {
    fn code(&self) -> &'static str {
        self.code
    }

    fn blame(&self) -> Blame {
        Blame::Caller
    }

    fn hint(&self) -> Option<String> {
        Some(self.hint.to_owned())
    }
}

/// Looks `missing` up and keeps what it is told in `directory`.
///
/// `before` are the keys that were missing the last time: the same ones again are not looked up for ever.
pub(super) async fn fill(
    directory: &Path,
    missing: &[MissingContext],
    before: &BTreeSet<String>,
    args: &AppArgs,
    printer: Printer,
) -> Result<(), Failure> {
    let keys = || missing.iter().map(|it| it.key.clone());
    if keys().all(|key| before.contains(&key)) {
        let lacking = Lacking {
            code: "app.lookups-without-end",
            why: "it does not take from cdk.context.json",
            keys: keys().collect(),
            hint: "the app has to read its context from CDK_CONTEXT_JSON",
        };
        return Err(lacking.into());
    }
    if args.source.no_lookups {
        let lacking = Lacking {
            code: "app.lookups-disabled",
            why: "cdk.context.json does not hold",
            keys: keys().collect(),
            hint: "run this once without --no-lookups where there are AWS credentials, and commit cdk.context.json; \
                   or add a value with -c KEY=VALUE",
        };
        return Err(lacking.into());
    }
    for value in missing {
        if before.contains(&value.key) {
            continue;
        }
        printer.note(&format!("looking up {}", value.key));
        let props = serde_json::from_str(&value.props.to_compact()).unwrap_or_default();
        let lookup = Lookup {
            provider: value.provider.clone(),
            props,
        };
        let options = Options {
            region: args.region.clone(),
            profile: args.profile.clone(),
            ..Options::default()
        };
        let found = Box::pin(runtime_aws::look_up(options, &lookup)).await?;
        // One at a time: what was found is not asked for again where the next one fails.
        context_file::add(directory, [(value.key.clone(), found)])?;
    }
    Ok(())
}
