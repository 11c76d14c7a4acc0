//! Commands in containers, by a real engine.

use bollard::Docker;
use bollard::body_full;
use bollard::query_parameters::{
    CreateImageOptionsBuilder, InspectContainerOptions, KillContainerOptions,
    ListContainersOptionsBuilder,
};
use futures_util::StreamExt as _;
use runtime::cancel::cancel;
use runtime::wait::wait;
use runtime::wire::Body;
use runtime::{Execution, History as _, Request, State};
use runtime_local::Local;

use super::stage::{Seen, Stage, agent, argv, lost, not_started, script};

/// An image with `/bin/sh` whose own entry point would spoil everything.
const PLAIN: &str = "mycli-test/plain:1";
/// The same for a user who is nobody.
const NOBODY: &str = "mycli-test/nobody:1";
/// An image that holds one program and no shell.
const BARE: &str = "mycli-test/bare:1";

/// The engine with the test images, or nothing, after saying which test is skipped for that.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
async fn engine(test: &str) -> Option<Docker> {
    let Ok(address) = std::env::var("DOCKER_HOST") else {
        eprintln!("skipped: {test} (DOCKER_HOST names no container engine)");
        return None;
    };
    let Ok(busybox) = std::fs::read("/bin/busybox").or_else(|_| std::fs::read("/usr/bin/busybox"))
    else {
        eprintln!("skipped: {test} (there is no static busybox to make an image of)");
        return None;
    };
    let engine = Docker::connect_with_host(&address).unwrap();
    let engine = engine.negotiate_version().await.unwrap();
    let spoiler = "ENTRYPOINT [\"/bin/busybox\", \"false\"]";
    let shell = [
        "bin/busybox",
        "bin/sh",
        "bin/id",
        "bin/cat",
        "bin/env",
        "bin/sleep",
    ];
    import(
        &engine,
        PLAIN,
        &busybox,
        &shell,
        &["ENV PATH=/bin", spoiler],
    )
    .await;
    let nobody = ["ENV PATH=/bin", spoiler, "USER 65534:65534"];
    import(&engine, NOBODY, &busybox, &shell, &nobody).await;
    import(&engine, BARE, &busybox, &["echo"], &[spoiler]).await;
    Some(engine)
}

/// Makes an image with `program` under each of `paths`.
async fn import(engine: &Docker, name: &str, program: &[u8], paths: &[&str], changes: &[&str]) {
    let mut archive = tar::Builder::new(Vec::new());
    for path in paths {
        let mut header = tar::Header::new_gnu();
        header.set_size(program.len() as u64);
        header.set_mode(0o755);
        archive.append_data(&mut header, path, program).unwrap();
    }
    let (repository, tag) = name.split_once(':').unwrap();
    let mut options = CreateImageOptionsBuilder::new()
        .from_src("-")
        .repo(repository)
        .tag(tag)
        .build();
    options.changes = changes.iter().map(|change| (*change).to_owned()).collect();
    let body = body_full(archive.into_inner().unwrap().into());
    let mut answers = Box::pin(engine.create_image(Some(options), Some(body), None));
    while let Some(answer) = answers.next().await {
        answer.unwrap();
    }
}

fn within(image: &str, request: Request) -> Request {
    Request {
        image: Some(image.to_owned()),
        ..request
    }
}

#[tokio::test]
async fn a_container_runs_the_command_and_not_what_its_image_would() {
    const TEST: &str = "a_container_runs_the_command_and_not_what_its_image_would";
    let (Some(agent), Some(engine)) = (agent(TEST), engine(TEST).await) else {
        return;
    };
    let stage = Stage::new(agent);
    let mut request = within(PLAIN, script("echo out; echo err >&2; echo \"$A\"; exit 7"));
    request
        .env
        .insert("A".to_owned(), "it's \"here\"".to_owned());
    let seen = stage.run(&request).await;
    assert_eq!(
        (seen.stdout().as_str(), seen.exit_code()),
        ("out\nit's \"here\"\n", 7)
    );
    assert_eq!(seen.execution.state, State::Failed);
    gone(&engine, &seen.execution).await;
    assert!(!stage.place(&seen.execution).join("workspace").exists());
}

