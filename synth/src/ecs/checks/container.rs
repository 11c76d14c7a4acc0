//! What is wrong with one container.

use super::super::container::Container;
use super::super::secret::Secret;
use super::super::size::FargateSize;
use super::{name_problem, over, problem};
use crate::Problem;

pub(super) fn name(container: &Container, before: &[Container], problems: &mut Vec<Problem>) {
    problems.extend(name_problem(
        "ecs.container-name",
        "a container",
        &container.name,
    ));
    if before.iter().any(|other| other.name == container.name) {
        let message = "two containers have one name";
        let name = container.name.as_ref();
        problems.push(problem(
            "ecs.duplicate-container",
            message,
            name,
            "",
            "rename one",
        ));
    }
    if let Some(image) = container.image.name.known()
        && !is_image(image)
    {
        let message = "this is not the name of an image";
        let allowed = "`repository:tag` or `repository@sha256:…`, up to 255 characters, no address";
        problems.push(problem(
            "ecs.image",
            message,
            image,
            allowed,
            "name an image",
        ));
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html>
fn is_image(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:./#@".contains(&byte);
    (1..=255).contains(&name.len()) && name.bytes().all(fits) && !name.contains("://")
}

pub(super) fn variables(container: &Container, problems: &mut Vec<Problem>) {
    let names = container
        .environment
        .iter()
        .map(|(name, _)| (name, "environment"));
    let secrets = container.secrets.iter().map(|(name, _)| (name, "secrets"));
    let all: Vec<_> = names.chain(secrets).collect();
    for (position, (name, list)) in all.iter().enumerate() {
        if name.is_empty() || name.contains(['=', '\0']) {
            let message = format!("a variable in `{list}` has no usable name");
            let allowed = "text that is not empty and has no `=` in it";
            problems.push(problem(
                "ecs.variable-name",
                message,
                name.as_ref(),
                allowed,
                "rename it",
            ));
        }
        let Some((_, other)) = all.iter().take(position).find(|(other, _)| other == name) else {
            continue;
        };
        let message = if other == list {
            format!("a variable is twice in `{list}`")
        } else {
            "a variable is both in `environment` and in `secrets`".to_owned()
        };
        problems.push(problem(
            "ecs.duplicate-variable",
            message,
            name.as_ref(),
            "",
            "remove one",
        ));
    }
}

/// Most files of variables, and the end of their names.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html>
const MOST_FILES: usize = 10;

pub(super) fn files(container: &Container, problems: &mut Vec<Problem>) {
    let files = &container.environment_files;
    if files.len() > MOST_FILES {
        problems.push(problem(
            "ecs.environment-file",
            "a container has too many files of variables",
            files.len().to_string(),
            format!("at most {MOST_FILES}"),
            "put their variables into fewer files",
        ));
    }
    for file in files.iter().filter(|file| !file.key.ends_with(".env")) {
        problems.push(problem(
            "ecs.environment-file",
            "ECS does not take this as a file of variables",
            file.key.as_ref(),
            "a key that ends in `.env`",
            "rename the object",
        ));
    }
}

pub(super) fn secrets(container: &Container, problems: &mut Vec<Problem>) {
    let of_logging = container
        .logging
        .iter()
        .flat_map(|logging| logging.secrets());
    let of_variables = container.secrets.iter().map(|(_, secret)| secret);
    for secret in of_logging.chain(of_variables) {
        let (service, arn, allowed) = match secret {
            Secret::Parameter { arn } => ("ssm", arn, "arn:aws:ssm:REGION:ACCOUNT:parameter/NAME"),
            Secret::SecretsManager { arn, .. } => (
                "secretsmanager",
                arn,
                "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX",
            ),
        };
        let Some(arn) = arn.known() else {
            continue;
        };
        let is_arn = arn.starts_with("arn:") && arn.split(':').nth(2) == Some(service);
        if !is_arn {
            problems.push(problem(
                "ecs.secret-arn",
                "a secret is named by the ARN of its service",
                arn,
                allowed,
                "name the whole ARN, or use `Secret::parameter_named` for a parameter of this account",
            ));
        }
    }
}

pub(super) fn labels(container: &Container, problems: &mut Vec<Problem>) {
    let labels = &container.docker_labels;
    for (position, (name, _)) in labels.iter().enumerate() {
        let is_twice = labels.iter().take(position).any(|(other, _)| other == name);
        if is_twice || name.is_empty() {
            problems.push(problem(
                "ecs.docker-label",
                if is_twice {
                    "a label is there twice"
                } else {
                    "a label has no name"
                },
                name.as_ref(),
                "",
                "rename it or remove it",
            ));
        }
    }
}

pub(super) fn memory(container: &Container, size: FargateSize, problems: &mut Vec<Problem>) {
    let both = [container.memory_mib, container.memory_reservation_mib];
    for little in both.into_iter().flatten().filter(|memory| *memory < 6) {
        let (message, fix) = (
            "a container needs some memory to start",
            "give it more, or none at all",
        );
        problems.push(problem(
            "ecs.container-memory",
            message,
            format!("{little} MiB"),
            "6 MiB or more",
            fix,
        ));
    }
    let Some(memory) = container.memory_mib else {
        return;
    };
    if memory > size.memory_mib() {
        let message = "a container has more memory than its task";
        problems.push(over(
            "ecs.container-memory",
            message,
            memory.into(),
            size.memory_mib(),
            "MiB",
        ));
    }
    if let Some(kept) = container
        .memory_reservation_mib
        .filter(|kept| *kept > memory)
    {
        let message = "more memory is kept for a container than it may use";
        problems.push(over(
            "ecs.memory-reservation",
            message,
            kept.into(),
            memory,
            "MiB",
        ));
    }
}

pub(super) fn working_directory(container: &Container, problems: &mut Vec<Problem>) {
    let path = container
        .working_directory
        .as_ref()
        .and_then(|path| path.known());
    if let Some(path) = path.filter(|path| !path.starts_with('/')) {
        problems.push(problem(
            "ecs.working-directory",
            "a container works in a path that is not absolute",
            path,
            "",
            format!("write /{path}"),
        ));
    }
}
