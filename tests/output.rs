//! Output: masked, limited, on a terminal, read back in every form, and from the archive.

use serde_json::Value;

use crate::installation::{REGION, init, machine as on_aws, post, stack, take_agent_image};
use crate::machine::{Machine, emulator, engine};

/// A secret that is looked for in everything.
const SECRET: &str = "hunter2/and+more";

#[test]
fn a_secret_is_in_no_output_and_in_no_file() {
    let machine = Machine::new().with("HERE", SECRET);
    let script = "echo $DB_PASSWORD; printf %s $DB_PASSWORD | base64; echo $DSN >&2; echo $DSN.";
    for flags in [
        &["-e", "DB_PASSWORD=hunter2/and+more", "-e", "DSN=x"][..],
        &["-e", "DSN=hunter2/and+more", "--mask", "DSN"],
        &["-e", "DSN=hunter2/and+more", "--mask", "HERE"],
    ] {
        let run = machine
            .run(&[&["exec"], flags, &["--", "sh", "-c", script]].concat())
            .exits(0);
        assert!(run.text().contains("***"), "{run:?}");
        let logs = machine.run(&["logs", "@last", "--raw"]).exits(0);
        assert_eq!(logs.stdout, run.stdout);
        for shown in [&run, &logs] {
            let all = format!("{}{}", shown.text(), shown.stderr);
            assert!(!all.contains("hunter2"), "{all}");
            assert!(!all.contains("aHVudGVy"), "{all}");
        }
    }
    let found = std::process::Command::new("grep")
        .args(["-rlF", "hunter2"])
        .arg(machine.data())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
    let dry = ["exec", "--dry-run", "-e", "A_TOKEN=hunter2", "--", "true"];
    assert!(!machine.run(&dry).exits(0).text().contains("hunter2"));
}

#[test]
fn output_over_its_limit_is_counted_and_the_exit_code_is_the_commands() {
    let machine = Machine::new();
    let exec = [
        "exec",
        "--output-limit",
        "20k",
        "--",
        "sh",
        "-c",
        "seq 100000; exit 3",
    ];
    let run = machine
        .run(&exec)
        .exits(3)
        .says(&["bytes of output are left out here"]);
    assert!(run.text().starts_with("1\n2\n") && run.text().ends_with("\n99999\n100000"));
    assert!(run.stdout.len() <= 20 * 1024);
    assert!(machine.run(&["logs", "@last", "--raw"]).stdout == run.stdout);
}

#[test]
fn a_command_has_a_terminal_where_one_is_asked_for() {
    let machine = Machine::new();
    let script = "[ -t 1 ] && stty size <&1; printf '10%%\\r100%%\\n'";
    let run = machine
        .run(&["exec", "-t", "-q", "--", "sh", "-c", script])
        .exits(0);
    assert_eq!(run.text(), "24 80\n10%\r100%");
    assert_eq!(
        machine.run(&["logs", "@last"]).exits(0).text(),
        "24 80\n100%"
    );
}

#[test]
fn a_command_in_a_container_has_a_terminal_and_its_secrets_are_masked() {
    let test = "a_command_in_a_container_has_a_terminal_and_its_secrets_are_masked";
    let Some(host) = engine(test) else { return };
    let machine = Machine::new().with("DOCKER_HOST", host);
    let secret = format!("A_TOKEN={SECRET}");
    for image in ["mycli-test/busybox:1", "mycli-test/non-root:1"] {
        let flags = ["exec", "-t", "-q", "-e", &secret, "--output-limit", "1k"];
        let script = "[ -t 1 ] && echo $A_TOKEN; seq 10000";
        let run = machine
            .run(&[&flags[..], &["--image", image, "--", "sh", "-c", script]].concat())
            .exits(0);
        assert!(run.text().starts_with("***\n1\n2\n"), "{run:?}");
        assert!(run.text().ends_with("\n9999\n10000"), "{run:?}");
    }
}

