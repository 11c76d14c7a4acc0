//! Synthesizes the stacks of the benchmark: `OUT=directory [STACKS=n] [SMALL=1] cargo run --example bench`.
//!
//! `xtask/src/bench/peer.js` declares the same with AWS CDK.

mod stacks;
mod tables;

use std::path::Path;

use synth::Assembly;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = setting("OUT").ok_or("set OUT to the directory to write to")?;
    let count = setting("STACKS").map_or(Ok(1), |count| count.parse())?;
    let small = setting("SMALL").is_some();
    let assembly = Assembly::synthesize((0..count).map(|number| stacks::stack(number, small)))?;
    assembly.write_to(Path::new(&out))?;
    // The process ends here, and the system takes its memory back faster than piece by piece.
    std::mem::forget(assembly);
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program has an environment; the library has none"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
