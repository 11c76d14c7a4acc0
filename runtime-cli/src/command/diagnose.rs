//! `mycli diagnose`

use std::fmt::Write as _;

use runtime::deploy::{self, Cause, Quota, Report, ServiceReport, StoppedContainer, StoppedTask};
use serde_json::json;

use super::deployed::Deployed;
use super::{Ending, Output};
use crate::printer::{Format, Printer};
use crate::render::{lines, one_line};

/// Say why a stack stands where it stands, and what can be done now
///
/// Looks into the last operation on it: what failed by itself, in stacks nested in it too, and not what was cancelled
/// or undone because of that. For what AWS denied, it writes the statement that would permit it. Exits with 1 where
/// something failed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiagnoseArgs {
    #[command(flatten)]
    deployed: Deployed,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  mycli diagnose web
  mycli diagnose web --region eu-central-1 --output json";

/// Runs `mycli diagnose`.
pub(crate) async fn run(args: DiagnoseArgs, printer: Printer) -> Ending {
    let cloud = args.deployed.cloud().await?;
    let report = deploy::diagnose(&cloud, &args.deployed.stack).await?;
    let report = report.ok_or_else(|| args.deployed.missing())?;
    match printer.format {
        Format::Json => printer.data("diagnosis", &data(&report))?,
        Format::Text => printer.result(&text(&report))?,
    }
    Ok(u8::from(!report.causes.is_empty()))
}

fn text(report: &Report) -> String {
    let name = one_line(&report.stack.name);
    let mut text = format!("{name} is in {}\n", one_line(&report.stack.state.0));
    if report.causes.is_empty() {
        let reason = report.stack.reason.as_deref().map(one_line);
        text.extend(reason.map(|reason| format!("  {reason}\n")));
    }
    for (position, cause) in report.causes.iter().enumerate() {
        let word = if position == 0 { "cause" } else { "also" };
        let place = if cause.stack == report.stack.name {
            String::new()
        } else {
            format!(" in {}", one_line(&cause.stack))
        };
        let _ = writeln!(
            text,
            "{word}: {} ({}){place}: {}",
            one_line(&cause.resource.logical_id),
            one_line(&cause.resource.resource_type),
            one_line(&cause.resource.reason),
        );
        if let Some(service) = &cause.resource.service {
            let told = lines(&service.to_string()).replace('\n', "\n    ");
            let _ = writeln!(text, "  tasks: {told}");
        }
        if let Some(advice) = &cause.advice {
            let _ = writeln!(text, "  hint: {}", advice.next);
            if let Some(statement) = &advice.statement {
                let _ = writeln!(text, "  permit: {}", one_line(statement));
            }
        }
    }
    if report.followed > 0 {
        let _ = writeln!(text, "{} more failed only because of this", report.followed);
    }
    for next in &report.next {
        let _ = writeln!(text, "next: {}", one_line(next));
    }
    if report.causes.is_empty() && report.next.is_empty() {
        text.push_str("nothing is wrong with it\n");
    }
    text
}

/// A quota that is used up, for programs. Field names are a promise.
fn quota(quota: &Quota) -> serde_json::Value {
    json!({
        "name": quota.name,
        "service_code": quota.service,
        "quota_code": quota.code,
        "default": quota.default,
        "documentation": quota.docs,
    })
}

/// What became of the tasks of a service, for programs. Field names are a promise.
fn service(report: &ServiceReport) -> serde_json::Value {
    let container = |one: &StoppedContainer| {
        json!({
            "name": one.name,
            "exit_code": one.exit_code,
            "reason": one.reason,
            "last_lines": one.last_lines,
        })
    };
    let task = |task: &StoppedTask| {
        let containers = task.containers.iter().map(container);
        json!({
            "id": task.id,
            "times": task.times,
            "stop_code": task.code,
            "reason": task.reason,
            "code": task.advice.as_ref().map(|advice| advice.code),
            "hint": task.advice.as_ref().map(|advice| advice.next.as_str()),
            "containers": containers.collect::<Vec<_>>(),
        })
    };
    json!({
        "tasks": report.tasks.iter().map(task).collect::<Vec<_>>(),
        "messages": report.messages,
        "unread": report.unread,
    })
}

fn data(report: &Report) -> serde_json::Value {
    let cause = |cause: &Cause| {
        let advice = cause.advice.as_ref();
        let statement = advice.and_then(|advice| advice.statement.as_deref());
        let statement = statement.and_then(|it| serde_json::from_str::<serde_json::Value>(it).ok());
        json!({
            "stack": cause.stack,
            "logical_id": cause.resource.logical_id,
            "type": cause.resource.resource_type,
            "physical_id": cause.resource.physical_id,
            "status": cause.resource.status,
            "reason": cause.resource.reason,
            "service": cause.resource.service.as_deref().map(service),
            "code": advice.map(|advice| advice.code),
            "hint": advice.map(|advice| advice.next.as_str()),
            "permit": statement,
            "quota": cause.resource.quota().map(quota),
        })
    };
    json!({
        "stack": report.stack.name,
        "state": report.stack.state.0,
        "reason": report.stack.reason,
        "causes": report.causes.iter().map(cause).collect::<Vec<_>>(),
        "followed": report.followed,
        "next": report.next,
    })
}

