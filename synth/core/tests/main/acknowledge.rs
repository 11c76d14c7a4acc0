//! What may be wrong without stopping anything, and what somebody has said is fine.

use std::fmt::Write as _;

use synth_core::{
    Assembly, Json, Options, Placed, Problem, Raw, Rule, Severity, Stack, StackProps, Template,
};

fn problem(code: &'static str) -> Problem {
    Problem {
        code,
        message: "it is so".to_owned(),
        value: "so".to_owned(),
        allowed: String::new(),
        fix: "make it otherwise".to_owned(),
    }
}

/// A stack with a queue at `Mail/Inbox`.
fn stack() -> Stack {
    let mut stack = Stack::new("App", StackProps::default());
    let queue = Raw {
        type_name: "AWS::SQS::Queue".into(),
        properties: Json::Object(Vec::new()),
    };
    stack
        .child("Mail")
        .add_raw("Inbox", queue, Options::default());
    stack
}

fn found(stack: Stack) -> String {
    let lines = |found: &[Placed]| {
        let lines = found.iter();
        let lines =
            lines.map(|one| format!("{} {} {}", one.path, one.problem.code, one.problem.value));
        lines.collect::<Vec<_>>().join("; ")
    };
    match stack.synthesize() {
        Ok(template) => format!("warned: {}", lines(&template.warnings())),
        Err(problems) => format!("stopped: {}", lines(&problems.0)),
    }
}

