//! What a long history costs, and a command that says much.

use std::process::Command;

use super::measure::{Cost, Subject, medians};
use crate::process::{Failure, read, root, run};

/// How many executions a long history has.
const ROWS: &str = "1000000";

/// How many lines are timed.
const LINES: &str = "300";

/// Measures `list` in a history of one execution beside one of a million, a million lines, and the way of one.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    let mycli = super::mycli()?;
    let short = Home::new(&mycli, "short")?;
    let long = Home::new(&mycli, "long")?;
    let fill = script("history.py");
    let database = long.data().join("history.sqlite3");
    run(Command::new("python3").arg(fill).arg(database).arg(ROWS))?;
    println!("| command | 1 execution, ms | 1,000,000 executions, ms |");
    println!("| --- | ---: | ---: |");
    for words in [
        &["list"][..],
        &["list", "--limit", "100"],
        &["list", "--state", "running"],
        &["list", "--state", "failed"],
        &["list", "--user", "rare"],
        &["status", "@last"],
    ] {
        let both = [short.subject(&mycli, words), long.subject(&mycli, words)];
        let costs = medians(runs, &both)?;
        let [one, million] = costs.as_slice() else {
            continue;
        };
        let (one, million) = (one.wall_ms, million.wall_ms);
        println!("| `mycli {}` | {one:.1} | {million:.1} |", words.join(" "));
    }
    println!();
    much(&mycli, &short, runs)?;
    latency(&mycli, &short)
}

/// A million lines, beside the same through a pipe.
fn much(mycli: &str, home: &Home, runs: u32) -> Result<(), Failure> {
    let bare = Subject {
        name: "`seq 1000000 | cat`",
        ..home.shell("seq 1000000 | cat")
    };
    let ours = Subject {
        name: "`mycli exec -- seq 1000000`",
        ..home.subject(mycli, &["exec", "-q", "--skip-git", "--", "seq", "1000000"])
    };
    let read = Subject {
        name: "`mycli logs @last`",
        ..home.subject(mycli, &["logs", "-q", "--raw", "@last"])
    };
    println!("| a million lines | wall ms | CPU ms | peak MiB |");
    println!("| --- | ---: | ---: | ---: |");
    let subjects = [bare, ours, read];
    for (subject, cost) in subjects.iter().zip(medians(runs, &subjects)?) {
        let Cost {
            wall_ms,
            cpu_ms,
            memory_mib,
        } = cost;
        println!(
            "| {} | {wall_ms:.0} | {cpu_ms:.0} | {memory_mib:.0} |",
            subject.name
        );
    }
    println!();
    Ok(())
}

/// How long a line takes to who reads it.
fn latency(mycli: &str, home: &Home) -> Result<(), Failure> {
    println!("| a line, 20 ms after another | p50 ms | p95 ms |");
    println!("| --- | ---: | ---: |");
    for (name, command) in [
        ("through a pipe", &[][..]),
        (
            "through `mycli exec`",
            &[mycli, "exec", "-q", "--skip-git", "--"],
        ),
    ] {
        let mut measured = Command::new("python3");
        measured.arg(script("latency.py")).arg(LINES).args(command);
        measured.envs(home.variables());
        let said = read(&mut measured)?;
        let mut times = said
            .split_whitespace()
            .map(|time| time.parse::<f64>().unwrap_or(f64::NAN));
        let (p50, p95) = (
            times.next().unwrap_or(f64::NAN),
            times.next().unwrap_or(f64::NAN),
        );
        println!("| {name} | {p50:.1} | {p95:.1} |");
    }
    println!();
    Ok(())
}

fn script(name: &str) -> std::path::PathBuf {
    root().join("xtask").join("src").join("bench").join(name)
}

/// A home with a history of its own.
struct Home(crate::testbed::Scratch);

impl Home {
    /// A home in which one command was run.
    fn new(mycli: &str, name: &str) -> Result<Self, Failure> {
        let home = Self(crate::testbed::Scratch::new(&format!("bench-{name}"))?);
        let mut exec = Command::new(mycli);
        exec.args(["exec", "-q", "--skip-git", "--", "true"]);
        run(exec.envs(home.variables()))?;
        Ok(home)
    }

    fn data(&self) -> std::path::PathBuf {
        self.0.path.join("data")
    }

    fn variables(&self) -> Vec<(&'static str, String)> {
        let config = self.0.path.join("config.yaml");
        vec![
            ("MYCLI_DATA_DIR", self.data().display().to_string()),
            ("MYCLI_CONFIG", config.display().to_string()),
            ("USER", "ann".to_owned()),
        ]
    }

    fn subject(&self, mycli: &str, words: &[&str]) -> Subject {
        let command = std::iter::once(&mycli).chain(words);
        Subject {
            name: "",
            command: command.map(|word| (*word).to_owned()).collect(),
            variables: self.variables(),
        }
    }

    fn shell(&self, text: &str) -> Subject {
        self.subject("sh", &["-c", text])
    }
}
