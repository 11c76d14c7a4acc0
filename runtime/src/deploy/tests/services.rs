use super::fake::{Fake, request};
use crate::deploy::{
    Advice, ChangeSetState, ServiceReport, StoppedContainer, StoppedTask, apply, diagnose, plan,
};
use crate::diagnosis::Diagnosis;
use crate::port::Problem;

const UNSTABLE: &[&str] = &[
    "1 mycli CREATE_IN_PROGRESS",
    "2 Service CREATE_IN_PROGRESS",
    "3 Service CREATE_FAILED ECS Deployment Circuit Breaker was triggered",
    "4 mycli ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Service].",
    "5 mycli ROLLBACK_COMPLETE",
];

fn stopped() -> ServiceReport {
    ServiceReport {
        tasks: vec![StoppedTask {
            id: "0a1b2c".to_owned(),
            times: 3,
            code: "EssentialContainerExited".to_owned(),
            reason: "Essential container in task exited".to_owned(),
            advice: Some(Advice {
                code: "task.exited",
                next: "its last lines say why".to_owned(),
                statement: None,
            }),
            containers: vec![StoppedContainer {
                name: "web".to_owned(),
                exit_code: Some(1),
                reason: None,
                last_lines: vec![
                    "starting".to_owned(),
                    "no DATABASE_URL\n  at main".to_owned(),
                ],
            }],
        }],
        messages: Vec::new(),
        unread: vec!["the log of the container `proxy`: denied".to_owned()],
    }
}

/// A service that does not come up, and what its tasks say.
fn unstable(service: Result<ServiceReport, Problem>) -> Fake {
    let fake = Fake {
        service: Some(service),
        ..Fake::default()
    };
    fake.then_change_set(ChangeSetState::Ready)
        .then_events(UNSTABLE)
}

#[tokio::test]
async fn a_service_that_fails_is_told_with_what_its_tasks_said_before_all_is_undone() {
    let fake = unstable(Ok(stopped()));
    let planned = plan(&fake, request()).await.unwrap();
    let mut told = Vec::new();
    let mut sink = |step: &crate::deploy::Progress| {
        told.push(format!("{} after {}", step.status, fake.asked().len()));
    };
    let error = apply(&fake, planned, &mut sink).await.unwrap_err();
    assert_eq!(told.last().unwrap(), "ROLLBACK_COMPLETE after 3");
    assert_eq!(fake.asked().last().unwrap(), "tasks of arn:service/c/web");
    let mut lines = vec![error.to_string()];
    let mut cause = std::error::Error::source(&error);
    while let Some(next) = cause {
        lines.push(next.to_string());
        cause = next.source();
    }
    lines.extend(error.hint());
    insta::assert_snapshot!(lines.join("\n"), @"
    the stack `mycli` is now in ROLLBACK_COMPLETE
    `Service` (AWS::ECS::Service): ECS Deployment Circuit Breaker was triggered
    the task `0a1b2c` stopped, and 2 more like it: EssentialContainerExited: Essential container in task exited
    the container `web` exited with 1; its last lines:
    | starting
    | no DATABASE_URL
    |   at main
    not read: the log of the container `proxy`: denied
    its last lines say why; `mycli diagnose mycli` says more; then the same command takes up from here
    ");
}

#[tokio::test]
async fn the_diagnosis_looks_into_the_tasks_and_holds_when_it_may_not() {
    let of = async |service| {
        let fake = Fake {
            service: Some(service),
            ..Fake::with_stack("ROLLBACK_COMPLETE")
        };
        let mut events = UNSTABLE.to_vec();
        events[0] = "0 mycli CREATE_IN_PROGRESS";
        let fake = fake.then_events(&events);
        let report = diagnose(&fake, "mycli").await.unwrap().unwrap();
        let cause = report.causes.first().unwrap().clone();
        let code = cause.advice.map(|advice| advice.code).unwrap_or_default();
        format!("[{code}] {}", cause.resource.service.unwrap())
    };
    insta::assert_snapshot!(of(Ok(stopped())).await, @"
    [task.exited] the task `0a1b2c` stopped, and 2 more like it: EssentialContainerExited: Essential container in task exited
    the container `web` exited with 1; its last lines:
    | starting
    | no DATABASE_URL
    |   at main
    not read: the log of the container `proxy`: denied
    ");
    insta::assert_snapshot!(of(Err(Problem::Denied)).await, @"[service.unstable] not read: ecs:ListTasks of `c`: no such right");
    insta::assert_snapshot!(of(Ok(ServiceReport::default())).await, @"[service.unstable] ECS knows of no task of this service that stopped");
}

#[tokio::test]
async fn what_a_service_fails_of_by_itself_is_not_laid_to_tasks_that_stopped_before() {
    let fake = Fake {
        service: Some(Ok(stopped())),
        ..Fake::with_stack("UPDATE_ROLLBACK_COMPLETE")
    };
    let fake = fake.then_events(&[
        "0 mycli UPDATE_IN_PROGRESS",
        "1 Service UPDATE_FAILED The target group does not exist",
    ]);
    let report = diagnose(&fake, "mycli").await.unwrap().unwrap();
    let code = report.causes[0].advice.as_ref().map(|advice| advice.code);
    assert_eq!(code, Some("resource.missing"));
    assert!(report.causes[0].resource.service.is_some());
}
