//! Two sources, and what settles where they differ.

use super::super::taggable;
use super::*;

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
    let text = generate(&disagreeing, &[settled]).unwrap();
    assert!(text.contains("pub mode: Property<Listed<VpcThingMode>>,"));
    let settled = fixup("AWS::Demo::VPCThing.Mode", Change::TakeType);
    let text = generate(&disagreeing, &[settled]).unwrap();
    assert!(text.contains("pub mode: Property<i64>,"));
}

#[test]
fn a_property_may_get_the_name_that_cfn_lint_has() {
    let schema = json!({"properties": {"ModeOfThing": {"type": "string"}}});
    let renamed = Change::Rename("ModeOfThing".to_owned());
    let settled = fixup("AWS::Demo::VPCThing.Mode", renamed.clone());
    let text = generate(&schema, std::slice::from_ref(&settled)).unwrap();
    assert!(text.contains("to.optional(\"ModeOfThing\", &self.mode_of_thing);"));
    assert!(!text.contains("\"Mode\""));
    assert!(generate(&self::schema(), &[settled]).is_err());
}

#[test]
fn what_one_source_lets_be_absent_may_be_absent_unless_a_fixup_says_otherwise() {
    let optional = json!({"properties": {"ParentId": {"type": "string"}}});
    let required = "to.required(\"ParentId\"";
    assert!(generate(&schema(), &[]).unwrap().contains(required));
    assert!(!generate(&optional, &[]).unwrap().contains(required));
    let settled = fixup("AWS::Demo::VPCThing.ParentId", Change::Required(true));
    assert!(generate(&optional, &[settled]).unwrap().contains(required));
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
    let required = super::super::schemas::required(&schema, &schema);
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
    assert_eq!(built.model.counts(), database.counts(&names));
    let text = file(&built.model, "demo/new.rs");
    assert!(text.contains("pub root: Property<Node>,"));
    assert!(text.contains("pub labels: Property<Map<String>>,"));
    assert!(text.contains("pub next: Property<Box<Node>>,"));
    assert!(text.contains("pub enum NodeKind {"));
    assert!(text.contains("REPLACED_BY: &'static [&'static str] = &[\"Root\"]"));
}

#[test]
fn an_attribute_that_does_not_fit_is_no_longer_taken() {
    let target = Target("AWS::Elsewhere::Role".to_owned(), "Arn".to_owned());
    let settled = fixup("AWS::Demo::VPCThing.OwnerArn", Change::Unrelate(target));
    let text = generate(&schema(), &[settled]).unwrap();
    assert!(text.contains("pub owner_arn: Property<Id<refs::demo::VpcThingArn>>,"));
    let settled = fixup("AWS::Demo::VPCThing.OwnerArn", Change::AnyText);
    let text = generate(&schema(), &[settled]).unwrap();
    assert!(text.contains("pub owner_arn: Property<String>,"));
}

#[test]
fn what_a_newer_source_changes_is_a_line_each() {
    let names = BTreeSet::from(["AWS::Demo::VPCThing", "AWS::Elsewhere::Role"]);
    let model = |database: &Database, schema: &Value| {
        let schema = |name: &str| Ok((name == "AWS::Demo::VPCThing").then(|| schema.clone()));
        build(database, &names, &[], schema).unwrap().model
    };
    let old = model(&database(), &schema());
    assert_eq!(changes::changes(&old, &old), [""; 0]);

    let mut newer = database();
    newer.resources.remove("AWS::Elsewhere::Role");
    let node = newer.definitions.get_mut("7").unwrap();
    node.properties.remove("Others");
    let thing = newer.resources.get_mut("AWS::Demo::VPCThing").unwrap();
    let mut mode = thing.properties.get("Mode").unwrap().clone();
    mode.causes_replacement = None;
    thing.properties.insert("Mode".to_owned(), mode.clone());
    mode.required = true;
    thing.properties.insert("Mood".to_owned(), mode);
    thing.properties.get_mut("ParentId").unwrap().required = false;
    thing.properties.get_mut("Body").unwrap().kind = PropertyType::Boolean;
    thing.attributes.remove("Arn");
    let mut schema = schema();
    schema["definitions"]["Mode"]["enum"] = json!(["STILL"]);
    insta::assert_snapshot!(changes::changes(&old, &model(&newer, &schema)).join("\n"), @r"
    ~ AWS::Demo::VPCThing.Body: bool, was Json
    ~ AWS::Demo::VPCThing.Mode: changed in place, was replacing the resource
    ~ AWS::Demo::VPCThing.Mode: also STILL
    ~ AWS::Demo::VPCThing.Mode: no longer SLOW
    + AWS::Demo::VPCThing.Mood
    ~ AWS::Demo::VPCThing.OwnerArn: String, was OneOf<VpcThingOwnerArn>
    ~ AWS::Demo::VPCThing.ParentId: optional
    - AWS::Demo::VPCThing.Node.Others
    - AWS::Demo::VPCThing attribute Arn
    - AWS::Elsewhere::Role
    ");
}

#[test]
fn an_update_changes_the_versions_and_nothing_else() {
    let sources = |aws_service_spec: &str, cfn_lint: &str| Sources {
        aws_service_spec: aws_service_spec.to_owned(),
        cfn_lint: cfn_lint.to_owned(),
    };
    let text = "# 1.0\n[sources]\naws-service-spec = \"1.0\" # npm\ncfn-lint = \"1.0\"\n";
    assert_eq!(
        super::super::update::with_versions(text, &sources("1.0", "1.0"), &sources("1.1", "2.0")),
        "# 1.0\n[sources]\naws-service-spec = \"1.1\" # npm\ncfn-lint = \"2.0\"\n"
    );
}

#[test]
fn a_type_takes_tags_where_it_has_the_property_for_them() {
    let (text, count) = taggable::text(&database());
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        (lines.as_slice(), count),
        (["Tags list", "AWS::Demo::VPCThing"].as_slice(), 1)
    );
}
