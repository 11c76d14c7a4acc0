//! The generator on a small service of its own.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::config::Sources;
use super::database::Database;
use super::fixups::{Change, Fixup};
use super::{build, emit, markdown, names};

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
    let names = ["AWS::Demo::VPCThing"];
    let model = build(&database(), &names, fixups, |_| Ok(Some(schema.clone())))?;
    let sources = Sources {
        aws_service_spec: "1".to_owned(),
        cfn_lint: "2".to_owned(),
    };
    let mut files = emit::crate_files(&model, &sources);
    Ok(files.remove(&PathBuf::from("demo/vpc_thing.rs")).unwrap())
}

const MODE: Fixup = Fixup {
    name: "demo-mode",
    reason: "a test",
    resource: "AWS::Demo::VPCThing",
    property: "Mode",
    change: Change::Values(&["SLOW"]),
};

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
    insta::assert_snapshot!(variants.trim(), @r"
    /// `FAST`.
    Fast,
    /// `fast`.
    Fast2,
    /// `SLOW`.
    Slow,
    /// A value that this release does not know.
    Other(Text),
    ");
}

#[test]
fn what_must_be_given_is_an_argument() {
    let text = generate(&schema(), &[]).unwrap();
    assert!(
        text.contains(
            "pub fn new(parent_id: impl Into<Property<Id<refs::demo::VpcThingThingId>>>)"
        )
    );
    assert!(text.contains("fields.required(\"ParentId\", &self.parent_id);"));
    assert!(text.contains("fields.optional(\"Mode\", &self.mode);"));
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
    insta::assert_snapshot!(mode, @r"
    : Property<Json>,
    /// `Mode`, which AWS does not describe.
    ///
    /// - Length: at most 9
    /// - Update: replaces the resource
    /// - [Reference](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-demo-vpcthing.html#cfn-demo-vpcthing-mode)
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
    let error = generate(&schema(), &[MODE]).unwrap_err();
    assert_eq!(
        error,
        "fixup `demo-mode` (a test) changes nothing any more; remove it"
    );
    let gone = Fixup {
        property: "Moed",
        ..MODE
    };
    assert!(generate(&schema(), &[gone]).is_err());
    let other_type = Fixup {
        resource: "AWS::Elsewhere::Role",
        ..MODE
    };
    assert!(
        generate(&schema(), &[other_type]).is_ok(),
        "a type that is not generated"
    );
}

#[test]
fn sources_that_disagree_are_an_error_until_a_fixup_decides() {
    let disagreeing = json!({
        "properties": {
            "Mode": {"type": "integer"},
            "ParentId": {"type": "string"},
            "Secret": {"type": "string"},
            "Arn": {"type": "string"},
        },
        "readOnlyProperties": ["/properties/Arn"],
    });
    insta::assert_snapshot!(generate(&disagreeing, &[]).unwrap_err(), @r"
    AWS::Demo::VPCThing.Secret is only in cfn-lint
    AWS::Demo::VPCThing.Mode has another type in cfn-lint
    AWS::Demo::VPCThing.ParentId is required in the database, not required in cfn-lint
    ");
    let settled = [
        Fixup {
            property: "ParentId",
            change: Change::Required(false),
            ..MODE
        },
        Fixup {
            change: Change::KeepType,
            ..MODE
        },
    ];
    let error = generate(&disagreeing, &settled).unwrap_err();
    assert_eq!(error, "AWS::Demo::VPCThing.Secret is only in cfn-lint");
}

#[test]
fn a_part_may_be_called_like_something_of_the_core() {
    let mut database = database();
    database.definitions.get_mut("7").unwrap().name = "List".to_owned();
    let names = ["AWS::Demo::VPCThing"];
    let model = build(&database, &names, &[], |_| Ok(None)).unwrap();
    let sources = Sources {
        aws_service_spec: "1".to_owned(),
        cfn_lint: "2".to_owned(),
    };
    let files = emit::crate_files(&model, &sources);
    let text = &files[&PathBuf::from("demo/vpc_thing.rs")];
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
