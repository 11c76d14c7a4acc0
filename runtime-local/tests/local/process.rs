//! Commands as processes of this machine.

use runtime::cancel::cancel;
use runtime::port::{Backend, Observed, Page};
use runtime::reconcile::{START_WINDOW_MS, reconcile};
use runtime::wait::wait;
use runtime::wire::Body;
use runtime::{Execution, History, State};
use runtime_local::Local;
use std::sync::atomic::Ordering;

use super::stage::{Stage, agent, argv, lost, not_started, script};

#[tokio::test]
async fn a_command_runs_and_its_output_and_exit_code_come_back() {
    let Some(agent) = agent("a_command_runs_and_its_output_and_exit_code_come_back") else {
        return;
    };
    let stage = Stage::new(agent);
    let seen = stage.run(&script("echo out; echo err >&2; exit 7")).await;
    assert_eq!((seen.stdout().as_str(), seen.exit_code()), ("out\n", 7));
    assert_eq!(seen.execution.state, State::Failed);
    let seqs: Vec<u64> = seen.frames.iter().map(|frame| frame.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    assert!(matches!(seen.frames.last().unwrap().body, Body::Ended(_)));
    let kept = stage.local.read(&seen.execution.id).await.unwrap();
    assert_eq!(kept, Some(seen.execution));
}

#[tokio::test]
async fn every_byte_of_a_long_output_arrives() {
    let Some(agent) = agent("every_byte_of_a_long_output_arrives") else {
        return;
    };
    let stage = Stage::new(agent);
    let seen = stage
        .run(&script(
            "i=0; while [ $i -lt 200000 ]; do echo line $i; i=$((i+1)); done",
        ))
        .await;
    let lines: Vec<String> = (0..200_000)
        .map(|number| format!("line {number}"))
        .collect();
    let expected = lines.join(
        "
",
    ) + "
";
    assert!(seen.stdout() == expected, "{} bytes", seen.stdout().len());
}

#[tokio::test]
async fn only_the_plain_variables_of_the_caller_reach_the_command() {
    let Some(agent) = agent("only_the_plain_variables_of_the_caller_reach_the_command") else {
        return;
    };
    let stage = Stage::new(agent);
    let mut request = argv(&["env"]);
    request.env.insert("ASKED".to_owned(), "for\nit".to_owned());
    let seen = stage.run(&request).await;
    assert!(
        seen.stdout().contains("ASKED=for\nit\n"),
        "{}",
        seen.stdout()
    );
    assert!(seen.stdout().contains("PATH="), "{}", seen.stdout());
    // Cargo sets this one for every test.
    assert!(
        !seen.stdout().contains("CARGO_MANIFEST_DIR"),
        "{}",
        seen.stdout()
    );
    assert!(!seen.stdout().contains("MYCLI_"), "{}", seen.stdout());
}

#[tokio::test]
async fn cancel_ends_the_command_and_the_row_says_so() {
    let Some(agent) = agent("cancel_ends_the_command_and_the_row_says_so") else {
        return;
    };
    let stage = Stage::new(agent);
    let execution = stage.start(&argv(&["sleep", "600"])).await;
    cancel(stage.site(), &execution.id).await.unwrap();
    let ended = wait(stage.site(), &execution.id).await.unwrap();
    assert_eq!(ended.state, State::Cancelled);
    assert_eq!(ended.outcome.as_ref().unwrap().exit_code, 130);
    assert!(ended.cancel_requested_at_ms.is_some());
    assert!(!stage.place(&ended).join("workspace").exists());
}

#[tokio::test]
async fn a_killed_agent_is_found_while_following_and_by_the_next_program() {
    let Some(agent) = agent("a_killed_agent_is_found_while_following_and_by_the_next_program")
    else {
        return;
    };
    let stage = Stage::new(agent);
    let request = script("echo begun; exec sleep 600");
    let watched = stage.start(&request).await;
    let unwatched = stage.start(&request).await;
    for execution in [&watched, &unwatched] {
        started(&stage, execution).await;
        kill(execution.handle.as_deref().unwrap());
    }
    let seen = stage.follow(&watched).await;
    assert_eq!((seen.execution.state, seen.exit_code()), (State::Lost, 125));
    assert!(
        lost(&seen.execution).contains("was killed by signal 9"),
        "{}",
        lost(&seen.execution)
    );
    assert_eq!(seen.stdout(), "begun\n");

    // Another program, which is not the agent's parent.
    let data = stage.directory.path().join("data");
    let other = Local::open(&data, stage.agent.clone()).unwrap();
    let site = runtime::Site {
        history: &other,
        backend: &other,
        ..stage.site()
    };
    let page = Page {
        limit: 10,
        states: vec![State::Lost],
        token: None,
    };
    let listed = runtime::list::list(site, &page).await.unwrap();
    assert_eq!(listed.executions.len(), 2, "{listed:?}");
    assert!(listed.executions.iter().all(|row| row.outcome.is_some()));
}

#[tokio::test]
async fn an_execution_outlives_the_program_that_started_it() {
    let Some(agent) = agent("an_execution_outlives_the_program_that_started_it") else {
        return;
    };
    let mut stage = Stage::new(agent);
    let execution = stage.start(&script("sleep 0.3; echo late; exit 3")).await;
    let data = stage.directory.path().join("data");
    stage.local = Local::open(&data, stage.agent.clone()).unwrap();
    let seen = stage.follow(&execution).await;
    assert_eq!((seen.stdout().as_str(), seen.exit_code()), ("late\n", 3));
}

#[tokio::test]
async fn starting_twice_starts_one_agent() {
    let Some(agent) = agent("starting_twice_starts_one_agent") else {
        return;
    };
    let stage = Stage::new(agent);
    let execution = stage.start(&script("echo once")).await;
    let order = runtime::wire::Order {
        version: runtime::wire::order::VERSION,
        execution: execution.id.to_string(),
        command: execution.command.clone(),
        env: std::collections::BTreeMap::new(),
        source: None,
        timeout_ms: None,
        grace_ms: 0,
        masked: Vec::new(),
        output_limit: None,
        terminal: None,
    };
    let again = stage.local.start(&execution, &order).await.unwrap();
    assert_eq!(Some(again), execution.handle);
    let seen = stage.follow(&execution).await;
    assert_eq!(seen.stdout(), "once\n");
    let after_the_end = stage.local.start(&execution, &order).await.unwrap();
    assert_eq!(Some(after_the_end), execution.handle);
}

#[tokio::test]
async fn a_program_killed_before_the_start_leaves_a_row_that_comes_true() {
    let stage = Stage::new(Vec::new());
    let execution = recorded(&stage).await;
    let young = reconcile(stage.site(), execution.clone()).await.unwrap();
    assert_eq!(young.state, State::Submitted);
    stage
        .clock
        .ahead_ms
        .store(START_WINDOW_MS, Ordering::Relaxed);
    let old = reconcile(stage.site(), execution).await.unwrap();
    assert_eq!(old.state, State::Failed);
    assert_eq!(not_started(&old).0, "dispatch.interrupted");
}

#[tokio::test]
async fn what_was_cancelled_before_its_start_never_starts() {
    let stage = Stage::new(Vec::new());
    let execution = recorded(&stage).await;
    let cancelled = cancel(stage.site(), &execution.id).await.unwrap();
    assert_eq!(cancelled.state, State::Cancelled);
    let order = runtime::wire::Order {
        version: runtime::wire::order::VERSION,
        execution: execution.id.to_string(),
        command: execution.command.clone(),
        env: std::collections::BTreeMap::new(),
        source: None,
        timeout_ms: None,
        grace_ms: 0,
        masked: Vec::new(),
        output_limit: None,
        terminal: None,
    };
    let refused = stage.local.start(&execution, &order).await.unwrap_err();
    assert_eq!(refused.code, Some("dispatch.cancelled"));
    assert_eq!(
        stage.local.observe(&execution).await.unwrap(),
        Observed::Absent
    );
}

#[tokio::test]
async fn an_agent_that_is_no_program_ends_the_execution_as_not_started() {
    let stage = Stage::new(b"not a program".to_vec());
    let execution = stage.start(&script("true")).await;
    assert_eq!(execution.state, State::Failed);
    let (_, message) = not_started(&execution);
    assert!(message.contains("Exec format error"), "{message}");
    assert_eq!(
        stage.local.read(&execution.id).await.unwrap(),
        Some(execution.clone())
    );
    assert!(!stage.place(&execution).join("order.json").exists());
}

/// A row whose program was killed before it could start anything.
async fn recorded(stage: &Stage) -> Execution {
    use runtime::Ambient as _;

    let request = script("true");
    let execution = Execution {
        id: runtime::ExecutionId::from_random(7),
        state: State::Submitted,
        command: request.command,
        image: None,
        source: None,
        commit: None,
        env_names: Vec::new(),
        timeout_ms: None,
        created_at_ms: stage.clock.now_ms(),
        started_at_ms: None,
        ended_at_ms: None,
        outcome: None,
        handle: None,
        cancel_requested_at_ms: None,
        requested_by: None,
        recorded_by: "test".to_owned(),
    };
    stage.local.record(&execution).await.unwrap();
    execution
}

/// Returns when the command has written something.
async fn started(stage: &Stage, execution: &Execution) {
    assert!(!execution.state.is_final(), "{execution:?}");
    loop {
        let frames = stage.local.frames(&execution.id, 0).await.unwrap();
        if frames
            .iter()
            .any(|frame| matches!(frame.body, Body::Stdout(_)))
        {
            return;
        }
        tokio::task::yield_now().await;
    }
}

fn kill(process: &str) {
    let status = std::process::Command::new("kill")
        .args(["-KILL", process])
        .status();
    assert!(status.unwrap().success());
}
