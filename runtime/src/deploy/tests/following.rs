use super::fake::{Fake, event, request};
use crate::deploy::{ChangeSetState, Event, Progress, UnderWay, apply, plan, settle};
use crate::diagnosis::Diagnosis;

const NEWS: &str = "arn:aws:cloudformation:r:1:stack/mycli-News-1/uuid";
const DEEP: &str = "arn:aws:cloudformation:r:1:stack/mycli-News-1-Deep-1/uuid";

/// An event about the stack with that id, which is nested in the stack the event is of.
fn nested(line: &str, id: &str) -> Event {
    Event {
        id: line.to_owned(),
        resource_type: "AWS::CloudFormation::Stack".to_owned(),
        physical_id: Some(id.to_owned()),
        ..event(line)
    }
}

fn lines(events: &[&str]) -> Vec<Event> {
    events.iter().map(|line| event(line)).collect()
}

/// What a person would see of a step.
fn shown(step: &Progress) -> String {
    let expected = step.expected_ms.map(|ms| format!(" (took {ms})"));
    let took = step.took_ms.map(|ms| format!(" in {ms}"));
    format!(
        "{} {}{} {}{}{}",
        step.elapsed_ms,
        "  ".repeat(step.within.len()),
        step.logical_id,
        step.status,
        took.unwrap_or_default(),
        expected.unwrap_or_default()
    )
}

/// A stack with one nested in it, and another in that; all their events are there whenever it asks, old ones too.
fn tree(end: &[&str]) -> Fake {
    let mut news = lines(&["3 Old CREATE_COMPLETE"]);
    news.extend([
        nested("12 mycli-News-1 UPDATE_IN_PROGRESS", NEWS),
        event("13 Topic UPDATE_IN_PROGRESS"),
        nested("13 Deep UPDATE_IN_PROGRESS", DEEP),
    ]);
    let mut deep = vec![nested("14 mycli-News-1-Deep-1 UPDATE_IN_PROGRESS", DEEP)];
    if end.is_empty() {
        deep.extend(lines(&[
            "14 Queue UPDATE_IN_PROGRESS",
            "15 Queue UPDATE_COMPLETE",
        ]));
        news.push(nested("15 Deep UPDATE_COMPLETE", DEEP));
        news.push(event("16 Topic UPDATE_COMPLETE"));
    } else {
        deep.extend(lines(&["15 Queue UPDATE_FAILED Queue already exists"]));
        let failed = "16 Deep UPDATE_FAILED Embedded stack was not updated";
        news.push(nested(failed, DEEP));
    }
    let mut first = lines(&["10 mycli UPDATE_IN_PROGRESS"]);
    first.push(nested("11 News UPDATE_IN_PROGRESS", NEWS));
    let mut last = vec![nested(
        end.first().unwrap_or(&"17 News UPDATE_COMPLETE"),
        NEWS,
    )];
    last.push(event(end.last().unwrap_or(&"18 mycli UPDATE_COMPLETE")));
    let fake = Fake {
        nested: [(NEWS.to_owned(), news), (DEEP.to_owned(), deep)].into(),
        ..Fake::with_stack("CREATE_COMPLETE")
    };
    let fake = fake.then_change_set(ChangeSetState::Ready);
    let again: Vec<Event> = first.iter().cloned().chain(last).collect();
    let mut told = fake.events.lock().unwrap();
    told.push_back(Ok(first.clone()));
    told.push_back(Ok(first));
    told.push_back(Ok(again));
    drop(told);
    fake
}

#[tokio::test(start_paused = true)]
async fn nested_stacks_are_followed_in_their_place_and_nothing_is_told_twice() {
    let fake = tree(&[]);
    let planned = plan(&fake, request()).await.unwrap();
    let mut told = Vec::new();
    apply(&fake, planned, &mut |step: &Progress| {
        told.push(shown(step));
    })
    .await
    .unwrap();
    insta::assert_snapshot!(told.join("\n"), @"
    0 mycli UPDATE_IN_PROGRESS
    1 News UPDATE_IN_PROGRESS
    3   Topic UPDATE_IN_PROGRESS
    3   Deep UPDATE_IN_PROGRESS
    4     Queue UPDATE_IN_PROGRESS
    5     Queue UPDATE_COMPLETE in 1
    5   Deep UPDATE_COMPLETE in 2
    6   Topic UPDATE_COMPLETE in 3
    7 News UPDATE_COMPLETE in 6
    8 mycli UPDATE_COMPLETE in 8
    ");
}

#[tokio::test(start_paused = true)]
async fn what_failed_in_a_nested_stack_is_the_cause() {
    let fake = tree(&[
        "17 News UPDATE_FAILED Embedded stack was not updated",
        "18 mycli UPDATE_ROLLBACK_COMPLETE",
    ]);
    let planned = plan(&fake, request()).await.unwrap();
    let error = apply(&fake, planned, &mut |_| ()).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "`Queue` (AWS::X::Y): Queue already exists");
    assert!(
        error.hint().unwrap().contains("has this name"),
        "{:?}",
        error.hint()
    );
}

