//! Nested stacks are CDK's: the same files, ids, parameters, outputs and what they are given.

use std::collections::BTreeMap;

use synth::{
    App, AppProps, Handle, Json, NestedStackProps, Options, Output, Raw, Scope, StackProps, parse,
};

/// The same in CDK. Prints each template with what nested stacks are published as taken out.
const THEIRS: &str = r"
const { App, CfnOutput, NestedStack, Stack, Stage, Tags } = require('aws-cdk-lib');
const sqs = require('aws-cdk-lib/aws-sqs');
const fs = require('fs');
const app = new App();
const stage = new Stage(app, 'Prod');
const stack = new Stack(stage, 'Mail');
Tags.of(stack).add('team', 'mail');
const queue = (scope, id, arn) => new sqs.CfnQueue(scope, id, arn && { redrivePolicy: { deadLetterTargetArn: arn } });
const outside = queue(stack, 'Outside');
const letters = new NestedStack(stack, 'Letters', { description: 'letters' });
const inside = queue(letters, 'Inside', outside.attrArn);
const deep = new NestedStack(letters, 'Deep');
const deepest = queue(deep, 'Deepest', outside.attrArn);
queue(deep, 'Other', inside.attrArn);
const parcels = new NestedStack(stack, 'Parcels');
queue(parcels, 'Beside', inside.attrArn);
queue(parcels, 'Below', deepest.attrArn);
new CfnOutput(stack, 'Name', { value: inside.attrQueueName });
const directory = app.synth().getNestedAssembly('assembly-Prod').directory;
const templates = fs.readdirSync(directory).filter((name) => name.endsWith('.template.json'));
const read = (name) => JSON.parse(fs.readFileSync(directory + '/' + name));
const named = (name) => (name.includes('.nested.') ? name : 'Prod-Mail.template.json');
console.log(JSON.stringify(Object.fromEntries(templates.map((name) => [named(name), read(name)]))));
";

fn queue(mut scope: Scope<'_>, id: &str, target: Option<&Handle<Raw>>) -> Handle<Raw> {
    let policy = target.map(|target| {
        let arn = target.attribute_named::<String>("Arn");
        let policy = Json::object([("deadLetterTargetArn", arn.into())]);
        ("RedrivePolicy", policy)
    });
    let queue = Raw {
        type_name: "AWS::SQS::Queue".into(),
        properties: Json::object(policy),
    };
    scope.add_raw(id, queue, Options::default())
}

fn ours() -> BTreeMap<String, Json> {
    let mut app = App::new(AppProps::default());
    let stage = app.stage("Prod", synth::StageProps::default());
    let mut stack = stage.stack("Mail", StackProps::default());
    stack.scope().with(synth::Tags::new([("team", "mail")]));
    let outside = queue(stack.scope(), "Outside", None);
    let props = NestedStackProps {
        description: "letters".into(),
        ..NestedStackProps::default()
    };
    let (inside, deepest) = stack.scope().nested("Letters", props, |letters| {
        let inside = queue(letters.scope(), "Inside", Some(&outside));
        let deepest = letters
            .scope()
            .nested("Deep", NestedStackProps::default(), |deep| {
                let deepest = queue(deep.scope(), "Deepest", Some(&outside));
                queue(deep.scope(), "Other", Some(&inside));
                deepest
            });
        (inside, deepest)
    });
    stack
        .scope()
        .nested("Parcels", NestedStackProps::default(), |parcels| {
            queue(parcels.scope(), "Beside", Some(&inside));
            queue(parcels.scope(), "Below", Some(&deepest));
        });
    stack.scope().output(
        "Name",
        Output::new(inside.attribute_named::<String>("QueueName")),
    );
    app.add(stack);
    let assembly = app.synthesize().unwrap();
    let templates = assembly.files().iter();
    let templates = templates.filter_map(|(name, text)| {
        let name = name.strip_prefix("assembly-Prod/")?;
        let is_template = name.ends_with(".template.json");
        is_template.then(|| (name.to_owned(), parse(text).unwrap()))
    });
    templates.collect()
}

