//! Instances of every resource type: the smallest and the largest that its schema allows, and some with a mistake.
//!
//! `cargo xtask cfn --instances DIR` writes them as templates. [`check`] asks cfn-lint and our own validator about
//! each; where they disagree, `disagreements.txt` says why. Reading order: [`merged`], [`value`], [`broken`], [`judge`].

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a value is made from a few keywords; what it misses, the validators tell"
)]

mod broken;
mod judge;
mod merged;
mod samples;
mod strings;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use synth_validate::Options;
use synth_validate::table::built_in;

use crate::process::Failure;
pub(crate) use judge::check;
use merged::{REGION, Source};
use value::{Maker, Size};

/// How many resources are put into one template; CloudFormation takes 500.
const BATCH: usize = 400;

/// How many mistakes are tried with each type; types take turns, so that every kind is tried often.
const MISTAKES: usize = 2;

/// How many alternatives are tried before a type is given up.
const CHOICES: usize = 6;

/// One resource, and what is expected of it.
struct Instance {
    /// Such as `AWS::SQS::Queue largest`.
    name: String,
    type_name: String,
    properties: Value,
    is_broken: bool,
}

/// The templates that were written, and the types that none was made of.
pub(super) struct Written {
    paths: Vec<PathBuf>,
    without: Vec<String>,
}

/// Writes every instance into templates in `directory`.
pub(super) fn write(directory: &Path) -> Result<Written, Failure> {
    std::fs::create_dir_all(directory)
        .map_err(|error| format!("{}: {error}", directory.display()))?;
    let mut groups: BTreeMap<&str, Vec<Instance>> = BTreeMap::new();
    let mut without = Vec::new();
    let index = built_in().index();
    let region = index.region(REGION).unwrap_or_default();
    let mut given = samples::given().map_err(|error| format!("given.json: {error}"))?;
    for (number, listed) in index.types.iter().enumerate() {
        let by_hand = given.remove(&*listed.name);
        let Some(instances) = of_type(&listed.name, number, by_hand.as_ref()) else {
            without.push(listed.name.to_string());
            continue;
        };
        let is_listed = listed.regions & region != 0;
        for instance in instances {
            let group = match (is_listed, instance.is_broken) {
                (true, false) => "good",
                (true, true) => "broken",
                (false, false) => "unlisted-good",
                (false, true) => "unlisted-broken",
            };
            groups.entry(group).or_default().push(instance);
        }
    }
    if let Some(name) = given.keys().next() {
        return Err(format!(
            "given.json has `{name}`, which is no type; remove it"
        ));
    }
    for (group, instances) in &groups {
        println!("{} instances are {group}", instances.len());
    }
    println!("{} types are without an instance", without.len());
    let mut paths = Vec::new();
    for (name, instances) in groups {
        for (number, batch) in instances.chunks(BATCH).enumerate() {
            let path = directory.join(format!("{name}-{number:02}.json"));
            std::fs::write(&path, template(batch).to_string())
                .map_err(|error| format!("{}: {error}", path.display()))?;
            paths.push(path);
        }
    }
    Ok(Written { paths, without })
}

fn template(instances: &[Instance]) -> Value {
    let resources: Map<String, Value> = instances
        .iter()
        .enumerate()
        .map(|(number, instance)| (format!("Resource{number:03}"), resource(instance)))
        .collect();
    json!({"Resources": resources})
}

fn resource(instance: &Instance) -> Value {
    json!({
        "Type": instance.type_name,
        "Properties": instance.properties,
        "Metadata": {"instance": instance.name},
    })
}

/// The instances of a type; `number` says whose turn it is with which mistakes, `by_hand` is a small one.
fn of_type(name: &str, number: usize, by_hand: Option<&Value>) -> Option<Vec<Instance>> {
    let (block, schema) = built_in().schema(name)?;
    let sources = (0..CHOICES).map(|choice| Source {
        block,
        schema,
        choice,
    });
    let (source, smallest) = sources.into_iter().find_map(|source| {
        let made = || Maker::new(source).value(&[schema.root], Size::Smallest, 0);
        let smallest = by_hand.cloned().or_else(made)?;
        is_accepted(name, &smallest).then_some((source, smallest))
    })?;
    let largest = largest(name, source, &smallest);
    let instance = |what: &str, properties, is_broken| Instance {
        name: format!("{name} {what}"),
        type_name: name.to_owned(),
        properties,
        is_broken,
    };
    let mistakes = broken::mistakes(source, schema.root, &largest);
    let count = mistakes.len().max(1);
    let chosen = (0..count)
        .map(|turn| (turn + number) % count)
        .take(MISTAKES);
    let chosen: Vec<usize> = chosen.collect();
    let mistakes = mistakes.into_iter().enumerate();
    let wrong = mistakes
        .filter(|(position, _)| chosen.contains(position))
        .map(|(_, mistake)| instance(mistake.kind, mistake.properties, true));
    let mut instances: Vec<Instance> = wrong.collect();
    instances.push(instance("smallest", smallest, false));
    instances.push(instance("largest", largest, false));
    Some(instances)
}

/// The smallest instance with every property that can be added to it.
fn largest(name: &str, source: Source<'_>, smallest: &Value) -> Value {
    let mut largest = smallest.clone();
    let mut maker = Maker::new(source);
    let merged = source.merged(&[source.schema.root]);
    for (property, nodes) in &merged.properties {
        for size in [Size::Deep(4), Size::Deep(1), Size::Smallest] {
            let Some(value) = maker.property(property, nodes, size) else {
                continue;
            };
            let mut larger = largest.clone();
            if let Some(entries) = larger.as_object_mut() {
                entries.insert(property.clone(), value);
            }
            if is_accepted(name, &larger) {
                largest = larger;
                break;
            }
        }
    }
    largest
}

fn is_accepted(type_name: &str, properties: &Value) -> bool {
    let template = json!({"Resources": {"One": {"Type": type_name, "Properties": properties}}});
    let Ok(template) = synth_core::parse(&template.to_string()) else {
        return false;
    };
    let violations = synth_validate::validate(&template, &Options::default());
    // A type that AWS takes away has instances all the same.
    !violations
        .iter()
        .any(|one| one.problem.code.starts_with("property."))
}
