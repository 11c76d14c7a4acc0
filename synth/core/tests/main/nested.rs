//! Stacks within stacks.

use synth_core::{
    App, AppProps, Assembly, Json, NestedStackProps, Options, Output, Problem, Raw, Rule, Stack,
    StackProps, StageProps, Tags, parse,
};

fn queue(properties: Json) -> Raw {
    Raw {
        type_name: "AWS::SQS::Queue".into(),
        properties,
    }
}

fn plain() -> Raw {
    queue(Json::Object(Vec::new()))
}

fn arn(of: &synth_core::Handle<Raw>) -> Json {
    Json::object([(
        "RedrivePolicy",
        Json::object([(
            "deadLetterTargetArn",
            Json::from(of.attribute_named::<String>("Arn")),
        )]),
    )])
}

fn compact(assembly: &Assembly, file: &str) -> String {
    let text = assembly.files().get(file).unwrap();
    parse(text).unwrap().to_compact()
}

#[test]
fn what_goes_in_is_a_parameter_and_what_comes_out_an_output() {
    let mut stack = Stack::new("Mail", StackProps::default());
    let outside = stack
        .scope()
        .add_raw("Outside", plain(), Options::default());
    let inside = stack
        .scope()
        .nested("Letters", NestedStackProps::default(), |letters| {
            letters
                .scope()
                .add_raw("Inside", queue(arn(&outside)), Options::default())
        });
    // A sibling is reached by way of the stack around both.
    stack
        .scope()
        .nested("Parcels", NestedStackProps::default(), |parcels| {
            parcels
                .scope()
                .add_raw("Beside", queue(arn(&inside)), Options::default());
        });
    stack.scope().output(
        "Inside",
        Output::new(inside.attribute_named::<String>("Arn")),
    );
    let assembly = Assembly::synthesize([stack]).unwrap();
    let names: Vec<&str> = assembly.files().keys().map(String::as_str).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    Mail.assets.json
    Mail.template.json
    MailLetters0802DE7E.nested.template.json
    MailParcelsD554DB8A.nested.template.json
    cdk.out
    manifest.json
    ");
    let letters = compact(&assembly, "MailLetters0802DE7E.nested.template.json");
    insta::assert_snapshot!(letters, @r#"{"Parameters":{"referencetoMailOutside3DC59450Arn":{"Type":"String"}},"Resources":{"Inside":{"Type":"AWS::SQS::Queue","Properties":{"RedrivePolicy":{"deadLetterTargetArn":{"Ref":"referencetoMailOutside3DC59450Arn"}}}}},"Outputs":{"MailLettersInsideBF50CBFDArn":{"Value":{"Fn::GetAtt":["Inside","Arn"]}}}}"#);
    let parcels = compact(&assembly, "MailParcelsD554DB8A.nested.template.json");
    insta::assert_snapshot!(parcels, @r#"{"Parameters":{"referencetoMailLettersNestedStackLettersNestedStackResource38EDC333OutputsMailLettersInsideBF50CBFDArn":{"Type":"String"}},"Resources":{"Beside":{"Type":"AWS::SQS::Queue","Properties":{"RedrivePolicy":{"deadLetterTargetArn":{"Ref":"referencetoMailLettersNestedStackLettersNestedStackResource38EDC333OutputsMailLettersInsideBF50CBFDArn"}}}}}}"#);
    let mail = parse(&assembly.files()["Mail.template.json"]).unwrap();
    let resources = mail.get("Resources").unwrap();
    let given = |id: &str| {
        let properties = resources.get(id).unwrap().get("Properties").unwrap();
        properties.get("Parameters").unwrap().to_compact()
    };
    insta::assert_snapshot!(given("LettersNestedStackLettersNestedStackResourceE58F24F0"), @r#"{"referencetoMailOutside3DC59450Arn":{"Fn::GetAtt":["Outside","Arn"]}}"#);
    insta::assert_snapshot!(given("ParcelsNestedStackParcelsNestedStackResource547A900A"), @r#"{"referencetoMailLettersNestedStackLettersNestedStackResource38EDC333OutputsMailLettersInsideBF50CBFDArn":{"Fn::GetAtt":["LettersNestedStackLettersNestedStackResourceE58F24F0","Outputs.MailLettersInsideBF50CBFDArn"]}}"#);
    // The template is published under the name that the stack around it has for it.
    let assets = parse(&assembly.files()["Mail.assets.json"]).unwrap();
    for (hash, file) in assets.get("files").unwrap().entries().unwrap() {
        let source = file.get("source").unwrap().get("path").unwrap();
        assert!(assembly.files().contains_key(source.as_text().unwrap()));
        assert!(mail.to_compact().contains(&format!("/{hash}.json")));
    }
}

/// Values cannot go in a circle: a handle is there before what uses it. Waiting can.
#[test]
fn a_circle_through_a_nested_stack_is_refused() {
    let mut stack = Stack::new("Mail", StackProps::default());
    let letters = stack.child("Letters.NestedStack").construct();
    let options = Options {
        depends_on: vec![(&letters).into()],
        ..Options::default()
    };
    let outside = stack.scope().add_raw("Outside", plain(), options);
    stack
        .scope()
        .nested("Letters", NestedStackProps::default(), |letters| {
            letters
                .scope()
                .add_raw("Inside", queue(arn(&outside)), Options::default());
        });
    let problems = stack.synthesize().unwrap_err();
    insta::assert_snapshot!(problems, @r"
    Mail/Outside: these resources wait for each other
      value: Outside -(DependsOn)-> Letters.NestedStack/Letters.NestedStackResource -(Parameters.referencetoMailOutside3DC59450Arn)-> Outside
      allowed: an order in which each can be created
      fix: take one of these references out, or move it to a resource of its own
      code: core.cycle
    ");
}

#[test]
fn waiting_is_lifted_to_where_both_are() {
    let mut stack = Stack::new("Mail", StackProps::default());
    let outside = stack
        .scope()
        .add_raw("Outside", plain(), Options::default());
    let after = |handle: &synth_core::Handle<Raw>| Options {
        depends_on: vec![handle.into()],
        ..Options::default()
    };
    let inside = stack
        .scope()
        .nested("Letters", NestedStackProps::default(), |letters| {
            letters.scope().add_raw("Inside", plain(), after(&outside))
        });
    stack.scope().add_raw("Late", plain(), after(&inside));
    let template = stack.synthesize().unwrap();
    assert!(!template.nested()[0].to_json().contains("DependsOn"));
    let body = template.body();
    let waits_for = |id: &str| {
        let resource = body.get("Resources").unwrap().get(id).unwrap();
        resource.get("DependsOn").unwrap().to_compact()
    };
    let letters = template
        .paths()
        .find(|(_, path)| path.starts_with("Letters."))
        .unwrap()
        .0;
    assert_eq!(waits_for(letters), r#"["Outside"]"#);
    assert_eq!(waits_for("Late"), format!("[\"{letters}\"]"));
}

#[test]
fn a_stack_two_levels_down_gets_what_it_needs_from_each_level() {
    let mut app = App::new(AppProps::default());
    let prod = app.stage("Prod", StageProps::default());
    let mut data = prod.stack("Data", StackProps::default());
    let far = data.scope().add_raw("Far", plain(), Options::default());
    let mut mail = prod.stack("Mail", StackProps::default());
    let near = mail.scope().add_raw("Near", plain(), Options::default());
    mail.scope()
        .nested("Outer", NestedStackProps::default(), |outer| {
            outer
                .scope()
                .nested("Inner", NestedStackProps::default(), |inner| {
                    inner
                        .scope()
                        .add_raw("A", queue(arn(&near)), Options::default());
                    inner
                        .scope()
                        .add_raw("B", queue(arn(&far)), Options::default());
                });
        });
    app.add(data);
    app.add(mail);
    let assembly = app.synthesize().unwrap();
    let names: Vec<&str> = assembly.files().keys().map(String::as_str).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    assembly-Prod/Prod-Data.template.json
    assembly-Prod/Prod-Mail.assets.json
    assembly-Prod/Prod-Mail.template.json
    assembly-Prod/ProdMailOuterC34AE324.nested.template.json
    assembly-Prod/ProdMailOuterInner98C260F8.nested.template.json
    assembly-Prod/cdk.out
    assembly-Prod/manifest.json
    cdk.out
    manifest.json
    ");
    let inner = names.iter().find(|name| name.contains("Inner")).unwrap();
    insta::assert_snapshot!(compact(&assembly, inner), @r#"{"Parameters":{"referencetoProdMailNear1403E4D5Arn":{"Type":"String"}},"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":{"RedrivePolicy":{"deadLetterTargetArn":{"Ref":"referencetoProdMailNear1403E4D5Arn"}}}},"B":{"Type":"AWS::SQS::Queue","Properties":{"RedrivePolicy":{"deadLetterTargetArn":{"Fn::GetStackOutput":{"StackName":"Prod-Data","Region":{"Ref":"AWS::Region"},"OutputName":"PublishOutputFnGetAttFarArn9FD52DD5"}}}}}}}"#);
}

#[test]
fn what_holds_around_a_nested_stack_holds_in_it() {
    let mut stack = Stack::new("Mail", StackProps::default());
    stack.scope().with(Tags::new([("team", "mail")]));
    stack.scope().with(Rule::new(|resource, findings| {
        if resource.type_name == "AWS::SQS::Queue" {
            findings.problem(Problem {
                code: "house.no-queues",
                message: "there are no queues here".to_owned(),
                value: String::new(),
                allowed: String::new(),
                fix: "take another type".to_owned(),
            });
        }
    }));
    let describe = |stack: &mut Stack| {
        stack
            .scope()
            .nested("Letters", NestedStackProps::default(), |letters| {
                letters
                    .scope()
                    .add_raw("Inbox", plain(), Options::default());
            });
    };
    describe(&mut stack);
    let problems = stack.synthesize().unwrap_err();
    assert_eq!(problems.0[0].path, "Mail/Letters/Inbox");

    let mut stack = Stack::new("Mail", StackProps::default());
    stack.scope().with(Tags::new([("team", "mail")]));
    stack
        .scope()
        .acknowledge("house.no-queues", "there is one after all");
    stack.scope().with(Rule::new(|resource, findings| {
        if resource.type_name == "AWS::SQS::Queue" {
            findings.problem(Problem {
                code: "house.no-queues",
                message: String::new(),
                value: String::new(),
                allowed: String::new(),
                fix: String::new(),
            });
        }
    }));
    describe(&mut stack);
    let template = stack.synthesize().unwrap();
    assert!(template.warnings().is_empty(), "{:?}", template.warnings());
    let nested = template.nested()[0].to_yaml();
    assert!(nested.contains("Key: team"), "{nested}");
    assert!(template.to_yaml().contains("Key: team"));
}

#[test]
fn a_reader_finds_the_templates_within() {
    let mut stack = Stack::new("Mail", StackProps::default());
    stack
        .scope()
        .nested("Letters", NestedStackProps::default(), |letters| {
            letters
                .scope()
                .add_raw("Inbox", plain(), Options::default());
        });
    let directory = std::env::temp_dir().join(format!("synth-core-nested-{}", std::process::id()));
    let assembly = Assembly::synthesize([stack]).unwrap();
    assembly.write_to(&directory).unwrap();
    let read = synth_core::CloudAssembly::read(&directory).unwrap();
    let found = read.stacks[0].nested_templates().unwrap();
    let files: Vec<_> = found.values().collect();
    assert_eq!(
        files,
        [&directory.join("MailLetters0802DE7E.nested.template.json")]
    );
    let around = read.stacks[0].template().unwrap().to_compact();
    assert!(found.keys().all(|hash| around.contains(hash)), "{around}");
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn a_list_travels_as_text_and_is_taken_apart_where_it_is_used() {
    let list = |of: &synth_core::Handle<Raw>| {
        Json::object([("Names", Json::from(of.list_named::<String>("Names")))])
    };
    let mut stack = Stack::new("Mail", StackProps::default());
    let outside = stack
        .scope()
        .add_raw("Outside", plain(), Options::default());
    let inside = stack
        .scope()
        .nested("Letters", NestedStackProps::default(), |letters| {
            let queue = queue(list(&outside));
            letters.scope().add_raw("Inside", queue, Options::default())
        });
    let beside = queue(list(&inside));
    stack.scope().add_raw("Beside", beside, Options::default());
    let assembly = Assembly::synthesize([stack]).unwrap();
    let names: Vec<&str> = assembly.files().keys().map(String::as_str).collect();
    let nested = names.iter().find(|name| name.contains(".nested.")).unwrap();
    let around = compact(&assembly, "Mail.template.json");
    let within = compact(&assembly, nested);
    let given = r#""referencetoMailOutside3DC59450Names":{"Fn::Join":["||",{"Fn::GetAtt":["Outside","Names"]}]}"#;
    assert!(around.contains(given), "{around}");
    let used = r#"{"Names":{"Fn::Split":["||",{"Ref":"referencetoMailOutside3DC59450Names"}]}}"#;
    assert!(within.contains(used), "{within}");
    let handed_out = r#"{"Value":{"Fn::Join":["||",{"Fn::GetAtt":["Inside","Names"]}]}}"#;
    assert!(within.contains(handed_out), "{within}");
    let used = r#"{"Names":{"Fn::Split":["||",{"Fn::GetAtt":["#;
    assert!(around.contains(used), "{around}");
}
