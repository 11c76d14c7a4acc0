//! Commands: what is started, and how its end comes back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use runtime_wire::{Body, Cause, Outcome, Phase};

use crate::place::{Place, argv, run, script};

#[test]
fn every_exit_code_comes_back() {
    for code in 0..=u8::MAX {
        let left = run(&script(&format!("exit {code}")));
        assert_eq!(left.outcome(), &Outcome::exited(code));
    }
}

#[test]
fn death_by_every_signal_comes_back() {
    // 17 to 23 and 28 do not kill by default; 32 and 33 belong to the C library.
    let deadly = (1..=64).filter(|signal| !matches!(signal, 17..=23 | 28 | 32 | 33));
    for signal in deadly {
        let left = run(&script(&format!("ulimit -c 0; kill -{signal} $$")));
        assert_eq!(
            left.outcome(),
            &Outcome::signaled(signal),
            "signal {signal}"
        );
        assert_eq!(left.exit_code, Some(128 + signal));
    }
}

#[test]
fn a_signal_that_the_caller_ignores_is_none_that_the_command_ignores() {
    let place = Place::with(&script("ulimit -c 0; kill -QUIT $$"));
    let agent = place.agent();
    // As a shell does with what it starts in the background.
    let status = Command::new("sh")
        .args(["-c", r#"trap '' QUIT HUP; exec "$0" "$@""#])
        .arg(agent.get_program())
        .args(agent.get_args())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(128 + 3));
}

#[test]
fn an_argv_arrives_as_it_is() {
    let arguments = [
        "printf",
        "[%s]",
        "a b",
        "",
        "$(id)",
        "'\"",
        "*",
        "line\nbreak",
        "ü",
        "--",
    ];
    let left = run(&argv(&arguments));
    assert_eq!(left.text(), "[a b][][$(id)]['\"][*][line\nbreak][ü][--]");
}

#[test]
fn a_script_is_one_argument_of_the_shell() {
    for (text, expected) in [
        ("echo \"one; echo INJECTED\"", "one; echo INJECTED\n"),
        ("echo 'it\"s'", "it\"s\n"),
        ("printf \"100%%\\n\"", "100%\n"),
        ("cat <<E\na\n$HOME_\nE", "a\n\n"),
        ("echo a # b\necho c", "a\nc\n"),
        ("sh -c \"echo hi; exit 0\"", "hi\n"),
        ("echo $(echo x >> f; cat f)", "x\n"),
    ] {
        let left = run(&script(text));
        assert_eq!(
            (left.text().as_str(), left.exit_code),
            (expected, Some(0)),
            "{text}"
        );
    }
    assert_eq!(run(&script("sh -c \"exit 3\"")).exit_code, Some(3));
}

#[test]
fn what_is_not_there_is_told_from_what_cannot_be_executed() {
    let place = Place::with(&argv(&["./script"]));
    fs::create_dir(place.path("workspace")).unwrap();
    let file = place.path("workspace/script");
    fs::write(&file, "#!/no/such/interpreter\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    let left = place.run();
    assert_eq!(
        (left.exit_code, left.refusal()),
        (
            Some(126),
            (
                "command.not-executable",
                "cannot start `./script`: No such file or directory (os error 2)"
            )
        )
    );
    for (name, exit_code, code, words) in [
        (
            "no-such-command",
            127,
            "command.not-found",
            "No such file or directory (os error 2)",
        ),
        (
            "/no/such/file",
            127,
            "command.not-found",
            "No such file or directory (os error 2)",
        ),
        (
            "",
            127,
            "command.not-found",
            "No such file or directory (os error 2)",
        ),
        (
            "/etc/passwd",
            126,
            "command.not-executable",
            "Permission denied (os error 13)",
        ),
        (
            "/etc",
            126,
            "command.not-executable",
            "Permission denied (os error 13)",
        ),
    ] {
        let left = run(&argv(&[name, "x"]));
        assert_eq!(left.exit_code, Some(exit_code), "{name}");
        let message = format!("cannot start `{name}`: {words}");
        assert_eq!(left.refusal(), (code, message.as_str()));
    }
}

#[test]
fn a_program_for_another_machine_is_not_handed_to_a_shell() {
    let place = Place::with(&argv(&["./program"]));
    fs::create_dir(place.path("workspace")).unwrap();
    let file = place.path("workspace/program");
    // An ELF header for a machine that nobody has.
    let mut program = b"\x7fELF\x02\x01\x01".to_vec();
    program.resize(120, 0xfe);
    fs::write(&file, program).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    let left = place.run();
    let message = "cannot start `./program`: Exec format error (os error 8)";
    assert_eq!(left.refusal(), ("command.not-executable", message));
    let Cause::NotStarted {
        hint: Some(hint), ..
    } = &left.outcome().cause
    else {
        panic!("no hint: {left:?}");
    };
    assert!(hint.contains(std::env::consts::ARCH), "{hint}");
}

#[test]
fn a_script_without_an_interpreter_is_taken_by_the_shell() {
    let place = Place::with(&argv(&["./script", "a b"]));
    fs::create_dir(place.path("workspace")).unwrap();
    let file = place.path("workspace/script");
    fs::write(&file, "echo \"[$1]\"\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(place.run().text(), "[a b]\n");
}

#[test]
fn the_environment_is_what_was_asked_for() {
    let mut order = script("printf %s \"$LONG\" | wc -c; printf '%s|' \"$LINES_\" \"$QUOTES\"");
    order.env.insert("LONG".to_owned(), "x".repeat(64 * 1024));
    order.env.insert("LINES_".to_owned(), "a\nb".to_owned());
    order
        .env
        .insert("QUOTES".to_owned(), "'\"$(id)`".to_owned());
    for number in 0..100 {
        order
            .env
            .insert(format!("VARIABLE_{number}"), number.to_string());
    }
    assert_eq!(run(&order).text(), "65536\na\nb|'\"$(id)`|");
}

#[test]
fn what_no_system_can_take_is_refused() {
    for (name, value) in [("A", "a\0b"), ("A=B", "c"), ("", "c"), ("A\0", "c")] {
        let mut order = script("echo started");
        order.env.insert(name.to_owned(), value.to_owned());
        assert_eq!(run(&order).refusal().0, "command.invalid", "{name:?}");
    }
    assert_eq!(run(&argv(&["echo", "a\0b"])).refusal().0, "command.invalid");
    assert_eq!(run(&argv(&[])).refusal().0, "command.invalid");
}

#[test]
fn the_command_has_no_input_and_its_workspace() {
    let left = run(&script("cat; pwd; readlink /proc/self/fd/0; ls -A"));
    let text = left.text();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].ends_with("/workspace"), "{text}");
    assert_eq!(lines[1..], ["/dev/null"]);
}

#[test]
fn the_command_inherits_nothing_of_the_agent_but_its_streams() {
    // 0, 1, 2, and the one that `ls` itself opens.
    let left = run(&argv(&["ls", "/proc/self/fd"]));
    assert_eq!(left.text(), "0\n1\n2\n3\n");
    // No signal is blocked, and SIGPIPE (bit 12) is not ignored.
    let left = run(&argv(&["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]));
    let text = left.text();
    let mask = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        u64::from_str_radix(line.unwrap().trim(), 16).unwrap()
    };
    assert_eq!((mask("SigBlk:"), mask("SigIgn:") & (1 << 12)), (0, 0));
}

#[test]
fn the_order_is_gone_when_the_command_starts() {
    let place = Place::with(&script("ls .."));
    let left = place.run();
    assert_eq!(left.text(), "journal\nlock\nmilestones\nworkspace\n");
}

#[test]
fn milestones_are_kept_apart() {
    let place = Place::with(&script("echo out; exit 7"));
    let left = place.run();
    let milestones = place.milestones();
    assert_eq!(milestones.len(), 2);
    assert_eq!(milestones[0].body, Body::Phase(Phase::Running));
    assert_eq!(milestones[1], *left.frames.last().unwrap());
}

#[test]
fn a_second_agent_touches_nothing() {
    let place = Place::with(&script("sleep 60"));
    let mut first = place.start();
    place.until(|frames| !frames.is_empty());
    let second = place.agent().status().unwrap();
    assert_eq!(second.code(), Some(125));
    assert_eq!(place.frames().len(), 1);
    fs::write(place.path("cancel"), "").unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(130));
}

#[test]
fn without_an_order_it_says_so() {
    let place = Place::with(&script("true"));
    fs::remove_file(place.path("order.json")).unwrap();
    assert_eq!(place.run().refusal().0, "order.missing");
    let place = Place::with(&script("true"));
    fs::write(
        place.path("order.json"),
        "{\"version\": 1, \"secret\": \"hunter2\"",
    )
    .unwrap();
    let left = place.run();
    assert_eq!(left.refusal().0, "order.invalid");
    assert!(!format!("{left:?}").contains("hunter2"));
}
