//! Bringing a stack back, and finding what others changed.

use super::fake::{Fake, request, resource, stack};
use crate::deploy::{
    ChangeSetState, Drift, PlanRequest, RollbackError, apply, drift, plan, roll_back, rollback_of,
};
use crate::diagnosis::Diagnosis;

#[tokio::test]
async fn every_state_is_brought_back_in_its_own_way_or_says_why_not() {
    let mut told = String::new();
    for (state, skip) in [
        ("UPDATE_IN_PROGRESS", ""),
        ("CREATE_IN_PROGRESS", ""),
        ("DELETE_IN_PROGRESS", ""),
        ("UPDATE_ROLLBACK_IN_PROGRESS", ""),
        ("CREATE_FAILED", ""),
        ("UPDATE_FAILED", ""),
        ("UPDATE_ROLLBACK_FAILED", ""),
        ("UPDATE_ROLLBACK_FAILED", "Table"),
        ("UPDATE_FAILED", "Table"),
        ("UPDATE_COMPLETE", ""),
        ("UPDATE_ROLLBACK_COMPLETE", ""),
        ("ROLLBACK_FAILED", ""),
        ("REVIEW_IN_PROGRESS", ""),
    ] {
        let fake = Fake::with_stack(state).then_events(&[]);
        let skip: Vec<String> = skip.split_whitespace().map(str::to_owned).collect();
        let found = rollback_of(&fake, &stack(state), skip).await;
        let found = match found {
            Ok(rollback) => format!("{rollback:?}"),
            Err(error) => format!("no: {}", error.hint().unwrap()),
        };
        told.extend([state, ": ", &found, "\n"]);
    }
    insta::assert_snapshot!(told, @r#"
    UPDATE_IN_PROGRESS: Cancel
    CREATE_IN_PROGRESS: no: only an update can be stopped half way: `mycli watch` watches this to its end
    DELETE_IN_PROGRESS: no: only an update can be stopped half way: `mycli watch` watches this to its end
    UPDATE_ROLLBACK_IN_PROGRESS: Watch
    CREATE_FAILED: Undo
    UPDATE_FAILED: Undo
    UPDATE_ROLLBACK_FAILED: Continue { skip: [] }
    UPDATE_ROLLBACK_FAILED: Continue { skip: ["Table"] }
    UPDATE_FAILED: no: resources can be skipped only where undoing an update has failed (UPDATE_ROLLBACK_FAILED)
    UPDATE_COMPLETE: no: there is nothing to undo: to bring an earlier state back, deploy the earlier template
    UPDATE_ROLLBACK_COMPLETE: no: there is nothing to undo: to bring an earlier state back, deploy the earlier template
    ROLLBACK_FAILED: no: `mycli diagnose` says what can be done in this state
    REVIEW_IN_PROGRESS: no: `mycli diagnose` says what can be done in this state
    "#);
}

#[tokio::test(start_paused = true)]
async fn undoing_is_followed_to_its_end_and_says_what_failed_in_it() {
    for (ends, is_back) in [
        ("3 mycli UPDATE_ROLLBACK_COMPLETE", true),
        ("3 mycli UPDATE_ROLLBACK_FAILED", false),
    ] {
        let fake = Fake::with_stack("UPDATE_ROLLBACK_FAILED").then_events(&[
            "1 mycli UPDATE_ROLLBACK_IN_PROGRESS",
            "2 Table UPDATE_FAILED still no",
            ends,
        ]);
        let stack = stack("UPDATE_ROLLBACK_FAILED");
        let how = rollback_of(&fake, &stack, vec!["Queue".to_owned()]).await;
        let mut steps = 0;
        let back = roll_back(&fake, &stack, &how.unwrap(), &mut |_| steps += 1).await;
        assert_eq!(back.is_ok(), is_back, "{back:?}");
        if let Err(RollbackError::Apply(error)) = back {
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(cause, "`Table` (AWS::X::Y): still no");
        }
        assert_eq!(
            (fake.asked(), steps),
            (vec![r#"continue rollback without ["Queue"]"#.to_owned()], 3)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_stack_is_protected_before_anything_in_it_changes() {
    let fake = Fake::with_stack("CREATE_COMPLETE")
        .then_change_set(ChangeSetState::Ready)
        .then_events(&["1 mycli UPDATE_COMPLETE"]);
    let mut wanted = PlanRequest {
        protected: Some(true),
        policy: Some("{}".to_owned()),
        ..request()
    };
    wanted.options.keep_on_failure = true;
    let planned = plan(&fake, wanted).await.unwrap();
    apply(&fake, planned, &mut |_| {}).await.unwrap();
    assert_eq!(
        fake.asked()[1..],
        ["protect: true", "policy: {}", "execute and keep"]
    );
}

#[tokio::test]
async fn protection_alone_is_a_change() {
    let fake = Fake::with_stack("CREATE_COMPLETE").then_change_set(ChangeSetState::Empty);
    for (protected, is_empty) in [(None, true), (Some(false), true), (Some(true), false)] {
        let wanted = PlanRequest {
            protected,
            ..request()
        };
        let planned = plan(&fake, wanted).await.unwrap();
        assert_eq!(planned.is_empty(), is_empty, "{protected:?}");
        apply(&fake, planned, &mut |_| {}).await.unwrap();
    }
    assert_eq!(fake.asked().last().unwrap(), "protect: true");
}

#[tokio::test]
async fn parameters_that_nobody_names_keep_their_value() {
    let fake = Fake::with_stack("CREATE_COMPLETE").then_change_set(ChangeSetState::Ready);
    let template = r#"{"Parameters": {"Cidr": {}, "New": {}}, "Resources": {}}"#;
    for parameters in [vec![], vec![("Cidr", "10.1.0.0/16")]] {
        let parameters = parameters.into_iter();
        let wanted = PlanRequest {
            template: template.to_owned(),
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            ..request()
        };
        let _held = plan(&fake, wanted).await.unwrap();
    }
    assert_eq!(
        fake.asked(),
        [
            r#"change set to update, retains 0, previous "Cidr""#,
            r#"change set to update, retains 0, previous """#,
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn drift_is_waited_for_where_it_can_be_found() {
    let found = Drift {
        in_sync: 1,
        unchecked: vec![resource("Vpc", "AWS::EC2::VPC")],
        ..Drift::default()
    };
    let fake = Fake::default();
    fake.drifts
        .lock()
        .unwrap()
        .extend([None, None, Some(found.clone())]);
    assert_eq!(drift(&fake, &stack("UPDATE_COMPLETE")).await, Ok(found));
    for state in [
        "UPDATE_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "CREATE_IN_PROGRESS",
    ] {
        let refused = drift(&fake, &stack(state)).await.unwrap_err();
        assert_eq!(refused.code(), "stack.not-ready", "{state}");
    }
}
