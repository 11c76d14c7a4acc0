//! The example, run as the CLI runs it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const KEY: &str = "availability-zones:account=123456789012:region=eu-west-1";

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    directory
}

/// An example, which cargo builds beside its tests.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().unwrap().parent().unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut command = Command::new(profile.join("examples").join(file));
    command.env_clear();
    command
}

/// Runs the example of two stacks with these variables.
fn run(out: &Path, variables: &[(&str, &str)]) -> Output {
    example("two-stacks")
        .env("CDK_OUTDIR", out)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

const ENVIRONMENT: [(&str, &str); 2] = [
    ("CDK_DEFAULT_ACCOUNT", "123456789012"),
    ("CDK_DEFAULT_REGION", "eu-west-1"),
];

#[test]
fn what_is_not_known_yet_is_asked_for() {
    let out = directory("missing");
    assert!(run(&out, &ENVIRONMENT).status.success());
    let manifest = fs::read_to_string(out.join("manifest.json")).unwrap();
    let manifest = synth_core::parse(&manifest).unwrap();
    let missing = manifest.get("missing").unwrap().to_compact();
    let asked = r#"[{"key":"KEY","provider":"availability-zones","props":{"account":"123456789012","region":"eu-west-1"}}]"#;
    assert_eq!(missing, asked.replace("KEY", KEY));
}

#[test]
fn what_is_wrong_for_want_of_an_answer_waits_for_it() {
    let out = directory("question");
    let program = || {
        let mut program = example("queue-per-zone");
        program.envs(ENVIRONMENT);
        program
    };
    let asked = program().env("CDK_OUTDIR", &out).output().unwrap();
    assert!(asked.status.success(), "{asked:?}");
    let manifest = fs::read_to_string(out.join("manifest.json")).unwrap();
    assert!(manifest.contains(KEY), "{manifest}");
    // An answer that leaves it wrong is told, and so is what is wrong where nobody answers.
    let none = format!(r#"{{"{KEY}": []}}"#);
    let answered = program()
        .env("CDK_OUTDIR", &out)
        .env("CDK_CONTEXT_JSON", none)
        .output()
        .unwrap();
    let alone = program().current_dir(&out).output().unwrap();
    for output in [answered, alone] {
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains("code: core.empty-stack"), "{errors}");
    }
}

#[cfg(feature = "validate")]
#[test]
fn what_aws_would_refuse_is_not_written() {
    let out = directory("refused");
    let run = |seconds: u32| {
        let context = format!(r#"{{"{KEY}": ["eu-west-1a"], "retention": {seconds}}}"#);
        let mut program = example("queue-per-zone");
        program.envs(ENVIRONMENT).env("CDK_OUTDIR", &out);
        program.env("CDK_CONTEXT_JSON", context).output().unwrap()
    };
    let refused = run(10);
    assert_eq!(refused.status.code(), Some(1));
    let errors = String::from_utf8(refused.stderr).unwrap();
    assert!(errors.starts_with("Mail/eu-west-1a/Queue: "), "{errors}");
    assert!(errors.contains("code: property.range"), "{errors}");
    assert!(!out.exists());
    assert!(run(60).status.success());
}

#[test]
fn the_context_answers_by_a_variable_or_a_file() {
    let context = format!(r#"{{"{KEY}": ["eu-west-1a", "eu-west-1c"]}}"#);
    let file = directory("context").with_extension("json");
    fs::write(&file, &context).unwrap();
    let by_file = ("CONTEXT_OVERFLOW_LOCATION_ENV", file.to_str().unwrap());
    for variable in [("CDK_CONTEXT_JSON", context.as_str()), by_file] {
        let out = directory(variable.0);
        let [account, region] = ENVIRONMENT;
        assert!(run(&out, &[account, region, variable]).status.success());
        let manifest = fs::read_to_string(out.join("manifest.json")).unwrap();
        assert!(!manifest.contains("missing"));
        let api = out.join("assembly-Prod/Prod-Api.template.json");
        let api = fs::read_to_string(api).unwrap();
        assert!(api.contains("eu-west-1a,eu-west-1c"), "{api}");
    }
}

#[test]
fn problems_are_printed_and_nothing_is_written() {
    let out = directory("problems");
    let output = run(&out, &[]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("Prod/Api: "), "{errors}");
    assert!(errors.contains("code: core.lookup-without-environment"));
    assert!(!out.exists());
}

#[test]
fn a_context_that_is_no_object_is_named() {
    let output = run(&directory("context"), &[("CDK_CONTEXT_JSON", "[]")]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.starts_with("CDK_CONTEXT_JSON is not a JSON object"),
        "{errors}"
    );
}
