//! Stacks beside those of another assembly, such as the one of the branch that a change goes to.

use std::path::Path;

use synth::CloudAssembly;
use synth_diff::Options;

use super::templates::Templates;
use super::{After, Compared};
use crate::app;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::render::one_line;

/// Compares each with the stack of the same name in the assembly in `old`.
///
/// Where no stacks were `chosen`, those that only `old` has are gone.
pub(super) fn compare(
    stacks: Vec<After>,
    old: &Path,
    chosen: &[String],
    options: &Options,
    printer: Printer,
) -> Result<Vec<Compared>, Failure> {
    let old = CloudAssembly::read(old).map_err(app::unreadable)?;
    let nothing = Templates::nothing();
    let mut before = old
        .stacks
        .iter()
        .map(After::written)
        .collect::<Result<Vec<_>, _>>()?;
    let mut compared = Vec::new();
    for after in stacks {
        let position = before.iter().position(|it| it.name == after.name);
        let Some(before) = position.map(|position| before.remove(position)) else {
            compared.extend(after.since(&nothing, options.clone()));
            continue;
        };
        let mut options = options.clone();
        options.before = before.settings;
        options.after = after.settings.clone();
        compared.extend(after.since(&before.templates, options));
    }
    if chosen.is_empty() {
        let gone = before.into_iter().flat_map(|gone| {
            let name = one_line(&gone.name);
            printer.note(&format!(
                "`{name}` is no longer in the app; it stays until it is destroyed, and then loses what is shown"
            ));
            let after = After {
                templates: nothing.clone(),
                ..gone.clone()
            };
            after.since(&gone.templates, options.clone())
        });
        compared.extend(gone);
    }
    Ok(compared)
}
