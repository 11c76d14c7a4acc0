//! What facts mean, as tables.

use super::Verdict::{self, Fail, Skipped, Warn};
use super::rules::*;
use super::{Check, Finding, complete};
use crate::deploy::StackState;
use crate::port::{Problem, ProviderError};

#[test]
fn aws_refuses_five_minutes_and_one_is_worth_a_word() {
    for (ahead_ms, verdict, says) in [
        (0, Verdict::Ok, "goes as AWS's"),
        (-1_999, Verdict::Ok, "goes as AWS's"),
        (59_999, Verdict::Ok, "59 seconds ahead of"),
        (60_000, Warn, "60 seconds ahead of"),
        (-299_000, Warn, "299 seconds behind"),
        (300_000, Fail, "AWS refuses"),
        (i64::MIN, Fail, "behind"),
    ] {
        let found = clock(ahead_ms);
        assert_eq!(found.verdict, verdict, "{ahead_ms}");
        assert!(found.what.contains(says), "{found:?}");
        assert_eq!(found.fix.is_none(), verdict == Verdict::Ok, "{found:?}");
    }
}

#[test]
fn a_stack_is_as_good_as_its_state() {
    let verdict = |state: &str, known: bool| {
        let state = StackState(state.to_owned());
        let refresh = (!known).then_some("mycli context add team");
        stack("team", Some(&state), "here", refresh).verdict
    };
    let table: [(&str, bool, Verdict); 8] = [
        ("CREATE_COMPLETE", true, Verdict::Ok),
        ("UPDATE_COMPLETE", true, Verdict::Ok),
        ("UPDATE_COMPLETE", false, Warn),
        ("UPDATE_IN_PROGRESS", true, Warn),
        ("UPDATE_ROLLBACK_COMPLETE", true, Warn),
        ("ROLLBACK_COMPLETE", true, Fail),
        ("CREATE_IN_PROGRESS", true, Fail),
        ("DELETE_FAILED", true, Fail),
    ];
    for (state, known, wanted) in table {
        assert_eq!(verdict(state, known), wanted, "{state} {known}");
    }
    assert_eq!(stack("team", None, "here", None).verdict, Fail);
}

#[test]
fn only_a_version_that_does_not_get_along_is_wrong() {
    let other = || "9.9.9".to_owned();
    for (recorded, verdict, fix) in [
        (Version::Same, Verdict::Ok, None),
        (Version::Unrecorded, Warn, Some("`mycli init` upgrades it")),
        (
            Version::Older(other()),
            Warn,
            Some("`mycli init` upgrades it"),
        ),
        (
            Version::Newer(other()),
            Warn,
            Some("get mycli 9.9.9; until then `mycli init` is refused"),
        ),
        (Version::TooNew(other()), Fail, Some("get mycli 9.9.9")),
    ] {
        let found = version(&recorded, "1.0.0");
        assert_eq!((found.verdict, found.fix.as_deref()), (verdict, fix));
    }
}

#[test]
fn the_agent_is_there_and_this_programs() {
    let verdict = |found| agent("r", found, "sha256:a").verdict;
    assert_eq!(verdict(None), Fail);
    assert_eq!(verdict(Some("sha256:a")), Verdict::Ok);
    assert_eq!(verdict(Some("sha256:b")), Warn);
}

#[test]
fn drift_is_looked_at_and_does_not_stop_a_command() {
    for (last, verdict) in [
        (LastDrift::NeverLooked, Skipped),
        (LastDrift::InSync, Verdict::Ok),
        (LastDrift::Drifted(None), Warn),
        (LastDrift::Drifted(Some(3)), Warn),
    ] {
        assert_eq!(drift("team", last).verdict, verdict, "{last:?}");
    }
}

#[test]
fn there_is_room_for_one_execution_at_least() {
    for (limit, verdict) in [
        (0.0, Warn),
        (0.2, Warn),
        (0.25, Verdict::Ok),
        (4000.0, Verdict::Ok),
    ] {
        assert_eq!(quota(limit, 0.25).verdict, verdict, "{limit}");
    }
}

#[test]
fn rights_are_listed_where_they_cannot_be_simulated() {
    let needed = ["ecs:RunTask", "s3:PutObject"];
    let policies = |missing: &[&str], unsure: &[&str]| {
        let set = |actions: &[&str]| actions.iter().map(|it| (*it).to_owned()).collect();
        Ok(Simulated::Policies {
            missing: set(missing),
            unsure: set(unsure),
        })
    };
    let denied = ProviderError::new(Problem::Denied, "iam:SimulatePrincipalPolicy", "no");
    for (simulated, verdict, says) in [
        (Ok(Simulated::Root), Verdict::Ok, "root user"),
        (policies(&[], &[]), Verdict::Ok, "all 2 actions"),
        (
            policies(&needed, &[]),
            Warn,
            "me may not ecs:RunTask, s3:PutObject",
        ),
        (
            policies(&["ecs:RunTask"], &needed),
            Warn,
            "me may not ecs:RunTask",
        ),
        (
            policies(&[], &["ecs:RunTask"]),
            Skipped,
            "decide over ecs:RunTask;",
        ),
        (Err(denied), Skipped, "needed are ecs:RunTask, s3:PutObject"),
    ] {
        let found = permissions("me", &needed, simulated);
        assert_eq!(found.verdict, verdict, "{found:?}");
        assert!(found.what.contains(says), "{found:?}");
    }
}

#[test]
fn a_right_to_look_that_is_missing_is_no_fault() {
    for (problem, verdict) in [
        (Problem::Denied, Skipped),
        (Problem::Invalid, Skipped),
        (Problem::Unreachable, Warn),
        (Problem::Failed, Warn),
    ] {
        let error = ProviderError::new(problem, "ec2:DescribeSubnets", "no");
        let found = unknown(Check::Network, &error);
        assert_eq!(found.verdict, verdict, "{problem:?}");
        assert!(found.what.contains("ec2:DescribeSubnets: no"), "{found:?}");
    }
}

#[test]
fn a_failure_is_told_once_and_what_needs_it_is_skipped() {
    let findings = vec![
        Finding::fail(Check::Credentials, "none", "log in"),
        Finding::ok(Check::Region, "here"),
        Finding::ok(Check::Clock, "right"),
        Finding::warn(Check::Engine, "none", "start it"),
    ];
    let told = complete(findings);
    let told = told.iter().map(|it| (it.check.code(), it.verdict.word()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            ("engine", "warn"),
            ("region", "ok"),
            ("clock", "ok"),
            ("credentials", "fail"),
            ("stack", "skipped"),
            ("version", "skipped"),
            ("drift", "skipped"),
            ("agent", "skipped"),
            ("network", "skipped"),
            ("permissions", "skipped"),
            ("quota", "skipped"),
        ]
    );
}

#[test]
fn without_an_installation_nothing_more_is_said_of_aws() {
    let none = vec![Finding::skipped(Check::Installation, "none")];
    assert_eq!(complete(none.clone()), none);
}

#[test]
fn every_check_comes_after_what_it_needs() {
    for (place, check) in Check::ALL.into_iter().enumerate() {
        assert!(
            check
                .needs()
                .is_none_or(|needed| Check::ALL[..place].contains(&needed))
        );
        assert!(
            Check::ALL[..place]
                .iter()
                .all(|other| other.code() != check.code())
        );
    }
}
