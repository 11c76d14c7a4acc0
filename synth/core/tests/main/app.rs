//! Stacks that refer to each other, and stages.

use synth_core::{
    App, AppProps, Assembly, Condition, CrossStack, Environment, Handle, Json, Options, Parameter,
    ParameterKind, Raw, Stack, StackProps, Stage, StageProps, Value, parse,
};

fn raw(type_name: &'static str, value: Json) -> Raw {
    Raw {
        type_name: type_name.into(),
        properties: Json::object([("Value", value)]),
    }
}

fn add(stack: &mut Stack, id: &str, value: impl Into<Json>) -> Handle<Raw> {
    let resource = raw("Custom::Thing", value.into());
    stack.scope().add_raw(id, resource, Options::default())
}

fn arn(handle: &Handle<Raw>) -> Value<String> {
    handle.attribute_named("Arn")
}

fn environment(account: &'static str, region: &'static str) -> Environment {
    Environment {
        account: Some(account.into()),
        region: Some(region.into()),
    }
}

fn within(environment: Environment) -> StackProps {
    StackProps {
        environment,
        ..StackProps::default()
    }
}

/// A producer whose queue a consumer reads, by `Ref` and `Fn::GetAtt`.
fn pair(stage: &Stage, producer: StackProps, consumer: StackProps) -> [Stack; 2] {
    let mut producer = stage.stack("Producer", producer);
    let queue = add(&mut producer, "Queue", "x");
    let mut consumer = stage.stack("Consumer", consumer);
    add(&mut consumer, "Name", queue.reference::<String>());
    add(&mut consumer, "Arn", arn(&queue));
    [producer, consumer]
}

fn app(stacks: impl IntoIterator<Item = Stack>, cross_stack: CrossStack) -> App {
    let mut app = App::new(AppProps {
        cross_stack,
        ..AppProps::default()
    });
    stacks.into_iter().for_each(|stack| app.add(stack));
    app
}

fn linked(cross_stack: CrossStack) -> Assembly {
    let stacks = pair(
        &Stage::default(),
        StackProps::default(),
        StackProps::default(),
    );
    app(stacks, cross_stack).synthesize().unwrap()
}

fn part(assembly: &Assembly, file: &str, path: &[&str]) -> String {
    let mut json = &parse(&assembly.files()[file]).unwrap();
    for name in path {
        json = json.get(name).unwrap();
    }
    json.to_compact()
}

fn problems(stacks: impl IntoIterator<Item = Stack>) -> String {
    let app = app(stacks, CrossStack::Output);
    app.synthesize().unwrap_err().to_string()
}

fn codes(stacks: impl IntoIterator<Item = Stack>, cross_stack: CrossStack) -> Vec<&'static str> {
    let problems = app(stacks, cross_stack).synthesize().unwrap_err();
    problems.0.iter().map(|one| one.problem.code).collect()
}

#[test]
fn a_value_crosses_by_an_output_with_the_name_that_cdk_gives_it() {
    let assembly = linked(CrossStack::Output);
    assert_eq!(
        part(&assembly, "Producer.template.json", &["Outputs"]),
        concat!(
            r#"{"PublishOutputFnGetAttQueueArnECD7B954":{"Value":{"Fn::GetAtt":["Queue","Arn"]}},"#,
            r#""PublishOutputRefQueueA9D92188":{"Value":{"Ref":"Queue"}}}"#,
        )
    );
    let value = ["Resources", "Arn", "Properties", "Value"];
    assert_eq!(
        part(&assembly, "Consumer.template.json", &value),
        r#"{"Fn::GetStackOutput":{"StackName":"Producer","Region":{"Ref":"AWS::Region"},"OutputName":"PublishOutputFnGetAttQueueArnECD7B954"}}"#
    );
    let dependencies = ["artifacts", "Consumer", "dependencies"];
    assert_eq!(
        part(&assembly, "manifest.json", &dependencies),
        r#"["Producer"]"#
    );
}

