//! What people and programs see of one template with a mistake of each kind.

use super::*;

const YAML: &str = "\
Parameters:
  Name: {Type: String}
Resources:
  Inbox:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 9000
      VisibiltyTimeout: 30
      QueueName: !Ref Nmae
  Worker:
    Type: AWS::Lambda::Function
    Metadata: {'aws:cdk:path': Mail/Worker/Resource}
    Properties:
      Role: !GetAtt Inbox.Arnn
      Code: {ZipFile: x}
      Handler: index.handler
      Runtime: python3.13
      Environment:
        Variables:
          DB_PASSWORD: hunter2
";

fn report(settings: &Settings) -> Report {
    let good = r#"{"Resources": {"Inbox": {"Type": "AWS::SQS::Queue"}}}"#;
    let files = [
        ("mail.yaml", YAML),
        ("good.json", good),
        ("no template.yaml", "a: 1\na: 2\n"),
    ];
    let files = files.map(|(path, text)| Template {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
        paths: BTreeMap::new(),
    });
    Report::new(files.iter().map(|file| check(file, settings)).collect())
}

fn all() -> Report {
    report(&Settings {
        security: true,
        ..Settings::default()
    })
}

#[test]
fn people_see_each_mistake_at_its_line() {
    let styled = text::render(&all());
    let plain = anstream::adapter::strip_str(&styled).to_string();
    snapshots::assert_file("cli/validation.txt", &plain);
    // A secret is not shown again.
    assert!(!plain.contains("hunter2"));
}

#[test]
fn programs_read_the_same_as_json_and_as_sarif() {
    let json = format!("{:#}\n", json::view(&all()));
    snapshots::assert_file("cli/validation.json", &json);
    snapshots::assert_file("cli/validation.sarif", &sarif::render(&all()));
    assert!(!json.contains("hunter2"));
}

#[test]
fn a_report_is_counted_and_warnings_can_be_errors() {
    assert_eq!(all().summary(), "6 errors and 1 warning in 3 templates");
    let strict = report(&Settings {
        strict: true,
        ..Settings::default()
    });
    assert_eq!(strict.summary(), "6 errors and 0 warnings in 3 templates");
}

#[test]
fn a_long_line_is_not_shown() {
    let text = format!(
        r#"{{"Resources": {{"A": {{"Type": "AWS::SQS::Queue", "Properties": {{"DelaySeconds": 9000, "QueueName": "a"}}}}}}, "Description": "{}"}}"#,
        "x".repeat(400)
    );
    let file = Template {
        path: "long.json".to_owned(),
        bytes: text.into_bytes(),
        paths: BTreeMap::new(),
    };
    let report = Report::new(vec![check(&file, &Settings::default())]);
    let shown = anstream::adapter::strip_str(&text::render(&report)).to_string();
    assert!(shown.contains("long.json:1:80"), "{shown}");
    assert!(!shown.contains("xxx"), "{shown}");
}

#[test]
fn what_an_app_accepted_is_accepted_in_its_template() {
    let text = r#"{"Metadata": {"mycli": {"acknowledge": {"Web/Site": {"security.public-bucket": "it is for everybody"}}}},
        "Resources": {"One": {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "PublicRead"}}}}"#;
    let errors = |path: &str| {
        let settings = Settings {
            security: true,
            ..Settings::default()
        };
        let template = Template {
            path: "site.json".to_owned(),
            bytes: text.as_bytes().to_vec(),
            paths: [("One".to_owned(), path.to_owned())].into(),
        };
        let checked = check(&template, &settings);
        let codes = checked.findings.iter().map(|it| it.violation.problem.code);
        codes.filter(|code| code.starts_with("security.")).count()
    };
    assert_eq!(
        (errors("Web/Site/Resource"), errors("Web/Other/Resource")),
        (0, 1)
    );
}

#[test]
fn what_a_template_says_does_not_reach_the_terminal() {
    let odd = r"\u001b[2J\u009b1m\u202e\n";
    let text = format!(
        r#"{{"Resources": {{"{odd}": {{"Type": "AWS::SQS::Queue{odd}", "Properties": {{"{odd}": {{"Ref": "{odd}"}}}}}},
            "Q": {{"Type": "AWS::SQS::Queue", "Properties": {{"A\u009b": 1, "DelaySeconds": "{odd}"}}}}}}}}"#
    );
    let template = Template {
        path: "\u{1b}[2J\u{9b}\u{202e}\n.json".to_owned(),
        bytes: text.into_bytes(),
        paths: BTreeMap::new(),
    };
    let report = Report::new(vec![check(&template, &Settings::default())]);
    assert!(report.errors > 3);
    // What is left of the renderer's own colors.
    let colors = |text: &str| {
        text.replace("\u{1b}[0m", "")
            .replace("\u{1b}[1m", "")
            .replace("\u{1b}[9", "")
            .replace("\u{1b}[38", "")
            .replace("\u{1b}[33m", "")
    };
    let shown = colors(&text::render(&report));
    let hidden = |letter: char| letter != '\n' && crate::render::is_hidden(letter);
    assert!(!shown.contains(hidden), "{shown:?}");
    assert!(!shown.contains("[2J\n"), "{shown}");
}
