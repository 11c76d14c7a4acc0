//! Secrets do not leave the agent.

use std::fs;

use runtime_wire::{Cause, Order};

use crate::place::{Place, argv, run, script, stdout};

fn masking(mut order: Order, secrets: &[&str]) -> Order {
    order.masked = secrets.iter().map(|&secret| secret.to_owned()).collect();
    order
}

#[test]
fn a_secret_is_masked_however_it_is_written() {
    let mut order = masking(
        script(
            "echo a $SECRET b; printf hun; sleep 0.05; printf 'ter2/x+y\\n'; \
             printf 'user:%s' $SECRET | base64; echo $SECRET >&2; printf hunter",
        ),
        &["hunter2/x+y"],
    );
    order
        .env
        .insert("SECRET".to_owned(), "hunter2/x+y".to_owned());
    let left = run(&order);
    let text = left.text();
    assert!(text.starts_with("a *** b\n***\n"), "{text}");
    assert!(text.contains("***"), "{text}");
    assert!(text.ends_with("hunter"), "{text}");
    assert_eq!(left.stderr(), b"***\n");
    let all = format!("{:?}", left.frames);
    assert!(!all.contains("hunter2"), "{all}");
    // base64 of `user:hunter2/x+y` is dXNlcjpodW50ZXIyL3greQ==
    assert!(!text.contains("W50ZXIy"), "{text}");
}

#[test]
fn a_secret_is_in_no_file_that_the_agent_leaves_nor_in_its_own_words() {
    let place = Place::with(&masking(argv(&["./hunter2-tool"]), &["hunter2"]));
    let log = place.path("log");
    let mut agent = place.agent();
    agent.stderr(fs::File::create(&log).unwrap());
    let left = place.left(agent.status().unwrap().code());
    let Cause::NotStarted { message, hint, .. } = &left.outcome().cause else {
        panic!("{left:?}");
    };
    assert!(
        message.starts_with("cannot start `./***-tool`: "),
        "{message}"
    );
    assert!(!format!("{hint:?}").contains("hunter2"));
    for file in fs::read_dir(place.directory.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("hunter2"), "{}: {text}", path.display());
        }
    }
}

#[test]
fn what_may_become_a_secret_is_let_go_when_nothing_follows() {
    let place = Place::with(&masking(
        script("printf 'Password: hunt'; until [ -e ../go ]; do sleep 0.01; done; echo er2"),
        &["hunter2"],
    ));
    let mut agent = place.start();
    place.until(|frames| stdout(frames) == b"Password: hunt");
    fs::write(place.path("go"), "").unwrap();
    assert!(agent.wait().unwrap().success());
    // The rest of it is a secret all the same.
    assert_eq!(stdout(&place.frames()), b"Password: hunt***\n");
}

#[test]
fn a_secret_across_the_limit_is_masked() {
    let mut order = masking(
        script("i=0; while [ $i -lt 200 ]; do printf 'xhunter2x'; i=$((i+1)); done"),
        &["hunter2"],
    );
    order.output_limit = Some(300);
    let text = run(&order).text();
    assert!(!text.contains("hunt"), "{text}");
    assert!(text.contains("x***xx***x"), "{text}");
}
