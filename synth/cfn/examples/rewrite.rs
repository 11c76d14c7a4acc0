//! Reads every resource of templates into its type, writes it again, and says what is not as it was.
//!
//! `cargo run -p synth-cfn --all-features --example rewrite -- TEMPLATE…`; exits with 1 when there is a difference.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write as _, stderr, stdout};
use std::process::ExitCode;

use synth_cfn::registry::{self, Rewrite};
use synth_core::{Json, parse};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let types: BTreeMap<&str, Rewrite> = registry::types().iter().copied().collect();
    let (mut same, mut others) = (0, 0);
    for path in std::env::args_os().skip(1) {
        let template = parse(&std::fs::read_to_string(&path)?)?;
        let resources = template.get("Resources").and_then(Json::entries);
        for (id, resource) in resources.unwrap_or_default() {
            match difference(&types, resource) {
                None => same += 1,
                Some(difference) => {
                    others += 1;
                    writeln!(stdout(), "{}: {id}: {difference}", path.display())?;
                }
            }
        }
    }
    let counts = format!("{same} resources are written as they were read, {others} are not");
    writeln!(stderr(), "{counts}")?;
    Ok(ExitCode::from(u8::from(others > 0)))
}

/// What is otherwise after reading and writing.
fn difference(types: &BTreeMap<&str, Rewrite>, resource: &Json) -> Option<String> {
    let name = resource.get("Type").and_then(Json::as_text).unwrap_or("");
    let Some(rewrite) = types.get(name) else {
        return Some(format!("{name}: there is no such type"));
    };
    let properties = resource.get("Properties")?;
    let Some((written, leftovers)) = rewrite(properties) else {
        return Some(format!("{name}: its properties are no object"));
    };
    if let Some(leftover) = leftovers.first() {
        return Some(format!("{name}: there is no place for {}", leftover.path));
    }
    otherwise(properties, &written).map(|path| format!("{name}: {path}"))
}

/// Where `written` is not what was read. The order of an object means nothing.
fn otherwise(read: &Json, written: &Json) -> Option<String> {
    match (read.entries(), written.entries()) {
        (Some(read_entries), Some(entries)) => {
            let mut values = read_entries.iter();
            let inner = values.find_map(|(name, value)| match written.get(name) {
                Some(other) => otherwise(value, other).map(|path| format!("/{name}{path}")),
                None => Some(format!("/{name} is lost")),
            });
            let mut entries = entries.iter();
            inner.or_else(|| {
                let (name, _) = entries
                    .find(|(name, value)| *value != Json::Missing && read.get(name).is_none())?;
                Some(format!("/{name} is new"))
            })
        }
        _ => match (read.items(), written.items()) {
            (Some(items), Some(others)) if items.len() == others.len() => {
                let mut pairs = items.iter().zip(others).enumerate();
                pairs.find_map(|(at, (item, other))| {
                    otherwise(item, other).map(|path| format!("/{at}{path}"))
                })
            }
            _ if read.to_compact() == written.to_compact() => None,
            _ => Some(format!(
                " is {} and was {}",
                written.to_compact(),
                read.to_compact()
            )),
        },
    }
}
