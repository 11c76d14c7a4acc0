use std::fmt::Write;

use super::fake::{Fake, TEMPLATE, request};
use crate::deploy::{
    Action, ChangeSetState, HeldChangeSet, PlanError, PlanRequest, Progress, discard, plan, settle,
    take_up,
};
use crate::diagnosis::Diagnosis;

#[tokio::test(start_paused = true)]
async fn nothing_to_change_leaves_no_change_set_and_keeps_the_outputs() {
    let fake = Fake::with_stack("UPDATE_COMPLETE")
        .then_change_set(ChangeSetState::Pending)
        .then_change_set(ChangeSetState::Empty);
    let plan = plan(&fake, request()).await.unwrap();
    assert!(plan.is_empty());
    let asked = [
        "change set to update, retains 1, previous \"\"",
        "delete change set",
    ];
    assert_eq!(fake.asked(), asked);
    let outcome = crate::deploy::apply(&fake, plan, &mut |_| ())
        .await
        .unwrap();
    assert_eq!(outcome.outputs["Cluster"], "c");
    assert_eq!(fake.asked(), asked);
}

#[tokio::test(start_paused = true)]
async fn a_declined_first_plan_leaves_no_stack_behind() {
    let fake = Fake::default().then_change_set(ChangeSetState::Ready);
    let review = super::fake::stack("REVIEW_IN_PROGRESS");
    fake.stacks.lock().unwrap().extend([None, Some(review)]);
    let plan = plan(&fake, request()).await.unwrap();
    assert!(plan.creates() && !plan.is_empty());
    discard(&fake, plan).await.unwrap();
    let asked = [
        "change set to create, retains 1, previous \"\"",
        "delete change set",
        "delete stack",
    ];
    assert_eq!(fake.asked(), asked);
}

