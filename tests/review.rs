//! What a reviewer does: read the template, offline, without credentials.

use crate::machine::Machine;

#[test]
fn the_template_is_printed_without_credentials_and_is_the_one_in_the_repository() {
    let machine = Machine::new();
    let json = machine.run(&["init", "--synth-only"]).exits(0);
    let template: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let count = template["Resources"].as_object().unwrap().len();
    assert!((15..=30).contains(&count), "{count} resources");
    let kept = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../snapshots/templates/platform.json"
    );
    let kept = std::fs::read_to_string(kept).unwrap();
    assert!(
        json.text() == kept.trim_end(),
        "the snapshot is of another template"
    );
    let yaml = machine
        .run(&["init", "--synth-only", "--format", "yaml"])
        .exits(0);
    assert!(yaml.text().contains("Resources:"), "{yaml:?}");
}

#[test]
fn what_aws_would_refuse_is_refused_here() {
    let machine = Machine::new();
    let settings = "existing_vpc:\n  vpc_id: my vpc\n  subnet_ids: [subnet-0a1b2c3d4e5f60718]\n";
    std::fs::write(machine.work().join("settings.yaml"), settings).unwrap();
    let told = machine
        .run(&["init", "--synth-only", "--settings", "settings.yaml"])
        .exits(2);
    let told = &told.stderr;
    for part in [
        "Properties/VpcId",
        "value: my vpc",
        "allowed:",
        "^vpc-",
        "code: property.format",
    ] {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
}

#[test]
fn the_assembly_is_written_the_same_twice() {
    let machine = Machine::new();
    for directory in ["one", "two"] {
        machine
            .run(&["init", "--synth-only", "--assembly", directory])
            .exits(0);
    }
    let difference = std::process::Command::new("diff")
        .args(["-r", "one", "two"])
        .current_dir(machine.work())
        .output()
        .unwrap();
    assert!(difference.status.success(), "{difference:?}");
    assert!(machine.work().join("one").join("manifest.json").is_file());
}

#[test]
fn both_formats_of_the_template_satisfy_cfn_lint() {
    let Ok(linter) = std::env::var("MYCLI_TEST_CFN_LINT") else {
        return;
    };
    let machine = Machine::new();
    for (format, file) in [("json", "t.json"), ("yaml", "t.yaml")] {
        let run = machine
            .run(&["init", "--synth-only", "--format", format])
            .exits(0);
        std::fs::write(machine.work().join(file), run.stdout).unwrap();
        let output = std::process::Command::new(&linter)
            .args(["--", file])
            .current_dir(machine.work())
            .output()
            .unwrap();
        assert!(
            output.status.success() && output.stdout.is_empty(),
            "{output:?}"
        );
    }
}