#[tokio::test]
async fn an_image_without_a_shell_runs_its_program() {
    const TEST: &str = "an_image_without_a_shell_runs_its_program";
    let (Some(agent), Some(_)) = (agent(TEST), engine(TEST).await) else {
        return;
    };
    let stage = Stage::new(agent);
    let seen = stage
        .run(&within(BARE, argv(&["/echo", "a  b", "$(c)"])))
        .await;
    assert_eq!(
        (seen.stdout().as_str(), seen.exit_code()),
        ("a  b $(c)\n", 0)
    );
    let missing = stage.run(&within(BARE, argv(&["sh"]))).await;
    assert_eq!(missing.exit_code(), 127);
    assert_eq!(not_started(&missing.execution).0, "command.not-found");
}

#[tokio::test]
async fn an_image_for_another_user_can_read_its_order_and_write_its_workspace() {
    const TEST: &str = "an_image_for_another_user_can_read_its_order_and_write_its_workspace";
    let (Some(agent), Some(_)) = (agent(TEST), engine(TEST).await) else {
        return;
    };
    let stage = Stage::new(agent);
    let seen = stage
        .run(&within(NOBODY, script("id -u; echo kept > file; cat file")))
        .await;
    assert_eq!(
        (seen.stdout().as_str(), seen.exit_code()),
        ("65534\nkept\n", 0)
    );
    assert!(!stage.place(&seen.execution).join("order.json").exists());
}

#[tokio::test]
async fn cancel_ends_a_container() {
    const TEST: &str = "cancel_ends_a_container";
    let (Some(agent), Some(engine)) = (agent(TEST), engine(TEST).await) else {
        return;
    };
    let stage = Stage::new(agent);
    let execution = stage.start(&within(PLAIN, argv(&["sleep", "600"]))).await;
    cancel(stage.site(), &execution.id).await.unwrap();
    let ended = wait(stage.site(), &execution.id).await.unwrap();
    assert_eq!(
        (ended.state, ended.outcome.as_ref().unwrap().exit_code),
        (State::Cancelled, 130)
    );
    gone(&engine, &ended).await;
}

#[tokio::test]
async fn a_killed_container_is_lost_with_what_the_engine_knows() {
    const TEST: &str = "a_killed_container_is_lost_with_what_the_engine_knows";
    let (Some(agent), Some(engine)) = (agent(TEST), engine(TEST).await) else {
        return;
    };
    let stage = Stage::new(agent);
    let request = within(PLAIN, script("echo begun; exec sleep 600"));
    let execution = started(&stage, &request).await;
    let container = execution.handle.clone().unwrap();
    let labels = engine
        .inspect_container(&container, None::<InspectContainerOptions>)
        .await;
    let labels = labels.unwrap().config.unwrap().labels.unwrap();
    assert_eq!(labels["mycli.execution"], execution.id.as_str());
    engine
        .kill_container(&container, None::<KillContainerOptions>)
        .await
        .unwrap();
    let seen = stage.follow(&execution).await;
    assert_eq!((seen.execution.state, seen.exit_code()), (State::Lost, 125));
    let found = lost(&seen.execution);
    assert!(
        found.contains("killed by signal 9 (exit code 137)"),
        "{found}"
    );
    assert_eq!(seen.stdout(), "begun\n");
    gone(&engine, &seen.execution).await;
}