#[tokio::test(start_paused = true)]
async fn the_remains_of_a_failed_first_deployment_are_named_with_their_cause() {
    let fake = Fake::with_stack("ROLLBACK_COMPLETE").then_events(&[
        "0 mycli CREATE_IN_PROGRESS User Initiated",
        "1 Bucket CREATE_FAILED bucket `b` already exists",
        "2 Table CREATE_FAILED Resource creation cancelled",
        "3 mycli ROLLBACK_COMPLETE",
    ]);
    let plan = plan(&fake, request()).await.unwrap();
    let leftover = plan.leftover().unwrap();
    assert_eq!(leftover.state.0, "ROLLBACK_COMPLETE");
    let reason = "`Bucket` (AWS::X::Y): bucket `b` already exists";
    assert_eq!(leftover.reason.as_deref(), Some(reason));
    let added: Vec<&str> = plan
        .changes()
        .iter()
        .map(|change| change.logical_id.as_str())
        .collect();
    assert_eq!(added, ["Table", "Bucket", "Logs"]);
    assert!(
        plan.changes()
            .iter()
            .all(|change| change.action == Action::Add)
    );
    assert!(fake.asked().is_empty(), "planning changes nothing");
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_cannot_be_changed_says_why_and_what_to_do() {
    let mut table = String::new();
    let states = [
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_FAILED",
        "DELETE_IN_PROGRESS",
        "DELETE_FAILED",
        "UPDATE_IN_PROGRESS",
        "UPDATE_FAILED",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_FAILED",
    ];
    for state in states {
        let fake = Fake::with_stack(state).then_events(&[
            "0 mycli UPDATE_IN_PROGRESS User Initiated",
            "1 Role UPDATE_FAILED not allowed",
        ]);
        let error = plan(&fake, request()).await.unwrap_err();
        assert!(fake.asked().is_empty());
        writeln!(table, "{error}\n  {}", error.hint().unwrap()).unwrap();
    }
    insta::assert_snapshot!(table, @"
    the stack `mycli` is in CREATE_IN_PROGRESS: begun at 1970-01-01T00:00:00Z
      wait: `mycli watch mycli` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=mycli`
    the stack `mycli` is in CREATE_FAILED: `Role` (AWS::X::Y): not allowed
      what worked was kept: deploy with --no-rollback, which takes up from there, or undo it with `mycli rollback`
    the stack `mycli` is in ROLLBACK_IN_PROGRESS: begun at 1970-01-01T00:00:00Z
      wait: `mycli watch mycli` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=mycli`
    the stack `mycli` is in ROLLBACK_FAILED: `Role` (AWS::X::Y): not allowed
      delete what is left with `mycli destroy`, then deploy again
    the stack `mycli` is in DELETE_IN_PROGRESS: begun at 1970-01-01T00:00:00Z
      wait: `mycli watch mycli` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=mycli`
    the stack `mycli` is in DELETE_FAILED: `Role` (AWS::X::Y): not allowed
      mend the cause, then run `mycli destroy` again to delete the rest
    the stack `mycli` is in UPDATE_IN_PROGRESS: begun at 1970-01-01T00:00:00Z
      wait: `mycli watch mycli` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=mycli`
    the stack `mycli` is in UPDATE_FAILED: `Role` (AWS::X::Y): not allowed
      what worked was kept: deploy with --no-rollback, which takes up from there, or undo it with `mycli rollback`
    the stack `mycli` is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: begun at 1970-01-01T00:00:00Z
      wait: `mycli watch mycli` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=mycli`
    the stack `mycli` is in UPDATE_ROLLBACK_IN_PROGRESS: begun at 1970-01-01T00:00:00Z
      wait: `mycli watch mycli` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=mycli`
    the stack `mycli` is in UPDATE_ROLLBACK_FAILED: `Role` (AWS::X::Y): not allowed
      mend the cause, then run `mycli rollback` with the stack's name
    ");
}

#[tokio::test(start_paused = true)]
async fn what_was_kept_of_a_failure_is_taken_up_by_who_keeps_failures() {
    for state in ["CREATE_FAILED", "UPDATE_FAILED"] {
        let fake = Fake::with_stack(state).then_change_set(ChangeSetState::Ready);
        let mut request = request();
        request.options.keep_on_failure = true;
        let plan = plan(&fake, request).await.unwrap();
        assert!(!plan.creates(), "{state}: the stack is there");
    }
}

#[tokio::test(start_paused = true)]
async fn a_template_that_is_refused_leaves_nothing_and_keeps_the_words() {
    let words = "Template format error: Unresolved resource dependencies [X]";
    let fake = Fake::default().then_change_set(ChangeSetState::Failed(words.to_owned()));
    let review = super::fake::stack("REVIEW_IN_PROGRESS");
    fake.stacks.lock().unwrap().extend([None, Some(review)]);
    let error = plan(&fake, request()).await.unwrap_err();
    assert!(matches!(&error, PlanError::Refused { reason, .. } if reason == words));
    assert_eq!(fake.asked()[1..], ["delete change set", "delete stack"]);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_began_is_told_until_the_stack_is_at_rest() {
    let fake = Fake::with_stack("UPDATE_IN_PROGRESS").then_events(&["0 mycli UPDATE_IN_PROGRESS"]);
    let [busy, cleaning, done] = [
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_COMPLETE",
    ]
    .map(super::fake::stack);
    fake.stacks
        .lock()
        .unwrap()
        .extend([Some(busy), Some(cleaning), Some(done)]);
    let fake = fake.then_events(&["1 Table UPDATE_COMPLETE", "2 mycli UPDATE_COMPLETE"]);
    let mut told = Vec::new();
    let mut sink = |step: &Progress| told.push(step.status.clone());
    assert!(
        settle(&fake, "mycli", &mut |_| (), &mut sink)
            .await
            .unwrap()
    );
    assert_eq!(told, ["UPDATE_COMPLETE", "UPDATE_COMPLETE"]);
    assert!(
        !settle(&fake, "mycli", &mut |_| (), &mut |_| ())
            .await
            .unwrap()
    );
    assert!(fake.asked().is_empty(), "watching changes nothing");
}

#[tokio::test]
async fn a_plan_that_was_kept_is_taken_up_unless_anything_has_changed_since() {
    let held = |changed_at_ms| HeldChangeSet {
        change_set: "change-set".to_owned(),
        stack_id: "arn:mycli".to_owned(),
        changed_at_ms,
    };
    let ready = || Fake::with_stack("CREATE_COMPLETE").then_change_set(ChangeSetState::Ready);
    let spaced = PlanRequest {
        template: TEMPLATE.replace('\n', " "),
        ..request()
    };
    let taken = take_up(&ready(), spaced, held(None)).await.unwrap();
    assert_eq!(taken.change_set(), Some(("change-set", "arn:mycli")));
    let other = PlanRequest {
        template: "{}".to_owned(),
        ..request()
    };
    let executed = Fake::with_stack("CREATE_COMPLETE")
        .then_change_set(ChangeSetState::Failed("it is OBSOLETE".to_owned()));
    for (fake, request, changed_at_ms, reason) in [
        (ready(), request(), Some(1), "the stack was changed since"),
        (
            ready(),
            other,
            None,
            "its change set is for another template",
        ),
        (executed, request(), None, "it is OBSOLETE"),
    ] {
        let refused = take_up(&fake, request, held(changed_at_ms))
            .await
            .unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("the plan of `mycli` is out of date: {reason}")
        );
        assert!(fake.asked().is_empty(), "{:?}", fake.asked());
    }
}