#[cfg(test)]
mod tests {
    use runtime::deploy::{FailedResource, Stack, StackState, advice};

    use super::*;

    fn report(cause: FailedResource) -> Report {
        Report {
            stack: Stack {
                name: "web".to_owned(),
                id: "arn:web".to_owned(),
                state: StackState("ROLLBACK_COMPLETE".to_owned()),
                reason: None,
                outputs: [].into(),
                parameters: [].into(),
                tags: [].into(),
                protected: false,
                exports: Vec::new(),
                notification_arns: Vec::new(),
                role: None,
                changed_at_ms: None,
            },
            causes: vec![Cause {
                stack: "web".to_owned(),
                advice: cause.advice(),
                resource: cause,
            }],
            followed: 1,
            next: Vec::new(),
        }
    }

    fn failed(resource_type: &str, reason: &str) -> FailedResource {
        FailedResource {
            logical_id: "It".to_owned(),
            resource_type: resource_type.to_owned(),
            physical_id: None,
            status: "CREATE_FAILED".to_owned(),
            reason: reason.to_owned(),
            service: None,
        }
    }

    #[test]
    fn a_service_is_told_with_its_tasks_and_what_they_printed_does_not_reach_the_terminal() {
        let mut failed = failed(
            "AWS::ECS::Service",
            "ECS Deployment Circuit Breaker was triggered",
        );
        failed.service = Some(Box::new(ServiceReport {
            tasks: vec![StoppedTask {
                id: "0a1b".to_owned(),
                times: 2,
                code: "EssentialContainerExited".to_owned(),
                reason: "Essential container in task exited".to_owned(),
                advice: advice("access denied"),
                containers: vec![StoppedContainer {
                    name: "web".to_owned(),
                    exit_code: Some(1),
                    reason: None,
                    last_lines: vec!["\u{1b}[31mno DATABASE_URL\u{7}".to_owned()],
                }],
            }],
            ..ServiceReport::default()
        }));
        let report = report(failed);
        insta::assert_snapshot!(text(&report), @r"
        web is in ROLLBACK_COMPLETE
        cause: It (AWS::ECS::Service): ECS Deployment Circuit Breaker was triggered
          tasks: the task `0a1b` stopped, and 1 more like it: EssentialContainerExited: Essential container in task exited
            the container `web` exited with 1; its last lines:
            | \u{1b}[31mno DATABASE_URL\u{7}
          hint: permit it to whoever deploys, then deploy again
        1 more failed only because of this
        ");
        let told = serde_json::to_string(&data(&report)["causes"][0]["service"]).unwrap();
        insta::assert_snapshot!(told, @r#"{"tasks":[{"id":"0a1b","times":2,"stop_code":"EssentialContainerExited","reason":"Essential container in task exited","code":"access.denied","hint":"permit it to whoever deploys, then deploy again","containers":[{"name":"web","exit_code":1,"reason":null,"last_lines":["\u001b[31mno DATABASE_URL\u0007"]}]}],"messages":[],"unread":[]}"#);
    }

    #[test]
    fn a_quota_that_is_used_up_is_told_by_its_name_its_code_and_the_way_to_raise_it() {
        let report = report(failed(
            "AWS::EC2::VPC",
            "The maximum number of VPCs has been reached.",
        ));
        insta::assert_snapshot!(text(&report), @"
        web is in ROLLBACK_COMPLETE
        cause: It (AWS::EC2::VPC): The maximum number of VPCs has been reached.
          hint: the quota `VPCs per Region` (vpc, 5 unless raised) is used up: delete VPCs that nobody needs, or share one, or ask for more with `aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value NUMBER`, or in the console under Service Quotas; see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
        1 more failed only because of this
        ");
        let told = serde_json::to_string(&data(&report)["causes"][0]["quota"]).unwrap();
        insta::assert_snapshot!(told, @r#"{"name":"VPCs per Region","service_code":"vpc","quota_code":"L-F678F1CE","default":"5","documentation":"https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"}"#);
    }

    #[test]
    fn a_denied_call_is_told_with_the_statement_that_would_permit_it() {
        let denied = "User: arn:aws:iam::1:user/eve is not authorized to perform: sqs:CreateQueue on resource: arn:aws:sqs:eu-west-1:1:q because no identity-based policy allows it";
        let report = report(failed("AWS::SQS::Queue", denied));
        insta::assert_snapshot!(text(&report), @r#"
        web is in ROLLBACK_COMPLETE
        cause: It (AWS::SQS::Queue): User: arn:aws:iam::1:user/eve is not authorized to perform: sqs:CreateQueue on resource: arn:aws:sqs:eu-west-1:1:q because no identity-based policy allows it
          hint: permit it to whoever deploys, then deploy again
          permit: {"Effect":"Allow","Action":"sqs:CreateQueue","Resource":"arn:aws:sqs:eu-west-1:1:q"}
        1 more failed only because of this
        "#);
    }
}
