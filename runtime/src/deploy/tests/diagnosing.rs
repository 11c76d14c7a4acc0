use super::fake::{Fake, event, stack};
use crate::deploy::{Report, advice, diagnose};

/// What a person would want to know of it.
fn shown(report: &Report) -> String {
    let mut lines = vec![report.stack.state.to_string()];
    for cause in &report.causes {
        let code = cause.advice.as_ref().map_or("-", |advice| advice.code);
        lines.push(format!("{} {} [{code}]", cause.stack, cause.resource));
    }
    lines.push(format!("{} followed", report.followed));
    lines.extend(report.next.iter().map(|next| format!("next: {next}")));
    lines.join("\n")
}

async fn report(state: &str, events: &[&str]) -> String {
    let fake = Fake::with_stack(state).then_events(events);
    shown(&diagnose(&fake, "mycli").await.unwrap().unwrap())
}

#[tokio::test]
async fn the_first_cause_is_told_and_not_what_followed() {
    let told = report(
        "UPDATE_ROLLBACK_FAILED",
        &[
            "0 mycli UPDATE_IN_PROGRESS",
            "1 Old UPDATE_FAILED of an operation before",
            "2 mycli UPDATE_IN_PROGRESS",
            "3 Table UPDATE_FAILED Limit exceeded for tables",
            "4 Bucket UPDATE_FAILED Resource update cancelled",
            "5 mycli UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [Table].",
            "6 Queue UPDATE_FAILED User: arn:aws:iam::1:user/eve is not authorized to perform: sqs:SetQueueAttributes on resource: arn:aws:sqs:eu-west-1:1:q because no policy",
        ],
    );
    insta::assert_snapshot!(told.await, @"
    UPDATE_ROLLBACK_FAILED
    mycli `Table` (AWS::X::Y): Limit exceeded for tables [quota.exceeded]
    mycli `Queue` (AWS::X::Y): User: arn:aws:iam::1:user/eve is not authorized to perform: sqs:SetQueueAttributes on resource: arn:aws:sqs:eu-west-1:1:q because no policy [access.denied]
    1 followed
    next: mend the cause, then undo the rest with `mycli rollback mycli`
    next: or leave what cannot be undone as it is: `mycli rollback mycli --skip Table --skip Queue`
    ");
}

#[tokio::test]
async fn every_state_has_a_way_on() {
    let mut told = String::new();
    for state in [
        "REVIEW_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "CREATE_COMPLETE",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "UPDATE_FAILED",
        "UPDATE_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_FAILED",
        "IMPORT_ROLLBACK_FAILED",
        "DELETE_FAILED",
    ] {
        let report = report(
            state,
            &["0 mycli CREATE_IN_PROGRESS", "1 Bucket CREATE_FAILED no"],
        )
        .await;
        let next = report.lines().filter(|line| line.starts_with("next: "));
        let next: Vec<&str> = next.collect();
        told.extend([state, "\n", &next.join("\n"), "\n"]);
        assert_eq!(next.is_empty(), stack(state).state.is_success(), "{state}");
    }
    insta::assert_snapshot!(told, @"
    REVIEW_IN_PROGRESS
    next: nothing is deployed yet: a change set waits to be executed
    next: or forget it with `mycli destroy mycli`
    CREATE_IN_PROGRESS
    next: an operation is under way: `mycli watch mycli` shows how it comes on
    CREATE_FAILED
    next: what worked is there, what failed is not: mend the cause and deploy again with --no-rollback, which takes up from here
    next: or undo it with `mycli rollback mycli`
    CREATE_COMPLETE

    ROLLBACK_COMPLETE
    next: the stack was never made, and what was made of it is gone: mend the cause
    next: then deploy again: `mycli apply` deletes what is left of it first
    ROLLBACK_FAILED
    next: mend the cause, then delete the rest with `mycli destroy mycli`
    next: or leave what cannot be deleted behind: `mycli destroy mycli --retain Bucket`
    UPDATE_FAILED
    next: what worked is there, what failed is not: mend the cause and deploy again with --no-rollback, which takes up from here
    next: or undo it with `mycli rollback mycli`
    UPDATE_COMPLETE

    UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
    next: an operation is under way: `mycli watch mycli` shows how it comes on
    UPDATE_ROLLBACK_COMPLETE
    next: the stack is as it was before: mend the cause and deploy again
    UPDATE_ROLLBACK_FAILED
    next: mend the cause, then undo the rest with `mycli rollback mycli`
    next: or leave what cannot be undone as it is: `mycli rollback mycli --skip Bucket`
    IMPORT_ROLLBACK_FAILED
    next: mend the cause and deploy again
    DELETE_FAILED
    next: mend the cause, then delete the rest with `mycli destroy mycli`
    next: or leave what cannot be deleted behind: `mycli destroy mycli --retain Bucket`
    ");
}

#[tokio::test]
async fn a_failure_in_a_nested_stack_is_told_where_it_is() {
    let id = "arn:aws:cloudformation:r:1:stack/mycli-News-1/uuid";
    let mut inner = event("4 News CREATE_FAILED Embedded stack was not successfully created");
    inner.resource_type = "AWS::CloudFormation::Stack".to_owned();
    inner.physical_id = Some(id.to_owned());
    let mut own = event("1 mycli-News-1 CREATE_IN_PROGRESS");
    own.resource_type = "AWS::CloudFormation::Stack".to_owned();
    let within = vec![
        event("0 Other CREATE_FAILED of no account"),
        own,
        event("2 Topic CREATE_FAILED Topic already exists"),
    ];
    let outer = vec![event("0 mycli CREATE_IN_PROGRESS"), inner];
    let fake = Fake {
        nested: [(id.to_owned(), within)].into(),
        ..Fake::with_stack("ROLLBACK_COMPLETE")
    };
    fake.events.lock().unwrap().push_back(Ok(outer));
    let report = diagnose(&fake, "mycli").await.unwrap().unwrap();
    let causes: Vec<_> = report
        .causes
        .iter()
        .map(|one| (one.stack.as_str(), one.resource.logical_id.as_str()))
        .collect();
    assert_eq!(causes, [("mycli-News-1", "Topic")]);
    assert_eq!(report.causes[0].advice.as_ref().unwrap().code, "name.taken");
}

#[tokio::test]
async fn of_a_stack_that_is_not_there_there_is_nothing_to_say() {
    let fake = Fake::default();
    assert_eq!(diagnose(&fake, "mycli").await.unwrap(), None);
}

#[test]
fn what_aws_says_is_known_by_its_kind() {
    for (reason, code) in [
        (
            "Resource handler returned message: \"null (Service: Ecs, Status Code: 400)\"",
            None,
        ),
        (
            "my-bucket already exists in stack arn:aws:cloudformation:…",
            Some("name.taken"),
        ),
        (
            "The bucket you tried to delete is not empty (Service: Amazon S3; Status Code: 409)",
            Some("bucket.not-empty"),
        ),
        (
            "Export Net:Vpc cannot be deleted as it is in use by web",
            Some("export.in-use"),
        ),
        (
            "resource sg-1 has a dependent object (Service: Ec2, Error Code: DependencyViolation)",
            Some("resource.in-use"),
        ),
        (
            "The maximum number of VPCs has been reached.",
            Some("quota.exceeded"),
        ),
        (
            "ECS Deployment Circuit Breaker was triggered",
            Some("service.unstable"),
        ),
        (
            "Resource of type 'AWS::ECS::Service' did not stabilize",
            Some("service.unstable"),
        ),
        ("Rate exceeded", Some("request.throttled")),
        (
            "User: a is not authorized to perform: s3:CreateBucket with an explicit deny in a service control policy",
            Some("access.explicit-deny"),
        ),
        (
            "User: a is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/r because no identity-based policy allows it",
            Some("access.pass-role"),
        ),
        (
            "The security token included in the request is expired",
            Some("credentials.expired"),
        ),
    ] {
        let found = advice(reason);
        assert_eq!(found.as_ref().map(|advice| advice.code), code, "{reason}");
    }
}

#[test]
fn what_was_denied_is_permitted_by_a_statement_and_never_more() {
    let of = |reason: &str| advice(reason).unwrap().statement;
    assert_eq!(
        of("User: arn:aws:iam::1:user/eve is not authorized to perform: sqs:CreateQueue on resource: arn:aws:sqs:eu-west-1:1:q because no policy allows it").as_deref(),
        Some(r#"{"Effect":"Allow","Action":"sqs:CreateQueue","Resource":"arn:aws:sqs:eu-west-1:1:q"}"#)
    );
    assert_eq!(
        of("not authorized to perform: ec2:CreateVpc.").as_deref(),
        Some(r#"{"Effect":"Allow","Action":"ec2:CreateVpc","Resource":"*"}"#)
    );
    // An explicit deny is not lifted by permitting.
    assert_eq!(
        of("not authorized to perform: ec2:CreateVpc with an explicit deny"),
        None
    );
    assert_eq!(of("not authorized to perform: *"), None);
    assert_eq!(of("access denied"), None);
}