#[tokio::test(start_paused = true)]
async fn what_took_long_last_time_is_foretold() {
    let fake = Fake::with_stack("CREATE_COMPLETE").then_change_set(ChangeSetState::Ready);
    let fake = fake.then_events(&[
        "0 mycli CREATE_IN_PROGRESS",
        "1 Table CREATE_IN_PROGRESS",
        "90 Table CREATE_COMPLETE",
        "91 mycli CREATE_COMPLETE",
        "100 mycli UPDATE_IN_PROGRESS",
        "110 Table UPDATE_IN_PROGRESS",
        "115 Table UPDATE_IN_PROGRESS still",
        "150 Table UPDATE_COMPLETE",
        "160 mycli UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "170 mycli UPDATE_COMPLETE",
        "200 mycli UPDATE_IN_PROGRESS",
        "210 Table UPDATE_FAILED no",
        "220 mycli UPDATE_ROLLBACK_COMPLETE",
    ]);
    let fake = fake.then_events(&[
        "300 mycli UPDATE_IN_PROGRESS",
        "301 Table UPDATE_IN_PROGRESS",
        "302 New CREATE_IN_PROGRESS",
        "340 Table UPDATE_COMPLETE",
        "341 New CREATE_COMPLETE",
        "342 mycli UPDATE_COMPLETE",
    ]);
    let planned = plan(&fake, request()).await.unwrap();
    let mut told = Vec::new();
    // The fake tells of what was before as often as it is asked before the change set is executed.
    apply(&fake, planned, &mut |step: &Progress| {
        told.push(shown(step));
    })
    .await
    .unwrap();
    insta::assert_snapshot!(told.join("\n"), @"
    0 mycli UPDATE_IN_PROGRESS (took 70)
    1 Table UPDATE_IN_PROGRESS (took 40)
    2 New CREATE_IN_PROGRESS
    40 Table UPDATE_COMPLETE in 39
    41 New CREATE_COMPLETE in 39
    42 mycli UPDATE_COMPLETE in 42
    ");
}

/// An update that somebody began, some of which is done.
fn busy() -> Fake {
    let mut events = lines(&[
        "0 mycli CREATE_IN_PROGRESS",
        "1000 mycli CREATE_COMPLETE",
        "1795477018000 mycli UPDATE_IN_PROGRESS",
        "1795477019000 Table UPDATE_IN_PROGRESS",
        "1795477019000 Bucket UPDATE_IN_PROGRESS",
        "1795477020000 Bucket UPDATE_COMPLETE",
    ]);
    for (at, event) in events.iter_mut().enumerate() {
        event.id = at.to_string();
        event.token = Some("mycli-17".to_owned()).filter(|_| at > 1);
    }
    let fake = Fake::with_stack("UPDATE_IN_PROGRESS");
    fake.events.lock().unwrap().push_back(Ok(events));
    fake
}

#[tokio::test]
async fn who_comes_second_is_told_since_when_what_and_with_what_and_how_to_find_out_who() {
    let error = plan(&busy(), request()).await.unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{}", error.hint().unwrap()), @"
    the stack `mycli` is in UPDATE_IN_PROGRESS: begun at 2026-11-23T23:36:58Z with `mycli` (change set mycli-17), working on Table
    wait: `mycli watch mycli` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=mycli`
    ");
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_told_when_the_watching_begins() {
    let fake = busy();
    let more = "3 mycli UPDATE_COMPLETE";
    let fake = fake.then_events(&[more]);
    let stacks = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"].map(super::fake::stack);
    fake.stacks.lock().unwrap().extend(stacks.map(Some));
    let mut begun: Vec<UnderWay> = Vec::new();
    let mut begins = |it: &UnderWay| begun.push(it.clone());
    assert!(
        settle(&fake, "mycli", &mut begins, &mut |_| ())
            .await
            .unwrap()
    );
    let [begun] = begun.as_slice() else {
        panic!("it was told {} times", begun.len());
    };
    assert_eq!(
        (begun.since_ms, begun.in_progress.as_slice()),
        (1_795_477_018_000, ["Table".to_owned()].as_slice())
    );
}
