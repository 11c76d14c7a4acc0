//! The stack as a whole, and what it tells the runtime.

use synth::{Output, Problem, Scope, Stack, StackProps, Value, join};

use super::execution::Execution;
use super::network::Network;
use super::output;
use super::people::People;
use super::settings::Settings;
use super::storage::Storage;

/// The platform stack with these settings. What is wrong with them is reported when it is synthesized.
pub fn stack(settings: &Settings) -> Stack {
    let tags = settings
        .tags
        .iter()
        .map(|(key, value)| (key.clone().into(), value.clone().into()));
    let props = StackProps {
        description: "Runs commands for mycli: history, network and tasks".into(),
        tags: tags.collect(),
        ..StackProps::default()
    };
    let mut stack = Stack::new(&settings.name, props);
    let mut scope = stack.scope();
    check(&mut scope, settings);
    let network = Network::new(&mut scope, settings);
    let storage = Storage::new(&mut scope, settings);
    let execution = Execution::new(&mut scope, settings, &storage);
    let people = People::new(&mut scope, &storage, &execution);
    tell(&mut scope, settings, &network, &storage, &execution);
    for (id, policy) in [
        ("ViewerPolicy", people.viewer),
        ("RunnerPolicy", people.runner),
        ("OperatorPolicy", people.operator),
    ] {
        scope.output(id, Output::new(policy.arn()));
    }
    stack
}

/// Declares every output that [`super::Installation::from_outputs`] reads, and the version.
fn tell(
    scope: &mut Scope<'_>,
    settings: &Settings,
    network: &Network,
    storage: &Storage,
    execution: &Execution,
) {
    let public = if network.assign_public_ip {
        "ENABLED"
    } else {
        "DISABLED"
    };
    let subnets = network
        .subnets
        .iter()
        .map(|subnet| Value::<String>::from(&subnet.id));
    let outputs: [(&str, Value<String>); 12] = [
        (output::CLUSTER, execution.cluster.name().into()),
        (output::TASK_FAMILY, execution.family.clone().into()),
        (output::SUBNETS, join(",", subnets)),
        (output::SECURITY_GROUP, (&network.security_group.id).into()),
        (output::ASSIGN_PUBLIC_IP, public.into()),
        (output::TABLE, storage.table.name().into()),
        (output::BUCKET, storage.bucket.name().into()),
        (output::AGENT_REPOSITORY, storage.repository.uri()),
        (output::LOG_GROUP, storage.log_group.name().into()),
        (output::DEFAULT_IMAGE, settings.default_image.clone().into()),
        (
            output::HISTORY_RETENTION,
            settings.history_retention_in_days.to_string().into(),
        ),
        (output::VERSION, super::VERSION.into()),
    ];
    for (id, value) in outputs {
        scope.output(id, Output::new(value));
    }
}

/// What no construct checks.
fn check(scope: &mut Scope<'_>, settings: &Settings) {
    let mut refuse = |code, message: &str, value: String, allowed: &str, fix: &str| {
        scope.problem(Problem {
            code,
            message: message.to_owned(),
            value,
            allowed: allowed.to_owned(),
            fix: fix.to_owned(),
        });
    };
    if !is_name(&settings.name) {
        refuse(
            "platform.name",
            "this cannot name an installation",
            format!("name: {}", settings.name),
            "a lower-case letter, then up to 31 lower-case letters, digits and hyphens",
            "choose another name",
        );
    }
    if !(1..=3650).contains(&settings.history_retention_in_days) {
        refuse(
            "platform.history-retention",
            "history cannot be kept for so long or so short",
            format!(
                "history_retention_in_days: {}",
                settings.history_retention_in_days
            ),
            "1 to 3650",
            "correct `history_retention_in_days` in the settings",
        );
    }
    if settings.default_image.trim().is_empty() {
        refuse(
            "platform.default-image",
            "an execution that names no image would have none",
            "default_image: \"\"".to_owned(),
            "a reference such as public.ecr.aws/docker/library/ubuntu:24.04",
            "set `default_image` in the settings",
        );
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= 32
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}
