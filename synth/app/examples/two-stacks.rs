//! Two stacks of a stage, of which one reads what the other has: `CDK_OUTDIR=directory cargo run --example two-stacks`.

use std::process::ExitCode;

use synth_core::{App, AppProps, Json, Options, Output, Raw, StackProps, StageProps, lookup};

fn main() -> ExitCode {
    synth_app::run(|given| {
        let mut app = App::new(AppProps {
            context: given.context,
            environment: given.environment,
            ..AppProps::default()
        });
        let prod = app.stage("Prod", StageProps::default());

        let mut data = prod.stack("Data", StackProps::default());
        let queue = Raw {
            type_name: "AWS::SQS::Queue".into(),
            properties: Json::object::<&str>([]),
        };
        let queue = data.scope().add_raw("Queue", queue, Options::default());

        let mut api = prod.stack("Api", StackProps::default());
        let mut scope = api.scope();
        let arn = queue.attribute_named::<String>("Arn");
        let parameter = Raw {
            type_name: "AWS::SSM::Parameter".into(),
            properties: Json::object([("Type", "String".into()), ("Value", arn.into())]),
        };
        scope.add_raw("QueueArn", parameter, Options::default());
        let zones = lookup::availability_zones(&mut scope);
        let zones = zones.unwrap_or_else(|| vec!["dummy1a".to_owned(), "dummy1b".to_owned()]);
        scope.output("Zones", Output::new(zones.join(",")));

        app.add(data);
        app.add(api);
        app
    })
}
