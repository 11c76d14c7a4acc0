//! What to do about a task of a service that stopped, by what ECS says of it.

use runtime::deploy::{Advice, StoppedTask};

use crate::cause::known;

/// What to do about a task of a service that stopped, where its cause is known.
///
/// The same table as for executions; a service has roles and a log group of its own.
pub(crate) fn advice(task: &StoppedTask) -> Option<Advice> {
    let of_containers = task
        .containers
        .iter()
        .filter_map(|one| one.reason.as_deref());
    let said: Vec<&str> = [task.reason.as_str()]
        .into_iter()
        .chain(of_containers)
        .collect();
    let said = said.join("\n");
    let lower = said.to_lowercase();
    let out_of_memory = lower.contains("outofmemory") || lower.contains("out of memory");
    let exited = |codes: &[i32]| {
        let mut containers = task.containers.iter();
        containers.any(|one| one.exit_code.is_some_and(|code| codes.contains(&code)))
    };
    let failed = task
        .containers
        .iter()
        .any(|one| one.exit_code.is_some_and(|code| code != 0));
    let (code, next) = if out_of_memory {
        (
            "task.out-of-memory",
            "give the task or the container more memory",
        )
    } else if lower.contains("health check") {
        (
            "task.unhealthy",
            "the container runs but does not answer its health check: check path, port and security groups, or allow it more time with the service's health check grace period",
        )
    } else if exited(&[126, 127]) {
        (
            "task.no-command",
            "the image does not have the command, or may not execute it: check `command` and `entryPoint` of the container",
        )
    } else {
        match known(&said) {
            None | Some(("agent.missing", _)) if failed => (
                "task.exited",
                "the program in the container ended by itself: its last lines say why",
            ),
            None | Some(("agent.missing", _))
                if exited(&[0]) && lower.contains("essential container") =>
            {
                (
                    "task.ended",
                    "the program in the container ended without an error; that of a service has to go on running",
                )
            }
            None | Some(("agent.missing", _)) => return None,
            Some((code, hint)) => (code, of_service(code).unwrap_or(hint)),
        }
    };
    Some(Advice {
        code,
        next: next.to_owned(),
        statement: None,
    })
}

/// What to do where a service is not to be mended like an execution.
fn of_service(code: &str) -> Option<&'static str> {
    Some(match code {
        "image.platform" => {
            "use an image for the platform of the task definition (`runtimePlatform`; linux/amd64 unless set otherwise)"
        }
        "image.denied" => {
            "allow the execution role of the task definition to pull the image, or use one that it may pull"
        }
        "secret.unreadable" => {
            "check that the secret exists and that the execution role of the task definition may read it"
        }
        "logs.missing" => {
            "check that the log group of the container exists and that the execution role of the task definition may write to it"
        }
        "role.denied" => {
            "check that the roles of the task definition exist and trust ecs-tasks.amazonaws.com; whoever deploys needs iam:PassRole on them"
        }
        "quota.exceeded" => {
            "stop other tasks, or ask for more: Service Quotas, AWS Fargate, `Fargate On-Demand vCPU resource count`"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use runtime::deploy::StoppedContainer;

    use super::*;

    fn stopped(reason: &str, container: Option<(i32, Option<&str>)>) -> StoppedTask {
        let container = container.map(|(code, reason)| StoppedContainer {
            name: "web".to_owned(),
            exit_code: Some(code),
            reason: reason.map(str::to_owned),
            last_lines: Vec::new(),
        });
        StoppedTask {
            reason: reason.to_owned(),
            containers: container.into_iter().collect(),
            ..StoppedTask::default()
        }
    }

    #[test]
    fn what_ecs_says_of_a_task_of_a_service_has_a_cause_and_a_way_on() {
        let ended = "Essential container in task exited";
        let mut table = String::new();
        for task in [
            stopped(ended, Some((1, None))),
            stopped(
                ended,
                Some((
                    137,
                    Some("OutOfMemoryError: Container killed due to memory usage"),
                )),
            ),
            stopped(ended, Some((127, None))),
            stopped(ended, Some((0, None))),
            stopped(
                "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:…)",
                Some((143, None)),
            ),
            stopped(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web:2: not found",
                None,
            ),
            stopped("CannotPullContainerError: pull access: 403 Forbidden", None),
            stopped(
                "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm",
                None,
            ),
            stopped(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ResourceNotFoundException: The specified log group does not exist.",
                None,
            ),
            stopped(
                "ECS was unable to assume the role 'arn:aws:iam::1:role/r'",
                None,
            ),
            stopped(
                "You've reached the limit on the number of vCPUs you can run concurrently",
                None,
            ),
            stopped("Scaling activity initiated by (deployment ecs-svc/1)", None),
        ] {
            let exit = task.containers.first().and_then(|one| one.exit_code);
            let advice = advice(&task);
            let code = advice.as_ref().map_or("-", |advice| advice.code);
            let next = advice.as_ref().map_or("-", |advice| advice.next.as_str());
            writeln!(table, "{} {exit:?}\n    {code}: {next}", task.reason).unwrap();
        }
        snapshots::assert_file("runtime-aws/service_causes.txt", &table);
    }
}
