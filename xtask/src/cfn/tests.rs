//! The generator on a small service of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::build::build;
use super::config::Sources;
use super::database::Database;
use super::fixups::{Change, Fixup, Target};
use super::model::{Counts, Model};
use super::{emit, markdown, names};

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
    });
    let role = json!({
        "cloudFormationType": "AWS::Elsewhere::Role",
        "primaryIdentifier": ["RoleName"],
        "attributes": {"Arn": {"type": text}},
        "properties": {},
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
    let model = build(&database(), &names, fixups, |_| Ok(Some(schema.clone())))?.model;
    Ok(file(&model, "demo/vpc_thing.rs"))
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

#[test]
fn values_of_both_sources_become_one_enum_with_an_escape() {
    let text = generate(&schema(), &[]).unwrap();
    let variants = text
        .split("pub enum VpcThingMode {")
        .nth(1)
        .unwrap()
        .split('}')
        .next()
        .unwrap();
    insta::assert_snapshot!(variants.trim().replace("\n    ", "\n"), @r"
    /// `FAST`.
    Fast,
    /// `fast`.
    Fast2,
    /// `SLOW`.
    Slow,
    ");
    assert!(text.contains("pub mode: Property<Listed<VpcThingMode>>,"));
}

#[test]
fn what_must_be_given_is_an_argument() {
    let text = generate(&schema(), &[]).unwrap();
    assert!(
        text.contains(
            "pub fn new(parent_id: impl Into<Property<Id<refs::demo::VpcThingThingId>>>)"
        )
    );
    assert!(text.contains("to.required(\"ParentId\", &self.parent_id);"));
    assert!(text.contains("to.optional(\"Mode\", &self.mode);"));
}

#[test]
fn a_property_says_what_it_takes_and_what_changing_it_does() {
    let text = generate(&schema(), &[]).unwrap();
    let fields = text.split("pub struct VpcThing {").nth(1).unwrap();
    let mode = fields
        .split("pub mode")
        .next()
        .unwrap()
        .split("pub body")
        .nth(1)
        .unwrap();
    insta::assert_snapshot!(mode.trim().replace("\n    ", "\n"), @r"
    : Property<Json>,
    /// `Mode`, which AWS does not describe.
    ///
    /// - Length: at most 9
    /// - Update: [replaces the resource](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-demo-vpcthing.html#cfn-demo-vpcthing-mode)
    ");
    assert!(fields.contains("/// - Pattern: `^thing-\\d+$`"));
    assert!(text.contains("REPLACED_BY: &'static [&'static str] = &[\"Mode\"]"));
}

#[test]
fn a_value_of_several_types_is_written_as_it_is() {
    assert!(
        generate(&schema(), &[])
            .unwrap()
            .contains("pub body: Property<Json>,")
    );
}

#[test]
fn a_part_that_holds_itself_is_boxed_and_a_list_of_it_is_not() {
    let text = generate(&schema(), &[]).unwrap();
    assert!(text.contains("pub next: Property<Box<Node>>,"));
    assert!(text.contains("pub others: Property<List<Node>>,"));
    assert!(text.contains("pub root: Property<Node>,"));
}

#[test]
fn a_property_of_two_targets_accepts_both_without_the_others_feature() {
    let text = generate(&schema(), &[]).unwrap();
    assert!(text.contains("pub owner_arn: Property<OneOf<VpcThingOwnerArn>>,"));
    assert!(text.contains("impl Accepts<refs::demo::VpcThingArn> for VpcThingOwnerArn {}"));
    assert!(text.contains("impl Accepts<refs::elsewhere::RoleArn> for VpcThingOwnerArn {}"));
    assert!(!text.contains("crate::elsewhere"));
}

#[test]
fn a_handle_stands_for_its_ref_and_its_attributes() {
    let text = generate(&schema(), &[]).unwrap();
    assert!(text.contains("type Ref = Id<refs::demo::VpcThingThingId>;"));
    assert!(text.contains("type Attributes = VpcThingAttributes;"));
    assert!(text.contains("pub fn arn(&self) -> Value<Id<refs::demo::VpcThingArn>> {"));
    let by = |target: &str| {
        let implementation = format!("impl Identifies<{target}> for VpcThing {{\n");
        text.split(&implementation)
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    assert!(by("Id<refs::demo::VpcThingThingId>").ends_with("= None;"));
    assert!(by("Id<refs::demo::VpcThingArn>").ends_with("= Some(\"Arn\");"));
}

#[test]
fn a_fixup_that_changes_nothing_any_more_is_an_error() {
    let listed = || Change::Values(vec!["SLOW".to_owned()]);
    let error = generate(&schema(), &[fixup("AWS::Demo::VPCThing.Mode", listed())]).unwrap_err();
    assert_eq!(
        error,
        "fixup `demo` (a test) changes nothing any more at `AWS::Demo::VPCThing.Mode`; remove it"
    );
    for gone in ["AWS::Demo::VPCThing.Moed", "AWS::Demo::Gone.Mode"] {
        assert!(generate(&schema(), &[fixup(gone, listed())]).is_err());
    }
}

#[test]
fn sources_that_disagree_are_an_error_until_a_fixup_or_a_rule_decides() {
    let disagreeing = json!({
        "properties": {"Mode": {"type": "integer"}, "Arn": {"type": "string"}},
        "readOnlyProperties": ["/properties/Arn"],
    });
    insta::assert_snapshot!(
        generate(&disagreeing, &[]).unwrap_err(),
        @"AWS::Demo::VPCThing.Mode has another type in cfn-lint"
    );
    let settled = fixup("AWS::Demo::VPCThing.Mode", Change::KeepType);
    assert!(generate(&disagreeing, &[settled]).is_ok());
}

#[test]
fn the_database_says_what_must_be_given_unless_a_fixup_does() {
    let optional = json!({"properties": {"ParentId": {"type": "string"}}});
    let required = "to.required(\"ParentId\"";
    assert!(generate(&optional, &[]).unwrap().contains(required));
    let settled = fixup("AWS::Demo::VPCThing.ParentId", Change::Required(false));
    assert!(!generate(&optional, &[settled]).unwrap().contains(required));
}

#[test]
fn what_every_alternative_requires_is_required() {
    let schema = json!({
        "oneOf": [
            {"required": ["ParentId"]},
            {"allOf": [{"required": ["ParentId", "Mode"]}]},
            {"type": "array"},
        ],
    });
    let required = super::schemas::required(&schema, &schema);
    assert_eq!(required, BTreeSet::from(["ParentId".to_owned()]));
}

#[test]
fn a_property_that_only_cfn_lint_has_is_adopted_with_its_parts() {
    let mut schema = schema();
    schema["definitions"]["Extra"] =
        json!({"type": "object", "properties": {"Deep": {"type": "integer"}}});
    schema["properties"]["More"] =
        json!({"type": "array", "items": {"$ref": "#/definitions/Extra"}, "maxItems": 3});
    let text = generate(&schema, &[]).unwrap();
    assert!(text.contains("/// - Items: at most 3"));
    assert!(text.contains("pub more: Property<List<Extra>>,"));
    assert!(text.contains("pub deep: Property<i64>,"));
    let at = "AWS::Demo::VPCThing.More";
    let text = generate(&schema, &[fixup(at, Change::NotSettable)]).unwrap();
    assert!(!text.contains("Extra"));
}

#[test]
fn a_type_that_only_cfn_lint_has_comes_from_its_schema_alone() {
    let schema = json!({
        "definitions": {"Node": {"type": "object", "properties": {
            "Next": {"$ref": "#/definitions/Node"},
            "Kind": {"enum": ["A", "B"], "type": "string"},
        }}},
        "properties": {
            "Id": {"type": "string"},
            "Root": {"$ref": "#/definitions/Node"},
            "Labels": {"type": "object", "patternProperties": {".*": {"type": "string"}}},
        },
        "required": ["Root"],
        "createOnlyProperties": ["/properties/Root"],
        "readOnlyProperties": ["/properties/Id"],
        "primaryIdentifier": ["/properties/Id"],
    });
    let mut database = database();
    database.adopt("AWS::Demo::New", &schema);
    let names = BTreeSet::from(["AWS::Demo::New"]);
    let built = build(&database, &names, &[], |_| Ok(Some(schema.clone()))).unwrap();
    let resource = built.model.resources().next().unwrap();
    assert_eq!(resource.reference.as_deref(), Some("Id"));
    assert_eq!(built.model.counts(), database.counts(&names) + enums(1));
    let text = file(&built.model, "demo/new.rs");
    assert!(text.contains("pub root: Property<Node>,"));
    assert!(text.contains("pub labels: Property<Map<String>>,"));
    assert!(text.contains("pub next: Property<Box<Node>>,"));
    assert!(text.contains("pub enum NodeKind {"));
    assert!(text.contains("REPLACED_BY: &'static [&'static str] = &[\"Root\"]"));
}

fn enums(enums: usize) -> Counts {
    Counts {
        enums,
        ..Counts::default()
    }
}

#[test]
fn an_attribute_that_does_not_fit_is_no_longer_taken() {
    let target = Target("AWS::Elsewhere::Role".to_owned(), "Arn".to_owned());
    let settled = fixup("AWS::Demo::VPCThing.OwnerArn", Change::Unrelate(target));
    let text = generate(&schema(), &[settled]).unwrap();
    assert!(text.contains("pub owner_arn: Property<Id<refs::demo::VpcThingArn>>,"));
}

#[test]
fn a_part_may_be_called_like_something_of_the_core() {
    let mut database = database();
    database.definitions.get_mut("7").unwrap().name = "List".to_owned();
    let names = BTreeSet::from(["AWS::Demo::VPCThing"]);
    let model = build(&database, &names, &[], |_| Ok(None)).unwrap().model;
    let text = file(&model, "demo/vpc_thing.rs");
    assert!(text.contains("pub root: Property<List>,"));
    assert!(text.contains("pub others: Property<synth_core::List<List>>,"));
    assert!(text.contains("pub tags: Property<synth_core::List<Tag>>,"));
}

#[test]
fn names_are_split_where_a_reader_would() {
    let snake = |name: &str| names::snake(name);
    assert_eq!(snake("VPCGatewayAttachment"), "vpc_gateway_attachment");
    assert_eq!(snake("EnableECSManagedTags"), "enable_ecs_managed_tags");
    assert_eq!(snake("ProviderARNs"), "provider_arns");
    assert_eq!(snake("AssignIPv6Address"), "assign_ipv6_address");
    assert_eq!(snake("S3BucketName"), "s3_bucket_name");
    assert_eq!(snake("EnableDns64"), "enable_dns64");
    assert_eq!(names::identifier("Type"), "r#type");
    assert_eq!(names::identifier("Self"), "self_");
    assert_eq!(names::upper_camel("OIDCProvider"), "OidcProvider");
    assert_eq!(names::variant("X86_64"), "X86_64");
    assert_eq!(names::variant("aws:kms:dsse"), "AwsKmsDsse");
    assert_eq!(names::variant("1.0"), "V1_0");
    assert_eq!(names::variant("*"), "Any");
    assert_eq!(names::variant("Other"), "OtherValue");
    assert_eq!(
        names::owned("VPCEndpoint", "VpcEndpointType"),
        "VpcEndpointType"
    );
    assert_eq!(names::owned("FlowLog", "TrafficType"), "FlowLogTrafficType");
}

#[test]
fn text_of_aws_becomes_neither_a_tag_nor_a_link_nor_a_test() {
    let text = "Give `a` . See [the <guide>](https://e.com/g) or https://e.com/x.\n\n    code [0]\n```\nraw <b>\n";
    insta::assert_snapshot!(markdown::lines(text).join("\n"), @r"
    Give `a`. See [the \<guide>](https://e.com/g) or <https://e.com/x>.

    code \[0\]
    ```text
    raw <b>
    ```
    ");
}

#[test]
fn a_long_line_is_broken_where_no_markup_begins() {
    let text = format!("{} 12. nights `a b` - end", "word ".repeat(17).trim());
    for line in markdown::lines(&text) {
        assert!(line.len() < 100, "{line}");
        assert!(!line.starts_with("12.") && !line.starts_with('-'), "{line}");
    }
}