/// The table of `Severity`, as what happens.
#[test]
fn the_severity_decides_what_stops_and_what_may_be_acknowledged() {
    let mut table = String::new();
    for severity in [Severity::Error, Severity::Policy, Severity::Warning] {
        for acknowledged in [false, true] {
            let mut stack = stack();
            let mut scope = stack.child("Mail");
            match severity {
                Severity::Error => scope.problem(problem("house.rule")),
                Severity::Warning => scope.warning(problem("house.rule")),
                Severity::Policy => {
                    scope = scope.with(Rule::new(|_, findings| {
                        findings.problem(problem("house.rule"));
                    }));
                }
            }
            if acknowledged {
                scope.acknowledge("house.rule", "it is meant");
            }
            let word = if acknowledged { "acknowledged" } else { "" };
            writeln!(table, "{severity:?} {word}: {}", found(stack)).unwrap();
        }
    }
    insta::assert_snapshot!(table, @"
    Error : stopped: App/Mail house.rule so
    Error acknowledged: stopped: App/Mail house.rule so; App/Mail core.acknowledgement-refused house.rule
    Policy : stopped: App/Mail/Inbox house.rule so
    Policy acknowledged: warned: 
    Warning : warned: App/Mail house.rule so
    Warning acknowledged: warned:
    ");
}

/// What AWS would take, of all codes that constructs have.
#[test]
fn few_problems_of_constructs_are_policy() {
    let mut stack = stack();
    let codes = [
        "ec2.useless-rule",
        "iam.trust-too-wide",
        "iam.policy-too-large",
    ];
    for code in codes {
        stack.child("Mail").problem(problem(code));
        stack.scope().acknowledge(code, "it is meant");
    }
    insta::assert_snapshot!(found(stack), @"stopped: App/Mail iam.policy-too-large so; App core.acknowledgement-refused iam.policy-too-large");
}

#[test]
fn an_acknowledgement_holds_at_and_below_its_place_for_its_code() {
    let places = ["", "Mail", "Mail/Inbox", "Mai", "Mail/In"];
    let cases = places.map(|place| {
        let mut stack = stack();
        stack.scope().with(Rule::new(|_, findings| {
            findings.warning(problem("house.rule"));
            findings.warning(problem("house.other"));
        }));
        let mut scope = stack.scope();
        if place.is_empty() {
            scope.acknowledge("house.rule", "it is meant");
        } else {
            let mut open = place.split('/');
            let mut child = scope.child(open.next().unwrap());
            match open.next() {
                Some(next) => child.child(next).acknowledge("house.rule", "it is meant"),
                None => child.acknowledge("house.rule", "it is meant"),
            }
        }
        format!("`{place}` {}", found(stack))
    });
    insta::assert_snapshot!(cases.join("\n"), @"
    `` warned: App/Mail/Inbox house.other so
    `Mail` warned: App/Mail/Inbox house.other so
    `Mail/Inbox` warned: App/Mail/Inbox house.other so
    `Mai` warned: App/Mail/Inbox house.rule so; App/Mail/Inbox house.other so; App/Mai core.acknowledgement-unused house.rule
    `Mail/In` warned: App/Mail/Inbox house.rule so; App/Mail/Inbox house.other so; App/Mail/In core.acknowledgement-unused house.rule
    ");
}

#[test]
fn an_acknowledgement_says_why() {
    let mut stack = stack();
    stack.scope().acknowledge("house.rule", " ");
    insta::assert_snapshot!(stack.synthesize().unwrap_err(), @"
    App: nobody will know why this was accepted
      value: house.rule
      allowed: a reason that is not empty
      fix: say why the problem may stay
      code: core.acknowledgement-without-reason
    ");
    let mut stack = self::stack();
    stack.child("Mail").warning(problem("house.rule"));
    stack.scope().acknowledge("house.rule", "it is meant");
    let template = stack.synthesize().unwrap();
    let said = &template.acknowledgements()[0];
    assert_eq!(
        (said.path.as_str(), &*said.code, &*said.reason, said.used),
        ("App", "house.rule", "it is meant", true)
    );
}

fn template(acknowledge: bool) -> Template {
    let mut stack = stack();
    if acknowledge {
        stack.child("Mail").acknowledge("check.rule", "it is meant");
    }
    stack.synthesize().unwrap()
}

#[test]
fn what_is_found_in_a_finished_template_is_acknowledged_as_well() {
    let found = |severity| {
        let path = "App/Mail/Inbox".to_owned();
        [(
            severity,
            Placed {
                path,
                problem: problem("check.rule"),
            },
        )]
    };
    assert_eq!(
        template(true).warnings()[0].problem.code,
        "core.acknowledgement-unused"
    );
    let mut accepted = template(true);
    assert!(accepted.report(found(Severity::Policy)).is_ok());
    assert!(accepted.warnings().is_empty());
    assert!(template(true).report(found(Severity::Error)).is_err());
    assert!(template(false).report(found(Severity::Policy)).is_err());
    let mut warned = template(false);
    assert!(warned.report(found(Severity::Warning)).is_ok());
    assert_eq!(warned.warnings()[0].problem.code, "check.rule");
}

#[test]
fn the_manifest_has_the_warnings_where_cdk_looks_for_them() {
    let mut stack = stack();
    stack.child("Mail").warning(problem("house.rule"));
    stack.scope().with(Rule::new(|_, findings| {
        findings.warning(problem("house.queue"));
    }));
    let assembly = Assembly::synthesize([stack]).unwrap();
    let manifest = synth_core::parse(&assembly.files()["manifest.json"]).unwrap();
    let artifact = manifest.get("artifacts").unwrap().get("App").unwrap();
    insta::assert_snapshot!(artifact.get("metadata").unwrap().to_pretty(1), @r#"
    {
     "/App/Mail/Inbox": [
      {
       "type": "aws:cdk:logicalId",
       "data": "MailInbox96DADDF3"
      },
      {
       "type": "aws:cdk:warning",
       "data": "it is so; so; make it otherwise [ack: house.queue]"
      }
     ],
     "/App/Mail": [
      {
       "type": "aws:cdk:warning",
       "data": "it is so; so; make it otherwise [ack: house.rule]"
      }
     ]
    }
    "#);
}

/// A reader of the template alone sees what was accepted, where and why.
#[test]
fn the_template_says_what_was_accepted() {
    let mut stack = stack();
    stack
        .scope()
        .acknowledge("house.rule", "it is a small house");
    let mut mail = stack.child("Mail");
    mail.acknowledge("house.rule", "a letter box is no house");
    mail.acknowledge("house.rule", "said again");
    let template = stack.synthesize().unwrap();
    let answers = template
        .body()
        .get("Metadata")
        .unwrap()
        .get("mycli")
        .unwrap();
    assert_eq!(
        answers.to_compact(),
        r#"{"acknowledge":{"App":{"house.rule":"it is a small house"},"App/Mail":{"house.rule":"a letter box is no house"}}}"#
    );
}

/// In a stage the stack has another path than name.
#[test]
fn what_is_in_a_stage_is_acknowledged_there() {
    let app = synth_core::App::new(synth_core::AppProps::default());
    let stage = app.stage("Prod", synth_core::StageProps::default());
    let mut stack = stage.stack("App", StackProps::default());
    let queue = Raw {
        type_name: "AWS::SQS::Queue".into(),
        properties: Json::Object(Vec::new()),
    };
    let mut mail = stack.child("Mail").with(Rule::new(|_, findings| {
        findings.problem(problem("house.rule"));
    }));
    mail.add_raw("Inbox", queue, Options::default());
    mail.warning(problem("house.note"));
    mail.acknowledge("house.rule", "it is meant");
    mail.acknowledge("house.note", "it is known");
    assert_eq!(found(stack), "warned: ");
}
