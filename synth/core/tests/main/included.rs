//! Changing what an included template brought.

use proptest::prelude::*;
use synth_core::{
    Data, Dependency, Fields, Included, Json, List, Map, Options, Origin, Override, Property, Raw,
    Read, Reader, Resource, Stack, StackProps, parse,
};

/// A type in the shape that the generator writes.
#[derive(Debug, Default, Clone)]
struct Queue {
    delay: Property<i64>,
    name: Property<String>,
    rules: Property<List<Rule>>,
    labels: Property<Map<String>>,
    whole: Property<Json>,
}

#[derive(Debug, Default, Clone, PartialEq)]
struct Rule {
    text: Property<String>,
}

impl Data for Rule {
    fn fields(&self, to: &mut Fields) {
        to.optional("Text", &self.text);
    }
}

impl Read for Rule {
    fn read(from: &mut Reader, json: &Json) -> Option<Self> {
        let mut this = Self::default();
        from.open(json)?;
        from.field(json, "Text", &mut this.text);
        from.close(json)?;
        Some(this)
    }
}

impl Data for Queue {
    fn fields(&self, to: &mut Fields) {
        to.optional("Delay", &self.delay);
        to.optional("Labels", &self.labels);
        to.required("Name", &self.name);
        to.optional("Rules", &self.rules);
        to.optional("Whole", &self.whole);
    }
}

impl Read for Queue {
    fn read(from: &mut Reader, json: &Json) -> Option<Self> {
        let mut this = Self::default();
        from.open(json)?;
        from.field(json, "Delay", &mut this.delay);
        from.field(json, "Labels", &mut this.labels);
        from.field(json, "Name", &mut this.name);
        from.field(json, "Rules", &mut this.rules);
        from.field(json, "Whole", &mut this.whole);
        from.close(json)?;
        Some(this)
    }
}

impl Resource for Queue {
    const TYPE: &'static str = "AWS::SQS::Queue";
    type Ref = String;
    type Attributes = Origin;
}

fn include(properties: &str) -> (Stack, Included) {
    let text = format!(
        r#"{{"Resources": {{
            "Inbox": {{"Type": "AWS::SQS::Queue", "Properties": {properties}}},
            "Reader": {{"Type": "T", "DependsOn": "Inbox", "Properties": {{"Queue": {{"Ref": "Inbox"}}}}}}
        }}}}"#
    );
    let mut stack = Stack::new("App", StackProps::default());
    let included = Included::new(stack.child("Old"), parse(&text).unwrap());
    (stack, included)
}

fn properties(stack: Stack) -> String {
    let template = stack.synthesize().unwrap();
    let inbox = template
        .body()
        .get("Resources")
        .unwrap()
        .get("Inbox")
        .unwrap();
    inbox.get("Properties").unwrap_or(&Json::Null).to_compact()
}

fn changed(before: &str, change: impl FnOnce(&mut Queue)) -> String {
    let (mut stack, included) = include(before);
    included.change(&mut stack, "Inbox", change);
    properties(stack)
}

fn rules(queue: &mut Queue) -> &mut Vec<synth_core::Value<Rule>> {
    match &mut queue.rules {
        Property::Known(list) => Some(&mut list.0),
        Property::Absent | Property::Unknown(_) => None,
    }
    .unwrap()
}

