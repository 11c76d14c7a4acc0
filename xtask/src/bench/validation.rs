//! What it costs to check the properties of templates.

use super::measure::{Cost, Subject, medians};
use crate::process::{Failure, cargo, run, target};

/// Resources, stacks, and whether the small stack is used.
const SIZES: &[(u32, u32, bool)] = &[(10, 1, true), (500, 10, false), (10_000, 200, false)];

/// Validation of the stacks of the synthesis benchmark, beside reading them.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    for (package, example) in [("synth", "bench"), ("synth-validate", "validate")] {
        let mut build = cargo(&["build", "--release", "--locked", "--package", package]);
        run(build.args(["--example", example]))?;
    }
    let examples = target().join("release").join("examples");
    let templates = |size: u32| target().join("bench").join(format!("templates-{size}"));
    for (resources, stacks, small) in SIZES {
        let mut synthesis = std::process::Command::new(examples.join("bench"));
        synthesis
            .env("OUT", templates(*resources))
            .env("STACKS", stacks.to_string());
        if *small {
            synthesis.env("SMALL", "1");
        }
        run(&mut synthesis)?;
    }
    println!(
        "| resources | reading, CPU ms | reading and validating, CPU ms | wall ms | peak MiB |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: |");
    for (resources, ..) in SIZES {
        let subject = |name, is_read_only: bool| {
            let mut variables = vec![("IN", templates(*resources).display().to_string())];
            variables.extend(is_read_only.then(|| ("READ_ONLY", "1".to_owned())));
            Subject {
                name,
                command: vec![examples.join("validate").display().to_string()],
                variables,
            }
        };
        let costs = medians(
            runs,
            &[subject("reading", true), subject("validating", false)],
        )?;
        if let [
            reading,
            Cost {
                wall_ms,
                cpu_ms,
                memory_mib,
            },
        ] = costs.as_slice()
        {
            let reading = reading.cpu_ms;
            println!(
                "| {resources} | {reading:.1} | {cpu_ms:.1} | {wall_ms:.1} | {memory_mib:.0} |"
            );
        }
    }
    println!();
    Ok(())
}