#[test]
fn on_request_a_value_crosses_by_an_export_or_both() {
    let value = ["Resources", "Name", "Properties", "Value"];
    let output = ["Outputs", "ExportsOutputRefQueueD6A24597"];
    let exported =
        r#"{"Value":{"Ref":"Queue"},"Export":{"Name":"Producer:ExportsOutputRefQueueD6A24597"}}"#;
    let assembly = linked(CrossStack::Export);
    assert_eq!(part(&assembly, "Producer.template.json", &output), exported);
    assert_eq!(
        part(&assembly, "Consumer.template.json", &value),
        r#"{"Fn::ImportValue":"Producer:ExportsOutputRefQueueD6A24597"}"#
    );
    assert!(!assembly.files()["Producer.template.json"].contains("Publish"));
    let assembly = linked(CrossStack::Both);
    assert_eq!(part(&assembly, "Producer.template.json", &output), exported);
    let read = part(&assembly, "Consumer.template.json", &value);
    assert!(read.contains("PublishOutputRefQueueA9D92188"), "{read}");
}

#[test]
fn another_region_is_named_and_another_account_is_refused() {
    let here = || within(environment("111111111111", "eu-west-1"));
    let there = || within(environment("111111111111", "us-east-1"));
    let stage = Stage::default();
    let assembly = app(pair(&stage, there(), here()), CrossStack::Output);
    let assembly = assembly.synthesize().unwrap();
    let text = &assembly.files()["Consumer.template.json"];
    assert!(text.contains(r#""Region": "us-east-1""#), "{text}");
    let region = ["core.cross-region-reference"; 2];
    assert_eq!(
        codes(pair(&stage, there(), here()), CrossStack::Export),
        region
    );
    let open = StackProps::default();
    assert_eq!(
        codes(pair(&stage, open, here()), CrossStack::Output),
        ["core.cross-account-reference"; 2]
    );
}

#[test]
fn a_stage_is_a_directory_and_a_part_of_every_name() {
    let mut app = App::new(AppProps::default());
    let prod = app.stage(
        "Prod",
        StageProps {
            environment: environment("111111111111", "eu-west-1"),
        },
    );
    let inner = prod.stage("Inner", StageProps::default());
    let props = StackProps::default;
    for stack in pair(&prod, props(), props()) {
        app.add(stack);
    }
    let [deep, _] = pair(&inner, props(), props());
    app.add(deep);
    let assembly = app.synthesize().unwrap();
    let names: Vec<&str> = assembly.files().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "assembly-Prod/Prod-Consumer.template.json",
            "assembly-Prod/Prod-Producer.template.json",
            "assembly-Prod/assembly-Prod-Inner/Prod-Inner-Producer.template.json",
            "assembly-Prod/assembly-Prod-Inner/cdk.out",
            "assembly-Prod/assembly-Prod-Inner/manifest.json",
            "assembly-Prod/cdk.out",
            "assembly-Prod/manifest.json",
            "cdk.out",
            "manifest.json",
        ]
    );
    assert_eq!(
        part(&assembly, "manifest.json", &["artifacts"]),
        r#"{"assembly-Prod":{"type":"cdk:cloud-assembly","properties":{"directoryName":"assembly-Prod","displayName":"Prod"}}}"#
    );
    let consumer = ["artifacts", "Prod-Consumer"];
    let consumer = part(&assembly, "assembly-Prod/manifest.json", &consumer);
    for said in [
        r#""displayName":"Prod/Consumer""#,
        r#""environment":"aws://111111111111/eu-west-1""#,
        r#""dependencies":["Prod-Producer"]"#,
        r#""/Prod/Consumer/Arn""#,
    ] {
        assert!(consumer.contains(said), "{consumer}");
    }
}

