//! What holds for any two templates.

use proptest::prelude::*;
use synth_core::Json;
use synth_diff::{Options, diff, draw};

/// Any JSON, with names that mean something to CloudFormation now and then.
fn json() -> impl Strategy<Value = Json> {
    const NAMES: [&str; 16] = [
        "Resources",
        "Properties",
        "Type",
        "Ref",
        "Fn::Sub",
        "Fn::Join",
        "Fn::GetAtt",
        "Fn::If",
        "Statement",
        "Effect",
        "Action",
        "Tags",
        "Key",
        "DependsOn",
        "Metadata",
        "A",
    ];
    const TEXTS: [&str; 10] = [
        "",
        "a",
        "80",
        "true",
        "${A.B}",
        "${",
        "${!x}",
        "AWS::SQS::Queue",
        "AWS::IAM::Policy",
        "AWS::EC2::SecurityGroup",
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-3_i64..90).prop_map(Json::from),
        any::<f64>()
            .prop_filter("JSON has no others", |it| it.is_finite())
            .prop_map(Json::from),
        prop::sample::select(TEXTS.to_vec()).prop_map(Json::from),
    ];
    leaf.prop_recursive(7, 60, 5, |inner| {
        let name = prop::sample::select(NAMES.to_vec());
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::btree_map(name, inner, 0..5).prop_map(Json::object),
        ]
    })
}

/// A template of resources made of anything.
fn template() -> impl Strategy<Value = Json> {
    const TYPES: [&str; 5] = [
        "AWS::SQS::Queue",
        "AWS::IAM::Role",
        "AWS::EC2::SecurityGroup",
        "AWS::ECS::TaskDefinition",
        "Custom::Thing",
    ];
    let resource = (prop::sample::select(TYPES.to_vec()), json()).prop_map(|(kind, properties)| {
        Json::object([("Type", Json::from(kind)), ("Properties", properties)])
    });
    let resources = prop::collection::btree_map("[A-D]", resource, 0..4);
    resources.prop_map(|all| Json::object([("Resources", Json::object(all))]))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only lists and objects have an order"
)]
fn reversed(value: &Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.iter().map(reversed).collect()),
        Json::Object(entries) => {
            let entries = entries.iter().rev();
            Json::Object(
                entries
                    .map(|(name, value)| (name.clone(), reversed(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(template in template()) {
        prop_assert!(diff(&template, &template, &Options::default()).is_empty());
    }

    #[test]
    fn the_order_of_names_never_counts(template in template()) {
        let changes = diff(&template, &reversed(&template), &Options::default());
        prop_assert!(changes.is_empty(), "{:#?}", changes);
    }

    #[test]
    fn a_difference_is_one_from_both_sides(one in template(), other in template()) {
        let there = diff(&one, &other, &Options::default());
        let back = diff(&other, &one, &Options::default());
        prop_assert_eq!(there.is_empty(), back.is_empty());
    }

    #[test]
    fn any_json_is_compared_and_drawn(one in json(), other in json()) {
        let changes = diff(&one, &other, &Options { show_toolkit: true, ..Options::default() });
        let text = draw::stack("it", &changes);
        prop_assert!(text.contains("it"));
        prop_assert!(!changes.to_json().to_compact().is_empty());
    }
}
