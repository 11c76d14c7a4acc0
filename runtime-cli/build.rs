//! Builds the agent that `mycli` carries: a static Linux binary, embedded by `src/agent.rs`.
//!
//! `MYCLI_AGENT=/path/to/mycli-agent` takes one that was built before.

use std::env;
use std::error::Error;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the agent is built for: the platform of its containers, whatever machine builds it.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Cargo's own settings, which the inner build has to share. All other `CARGO_*` variables
/// describe the outer build.
const SHARED: [&str; 6] = [
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_MAKEFLAGS",
    "CARGO_NET_",
    "CARGO_REGISTR",
    "CARGO_SOURCE_",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=MYCLI_AGENT");
    let agent = match env::var_os("MYCLI_AGENT") {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    println!("cargo::rerun-if-changed={}", agent.display());
    let mut hasher = DefaultHasher::new();
    hasher.write(&std::fs::read(&agent)?);
    println!("cargo::rustc-env=MYCLI_AGENT_BINARY={}", agent.display());
    println!(
        "cargo::rustc-env=MYCLI_AGENT_DIGEST={:016x}",
        hasher.finish()
    );
    Ok(())
}

fn build() -> Result<PathBuf, Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..");
    for source in [
        "runtime-agent/src",
        "runtime-agent/Cargo.toml",
        "runtime/wire/src",
        "runtime/wire/Cargo.toml",
        "Cargo.lock",
    ] {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    let directory = target_directory()?;
    let status = cargo(&root, &directory)?.status()?;
    if !status.success() {
        return Err(format!(
            "the agent did not build for {TARGET} ({status}); is the target installed \
             (`rustup target add {TARGET}`)? MYCLI_AGENT=/path takes a finished one"
        )
        .into());
    }
    Ok(directory.join(TARGET).join("agent").join("mycli-agent"))
}

/// A target directory of the agent's own, beside the outer build's: that one is locked by now.
fn target_directory() -> Result<PathBuf, Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let outer = out
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").exists());
    Ok(outer.unwrap_or(&out).join("agent"))
}

fn cargo(root: &Path, directory: &Path) -> Result<Command, Box<dyn Error>> {
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo.current_dir(root);
    cargo.args(["build", "--package", "mycli-agent", "--profile", "agent"]);
    cargo
        .args(["--target", TARGET, "--target-dir"])
        .arg(directory);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let outer = name.starts_with("CARGO") && !SHARED.iter().any(|own| name.starts_with(own));
        // Under clippy, this wrapper would check the agent instead of building it.
        if outer || name == "RUSTC_WORKSPACE_WRAPPER" || name == "RUSTFLAGS" {
            cargo.env_remove(&*name);
        }
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+crt-static");
    Ok(cargo)
}
