//! What `mycli` adds to a command, and how long it takes to say anything at all.

use super::measure::{Cost, Subject, medians};
use crate::process::Failure;

/// Measures `mycli` beside a bare shell.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    let mycli = super::mycli()?;
    let home = crate::testbed::Scratch::new("bench")?;
    let variables = vec![
        (
            "MYCLI_DATA_DIR",
            home.path.join("data").display().to_string(),
        ),
        (
            "MYCLI_CONFIG",
            home.path.join("config.yaml").display().to_string(),
        ),
    ];
    let subject = |name, words: &[&str]| Subject {
        name,
        command: words.iter().map(|word| (*word).to_owned()).collect(),
        variables: variables.clone(),
    };
    let exec = [
        &mycli,
        "exec",
        "--quiet",
        "--skip-git",
        "--",
        "sh",
        "-c",
        "true",
    ];
    let subjects = [
        subject("`sh -c true`", &["sh", "-c", "true"]),
        subject("`mycli exec -- sh -c true` on `local`", &exec),
        subject("`mycli --version`", &[&mycli, "--version"]),
        subject("`mycli --help`", &[&mycli, "--help"]),
        subject(
            "`mycli init --synth-only`",
            &[&mycli, "init", "--synth-only"],
        ),
    ];
    println!("| command | wall ms | CPU ms | peak MiB |");
    println!("| --- | ---: | ---: | ---: |");
    for (
        Subject { name, .. },
        Cost {
            wall_ms,
            cpu_ms,
            memory_mib,
        },
    ) in subjects.iter().zip(medians(runs * 4, &subjects)?)
    {
        println!("| {name} | {wall_ms:.1} | {cpu_ms:.1} | {memory_mib:.0} |");
    }
    println!();
    Ok(())
}
