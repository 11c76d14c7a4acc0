//! What is written of a type.

use super::*;

/// A part of the text, without the indent of one level.
fn flush(text: &str) -> String {
    text.trim().replace("\n    ", "\n")
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
    insta::assert_snapshot!(flush(variants), @r"
    /// `FAST`.
    Fast,
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
    insta::assert_snapshot!(flush(mode), @r"
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
fn a_value_of_named_types_has_a_variant_for_each_of_them() {
    let text = generate(&schema(), &[]).unwrap();
    assert!(text.contains("pub amount: Property<VpcThingAmount>,"));
    let union = text.split("pub enum VpcThingAmount {").nth(1).unwrap();
    insta::assert_snapshot!(flush(union.split('}').next().unwrap()), @r"
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// A [`Node`].
    Node(Node),
    /// A list.
    List(List<VpcThingAmountItem>),
    ");
    assert!(text.contains("impl From<Node> for VpcThingAmount {"));
    assert!(text.contains("impl FromText for VpcThingAmountItem {"));
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
