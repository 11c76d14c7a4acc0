use std::sync::Mutex;

use runtime::dispatch::{DispatchError, Notice, dispatch};
use runtime::port::Problem;
use runtime::request::{MAX_COMMAND, MAX_STRING};
use runtime::wire::{Cause, Command, Revision, Source};
use runtime::{Diagnosis as _, Execution, Request, State};

use super::fake::{Fake, failure, request};

async fn run(fake: &Fake, request: &Request) -> Result<Execution, DispatchError> {
    dispatch(fake.site(), request, &|_| {}).await
}

#[tokio::test]
async fn what_is_dispatched_is_recorded_under_a_free_id_without_any_secret() {
    let fake = Fake::default();
    fake.put(5, State::Running);
    fake.draws.lock().unwrap().extend([5, 5, 9]);
    let recorded = Mutex::new(None);
    let notice = |notice: Notice<'_>| {
        if let Notice::Recorded(execution) = notice {
            *recorded.lock().unwrap() = Some(execution.clone());
        }
    };
    let execution = dispatch(fake.site(), &request(), &notice).await.unwrap();
    assert_eq!(
        (execution.id.as_str(), execution.state),
        ("90000000", State::Pulling)
    );
    assert_eq!(execution.handle.as_deref(), Some("handle"));
    assert_eq!(
        recorded.into_inner().unwrap().unwrap().state,
        State::Submitted
    );
    assert!(!format!("{:?}", fake.row(&execution.id)).contains("secret"));
    assert!(!format!("{:?}", request()).contains("secret"));
}

#[tokio::test]
async fn a_store_in_which_every_id_is_taken_is_an_error_and_not_a_loop() {
    let fake = Fake::default();
    fake.put(0, State::Running);
    let error = run(&fake, &request()).await.unwrap_err();
    assert!(matches!(error, DispatchError::NotRecorded(_)), "{error}");
}

#[tokio::test]
async fn a_start_that_fails_is_how_the_execution_ended() {
    let fake = Fake::default();
    fake.start
        .lock()
        .unwrap()
        .push_back(failure(Problem::NotFound));
    let execution = run(&fake, &request()).await.unwrap();
    assert_eq!(execution, fake.row(&execution.id));
    assert_eq!(execution.state, State::CouldNotStart);
    let outcome = execution.outcome.unwrap();
    assert_eq!(outcome.exit_code, 125);
    let Cause::NotStarted {
        code,
        message,
        hint,
    } = outcome.cause
    else {
        panic!()
    };
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("test.refused", "do it: no")
    );
    assert_eq!(hint.as_deref(), Some("try"));
    assert_eq!(*fake.cleaned.lock().unwrap(), [execution.id]);
}

#[tokio::test]
async fn a_start_whose_answer_was_lost_is_called_off() {
    let fake = Fake::default();
    fake.start
        .lock()
        .unwrap()
        .push_back(failure(Problem::Unreachable));
    let execution = run(&fake, &request()).await.unwrap();
    assert_eq!(*fake.stopped.lock().unwrap(), [execution.id]);
}

#[tokio::test]
async fn what_others_saw_of_the_execution_during_its_start_stays() {
    let fake = Fake::default();
    fake.rivals
        .lock()
        .unwrap()
        .push_back(|row| row.state = State::Running);
    let execution = run(&fake, &request()).await.unwrap();
    assert_eq!(
        (execution.state, execution.handle.is_some()),
        (State::Running, true)
    );
}

#[tokio::test]
async fn what_was_given_up_during_its_start_is_asked_to_stop() {
    let fake = Fake::default();
    fake.rivals
        .lock()
        .unwrap()
        .push_back(|row| row.state = State::Cancelled);
    let execution = run(&fake, &request()).await.unwrap();
    assert_eq!(execution.state, State::Cancelled);
    assert_eq!(*fake.stopped.lock().unwrap(), [execution.id]);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_started() {
    let fake = Fake::default();
    *fake.unwritable.lock().unwrap() = Some(failure(Problem::NoRoom));
    let error = run(&fake, &request()).await.unwrap_err();
    assert_eq!(error.code(), "test.refused");
    assert!(fake.rows.lock().unwrap().is_empty());
}

#[tokio::test]
async fn every_problem_of_a_request_is_named_before_anything_is_recorded() {
    let fake = Fake::default();
    let mut request = request();
    request.command = Command::Argv(vec!["a\0b".to_owned(), "x".repeat(MAX_STRING + 1)]);
    request.image = Some("two words".to_owned());
    request.timeout_ms = Some(0);
    let repository = "https://me:pa55@host/r".to_owned();
    let revision = Revision::Named("--upload-pack=x".to_owned());
    request.source = Some(Source {
        repository,
        revision,
    });
    request.env.insert(String::new(), "a".to_owned());
    request.env.insert("A=B".to_owned(), "nul\0".to_owned());
    request
        .env
        .insert("MYCLI_EXECUTION".to_owned(), "0a1b2c3d".to_owned());
    let error = run(&fake, &request).await.unwrap_err();
    assert!(fake.rows.lock().unwrap().is_empty());
    assert_eq!(error.blame().exit_code(), 2);
    insta::assert_snapshot!(error, @"
    argument 0 holds a NUL byte
    argument 1 is 131072 bytes long: at most 131071 are possible
    the image `two words` has white space in its name
    the URL of the repository holds a password, which history would keep: take it out
    the revision `--upload-pack=x` begins with `-`
    a variable has no name
    the variable `A=B` has `=` in its name
    the value of the variable `A=B` holds a NUL byte
    the variable `MYCLI_EXECUTION` names the execution to its command: it cannot be set
    the timeout is 0: give a longer one, or none
    ");
}

#[test]
fn what_linux_takes_is_taken() {
    let mut request = request();
    request.command = Command::Argv(vec!["x".repeat(MAX_STRING), String::new(), "\n".to_owned()]);
    request
        .env
        .insert("E".to_owned(), "v".repeat(MAX_STRING - 2));
    assert_eq!(request.problems(), [""; 0]);
    request.command = Command::Argv(vec!["x".repeat(MAX_COMMAND / 2 + 1); 2]);
    assert_eq!(request.problems().len(), 1);
    request.command = Command::Argv(Vec::new());
    assert_eq!(
        request.problems(),
        ["there is no command: give one after `--`"]
    );
}
