//! Synthesis of the same stacks by this library and by AWS CDK.

use std::path::Path;

use super::measure::{Cost, Subject, medians};
use crate::process::{Failure, cargo, root, run, target};
use crate::testbed::Cdk;

/// Sizes of the synthesis benchmark: resources, stacks, and whether the small stack is used.
const SIZES: &[(u32, u32, bool)] = &[
    (10, 1, true),
    (50, 1, false),
    (500, 10, false),
    (2_000, 40, false),
    (10_000, 200, false),
];

/// Measures each size, with CDK's validation off and as it comes.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    run(&mut cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "synth",
        "--example",
        "bench",
    ]))?;
    let ours = target().join("release").join("examples").join("bench");
    let modules = Cdk::ready()?.modules();
    let app = root().join("xtask/src/bench/peer.js");
    let out = target().join("bench").join("out");
    println!("| resources | synthesis by | CPU ms | wall ms | peak MiB | CPU, times ours |");
    println!("| ---: | --- | ---: | ---: | ---: | ---: |");
    for (resources, stacks, small) in SIZES {
        let subject = |name, command: &[&Path], validation: Option<&str>| {
            let mut variables = vec![
                ("STACKS", stacks.to_string()),
                ("OUT", out.display().to_string()),
                ("NODE_PATH", modules.display().to_string()),
            ];
            variables.extend(small.then(|| ("SMALL", "1".to_owned())));
            variables.extend(validation.map(|value| ("CDK_VALIDATION", value.to_owned())));
            let command = command
                .iter()
                .map(|word| word.display().to_string())
                .collect();
            Subject {
                name,
                command,
                variables,
            }
        };
        let node = [Path::new("node"), &app];
        let subjects = [
            subject("mycli", &[&ours], None),
            subject("CDK, validation off", &node, Some("false")),
            subject("CDK, as it comes", &node, None),
        ];
        let costs = medians(runs, &subjects)?;
        let base = costs.first().map_or(f64::NAN, |cost| cost.cpu_ms);
        for (
            Subject { name, .. },
            Cost {
                cpu_ms,
                wall_ms,
                memory_mib,
            },
        ) in subjects.iter().zip(&costs)
        {
            let times = cpu_ms / base;
            println!(
                "| {resources} | {name} | {cpu_ms:.1} | {wall_ms:.1} | {memory_mib:.0} | {times:.0} |"
            );
        }
    }
    println!();
    Ok(())
}
