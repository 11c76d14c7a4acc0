//! The template with which resources that exist are taken into a stack.
//!
//! An import may only add: whatever else the wanted template says stays for the deployment after it.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html>

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Sections whose new entries the imported resources may need.
const NEEDED: [&str; 3] = ["Parameters", "Mappings", "Conditions"];

/// The deployed template, nothing for a stack that is yet to be made, with these resources of the wanted one.
///
/// A resource without a `DeletionPolicy` gets `Retain`: CloudFormation asks for one, and this loses nothing. Outputs stay as
/// they are deployed, for CloudFormation refuses an import that adds one.
pub fn import_template(deployed: Option<&Value>, wanted: &Value, ids: &BTreeSet<&str>) -> Value {
    let mut template = if let Some(Value::Object(deployed)) = deployed {
        deployed.clone()
    } else {
        let mut new = wanted.as_object().cloned().unwrap_or_default();
        new.retain(|section, _| section != "Resources" && section != "Outputs");
        new
    };
    for section in NEEDED {
        for (name, entry) in entries(wanted, section) {
            put(&mut template, section, name, entry.clone());
        }
    }
    for (id, resource) in entries(wanted, "Resources").filter(|(id, _)| ids.contains(id.as_str())) {
        let mut resource = resource.clone();
        if let Some(resource) = resource.as_object_mut() {
            resource
                .entry("DeletionPolicy")
                .or_insert_with(|| "Retain".into());
        }
        put(&mut template, "Resources", id, resource);
    }
    Value::Object(template)
}

fn entries<'a>(
    template: &'a Value,
    section: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let section = template.get(section).and_then(Value::as_object);
    section.into_iter().flatten()
}

/// Adds an entry to a section, unless it has one of that name.
fn put(template: &mut Map<String, Value>, section: &str, name: &str, entry: Value) {
    let section = template
        .entry(section)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(section) = section.as_object_mut() {
        section.entry(name).or_insert(entry);
    }
}