#[test]
fn what_was_written_comes_back_in_every_form() {
    let machine = Machine::new();
    let script = "printf '\\000\\377\\r\\n'; echo 'ERROR: broken'; echo '  at x'; echo fine; \
                  echo '::warning::odd' >&2";
    machine
        .run(&["exec", "-q", "--", "sh", "-c", script])
        .exits(0);
    let logs = |flags: &[&str]| machine.run(&[&["logs", "@last"], flags].concat()).exits(0);
    let raw = logs(&["--raw"]);
    assert_eq!(raw.stdout, b"\x00\xff\r\nERROR: broken\n  at x\nfine\n");
    assert_eq!(raw.stderr, "::warning::odd\n");
    assert_eq!(
        logs(&["--raw", "--source", "stderr"]).stdout,
        b"::warning::odd\n"
    );
    assert_eq!(
        logs(&["--level", "error"]).stdout,
        b"ERROR: broken\n  at x\n"
    );
    assert!(
        logs(&["--level", "warning"])
            .stderr
            .starts_with("::warning::odd\n")
    );
    machine
        .run(&["logs", "@last", "--raw", "-o", "json"])
        .exits(2);

    let export = |flags: &[&str]| {
        machine
            .run(&[&["logs", "export", "@last"], flags].concat())
            .exits(0)
    };
    let file = |name: &str| std::fs::read(machine.work().join(name)).unwrap();
    export(&["--to", "all.raw", "--format", "raw", "--source", "stdout"]);
    assert_eq!(file("all.raw"), raw.stdout);
    export(&["--to", "all.log", "--source", "stdout"]);
    assert!(file("all.log").ends_with(b"ERROR: broken\n  at x\nfine\n"));
    let told = export(&["--to", "all.ndjson", "--format", "ndjson", "-o", "json"]).data();
    assert_eq!(told["bytes"], file("all.ndjson").len());
    let text = String::from_utf8(file("all.ndjson")).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(lines[0]["code"], "execution");
    let streams = ["stdout", "stderr"].map(|name| {
        lines
            .iter()
            .filter(|line| line["data"]["stream"] == name)
            .count()
    });
    assert!(streams.iter().all(|count| *count > 0), "{text}");
    // Nothing is left beside it, and what cannot be written is said.
    assert_eq!(std::fs::read_dir(machine.work()).unwrap().count(), 3);
    machine
        .run(&["logs", "export", "@last", "--to", "absent/all.log"])
        .exits(4)
        .says(&["absent"]);
    machine
        .run(&["logs", "export", "@last", "--to", "s3://b"])
        .exits(2);
}

#[test]
fn on_aws_output_is_masked_and_outlives_its_chunks_in_the_archive() {
    let test = "on_aws_output_is_masked_and_outlives_its_chunks_in_the_archive";
    let Some(endpoint) = emulator(test) else {
        return;
    };
    let machine = on_aws(&endpoint, "output");
    init(&machine, &["--yes"]).exits(0);
    take_agent_image(&endpoint, "output");
    let script = "seq 20000; echo $A_TOKEN >&2; exit 3";
    let token = format!("A_TOKEN={SECRET}");
    let run = machine
        .run(&["exec", "-e", &token, "--", "sh", "-c", script])
        .exits(3)
        .says(&["***\n"]);
    assert!(!run.stderr.contains("hunter2"), "{run:?}");
    let id = machine.status("@last")["id"].as_str().unwrap().to_owned();

    let stack = stack(&endpoint, "output").unwrap();
    let output = |name: &str| {
        let (_, rest) = stack
            .split_once(&format!("<OutputKey>{name}</OutputKey>"))
            .unwrap();
        let (_, rest) = rest.split_once("<OutputValue>").unwrap();
        rest.split_once("</OutputValue>").unwrap().0.to_owned()
    };
    let table = output("Table");
    let ask = |operation: &str, body: &str| -> Value {
        let target = format!("X-Amz-Target: DynamoDB_20120810.{operation}\r\n");
        let answer = post(
            &endpoint,
            "dynamodb",
            "application/x-amz-json-1.0",
            &target,
            body,
        );
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body.trim()).unwrap_or_default()
    };
    // The archive is there a moment after the end.
    let agent = serde_json::json!({
        "TableName": table, "Key": {"pk": {"S": format!("agent#{id}")}, "sk": {"S": "agent"}},
    });
    let begun = std::time::Instant::now();
    while ask("GetItem", &agent.to_string())["Item"]["archived"].is_null() {
        assert!(begun.elapsed().as_secs() < 30, "no archive");
    }
    let chunks = serde_json::json!({
        "TableName": table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": format!("frames#{id}")}},
    });
    let chunks = ask("Query", &chunks.to_string());
    let chunks = chunks["Items"].as_array().unwrap();
    assert!(!chunks.is_empty());
    // All but the first are dropped, as time to live would do it: in no order.
    let wanted = crate::machine::numbers(20_000).into_bytes();
    for chunk in chunks.iter().skip(1).chain(&chunks[..1]) {
        let key = serde_json::json!({
            "TableName": table, "Key": {"pk": chunk["pk"], "sk": chunk["sk"]},
        });
        ask("DeleteItem", &key.to_string());
        assert!(machine.run(&["logs", &id, "--raw"]).exits(0).stdout == wanted);
    }
    let tail = machine
        .run(&["logs", &id, "-n", "2", "--source", "stdout"])
        .exits(0);
    assert_eq!(tail.stdout, b"19999\n20000\n");
    assert_eq!(
        machine.run(&["logs", "-f", &id, "--raw"]).exits(0).stdout,
        wanted
    );

    let bucket = output("Bucket");
    let to = format!("s3://{bucket}/orders/export.log");
    machine
        .run(&["logs", "export", &id, "--to", &to, "--format", "raw"])
        .exits(0);
    let destroy = ["destroy", "--name", "output", "--yes", "--region", REGION];
    machine.run(&destroy).exits(0);
}
