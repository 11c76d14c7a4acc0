//! A queue for each availability zone: before the zones are looked up the stack is empty, which it may not be.
//! The context value `retention` says for how many seconds letters are kept.

use std::process::ExitCode;

use synth_core::{App, AppProps, Json, Options, Raw, StackProps, lookup};

fn main() -> ExitCode {
    synth_app::run(|given| {
        let retention = given.context.get("retention").cloned();
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
                properties: Json::object(
                    retention
                        .clone()
                        .map(|seconds| ("MessageRetentionPeriod", seconds)),
                ),
            };
            stack
                .child(&zone)
                .add_raw("Queue", queue, Options::default());
        }
        app.add(stack);
        app
    })
}
