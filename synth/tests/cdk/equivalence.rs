//! The stacks of the benchmark, declared with CDK and with this library: what deploying ours over CDK's would do.

#[path = "../../examples/bench/stacks.rs"]
mod stacks;
#[path = "../../examples/bench/tables.rs"]
mod tables;

use std::process::Command;

use synth::{Assembly, parse};
use synth_diff::{Action, Effect, Options, diff, draw};

#[test]
fn taking_over_a_stack_of_cdk_replaces_removes_and_adds_nothing() {
    let test = "taking_over_a_stack_of_cdk_replaces_removes_and_adds_nothing";
    let Some(modules) = crate::modules(test) else {
        return;
    };
    let (theirs, ours) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for small in [true, false] {
        let mut peer = crate::node(&modules, "../xtask/src/bench/peer.js");
        peer.env("OUT", theirs.path())
            .env("CDK_VALIDATION", "false");
        if small {
            peer.env("SMALL", "1");
        }
        crate::output(&mut peer, "");
        let path = theirs.path().join("Bench000.template.json");
        let before = parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let assembly = Assembly::synthesize([stacks::stack(0, small)]).unwrap();
        assembly.write_to(ours.path()).unwrap();
        let after = parse(&assembly.files()["Bench000.template.json"]).unwrap();

        let changes = diff(&before, &after, &Options::default());
        let name = if small { "small" } else { "platform" };
        let drawn = draw::stack("Bench000", &changes);
        let drawn = anstream::adapter::strip_str(&drawn).to_string();
        snapshots::assert_file(&format!("synth/cdk-{name}-changes.txt"), &drawn);
        for change in &changes.resources {
            let in_place = matches!(change.action, Action::Change(Effect::InPlace));
            assert!(in_place, "{}: {:?}", change.logical_id, change.action);
        }

        let mut cdk = Command::new(modules.join(".bin").join("cdk"));
        cdk.args(["diff", "Bench000", "--no-notices", "--no-color", "--app"])
            .arg(ours.path())
            .arg("--template")
            .arg(&path)
            .current_dir(ours.path())
            .env("HOME", ours.path())
            .env("CDK_DISABLE_CLI_TELEMETRY", "true");
        let output = cdk.output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{said}");
        for word in [
            "requires replacement",
            "may cause replacement",
            "destroy",
            "[+] AWS::",
        ] {
            assert!(!said.contains(word), "{said}");
        }
    }
}
