//! Why a task is over, where its agent left no word. One table, from what ECS says to a stable code.
//!
//! ECS's texts: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
//! and <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html>.

use runtime::wire::Outcome;

/// What ECS says of a task that is over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stopped {
    /// `stopCode`, such as `TaskFailedToStart`.
    pub(crate) code: String,
    /// `stoppedReason`.
    pub(crate) reason: String,
    /// `reason` of the command's container, and what it exited with.
    pub(crate) container_reason: String,
    pub(crate) exit_code: Option<i32>,
    /// The last lines that the container printed itself.
    pub(crate) last_lines: Vec<String>,
    /// Whether somebody had asked for the end.
    pub(crate) cancel_requested: bool,
}

/// A cause: what its text holds, all words of one of these; its code; what to do next.
struct Known {
    texts: &'static [&'static [&'static str]],
    code: &'static str,
    hint: &'static str,
}

/// The causes that are known; the first that fits counts.
const KNOWN: [Known; 13] = [
    Known {
        texts: &[
            &["/mycli/agent", "no such file"],
            &["dependency", "exited with"],
            &["install", "CannotPullContainerError", "mycli", "not found"],
        ],
        code: "agent.missing",
        hint: "upload the agent again with `mycli init`",
    },
    Known {
        texts: &[
            &["descriptor matching platform"],
            &["no match for platform"],
            &["exec format error"],
            &["does not match the specified platform"],
            &["image operating system"],
        ],
        code: "image.platform",
        hint: "use an image for the platform that the installation runs on (linux/amd64 unless set otherwise)",
    },
    Known {
        texts: &[
            &["toomanyrequests"],
            &["pull rate limit"],
            &["429 Too Many Requests"],
        ],
        code: "image.rate-limited",
        hint: "wait, or copy the image to ECR and use it from there",
    },
    Known {
        texts: &[
            &["manifest", "not found"],
            &["manifest unknown"],
            &["No such image"],
            &["repository", "not found"],
            &["failed to resolve ref", "not found"],
            &["name unknown"],
            &["does not exist or no pull access"],
            &["pull access denied"],
            &["repository does not exist"],
        ],
        code: "image.not-found",
        hint: "check the image's name and tag; a private image must be in ECR of this account, or be allowed to it",
    },
    Known {
        texts: &[
            &["CannotPull", "403"],
            &["CannotPull", "401"],
            &["CannotPull", "denied"],
            &["CannotPull", "unauthorized"],
            &["CannotPull", "not authorized"],
            &["CannotPull", "no basic auth credentials"],
            &["pull", "ecr:", "not authorized to perform"],
        ],
        code: "image.denied",
        hint: "allow the installation's execution role to pull the image, or use one that it may pull",
    },
    Known {
        texts: &[
            &["CannotPull", "no space left"],
            &["CannotPull", "disk"],
            &["failed to register layer"],
        ],
        code: "image.too-large",
        hint: "use a smaller image, or give the task definition more ephemeral storage",
    },
    Known {
        texts: &[
            &["CannotPull", "timeout"],
            &["CannotPull", "i/o timeout"],
            &["get ecr registry auth", "i/o timeout"],
            &["get ecr registry auth", "dial tcp"],
            &["CannotPull", "connection refused"],
            &["CannotPull", "no such host"],
            &["CannotPull", "request canceled"],
            &["CannotPull", "deadline exceeded"],
            &["CannotPull", "lookup"],
            &["CannotPull", "EOF"],
            &["image", "Temporary failure in name resolution"],
            &["pull image", "dial tcp"],
        ],
        code: "image.unreachable",
        hint: "check that the subnets have a way to the registry: a public address, a NAT gateway or endpoints",
    },
    Known {
        texts: &[
            &["unable to pull secrets"],
            &["retrieve secret"],
            &["GetSecretValue"],
            &["ssm:GetParameters"],
            &["secretsmanager"],
        ],
        code: "secret.unreadable",
        hint: "check that the secret exists and that the installation's execution role may read it",
    },
    Known {
        texts: &[
            &["log group does not exist"],
            &["failed to validate logger args"],
            &["CannotCreateLogGroup"],
            &["failed to initialize logging driver"],
            &["logs:CreateLogStream"],
        ],
        code: "logs.missing",
        hint: "the installation's log group is gone or not writable: repair it with `mycli init`",
    },
    Known {
        texts: &[
            &["unable to assume"],
            &["AssumeRole"],
            &["role", "cannot be assumed"],
            &["not authorized to perform: iam:PassRole"],
        ],
        code: "role.denied",
        hint: "the installation's roles are gone or not trusted: repair them with `mycli init`; to pass them, ask for iam:PassRole",
    },
    Known {
        texts: &[
            &["limit on the number of vCPUs"],
            &["vCPU", "limit"],
            &["quota"],
            &["RESOURCE:ENI"],
            &["concurrent", "limit"],
        ],
        code: "quota.exceeded",
        hint: "wait for other executions to end, or ask for more: Service Quotas, AWS Fargate, `Fargate On-Demand vCPU resource count`",
    },
    Known {
        texts: &[
            &["Capacity is unavailable"],
            &["capacity"],
            &["RESOURCE:CPU"],
            &["RESOURCE:MEMORY"],
            &["SpotInterruption"],
        ],
        code: "capacity.unavailable",
        hint: "try again in a few minutes; AWS has no room in these zones now",
    },
    Known {
        texts: &[
            &["network interface"],
            &["CreateNetworkInterface"],
            &["InsufficientFreeAddresses"],
            &["subnet"],
            &["security group"],
            &["EphemeralStorage provisioning"],
            &["RequestTimeout"],
        ],
        code: "network.failed",
        hint: "try again; if it stays, check that the subnets have free addresses and that the security group exists",
    },
];

/// The code and hint for what ECS says, if the cause is known.
pub(crate) fn known(text: &str) -> Option<(&'static str, &'static str)> {
    let lower = text.to_lowercase();
    let holds = |words: &[&str]| {
        words
            .iter()
            .all(|word| lower.contains(&word.to_lowercase()))
    };
    let found = KNOWN
        .iter()
        .find(|known| known.texts.iter().any(|words| holds(words)))?;
    Some((found.code, found.hint))
}

/// The outcome to record for a task that is over.
pub(crate) fn outcome(stopped: &Stopped) -> Outcome {
    let said = said(stopped);
    let never_ran = stopped.code == "TaskFailedToStart" || stopped.exit_code.is_none();
    let lines = stopped.last_lines.join("\n");
    match stopped.code.as_str() {
        "UserInitiated" if stopped.cancel_requested => Outcome::cancelled(),
        "UserInitiated" => Outcome::lost(format!("somebody stopped the task: {said}")),
        "SpotInterruption" => Outcome::lost(format!("AWS took the Spot capacity back: {said}")),
        _ => match known(&said).or_else(|| known(&lines)) {
            Some((code, hint))
                if never_ran || code == "image.platform" || code == "agent.missing" =>
            {
                Outcome::not_started(code, said, Some(hint))
            }
            None if never_ran => Outcome::not_started("task.failed-to-start", said, None),
            Some(_) | None => Outcome::lost(last_words(stopped, &said)),
        },
    }
}

/// All that ECS says, each thing once.
fn said(stopped: &Stopped) -> String {
    let mut said = stopped.reason.clone();
    if !stopped.container_reason.is_empty() && !said.contains(&stopped.container_reason) {
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&stopped.container_reason);
    }
    if said.is_empty() {
        said.push_str("ECS gave no reason");
    }
    said
}

