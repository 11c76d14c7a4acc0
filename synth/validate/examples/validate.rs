//! Validates every template of a directory: `IN=directory [READ_ONLY=1] cargo run --example validate`.

use synth_validate::{Options, validate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = setting("IN").ok_or("set IN to the directory of the templates")?;
    let is_read_only = setting("READ_ONLY").is_some();
    let mut wrong = 0;
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if !path.to_string_lossy().ends_with(".template.json") {
            continue;
        }
        let template = synth_core::parse(&std::fs::read_to_string(path)?)?;
        if !is_read_only {
            wrong += validate(&template, &Options::default()).len();
        }
        // The process ends soon, and the system takes its memory back faster than piece by piece.
        std::mem::forget(template);
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(format!("{wrong} violations").into())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program has an environment; the library has none"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
