//! Measuring a command: its time, the CPU of all it starts, the memory of the largest of them.

use std::process::Command;

use serde_json::Value;

use crate::process::{Failure, read, root};

/// A command that is measured against others.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) command: Vec<String>,
    pub(super) variables: Vec<(&'static str, String)>,
}

/// What one command costs.
#[derive(Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) wall_ms: f64,
    pub(super) cpu_ms: f64,
    pub(super) memory_mib: f64,
}

/// Medians of each subject over `runs` rounds. The first round warms up and is not counted.
pub(super) fn medians(runs: u32, subjects: &[Subject]) -> Result<Vec<Cost>, Failure> {
    let mut rounds: Vec<Vec<Cost>> = subjects.iter().map(|_| Vec::new()).collect();
    for round in 0..=runs {
        for (subject, costs) in subjects.iter().zip(&mut rounds) {
            let cost = once(subject)?;
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    Ok(rounds.iter().map(|costs| Cost::median(costs)).collect())
}

impl Cost {
    /// The median of each number by itself.
    pub(super) fn median(costs: &[Self]) -> Self {
        let median = |of: fn(&Self) -> f64| {
            let mut values: Vec<f64> = costs.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        Self {
            wall_ms: median(|cost| cost.wall_ms),
            cpu_ms: median(|cost| cost.cpu_ms),
            memory_mib: median(|cost| cost.memory_mib),
        }
    }
}

/// Runs a command once.
pub(super) fn once(subject: &Subject) -> Result<Cost, Failure> {
    let script = root()
        .join("xtask")
        .join("src")
        .join("bench")
        .join("measure.py");
    let mut program = Command::new("python3");
    program.arg(script).args(&subject.command);
    program.envs(subject.variables.iter().map(|(name, value)| (name, value)));
    let answer = read(&mut program)?;
    let answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
    let number = |name: &str| {
        answer
            .get(name)
            .and_then(Value::as_f64)
            .ok_or_else(|| format!("no {name} was measured"))
    };
    Ok(Cost {
        wall_ms: number("wall_ms")?,
        cpu_ms: number("cpu_ms")?,
        memory_mib: number("memory_mib")?,
    })
}