/// What is compared: everything but where templates are published, and what CDK's command line adds.
fn essence(template: &Json) -> String {
    let mut lines = Vec::new();
    let section = |name: &str| {
        template
            .get(name)
            .and_then(Json::entries)
            .unwrap_or_default()
    };
    for (id, parameter) in section("Parameters") {
        if id != "BootstrapVersion" {
            lines.push(format!("parameter {id} {}", parameter.to_compact()));
        }
    }
    for (id, output) in section("Outputs") {
        lines.push(format!("output {id} {}", output.to_compact()));
    }
    for (id, resource) in section("Resources") {
        let properties = resource.get("Properties").and_then(Json::entries);
        for (name, value) in properties.unwrap_or_default() {
            let is_place = name == "TemplateURL";
            let value = if is_place {
                String::new()
            } else {
                crate::sorted(value)
            };
            lines.push(format!("resource {id} {name} {value}"));
        }
        for part in ["Type", "DeletionPolicy", "UpdateReplacePolicy"] {
            let value = resource.get(part).map(Json::to_compact);
            lines.push(format!("resource {id} {part} {value:?}"));
        }
    }
    lines.push(format!(
        "{:?}",
        template.get("Description").map(Json::to_compact)
    ));
    lines.sort();
    lines.join("\n")
}

#[test]
fn nested_stacks_are_those_of_cdk() {
    let Some(modules) = crate::modules("nested_stacks_are_those_of_cdk") else {
        return;
    };
    let theirs = parse(&crate::script(&modules, THEIRS)).unwrap();
    let ours = ours();
    let names: Vec<&str> = ours.keys().map(String::as_str).collect();
    let mut wanted: Vec<&str> = theirs
        .entries()
        .unwrap()
        .iter()
        .map(|(name, _)| name.as_ref())
        .collect();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    for (name, template) in &ours {
        let wanted = essence(theirs.get(name).unwrap());
        assert_eq!(essence(template), wanted, "{name}");
    }
}

/// Subnets' zones and a VPC's blocks are lists: they cross as one text.
const LISTS: &str = r"
const { App, CfnOutput, Fn, NestedStack, Stack } = require('aws-cdk-lib');
const ec2 = require('aws-cdk-lib/aws-ec2');
const app = new App();
const producer = new Stack(app, 'Producer');
const vpc = new ec2.CfnVPC(producer, 'Vpc', { cidrBlock: '10.0.0.0/16' });
const consumer = new Stack(app, 'Consumer');
new ec2.CfnDHCPOptions(consumer, 'Options', { domainNameServers: vpc.attrCidrBlockAssociations });
const assembly = app.synth();
const template = (name) => assembly.getStackByName(name).template;
console.log(JSON.stringify({ Producer: template('Producer'), Consumer: template('Consumer') }));
";

#[test]
fn a_list_crosses_as_it_does_in_cdk() {
    let Some(modules) = crate::modules("a_list_crosses_as_it_does_in_cdk") else {
        return;
    };
    let theirs = parse(&crate::script(&modules, LISTS)).unwrap();
    let mut app = App::new(AppProps {
        cross_stack: synth::CrossStack::Export,
        ..AppProps::default()
    });
    let mut producer = app.stack("Producer", StackProps::default());
    let vpc = synth::cfn::ec2::Vpc {
        cidr_block: "10.0.0.0/16".into(),
        ..Default::default()
    };
    let vpc = producer.scope().add("Vpc", &vpc);
    let mut consumer = app.stack("Consumer", StackProps::default());
    let options = synth::cfn::ec2::DhcpOptions {
        domain_name_servers: vpc.cidr_block_associations().into(),
        ..Default::default()
    };
    consumer.scope().add("Options", &options);
    app.add(producer);
    app.add(consumer);
    let assembly = app.synthesize().unwrap();
    for name in ["Producer", "Consumer"] {
        let ours = parse(&assembly.files()[&format!("{name}.template.json")]).unwrap();
        let theirs = theirs.get(name).unwrap();
        for section in ["Resources", "Outputs"] {
            let (ours, theirs) = (ours.get(section), theirs.get(section));
            match (ours, theirs) {
                (Some(ours), Some(theirs)) => crate::assert_same(ours, theirs),
                (None, None) => {}
                _ => panic!("only one has {section} in {name}"),
            }
        }
    }
}
