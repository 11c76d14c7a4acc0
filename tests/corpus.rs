//! Inputs that broke runners before this one: each has to come through byte for byte.

use crate::machine::{Machine, engine};

/// A command and what it has to print and exit with.
pub(crate) struct Case {
    pub(crate) argv: &'static [&'static str],
    pub(crate) stdout: &'static [u8],
    pub(crate) code: i32,
}

pub(crate) const CASES: &[Case] = &[
    // One argument with white space in it is a script; quoting inside it is the shell's affair.
    Case {
        argv: &["echo \"one; echo INJECTED\""],
        stdout: b"one; echo INJECTED\n",
        code: 0,
    },
    Case {
        argv: &["sh -c \"echo hi; exit 0\""],
        stdout: b"hi\n",
        code: 0,
    },
    Case {
        argv: &["sh -c \"exit 3\""],
        stdout: b"",
        code: 3,
    },
    Case {
        argv: &["echo 'it\"s'"],
        stdout: b"it\"s\n",
        code: 0,
    },
    Case {
        argv: &["printf \"100%%\\n\""],
        stdout: b"100%\n",
        code: 0,
    },
    Case {
        argv: &["cat <<'END'\n$HOME `id`\n\tkept\nEND\n"],
        stdout: b"$HOME `id`\n\tkept\n",
        code: 0,
    },
    Case {
        argv: &["echo first # a comment && false\necho second"],
        stdout: b"first\nsecond\n",
        code: 0,
    },
    Case {
        argv: &["echo $(echo x >> f; wc -l < f)"],
        stdout: b"1\n",
        code: 0,
    },
    Case {
        argv: &["false; echo after"],
        stdout: b"after\n",
        code: 0,
    },
    // Anything else is an exact argument vector: no shell ever sees it.
    Case {
        argv: &["echo", "$HOME", "`id`", "$(id)", "a  b", "*"],
        stdout: b"$HOME `id` $(id) a  b *\n",
        code: 0,
    },
    Case {
        argv: &["printf", "%s|", "", "-n", "--", "it's", "\"", "\\"],
        stdout: b"|-n|--|it's|\"|\\|",
        code: 0,
    },
    Case {
        argv: &["printf", "%s", "line\nline\ttab"],
        stdout: b"line\nline\ttab",
        code: 0,
    },
    Case {
        argv: &["printf", "%s", "\u{1F980} \u{fffd} é"],
        stdout: "\u{1F980} \u{fffd} é".as_bytes(),
        code: 0,
    },
    Case {
        argv: &["printf", "\\000\\001\\377\\012"],
        stdout: b"\x00\x01\xff\n",
        code: 0,
    },
    Case {
        argv: &["sh", "-c", "printf tail; exit 9"],
        stdout: b"tail",
        code: 9,
    },
    Case {
        argv: &["grep", "-r", "--color=never", "-e", "x", "/dev/null"],
        stdout: b"",
        code: 1,
    },
    Case {
        argv: &["true"],
        stdout: b"",
        code: 0,
    },
];

#[test]
fn each_input_comes_through_a_process_byte_for_byte() {
    for case in CASES {
        let machine = Machine::new();
        check(case, &machine.run(&[&["exec", "--"], case.argv].concat()));
    }
}

#[test]
fn each_input_comes_through_a_container_byte_for_byte() {
    let Some(host) = engine("each_input_comes_through_a_container_byte_for_byte") else {
        return;
    };
    let machine = Machine::new().with("DOCKER_HOST", host);
    for case in CASES {
        let flags = ["exec", "--image", "mycli-test/busybox:1", "--"];
        check(case, &machine.run(&[&flags, case.argv].concat()));
    }
}

#[test]
fn python_on_one_line_is_python_on_one_line() {
    let machine = Machine::new();
    let run = machine
        .run(&["exec", "--", "python3 -c \"print(1); print(2)\""])
        .exits(0);
    assert_eq!(run.stdout, b"1\n2\n");
}

#[test]
fn flags_after_the_command_belong_to_the_command() {
    let machine = Machine::new();
    let run = machine
        .run(&["exec", "echo", "-r", "--version", "-e", "X=1", "--image=y"])
        .exits(0);
    assert_eq!(run.stdout, b"-r --version -e X=1 --image=y\n");
    machine.run(&["exec", "--", "--version"]).exits(127);
}

#[test]
fn standard_output_and_standard_error_stay_apart() {
    let run = Machine::new().run(&["exec", "-q", "--", "sh", "-c", "echo out; echo err >&2"]);
    let run = run.exits(0);
    assert_eq!(run.stdout, b"out\n");
    assert_eq!(run.stderr, "err\n");
}

#[test]
fn a_hundred_variables_and_one_of_64_kib_arrive_as_they_are() {
    let machine = Machine::new();
    let big = format!("BIG={}", "x\n'\"$(id)".repeat(7000));
    let mut arguments = vec![
        "exec".to_owned(),
        "-q".to_owned(),
        "-e".to_owned(),
        big.clone(),
    ];
    for number in 0..100 {
        arguments.extend(["-e".to_owned(), format!("N{number}=value {number}")]);
    }
    let script = "printf 'BIG=%s' \"$BIG\"; printf ' %s' \"$N0\" \"$N99\"";
    arguments.extend(["--", "sh", "-c", script].map(str::to_owned));
    let run = machine.run(&arguments).exits(0);
    assert!(run.stdout == format!("{big} value 0 value 99").into_bytes());
}

#[test]
fn values_of_variables_are_in_no_file_and_no_row() {
    let machine = Machine::new();
    let secret = "s3cr3t-9f1c77";
    let mut command = machine.command(&[
        "exec",
        "-e",
        "TOKEN",
        "--",
        "sh",
        "-c",
        "test -n \"$TOKEN\"",
    ]);
    let run: crate::machine::Run = command.env("TOKEN", secret).output().unwrap().into();
    run.exits(0);
    let found = std::process::Command::new("grep")
        .args(["-r", "-l", "-a", secret])
        .arg(machine.data())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&found.stdout),
        "",
        "the value was kept"
    );
}

#[test]
fn a_million_lines_and_a_line_of_ten_megabytes_arrive_whole() {
    let machine = Machine::new();
    let run = machine
        .run(&["exec", "-q", "--", "seq", "1000000"])
        .exits(0);
    let wanted = crate::machine::numbers(1_000_000);
    assert!(
        run.stdout == wanted.into_bytes(),
        "{} bytes came",
        run.stdout.len()
    );
    let script = "head -c 10000000 /dev/zero | tr '\\0' x";
    let run = machine
        .run(&["exec", "-q", "--", "sh", "-c", script])
        .exits(0);
    assert!(
        run.stdout == vec![b'x'; 10_000_000],
        "{} bytes came",
        run.stdout.len()
    );
}

#[track_caller]
fn check(case: &Case, run: &crate::machine::Run) {
    assert_eq!(run.code, Some(case.code), "{:?}: {run:?}", case.argv);
    assert_eq!(run.stdout, case.stdout, "{:?}: {run:?}", case.argv);
}
