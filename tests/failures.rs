//! Each failure names the thing, the cause and the next step, and leaves the history true.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::machine::{Machine, Run};

#[test]
fn an_id_that_is_not_there_says_how_to_find_one() {
    Machine::new()
        .run(&["status", "zzzz"])
        .exits(2)
        .says(&["zzzz", "mycli list"]);
    Machine::new().run(&["logs", "@last"]).exits(2);
}

#[test]
fn a_full_disk_is_named() {
    let machine = Machine::new();
    let full: Run = machine
        .command(&["exec", "--", "true"])
        .env("MYCLI_DATA_DIR", "/dev/full/data")
        .output()
        .unwrap()
        .into();
    assert!(matches!(full.code, Some(4 | 125)), "{full:?}");
    full.says(&["/dev/full"]);
}

#[test]
fn a_variable_that_is_not_set_is_refused_before_anything_starts() {
    let machine = Machine::new();
    machine
        .run(&["exec", "-e", "NOT_SET", "--", "true"])
        .exits(125)
        .says(&["NOT_SET"]);
    assert_eq!(
        machine.json(&["list", "-o", "json"])["data"]["executions"][0],
        serde_json::Value::Null
    );
}

#[test]
fn aws_without_credentials_says_what_is_missing() {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .with("AWS_EC2_METADATA_DISABLED", "true");
    let run = machine
        .run(&["init", "--yes", "--region", "us-east-1"])
        .exits(3);
    run.says(&["credentials", "hint"]);
}

#[test]
fn expired_credentials_say_so_in_the_words_of_aws() {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", expired_everywhere())
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test")
        .with("AWS_SESSION_TOKEN", "old");
    for command in [
        &["init", "--yes", "--region", "us-east-1"][..],
        &[
            "destroy",
            "--yes",
            "--name",
            "mycli",
            "--region",
            "us-east-1",
        ],
    ] {
        let run = machine.run(command).exits(3);
        run.says(&[
            "expired",
            "The security token included in the request is expired",
            "hint",
        ]);
    }
}

/// An endpoint that answers every call of every service like AWS does when a session has ended. The emulator takes
/// any credentials.
fn expired_everywhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A caller that hangs up is its own affair.
            std::thread::spawn(move || refuse(&stream).ok());
        }
    });
    format!("http://{address}")
}

fn refuse(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut is_json = false;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        is_json |= line.starts_with("x-amz-target:");
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().unwrap_or(0);
        }
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    let words = "The security token included in the request is expired";
    let body = if is_json {
        format!(r#"{{"__type":"ExpiredTokenException","message":"{words}"}}"#)
    } else {
        format!(
            "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>{words}</Message></Error></ErrorResponse>"
        )
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 403 Forbidden\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

#[test]
fn an_unreachable_endpoint_is_named() {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test");
    machine
        .run(&["init", "--yes", "--region", "us-east-1"])
        .exits(4)
        .says(&["127.0.0.1:1"]);
}

#[test]
fn init_without_a_terminal_wants_yes() {
    let machine = Machine::new()
        .with("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        .with("AWS_ACCESS_KEY_ID", "test")
        .with("AWS_SECRET_ACCESS_KEY", "test");
    machine
        .run(&["init", "--region", "us-east-1"])
        .exits(2)
        .says(&["--yes"]);
}