#[test]
fn a_circle_of_stacks_names_every_step() {
    let mut data = Stack::new("Data", StackProps::default());
    let mut api = Stack::new("Api", StackProps::default());
    let table = add(&mut data, "Table", "x");
    let role = add(&mut api, "Role", arn(&table));
    add(
        &mut data,
        "Policy",
        Json::object([("Principals", vec![arn(&role)].into())]),
    );
    insta::assert_snapshot!(problems([data, api]), @r#"
    Data: these stacks wait for each other
      value: Data/Policy -(Value.Principals.0)-> Api/Role, Api/Role -(Value)-> Data/Table
      allowed: an order in which each can be deployed
      fix: move `Api/Role` to the stack `Data`, or `Data/Table` to the stack `Api`
      code: core.stack-cycle
    "#);
}

#[test]
fn what_cannot_cross_is_refused_where_it_is() {
    let app = App::new(AppProps::default());
    let mut far = app
        .stage("Far", StageProps::default())
        .stack("Data", StackProps::default());
    let mut near = Stack::new("Near", StackProps::default());
    let mut absent = Stack::new("Absent", StackProps::default());
    let mut own = Stack::new("Own", StackProps::default());
    let decided = near
        .scope()
        .condition("Decided", Condition::equals("a", "b"));
    let [far_away, nearby, lost] = [
        add(&mut far, "Far", "x"),
        add(&mut near, "Near", "x"),
        add(&mut absent, "Absent", "x"),
    ];
    add(&mut own, "AcrossStages", arn(&far_away));
    add(&mut own, "NotInTheApp", arn(&lost));
    let options = Options {
        condition: Some(decided),
        ..Options::default()
    };
    own.scope()
        .add_raw("Decided", raw("Custom::Thing", "x".into()), options);
    own.scope()
        .condition("Early", Condition::equals(arn(&nearby), "x"));
    insta::assert_snapshot!(problems([far, near, own]), @r#"
    Own/Early: `Fn::Equals.0`: conditions are decided before the stack `Near` is asked for anything
      value: Near/Near
      allowed: conditions and parameters of the same stack
      fix: decide on a parameter of this stack instead
      code: core.cross-stack-condition
    Own/AcrossStages: `Value`: this refers to a part of `Far/Data`, in another stage
      value: Far/Data/Far
      allowed: stacks of the same stage
      fix: put both stacks into one stage, or pass the value as a known text
      code: core.cross-stage-reference
    Own/NotInTheApp: `Value`: this refers to a part of the stack `Absent`, which is not in the app
      value: Absent/Absent
      allowed: stacks of the same app
      fix: add that stack to the app
      code: core.foreign-stack
    Own/Decided: `Condition`: conditions are decided before the stack `Near` is asked for anything
      value: Near/Decided
      allowed: conditions and parameters of the same stack
      fix: decide on a parameter of this stack instead
      code: core.cross-stack-condition
    "#);
}

#[test]
fn a_parameter_crosses_and_waiting_for_a_resource_is_waiting_for_its_stack() {
    let mut one = Stack::new("One", StackProps::default());
    let size = one
        .scope()
        .parameter("Size", Parameter::new(ParameterKind::TEXT));
    let first = add(&mut one, "First", "x");
    let mut two = Stack::new("Two", StackProps::default());
    two.scope().after(&first).add_raw(
        "Second",
        raw("Custom::Thing", size.into()),
        Options::default(),
    );
    let assembly = app([one, two], CrossStack::Output).synthesize().unwrap();
    let text = &assembly.files()["Two.template.json"];
    assert!(text.contains("PublishOutputRefSize"), "{text}");
    assert!(!text.contains("DependsOn"), "{text}");
    let dependencies = ["artifacts", "Two", "dependencies"];
    assert_eq!(
        part(&assembly, "manifest.json", &dependencies),
        r#"["One"]"#
    );
}

#[test]
fn one_name_may_be_deployed_once_to_each_environment() {
    let stack = |stage: &[&str], region| {
        let mut at = Stage::default();
        for id in stage {
            at = at.stage(id, StageProps::default());
        }
        let mut stack = at.stack("C", within(environment("111111111111", region)));
        add(&mut stack, "Thing", "x");
        stack
    };
    let stacks = |region| [stack(&["A-B"], "eu-west-1"), stack(&["A", "B"], region)];
    app(stacks("us-east-1"), CrossStack::Output)
        .synthesize()
        .unwrap();
    assert_eq!(
        codes(stacks("eu-west-1"), CrossStack::Output),
        ["core.taken-stack-name"]
    );
}
