//! Logical ids are CDK's for any construct path.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use synth::{Json, Stack, StackProps, parse};

/// Construct paths: ids that mean something to CDK, that repeat each other, that are long, and that are anything at all.
fn paths() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Default",
        "Resource",
        "Vpc",
        "Subnet",
        "Subnet1",
        "1",
        "t",
        "et1",
        "publicSubnet1",
        "default",
        "resource",
        "My-Bucket",
        "a_b",
        "--",
        "Ünïcode",
        "日本",
        "with space",
        "a.b:c",
    ]);
    let id = prop_oneof![
        4 => known.prop_map(str::to_owned),
        2 => "[A-Za-z0-9-]{1,12}",
        1 => "[^/\\n]{1,12}",
        1 => "[A-Za-z]{100,270}",
    ];
    prop::collection::vec(id, 1..7).prop_map(|ids| ids.join("/"))
}

fn ours(path: &str) -> String {
    let mut stack = Stack::new("Stack", StackProps::default());
    stack.scope().logical_id(path)
}

#[test]
fn every_path_has_the_logical_id_of_cdk() {
    let Some(modules) = crate::modules("every_path_has_the_logical_id_of_cdk") else {
        return;
    };
    let mut runner = TestRunner::deterministic();
    let paths: Vec<String> = (0..4_000)
        .map(|_| paths().new_tree(&mut runner).unwrap().current())
        .collect();
    let input = Json::array(paths.iter().cloned()).to_compact();
    let answers = crate::output(&mut crate::node(&modules, "tests/cdk/ids.js"), &input);
    let answers = parse(&answers).unwrap();
    let answers = answers.items().unwrap();
    assert_eq!(answers.len(), paths.len());
    let mut refused = 0;
    for (path, answer) in paths.iter().zip(answers) {
        let id = ours(path);
        if let Some(theirs) = answer.get("id").and_then(Json::as_text) {
            assert_eq!(id, theirs, "{path:?}");
        } else {
            refused += 1;
            assert!(
                id.is_empty(),
                "CDK refuses {path:?}: {answer:?}; ours is {id}"
            );
        }
    }
    assert!(refused > 0, "no path was one that CDK refuses");
}
