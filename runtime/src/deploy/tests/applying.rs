use super::fake::{Fake, request};
use crate::deploy::{ApplyError, ChangeSetState, Progress, Step, apply, plan};
use crate::port::Problem;

fn ready() -> Fake {
    Fake::with_stack("CREATE_COMPLETE").then_change_set(ChangeSetState::Ready)
}

async fn applied(fake: &Fake) -> (Result<(), ApplyError>, Vec<Progress>) {
    let plan = plan(fake, request()).await.unwrap();
    let mut told = Vec::new();
    let outcome = apply(fake, plan, &mut |progress| told.push(progress.clone())).await;
    (outcome.map(drop), told)
}

#[tokio::test(start_paused = true)]
async fn every_event_is_told_once_however_often_it_comes() {
    let first = [
        "1000 mycli UPDATE_IN_PROGRESS",
        "1100 Table UPDATE_IN_PROGRESS",
    ];
    let again = [
        first[0],
        first[1],
        "3100 Table UPDATE_COMPLETE",
        "3200 mycli UPDATE_COMPLETE",
    ];
    let fake = ready()
        .then_events(&first)
        .then_events(&[])
        .then_events(&again);
    let (outcome, told) = applied(&fake).await;
    outcome.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|progress| {
            (
                progress.logical_id.as_str(),
                progress.step,
                progress.elapsed_ms,
                progress.took_ms,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("mycli", Step::Started, 0, None),
            ("Table", Step::Started, 100, None),
            ("Table", Step::Done, 2100, Some(2000)),
            ("mycli", Step::Done, 2200, Some(2200)),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_failed_first_is_named_and_not_what_followed_from_it() {
    let fake = ready().then_events(&[
        "1 mycli UPDATE_IN_PROGRESS",
        "2 Vpc UPDATE_FAILED Resource update cancelled",
        "3 Role UPDATE_FAILED role `r` is not yours",
        "4 Table UPDATE_FAILED Resource creation cancelled",
        "5 mycli UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [Role, Vpc, Table].",
        "6 Bucket DELETE_IN_PROGRESS",
        "7 mycli UPDATE_ROLLBACK_COMPLETE",
    ]);
    let (outcome, told) = applied(&fake).await;
    let Err(ApplyError::Failed {
        state,
        first,
        others,
        ..
    }) = outcome
    else {
        panic!("it was applied");
    };
    assert_eq!(state.0, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(
        first.to_string(),
        "`Role` (AWS::X::Y): role `r` is not yours"
    );
    assert!(others.is_empty());
    let steps: Vec<Step> = told.iter().map(|progress| progress.step).collect();
    assert_eq!(
        steps,
        [
            Step::Started,
            Step::Cancelled,
            Step::Failed,
            Step::Cancelled,
            Step::Undoing,
            Step::Undoing,
            Step::Done
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_stack_itself_is_told_where_no_resource_failed() {
    let fake = ready().then_events(&[
        "1 mycli UPDATE_IN_PROGRESS",
        "2 mycli UPDATE_ROLLBACK_IN_PROGRESS Transform failed",
        "3 mycli UPDATE_ROLLBACK_COMPLETE",
    ]);
    let (outcome, _) = applied(&fake).await;
    let Err(ApplyError::Failed { first, .. }) = outcome else {
        panic!("it was applied");
    };
    assert_eq!(first.reason, "Transform failed");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_silent_for_a_while_loses_nothing() {
    let fake = ready()
        .then_events(&["1 mycli UPDATE_IN_PROGRESS"])
        .then_no_events(Problem::Unreachable)
        .then_no_events(Problem::Throttled)
        .then_events(&["2 mycli UPDATE_COMPLETE"]);
    let (outcome, told) = applied(&fake).await;
    outcome.unwrap();
    assert_eq!(told.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_stays_silent_is_an_error_that_says_the_work_goes_on() {
    let fake = ready().then_no_events(Problem::Unreachable);
    let (outcome, _) = applied(&fake).await;
    let hint = crate::Diagnosis::hint(&outcome.unwrap_err()).unwrap();
    assert!(hint.contains("goes on without us"), "{hint}");
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_attempt_left_is_deleted_before_the_stack_is_made_anew() {
    let fake = Fake::with_stack("ROLLBACK_COMPLETE")
        .then_change_set(ChangeSetState::Ready)
        .then_events(&["1 mycli DELETE_IN_PROGRESS", "2 mycli DELETE_COMPLETE"])
        .then_events(&[])
        .then_events(&["3 mycli CREATE_IN_PROGRESS", "4 mycli CREATE_COMPLETE"]);
    applied(&fake).await.0.unwrap();
    let asked = [
        "delete stack",
        "change set to create, retains 1, previous \"\"",
        "execute",
    ];
    assert_eq!(fake.asked(), asked);
}
