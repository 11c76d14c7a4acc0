//! From an edit to the template: an application of the benchmark's stack, in Rust and in TypeScript.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{Cost, Subject, once};
use crate::process::{Failure, cargo, root, run, target};

/// What `cdk init` writes into an application's `package.json`, as exact versions.
const PACKAGES: &str = r#"{
  "name": "application",
  "private": true,
  "dependencies": { "aws-cdk-lib": "2.276.0", "constructs": "10.8.1" },
  "devDependencies": { "@types/node": "24.10.1", "tsx": "4.23.15", "typescript": "7.0.2" }
}
"#;

/// The compiler options of `cdk init`, less strict where the program names no types.
const OPTIONS: &str = r#"{
  "compilerOptions": {
    "target": "ES2022", "module": "NodeNext", "moduleResolution": "NodeNext",
    "strict": false, "skipLibCheck": true, "noEmit": true, "isolatedModules": true, "types": ["node"]
  }
}
"#;

/// An application: what is written where, and how its template is made.
struct Application {
    name: &'static str,
    directory: PathBuf,
    /// The file that is edited, and what it says.
    program: (PathBuf, String),
    subject: Subject,
}

/// Measures the first template, and the one after a value in the program was changed.
pub(super) fn run_all(runs: u32) -> Result<(), Failure> {
    println!(
        "| 50 resources by | first template, CPU s | wall s | after an edit, CPU s | wall s |"
    );
    println!("| --- | ---: | ---: | ---: | ---: |");
    for application in [rust()?, typescript()?] {
        let first = once(&application.subject)?;
        let (path, program) = &application.program;
        let edits = (0..runs).map(|number| {
            write(path, &program.replace("info", &format!("info{number}")))?;
            let cost = once(&application.subject)?;
            application.shows(number).map(|()| cost)
        });
        let edit = Cost::median(&edits.collect::<Result<Vec<_>, _>>()?);
        println!(
            "| {} | {:.2} | {:.2} | {:.2} | {:.2} |",
            application.name,
            first.cpu_ms / 1e3,
            first.wall_ms / 1e3,
            edit.cpu_ms / 1e3,
            edit.wall_ms / 1e3,
        );
    }
    println!();
    Ok(())
}

impl Application {
    fn new(name: &'static str, program: (PathBuf, String), command: &str) -> Result<Self, Failure> {
        let directory = directory(name);
        let out = directory.join("out").display().to_string();
        write(&directory.join(&program.0), &program.1)?;
        Ok(Self {
            name,
            program: (directory.join(program.0), program.1),
            subject: Subject {
                name,
                command: [
                    "env",
                    "--chdir",
                    &directory.display().to_string(),
                    "sh",
                    "-c",
                    command,
                ]
                .map(str::to_owned)
                .to_vec(),
                variables: vec![("OUT", out), ("CDK_VALIDATION", "false".to_owned())],
            },
            directory,
        })
    }

    /// Fails unless the template has what the edit with this number put there.
    fn shows(&self, number: u32) -> Result<(), Failure> {
        let path = self.directory.join("out").join("Bench000.template.json");
        let template = std::fs::read_to_string(&path);
        let template = template.map_err(|error| format!("{}: {error}", path.display()))?;
        if template.contains(&format!("\"info{number}\"")) {
            return Ok(());
        }
        Err(format!("{}: the edit is not in the template", self.name))
    }
}

/// The example `bench` of `synth` as an application of its own, with nothing built.
fn rust() -> Result<Application, Failure> {
    let directory = directory("synth");
    let built = directory.join("target");
    if built.exists() {
        std::fs::remove_dir_all(&built).map_err(|error| format!("{}: {error}", built.display()))?;
    }
    let synth = root().join("synth");
    write(
        &directory.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"application\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\nsynth = {{ path = {:?} }}\n\n[workspace]\n",
            synth.display().to_string()
        ),
    )?;
    let source = synth.join("examples").join("bench");
    let copy = |file: &str| read(&source.join(file));
    write(&directory.join("src/main.rs"), &copy("main.rs")?)?;
    write(&directory.join("src/tables.rs"), &copy("tables.rs")?)?;
    run(cargo(&["fetch", "--quiet"]).current_dir(&directory))?;
    let program = (PathBuf::from("src/stacks.rs"), copy("stacks.rs")?);
    Application::new("synth", program, "cargo run --quiet --target-dir target")
}

/// The peer of the benchmark as `cdk init` would lay it out.
fn typescript() -> Result<Application, Failure> {
    let directory = directory("CDK in TypeScript");
    write(&directory.join("package.json"), PACKAGES)?;
    write(&directory.join("tsconfig.json"), OPTIONS)?;
    let quiet = ["install", "--silent", "--no-audit", "--no-fund"];
    run(Command::new("npm").args(quiet).current_dir(&directory))?;
    let peer = read(&root().join("xtask/src/bench/peer.js"))?;
    let lines = peer
        .lines()
        .map(|line| match line.split_once(" = require(") {
            Some((names, module)) if line.starts_with("const ") => {
                let names = names.trim_start_matches("const ");
                let star = if names.starts_with('{') { "" } else { "* as " };
                let module = module.trim_end_matches(");");
                format!("import {star}{names} from {module};\n")
            }
            _ => format!("{line}\n"),
        });
    let program = (PathBuf::from("app.ts"), lines.collect());
    let command = "node_modules/.bin/tsc && node_modules/.bin/tsx app.ts";
    Application::new("CDK in TypeScript", program, command)
}

fn directory(name: &str) -> PathBuf {
    target()
        .join("bench")
        .join("edit")
        .join(name.replace(' ', "-"))
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let parent = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    parent
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}
