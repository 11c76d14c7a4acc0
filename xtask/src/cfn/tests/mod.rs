//! The generator on a small service of its own.

mod emitted;
mod sources;
mod text;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::build::build;
use super::config::Sources;
use super::database::{Database, PropertyType};
use super::fixups::{Change, Fixup, Target};
use super::model::Model;
use super::{changes, emit, markdown, names};

/// A type with an enum, a reference, a part that holds itself, a union and a property that replaces.
fn database() -> Database {
    let text = json!({"type": "string"});
    let part = |id: &str| json!({"type": "ref", "reference": {"$ref": id}});
    let thing = json!({
        "cloudFormationType": "AWS::Demo::VPCThing",
        "documentation": "A thing <b>of</b> the [demo]. See https://example.com/x.",
        "primaryIdentifier": ["ThingId"],
        "attributes": {"ThingId": {"type": text}, "Arn": {"type": text, "documentation": "The ARN."}},
        "properties": {
            "Amount": {"type": {"type": "union", "types": [{"type": "integer"}, text, part("7"), {
                "type": "array",
                "element": {"type": "union", "types": [text, {"type": "boolean"}]},
            }]}},
            "Body": {"type": {"type": "union", "types": [text, {"type": "json"}]}},
            "Mode": {"type": {"type": "string", "allowedValues": ["FAST", "fast"]}, "causesReplacement": "yes"},
            "ParentId": {"type": text, "required": true, "relationshipRefs": [
                {"cloudFormationType": "AWS::Demo::VPCThing", "propertyName": "ThingId"}]},
            "OwnerArn": {"type": text, "relationshipRefs": [
                {"cloudFormationType": "AWS::Demo::VPCThing", "propertyName": "Arn"},
                {"cloudFormationType": "AWS::Elsewhere::Role", "propertyName": "Arn"}]},
            "Root": {"type": part("7")},
            "Tags": {"type": {"type": "array", "element": {"type": "tag"}}},
        },
        "tagInformation": {"tagPropertyName": "Tags", "variant": "standard"},
    });
    let role = json!({
        "cloudFormationType": "AWS::Elsewhere::Role",
        "primaryIdentifier": ["RoleName"],
        "attributes": {"Arn": {"type": text}},
        "properties": {},
        "tagInformation": {"tagPropertyName": "RoleTags", "variant": "map"},
    });
    let node = json!({
        "$id": "7",
        "name": "Node",
        "properties": {
            "Next": {"type": part("7")},
            "Others": {"type": {"type": "array", "element": part("7")}},
        },
    });
    let tables = json!({"schema": {
        "resource": {"entities": [thing, role]},
        "typeDefinition": {"entities": [node]},
    }});
    Database::parse(&tables.to_string()).unwrap()
}

fn schema() -> Value {
    json!({
        "definitions": {"Mode": {"type": "string", "enum": ["SLOW", "FAST"], "maxLength": 9}},
        "properties": {
            "Mode": {"$ref": "#/definitions/Mode"},
            "ParentId": {"type": "string", "pattern": "^thing-\\d+\\Z"},
        },
        "required": ["ParentId"],
    })
}

fn generate(schema: &Value, fixups: &[Fixup]) -> Result<String, String> {
    let names = BTreeSet::from(["AWS::Demo::VPCThing"]);
    let built = build(&database(), &names, fixups, |_| Ok(Some(schema.clone())))?;
    if !built.problems.is_empty() {
        return Err(built.problems.join("\n"));
    }
    Ok(file(&built.model, "demo/vpc_thing.rs"))
}

fn file(model: &Model, path: &str) -> String {
    let sources = Sources {
        aws_service_spec: "1".to_owned(),
        cfn_lint: "2".to_owned(),
    };
    let mut files = emit::crate_files(model, &sources);
    files.remove(&PathBuf::from(path)).unwrap()
}

fn fixup(at: &str, change: Change) -> Fixup {
    Fixup {
        name: "demo".to_owned(),
        reason: "a test".to_owned(),
        at: vec![at.to_owned()],
        change,
    }
}
