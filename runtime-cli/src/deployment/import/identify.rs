//! Which existing resource each new one of a template is.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use synth_validate::table::built_in;

use super::error::ImportError;
use crate::failure::{Failure, OwnError};
use crate::install::ask;
use crate::render::one_line;

/// What services know the resources by, by logical id: `{"Letters": {"BucketName": "letters-2024"}}`, as AWS CDK writes it.
pub(super) type Mapping = BTreeMap<String, BTreeMap<String, String>>;

/// A new resource of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct New {
    pub(super) logical_id: String,
    pub(super) resource_type: String,
    /// The properties that tell it from others of its type, and their values as far as they are known.
    pub(super) identifier: BTreeMap<String, Option<String>>,
}

impl New {
    /// A resource of a template. What its type is known by says the schema; its value, the template where it has one that is
    /// no function.
    pub(super) fn of(logical_id: &str, resource: &Value) -> Self {
        let kind = resource.get("Type").and_then(Value::as_str);
        let kind = kind.unwrap_or_default();
        let written = |name: &str| match resource.get("Properties")?.get(name)? {
            Value::String(text) if !text.contains("{{resolve:") => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        };
        let names = built_in().identifier(kind).into_iter();
        Self {
            logical_id: logical_id.to_owned(),
            resource_type: kind.to_owned(),
            identifier: names.map(|name| (name.clone(), written(&name))).collect(),
        }
    }

    /// What is known of it, where that is all.
    pub(super) fn known(&self) -> Option<BTreeMap<String, String>> {
        let pairs = self.identifier.iter();
        let known: Option<BTreeMap<_, _>> = pairs
            .map(|(name, value)| Some((name.clone(), value.clone()?)))
            .collect();
        known.filter(|known| !known.is_empty())
    }

    /// As a person reads it.
    pub(super) fn name(&self) -> String {
        one_line(&format!("{} ({})", self.logical_id, self.resource_type))
    }
}

/// Reads what a mapping file says. What it leaves empty is not known.
pub(super) fn read(file: &Path) -> Result<Mapping, Failure> {
    let unread = OwnError::doing(format!("read `{}`", file.display()));
    let text = std::fs::read_to_string(file).map_err(unread)?;
    let mut mapping: Mapping =
        serde_json::from_str(&text).map_err(|error| ImportError::Mapping {
            file: file.display().to_string(),
            reason: error.to_string(),
        })?;
    for identifier in mapping.values_mut() {
        identifier.retain(|_, value| !value.is_empty());
    }
    Ok(mapping)
}

/// Writes what is known of these to a mapping file; what is not known is left empty there.
pub(super) fn record(file: &Path, resources: &[New]) -> Result<(), Failure> {
    let mapping: Mapping = resources
        .iter()
        .map(|one| {
            let pairs = one.identifier.clone().into_iter();
            let pairs = pairs.map(|(name, value)| (name, value.unwrap_or_default()));
            (one.logical_id.clone(), pairs.collect())
        })
        .collect();
    let text = serde_json::to_string_pretty(&mapping).map_err(std::io::Error::other);
    let written = text.and_then(|text| std::fs::write(file, text + "\n"));
    Ok(written.map_err(OwnError::doing(format!("write `{}`", file.display())))?)
}

/// Puts what `mapping` says in the place of what the template says.
pub(super) fn apply(
    mapping: &Mapping,
    file: &str,
    stack: &str,
    resources: &mut [New],
) -> Result<(), ImportError> {
    let is_new = |id: &&String| !resources.iter().any(|one| one.logical_id == **id);
    let ids: Vec<String> = mapping.keys().filter(is_new).cloned().collect();
    if !ids.is_empty() {
        let (file, stack) = (file.to_owned(), stack.to_owned());
        return Err(ImportError::NotNew { file, stack, ids });
    }
    for one in resources {
        let Some(given) = mapping.get(&one.logical_id) else {
            continue;
        };
        let is_open = one.identifier.is_empty();
        let fits = given.keys().all(|name| one.identifier.contains_key(name));
        if !fits && !is_open {
            return Err(ImportError::OtherIdentifier {
                logical_id: one.logical_id.clone(),
                resource_type: one.resource_type.clone(),
                expected: one.identifier.keys().cloned().collect(),
                given: given.keys().cloned().collect(),
            });
        }
        for (name, value) in given {
            one.identifier.insert(name.clone(), Some(value.clone()));
        }
    }
    Ok(())
}

/// Asks on the terminal for what is not known. An empty answer leaves the resource out.
pub(super) async fn ask(resources: Vec<New>) -> Result<Vec<New>, Failure> {
    let mut all = Vec::new();
    'each: for mut one in resources {
        let name = one.name();
        if one.identifier.is_empty() {
            continue;
        }
        for (property, value) in &mut one.identifier {
            if value.is_none() {
                let question = format!("{property} of {name}; empty leaves it out:");
                let answer = ask::line(question).await?;
                if answer.is_empty() {
                    continue 'each;
                }
                *value = Some(answer);
            }
        }
        all.push(one);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn new(id: &str, kind: &str, properties: &Value) -> New {
        New::of(id, &json!({ "Type": kind, "Properties": properties }))
    }

    fn mapping(value: Value) -> Mapping {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_name_that_the_template_has_is_known_and_one_that_it_works_out_is_not() {
        let bucket = "AWS::S3::Bucket";
        let known = new("Letters", bucket, &json!({ "BucketName": "letters" })).known();
        assert_eq!(known.unwrap()["BucketName"], "letters");
        for name in [
            json!({ "Ref": "Name" }),
            json!("{{resolve:ssm:name}}"),
            json!(null),
        ] {
            let letters = new("Letters", bucket, &json!({ "BucketName": name }));
            assert_eq!(letters.known(), None);
            assert_eq!(letters.identifier["BucketName"], None);
        }
        // Several names, and a type that no schema is known of.
        let stage = new(
            "Stage",
            "AWS::ApiGateway::Stage",
            &json!({ "StageName": "prod" }),
        );
        assert_eq!(stage.known(), None);
        assert_eq!(stage.identifier["StageName"].as_deref(), Some("prod"));
        assert!(
            new("Mine", "My::Own::Type", &json!({ "Id": "1" }))
                .identifier
                .is_empty()
        );
    }

    #[test]
    fn a_mapping_says_what_the_template_does_not_and_nothing_about_others() {
        let all = || {
            let name = json!({ "BucketName": "letters" });
            let bucket = new("Letters", "AWS::S3::Bucket", &name);
            vec![bucket, new("Mine", "My::Own::Type", &json!({}))]
        };
        let mut resources = all();
        let said = json!({ "Letters": { "BucketName": "post" }, "Mine": { "Id": "7" } });
        apply(&mapping(said), "map.json", "Mail", &mut resources).unwrap();
        let known: Vec<_> = resources.iter().filter_map(New::known).collect();
        assert_eq!((&*known[0]["BucketName"], &*known[1]["Id"]), ("post", "7"));
        for (said, message) in [
            (
                json!({ "Nobody": { "Id": "1" } }),
                "`map.json` names what is not a new resource of Mail: Nobody",
            ),
            (
                json!({ "Letters": { "Arn": "1" } }),
                "Letters (AWS::S3::Bucket) is known by BucketName, not by Arn",
            ),
        ] {
            let refused = apply(&mapping(said), "map.json", "Mail", &mut all());
            assert_eq!(refused.unwrap_err().to_string(), message);
        }
    }
}