/// What is known of an agent that is gone.
fn last_words(stopped: &Stopped, said: &str) -> String {
    let mut words = said.to_owned();
    if said.contains("OutOfMemory") {
        words.push_str(" (the command used more memory than the task has)");
    }
    if let Some(exit_code) = stopped.exit_code {
        words.push_str("; the agent exited with ");
        words.push_str(&exit_code.to_string());
    }
    if !stopped.last_lines.is_empty() {
        words.push_str("; its last lines:\n");
        words.push_str(&stopped.last_lines.join("\n"));
    }
    words
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use runtime::wire::Cause;

    use super::*;

    /// What ECS says, after its documentation; `*` stands for a container that ran and exited with 1.
    const SAID: &str = include_str!("causes.txt");

    fn stopped(line: &str) -> Stopped {
        let (code, reason) = line.split_once(' ').unwrap();
        let ran = code.ends_with('*');
        Stopped {
            code: code.trim_end_matches('*').to_owned(),
            reason: reason.to_owned(),
            exit_code: ran.then_some(1),
            ..Stopped::default()
        }
    }

    #[test]
    fn every_cause_has_the_code_and_the_hint_that_the_table_says() {
        let mut table = String::new();
        for line in SAID.lines().filter(|line| !line.is_empty()) {
            let (verdict, hint) = match outcome(&stopped(line)).cause {
                Cause::NotStarted { code, hint, .. } => (code, hint.unwrap_or_default()),
                Cause::Lost { message } => ("lost".to_owned(), message),
                Cause::Cancelled => ("cancelled".to_owned(), String::new()),
                Cause::Exited
                | Cause::Signaled { .. }
                | Cause::TimedOut { .. }
                | Cause::Unrecorded { .. } => {
                    panic!("ECS cannot know that: {line}")
                }
            };
            writeln!(table, "{line}\n    {verdict}: {hint}").unwrap();
        }
        snapshots::assert_file("runtime-aws/causes.txt", &table);
    }

    #[test]
    fn an_agent_that_crashed_is_told_with_its_last_lines() {
        let crashed = Stopped {
            code: "EssentialContainerExited".to_owned(),
            reason: "Essential container in task exited".to_owned(),
            exit_code: Some(101),
            last_lines: vec!["out of paper".to_owned()],
            ..Stopped::default()
        };
        let expected = "Essential container in task exited; the agent exited with 101; its last lines:\nout of paper";
        assert_eq!(outcome(&crashed), Outcome::lost(expected));
    }

    #[test]
    fn a_task_that_was_stopped_because_we_asked_is_cancelled() {
        let mut stopped = stopped("UserInitiated Task stopped by user");
        stopped.cancel_requested = true;
        assert_eq!(outcome(&stopped), Outcome::cancelled());
    }
}