#[tokio::test]
async fn without_its_engine_a_container_that_lives_is_followed_to_its_end() {
    const TEST: &str = "without_its_engine_a_container_that_lives_is_followed_to_its_end";
    let (Some(agent), Some(engine)) = (agent(TEST), engine(TEST).await) else {
        return;
    };
    let mut stage = Stage::new(agent);
    let ends = started(
        &stage,
        &within(PLAIN, script("echo begun; sleep 2; echo end")),
    )
    .await;
    let killed = started(&stage, &within(PLAIN, script("echo begun; exec sleep 600"))).await;
    let data = stage.directory.path().join("data");
    let nowhere = format!("unix://{}/no.sock", stage.directory.path().display());
    let cut_off = Local::open(&data, stage.agent.clone())
        .unwrap()
        .with_engine(&nowhere);
    stage.local = cut_off;
    let seen = stage.follow(&ends).await;
    assert_eq!(
        (seen.stdout().as_str(), seen.execution.state),
        ("begun\nend\n", State::Succeeded)
    );
    engine
        .kill_container(
            &killed.handle.clone().unwrap(),
            None::<KillContainerOptions>,
        )
        .await
        .unwrap();
    let seen = stage.follow(&killed).await;
    assert!(
        lost(&seen.execution).contains("Socket not found"),
        "{}",
        lost(&seen.execution)
    );
    for name in [ends.handle.unwrap(), killed.handle.unwrap()] {
        remove(&engine, &name).await;
    }
}

#[tokio::test]
async fn an_image_that_cannot_be_had_ends_the_execution_with_the_reason() {
    const TEST: &str = "an_image_that_cannot_be_had_ends_the_execution_with_the_reason";
    let (Some(agent), Some(_)) = (agent(TEST), engine(TEST).await) else {
        return;
    };
    let stage = Stage::new(agent);
    // Nobody listens on port 1 of this machine.
    let seen = refused(&stage, "127.0.0.1:1/no/image:1").await;
    assert_eq!(not_started(&seen.execution).0, "image.unreachable");
    assert!(
        not_started(&seen.execution)
            .1
            .contains("connection refused"),
        "{seen:?}"
    );
    assert_eq!(
        stage.said.lock().unwrap()[0],
        "pulling 127.0.0.1:1/no/image:1"
    );
    let seen = refused(&stage, "No/Capitals").await;
    assert_eq!(not_started(&seen.execution).0, "image.invalid");
    let seen = refused(&stage, "../containers/json?all=1").await;
    assert_eq!(not_started(&seen.execution).0, "image.invalid");
}

#[tokio::test]
async fn an_engine_that_does_not_answer_is_named_with_the_next_step() {
    let mut stage = Stage::new(Vec::new());
    let nowhere = format!("unix://{}/no.sock", stage.directory.path().display());
    stage.local = stage.local.with_engine(&nowhere);
    let seen = refused(&stage, PLAIN).await;
    let (code, message) = not_started(&seen.execution);
    assert_eq!(code, "engine.unreachable");
    assert!(message.contains(&nowhere), "{message}");
}

/// An execution that was started, and has said something.
async fn started(stage: &Stage, request: &Request) -> Execution {
    let execution = stage.start(request).await;
    assert!(!execution.state.is_final(), "{execution:?}");
    loop {
        let frames = stage
            .local
            .frames(&execution.attempt_id(), 0)
            .await
            .unwrap();
        if frames
            .iter()
            .any(|frame| matches!(frame.body, Body::Stdout(_)))
        {
            return execution;
        }
        tokio::task::yield_now().await;
    }
}

async fn refused(stage: &Stage, image: &str) -> Seen {
    let seen = stage.run(&within(image, argv(&["true"]))).await;
    assert_eq!(
        (seen.execution.state, seen.exit_code()),
        (State::CouldNotStart, 125)
    );
    seen
}

/// Fails if the engine still holds a container of `execution`.
async fn gone(engine: &Docker, execution: &Execution) {
    let label = format!("mycli.execution={}", execution.id);
    let filters = std::collections::HashMap::from([("label".to_owned(), vec![label])]);
    let options = ListContainersOptionsBuilder::new()
        .all(true)
        .filters(&filters)
        .build();
    let left = engine.list_containers(Some(options)).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}

async fn remove(engine: &Docker, name: &str) {
    let options = bollard::query_parameters::RemoveContainerOptionsBuilder::new().force(true);
    engine
        .remove_container(name, Some(options.build()))
        .await
        .unwrap();
}
