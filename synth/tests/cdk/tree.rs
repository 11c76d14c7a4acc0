//! The tree of constructs beside the manifest: CDK's, but for constructs that CDK adds of its own.

use synth::{
    App, AppProps, Json, NestedStackProps, Options, Raw, Scope, StackProps, StageProps, parse,
};

/// The same in CDK. Prints its tree.
const THEIRS: &str = r"
const { App, NestedStack, Stack, Stage } = require('aws-cdk-lib');
const { Construct } = require('constructs');
const sqs = require('aws-cdk-lib/aws-sqs');
const app = new App();
const stack = new Stack(new Stage(app, 'Prod'), 'Mail');
const inbox = new Construct(stack, 'Inbox');
new sqs.CfnQueue(inbox, 'Queue');
new sqs.CfnQueue(inbox, 'Dead');
new sqs.CfnQueue(new NestedStack(stack, 'Letters'), 'Inside');
new sqs.CfnQueue(new Stack(app, 'Alone'), 'Queue');
console.log(require('fs').readFileSync(app.synth().directory + '/tree.json', 'utf8'));
";

/// A line for each construct: its path, its type and its logical id.
fn lines(tree: &Json) -> Vec<String> {
    fn add(node: &Json, lines: &mut Vec<String>) {
        let text = |value: Option<&Json>| value.map_or(String::new(), Json::to_compact);
        let attributes = node.get("attributes");
        let of = |name: &str| {
            let name = format!("aws:cdk:cloudformation:{name}");
            text(attributes.and_then(|attributes| attributes.get(&name)))
        };
        let parts = [
            text(node.get("id")),
            text(node.get("path")),
            of("type"),
            of("logicalId"),
        ];
        lines.push(parts.join(" "));
        let children = node.get("children").and_then(Json::entries);
        for (_, child) in children.unwrap_or_default() {
            add(child, lines);
        }
    }
    let mut all = Vec::new();
    add(tree.get("tree").unwrap(), &mut all);
    all.sort();
    all
}

fn queue(mut scope: Scope<'_>, id: &str) {
    let queue = Raw {
        type_name: "AWS::SQS::Queue".into(),
        properties: Json::Object(Vec::new()),
    };
    scope.add_raw(id, queue, Options::default());
}

#[test]
fn the_tree_of_constructs_is_that_of_cdk() {
    let Some(modules) = crate::modules("the_tree_of_constructs_is_that_of_cdk") else {
        return;
    };
    let mut app = App::new(AppProps {
        tree: true,
        ..AppProps::default()
    });
    let mut mail = app
        .stage("Prod", StageProps::default())
        .stack("Mail", StackProps::default());
    queue(mail.child("Inbox"), "Queue");
    queue(mail.child("Inbox"), "Dead");
    mail.scope()
        .nested("Letters", NestedStackProps::default(), |letters| {
            queue(letters.scope(), "Inside");
        });
    let mut alone = app.stack("Alone", StackProps::default());
    queue(alone.scope(), "Queue");
    app.add(mail);
    app.add(alone);
    let assembly = app.synthesize().unwrap();
    let manifest = parse(&assembly.files()["manifest.json"]).unwrap();
    let artifact = manifest.get("artifacts").unwrap().get("Tree").unwrap();
    assert_eq!(
        artifact.to_compact(),
        r#"{"type":"cdk:tree","properties":{"file":"tree.json"}}"#
    );
    let ours = lines(&parse(&assembly.files()["tree.json"]).unwrap());
    let theirs = lines(&parse(&crate::script(&modules, THEIRS)).unwrap());
    let of_cdk = ["BootstrapVersion", "CheckBootstrapVersion", "\"Tree\""];
    let theirs: Vec<_> = theirs
        .into_iter()
        .filter(|line| !of_cdk.iter().any(|name| line.contains(name)))
        .collect();
    assert_eq!(ours, theirs);
}
