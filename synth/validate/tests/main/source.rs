//! Reading templates: what words are, where things stand, and what is refused.

use std::fmt::Write as _;

use synth_validate::source::{ReadError, Source, read};

fn compact(text: &str) -> String {
    read(text.as_bytes()).unwrap().template.to_compact()
}

/// The code, line and column of why `text` is refused.
fn refused(text: &str) -> (String, usize, usize) {
    let ReadError { problem, span } = read(text.as_bytes()).unwrap_err();
    let (line, column) = synth_validate::source::line_and_column(text, span.start);
    (
        format!("{}: {}", problem.code, problem.message),
        line,
        column,
    )
}

#[test]
fn short_tags_are_the_long_forms() {
    let cases = [
        ("a: !Ref X", r#"{"a":{"Ref":"X"}}"#),
        ("a: !Condition X", r#"{"a":{"Condition":"X"}}"#),
        ("a: !GetAtt X.Y.Z", r#"{"a":{"Fn::GetAtt":["X","Y.Z"]}}"#),
        ("a: !GetAtt [X, Y]", r#"{"a":{"Fn::GetAtt":["X","Y"]}}"#),
        ("a: !Sub '${X}'", r#"{"a":{"Fn::Sub":"${X}"}}"#),
        ("a: !GetAZs ''", r#"{"a":{"Fn::GetAZs":""}}"#),
        (
            "a: !If [C, !Ref X, no]",
            r#"{"a":{"Fn::If":["C",{"Ref":"X"},false]}}"#,
        ),
        (
            "a: !Sub\n  - '${X}'\n  - X: 1",
            r#"{"a":{"Fn::Sub":["${X}",{"X":1}]}}"#,
        ),
        (
            "a: !Base64\n  Fn::Sub: b",
            r#"{"a":{"Fn::Base64":{"Fn::Sub":"b"}}}"#,
        ),
        ("a: !!str 12", r#"{"a":"12"}"#),
    ];
    for (text, expected) in cases {
        assert_eq!(compact(text), expected, "{text}");
    }
}

#[test]
fn words_that_other_readers_change_stay_as_they_are() {
    let cases = [
        ("Version: 2012-10-17", r#"{"Version":"2012-10-17"}"#),
        ("Account: 012345678901", r#"{"Account":"012345678901"}"#),
        ("Account: 001234567012", r#"{"Account":"001234567012"}"#),
        ("on: yes", r#"{"on":true}"#),
        ("1: a", r#"{"1":"a"}"#),
        ("a: 'yes'", r#"{"a":"yes"}"#),
        ("a: |\n  yes\n", r#"{"a":"yes\n"}"#),
        ("a:", r#"{"a":null}"#),
        ("\u{feff}a: 1\r\nb: 2\r\n", r#"{"a":1,"b":2}"#),
        ("%YAML 1.1\n---\na: 1\n", r#"{"a":1}"#),
        ("{a: 1, b: [yes,]}", r#"{"a":1,"b":[true]}"#),
    ];
    for (text, expected) in cases {
        assert_eq!(compact(text), expected, "{text}");
    }
    let remarks = read(b"a: 0123").unwrap().remarks;
    assert_eq!(remarks[0].problem.code, "template.octal");
    assert_eq!(remarks[0].problem.fix, "put it in quotes: '0123'");
}

#[test]
fn aliases_and_merges_are_written_out() {
    let text = "x: &x {a: 1, b: 2}\ny: *x\nz:\n  <<: *x\n  b: 3\n";
    let expected = r#"{"x":{"a":1,"b":2},"y":{"a":1,"b":2},"z":{"b":3,"a":1}}"#;
    assert_eq!(compact(text), expected);
    let remarks = read(text.as_bytes()).unwrap().remarks;
    assert_eq!(remarks[0].problem.code, "template.merge-key");
    // A name in quotes is a name.
    assert_eq!(compact("'<<': 1"), r#"{"<<":1}"#);
}

#[test]
fn what_is_no_template_is_refused_where_it_goes_wrong() {
    let cases = [
        ("", "template.syntax: there is nothing in the file", 1, 1),
        (
            "a: 1\nb: 2\na: 3\n",
            "template.taken-name: the name `a` is used twice, first on line 1",
            3,
            1,
        ),
        (
            "{\"a\": 1,\n \"a\": 2}",
            "template.syntax: the name `a` is used twice, first on line 1",
            2,
            5,
        ),
        (
            "a: 1\n---\nb: 2\n",
            "template.several: a second document starts here",
            2,
            1,
        ),
        ("[a]: 1", "template.syntax: a name has to be text", 1, 1),
        (
            "a: &x [*x]",
            "template.syntax: this alias stands within what it stands for",
            1,
            8,
        ),
        (
            "a: *x",
            "template.syntax: while parsing node, found unknown anchor",
            1,
            4,
        ),
        ("{\"a\" 1}", "template.syntax: expected `:`", 1, 6),
    ];
    for (text, message, line, column) in cases {
        assert_eq!(refused(text), (message.to_owned(), line, column), "{text}");
    }
    let tab = refused("a:\n\tb: 1\n");
    assert_eq!((tab.1, tab.2), (2, 1), "{tab:?}");
    let encoding = read(b"a: \xff").unwrap_err();
    assert_eq!(encoding.problem.code, "template.encoding");
}

#[test]
fn text_that_grows_without_end_is_refused_before_it_does() {
    let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        writeln!(laughs, "a{level}: &a{level} [{before}]").unwrap();
    }
    let deep = "[".repeat(100_000);
    let json = format!("{{\"a\":{}", "[".repeat(100_000));
    let mut nested = "a0: &a0 [x]\n".to_owned();
    for level in 1..2000 {
        let open = "[".repeat(100);
        let close = "]".repeat(100);
        let before = level - 1;
        writeln!(nested, "a{level}: &a{level} {open}*a{before}{close}").unwrap();
    }
    let lines: Vec<_> = (0..5000).map(|depth| " ".repeat(depth) + "a:").collect();
    let indented = lines.join("\n");
    for text in [laughs, deep, json, nested, indented] {
        let error = read(text.as_bytes()).unwrap_err();
        let code = error.problem.code;
        assert!(
            code == "template.too-large" || code == "template.syntax",
            "{error:?}"
        );
    }
    let long = vec![b' '; 5 * 1_048_576];
    assert_eq!(read(&long).unwrap_err().problem.code, "template.too-large");
}

/// What stands at the value and at the name of a path.
fn shown<'a>(source: &'a Source, path: &str) -> (&'a str, &'a str) {
    let place = source.find(path);
    let text = |span: synth_validate::source::Span| source.text.get(span.start..span.end).unwrap();
    (text(place.name), text(place.value))
}

#[test]
fn every_value_is_found_where_it_stands() {
    let yaml = "Resources:\n  Änderung: &a\n    Type: 'A::B'\n    List: [1, {x/y: z}]\n    Sub: !GetAtt Other.Arn\n  Other: *a\n";
    let source = read(yaml.as_bytes()).unwrap();
    assert_eq!(
        shown(&source, "Resources/Änderung/Type"),
        ("Type", "'A::B'")
    );
    assert_eq!(shown(&source, "Resources/Änderung/List/0"), ("1", "1"));
    assert_eq!(
        shown(&source, "Resources/Änderung/List/1/x/y"),
        ("x/y", "z")
    );
    let called = "Resources/Änderung/Sub/Fn::GetAtt/1";
    assert_eq!(shown(&source, called), ("Other.Arn", "Other.Arn"));
    assert_eq!(
        shown(&source, "Resources/Änderung/Sub/Fn::GetAtt").0,
        "!GetAtt"
    );
    // An alias shows what it stands for, and a path that leads nowhere its last step.
    assert_eq!(shown(&source, "Resources/Other/Type/Nothing").1, "'A::B'");
    assert_eq!(
        source.line_and_column(source.find("Resources/Änderung").name.start),
        (2, 3)
    );

    let json = "{\"Resources\": {\n  \"A\\\"b\": {\"Type\" : \"A::B\", \"List\": [1, true , {\"x\": -1.5}]}}}";
    let source = read(json.as_bytes()).unwrap();
    assert_eq!(
        shown(&source, "Resources/A\"b/Type"),
        ("\"Type\"", "\"A::B\"")
    );
    assert_eq!(shown(&source, "Resources/A\"b/List/1").1, "true");
    assert_eq!(shown(&source, "Resources/A\"b/List/2/x"), ("\"x\"", "-1.5"));
}
