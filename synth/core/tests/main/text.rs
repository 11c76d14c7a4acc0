//! JSON in and out.

use proptest::prelude::*;
use synth_core::{Json, parse};

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Int),
        any::<String>().prop_map(Json::from),
        "[a-z\\\\\"\n\u{1}\u{7f}\u{2028}😀]{0,8}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..5).prop_map(Json::object),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(tree in json(), indent in 0..3_usize) {
        prop_assert_eq!(parse(&tree.to_compact()), Ok(tree.clone()));
        prop_assert_eq!(parse(&tree.to_pretty(indent)), Ok(tree));
    }

    #[test]
    fn any_text_is_read_or_refused_but_never_panics(text in "[\\[\\]{}:,\"0-9eE.+\\-\\\\utrfalsn ]{0,40}") {
        let _ = parse(&text);
    }
}

#[test]
fn text_that_is_nearly_json_is_refused_with_its_place() {
    let bad = [
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "01",
        "1.",
        "+1",
        "\"\u{1}\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "nul",
        "1 2",
        "'a'",
        "[1\n 2]",
    ];
    let told: Vec<_> = bad.map(|text| parse(text).unwrap_err().to_string()).into();
    insta::assert_snapshot!(told.join("\n"), @r"
    expected a value at line 1, column 1
    expected a string at line 1, column 2
    expected a value at line 1, column 4
    expected a string at line 1, column 8
    the name `a` is used twice, first on line 1 at line 1, column 11
    `01` is not a number at line 1, column 1
    `1.` is not a number at line 1, column 1
    expected a value at line 1, column 1
    a control character must be escaped at line 1, column 2
    `\x` is not an escape at line 1, column 4
    half of a surrogate pair at line 1, column 8
    expected a value at line 1, column 1
    text after the value at line 1, column 3
    expected a value at line 1, column 1
    expected `,` or `]` at line 2, column 2
    ");
}

#[test]
fn numbers_and_escapes_are_read_as_json_defines_them() {
    let text = r#"[0, -0, 1e3, 9223372036854775808, "\u00e9\ud83d\ude00\/\b"]"#;
    assert_eq!(
        parse(text),
        Ok(Json::Array(vec![
            Json::Int(0),
            Json::Int(0),
            Json::Float(1000.0),
            Json::Float(9_223_372_036_854_775_808.0),
            "é😀/\u{8}".into(),
        ]))
    );
    assert!(parse(&"[".repeat(100_000)).is_err());
}