#[test]
fn a_change_touches_what_is_changed_and_nothing_else() {
    let before = r#"{"Unknown":{"Z":1,"A":2},"Rules":[{"New":1,"Text":"a"},{"Text":"b","Newer":2},{"Text":{"Ref":"AWS::Region"}}],"Name":"inbox","Delay":"5"}"#;
    let cases = [
        changed(before, |_| {}),
        changed(before, |queue| queue.name = "other".into()),
        changed(before, |queue| queue.delay = 9.into()),
        changed(before, |queue| drop(rules(queue).remove(0))),
        changed(before, |queue| rules(queue).reverse()),
        changed(before, |queue| {
            rules(queue)[1] = Rule { text: "c".into() }.into();
        }),
        changed(before, |queue| {
            rules(queue).insert(0, Rule::default().into());
        }),
        changed(before, |queue| queue.rules = Property::Absent),
        changed("{}", |queue| queue.delay = 1.into()),
    ];
    assert_eq!(cases[0], before);
    insta::assert_snapshot!(cases.join("\n"), @r#"
    {"Unknown":{"Z":1,"A":2},"Rules":[{"New":1,"Text":"a"},{"Text":"b","Newer":2},{"Text":{"Ref":"AWS::Region"}}],"Name":"inbox","Delay":"5"}
    {"Unknown":{"Z":1,"A":2},"Rules":[{"New":1,"Text":"a"},{"Text":"b","Newer":2},{"Text":{"Ref":"AWS::Region"}}],"Name":"other","Delay":"5"}
    {"Unknown":{"Z":1,"A":2},"Rules":[{"New":1,"Text":"a"},{"Text":"b","Newer":2},{"Text":{"Ref":"AWS::Region"}}],"Name":"inbox","Delay":9}
    {"Unknown":{"Z":1,"A":2},"Rules":[{"Text":"b","Newer":2},{"Text":{"Ref":"AWS::Region"}}],"Name":"inbox","Delay":"5"}
    {"Unknown":{"Z":1,"A":2},"Rules":[{"Text":{"Ref":"AWS::Region"}},{"Text":"b","Newer":2},{"New":1,"Text":"a"}],"Name":"inbox","Delay":"5"}
    {"Unknown":{"Z":1,"A":2},"Rules":[{"New":1,"Text":"a"},{"Text":"c","Newer":2},{"Text":{"Ref":"AWS::Region"}}],"Name":"inbox","Delay":"5"}
    {"Unknown":{"Z":1,"A":2},"Rules":[{},{"New":1,"Text":"a"},{"Text":"b","Newer":2},{"Text":{"Ref":"AWS::Region"}}],"Name":"inbox","Delay":"5"}
    {"Unknown":{"Z":1,"A":2},"Name":"inbox","Delay":"5"}
    {"Delay":1}
    "#);
}

#[test]
fn what_cannot_be_changed_is_a_problem() {
    let (mut stack, mut included) = include(r#"{"Fn::Transform": {}}"#);
    included.change(&mut stack, "Inbox", |_: &mut Queue| {
        panic!("there is nothing to change")
    });
    included.change(&mut stack, "Outbox", |_: &mut Queue| {
        panic!("there is nothing to change")
    });
    included.change(&mut stack, "Reader", |_: &mut Queue| {
        panic!("there is nothing to change")
    });
    included.put(
        &mut stack,
        "Outbox",
        Override {
            path: "A".into(),
            value: None,
        },
    );
    included.put(
        &mut stack,
        "Reader",
        Override {
            path: "Queue.Ref.A".into(),
            value: None,
        },
    );
    included.remove(&mut stack, "Outbox");
    insta::assert_snapshot!(stack.synthesize().unwrap_err(), @"
    App/Old/Inbox: the properties are not an object, so they cannot be changed through their type
      value: AWS::SQS::Queue
      allowed: an object that is no function
      fix: change the template that is included
      code: core.unreadable-properties
    App: the included template has no resource of AWS::SQS::Queue with this id
      value: Outbox
      allowed: Inbox, Reader
      fix: compare the id and the type with the template
      code: core.no-such-resource
    App: the included template has no resource of AWS::SQS::Queue with this id
      value: Reader
      allowed: Inbox, Reader
      fix: compare the id and the type with the template
      code: core.no-such-resource
    App: the included template has no resource of any type with this id
      value: Outbox
      allowed: Inbox, Reader
      fix: compare the id and the type with the template
      code: core.no-such-resource
    App/Old/Reader: there is nothing at this place to override
      value: Queue.Ref.A
      allowed: names of properties and positions in lists, joined by dots
      fix: compare the path with the properties in the template
      code: core.override-path
    App: the included template has no resource of any type with this id
      value: Outbox
      allowed: Inbox, Reader
      fix: compare the id and the type with the template
      code: core.no-such-resource
    ");
}

#[test]
fn any_place_can_be_overridden() {
    let (mut stack, included) = include(r#"{"Delay": 5}"#);
    included.put(
        &mut stack,
        "Inbox",
        Override {
            path: "Other.Deep".into(),
            value: Some(1.into()),
        },
    );
    included.put(
        &mut stack,
        "Inbox",
        Override {
            path: "Delay".into(),
            value: None,
        },
    );
    assert_eq!(properties(stack), r#"{"Other":{"Deep":1}}"#);
}

#[test]
fn what_refers_to_a_removed_resource_is_named() {
    let (mut stack, mut included) = include("{}");
    let inbox = included.raw("Inbox").unwrap();
    included.remove(&mut stack, "Inbox");
    assert!(included.raw("Inbox").is_none());
    let properties = Json::object([("Arn", inbox.attribute_named::<String>("Arn").to_json())]);
    let options = Options {
        depends_on: vec![Dependency::from(&inbox)],
        ..Options::default()
    };
    stack.scope().add_raw(
        "More",
        Raw {
            type_name: "T".into(),
            properties,
        },
        options,
    );
    insta::assert_snapshot!(stack.synthesize().unwrap_err(), @"
    App/Old/Reader: this waits for a resource that is not in the stack
      value: Inbox
      allowed: a resource of the stack
      fix: keep the resource, or take it out of `DependsOn`
      code: core.dangling-dependency
    App/More: this waits for a resource that is not in the stack
      value: Inbox
      allowed: a resource of the stack
      fix: keep the resource, or take it out of `DependsOn`
      code: core.dangling-dependency
    App/Old/Reader: `Queue`: this refers to something that is not in the stack
      value: Inbox
      allowed: the logical id of a resource, a parameter or a pseudo parameter
      fix: add what it refers to, or use the handle that adding it returned
      code: core.dangling-reference
    App/More: `Arn`: this refers to something that is not in the stack
      value: Inbox
      allowed: the logical id of a resource
      fix: add what it refers to, or use the handle that adding it returned
      code: core.dangling-reference
    ");
    let (mut stack, mut included) = include("{}");
    included.remove(&mut stack, "Reader");
    assert_eq!(self::properties(stack), "null");
}

fn tree() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::Bool),
        (-9..9_i64).prop_map(Json::Int),
        "a|b".prop_map(Json::from)
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::btree_map("Delay|Labels|Name|Rules|Text|Whole|X|Y", inner, 0..5)
                .prop_map(Json::object),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_changes_where_nothing_is_changed(entries in prop::collection::vec(tree(), 8)) {
        let names = ["X", "Whole", "Rules", "Y", "Name", "Delay", "Labels", "Text"];
        let before = Json::object(names.into_iter().zip(entries)).to_compact();
        prop_assert_eq!(&changed(&before, |_| {}), &before);
        // Nor does anything else where one thing is.
        let after = changed(&before, |queue| queue.name = "new".into());
        let (before, after) = (parse(&before).unwrap(), parse(&after).unwrap());
        for name in names.into_iter().filter(|name| *name != "Name") {
            prop_assert_eq!(before.get(name), after.get(name));
        }
        prop_assert_eq!(after.get("Name").and_then(Json::as_text), Some("new"));
    }
}
