//! A queue for each availability zone: before the zones are looked up the stack is empty, which it may not be.

use std::process::ExitCode;

use synth_core::{App, AppProps, Json, Options, Raw, StackProps, lookup};

fn main() -> ExitCode {
    synth_app::run(|given| {
        let mut app = App::new(AppProps {
            context: given.context,
            environment: given.environment,
            ..AppProps::default()
        });
        let mut stack = app.stack("Mail", StackProps::default());
        let zones = lookup::availability_zones(&mut stack.scope());
        for zone in zones.unwrap_or_default() {
            let queue = Raw {
                type_name: "AWS::SQS::Queue".into(),
                properties: Json::object([("QueueName", Json::from(zone.clone()))]),
            };
            stack
                .child(&zone)
                .add_raw("Queue", queue, Options::default());
        }
        app.add(stack);
        app
    })
}
