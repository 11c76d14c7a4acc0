//! The files that the `cdk` CLI reads.

use synth_core::{Assembly, Environment, Output, Stack, StackProps};

use crate::fixture::Vpc;

fn stack(name: &str, props: StackProps) -> Stack {
    let mut stack = Stack::new(name, props);
    stack.child("Network").add(
        "Vpc",
        &Vpc {
            cidr_block: "10.0.0.0/16".into(),
        },
    );
    stack
}

fn codes(stacks: Vec<Stack>) -> Vec<&'static str> {
    let problems = Assembly::synthesize(stacks).unwrap_err();
    problems
        .0
        .iter()
        .map(|placed| placed.problem.code)
        .collect()
}

#[test]
fn the_manifest_names_every_stack_and_what_cdk_needs_to_deploy_it() {
    let network = stack("Network", StackProps::default());
    let props = StackProps {
        environment: Environment {
            account: Some("123456789012".into()),
            region: Some("eu-west-1".into()),
        },
        tags: vec![("team".into(), "platform".into())],
        depends_on: vec!["Network".into()],
        termination_protection: true,
        notification_arns: vec!["arn:aws:sns:eu-west-1:123456789012:events".into()],
        ..StackProps::default()
    };
    let assembly = Assembly::synthesize(vec![network, stack("App", props)]).unwrap();
    let names: Vec<_> = assembly.files().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "App.template.json",
            "Network.template.json",
            "cdk.out",
            "manifest.json"
        ]
    );
    insta::assert_snapshot!(assembly.files()["manifest.json"], @r#"
    {
     "version": "38.0.0",
     "artifacts": {
      "Network": {
       "type": "aws:cloudformation:stack",
       "environment": "aws://unknown-account/unknown-region",
       "properties": {
        "templateFile": "Network.template.json",
        "stackName": "Network",
        "terminationProtection": false,
        "validateOnSynth": false
       },
       "metadata": {
        "/Network/Network/Vpc": [
         {
          "type": "aws:cdk:logicalId",
          "data": "NetworkVpcFAC8F4A5"
         }
        ]
       },
       "displayName": "Network"
      },
      "App": {
       "type": "aws:cloudformation:stack",
       "environment": "aws://123456789012/eu-west-1",
       "properties": {
        "templateFile": "App.template.json",
        "stackName": "App",
        "terminationProtection": true,
        "validateOnSynth": false,
        "tags": {
         "team": "platform"
        },
        "notificationArns": [
         "arn:aws:sns:eu-west-1:123456789012:events"
        ]
       },
       "dependencies": [
        "Network"
       ],
       "metadata": {
        "/App/Network/Vpc": [
         {
          "type": "aws:cdk:logicalId",
          "data": "NetworkVpcFAC8F4A5"
         }
        ]
       },
       "displayName": "App"
      }
     }
    }
    "#);
}

#[test]
fn the_same_program_writes_the_same_bytes() {
    let directory = std::env::temp_dir().join(format!("synth-core-{}", std::process::id()));
    let make = || Assembly::synthesize(vec![stack("App", StackProps::default())]).unwrap();
    make().write_to(&directory).unwrap();
    for (name, text) in make().files() {
        assert_eq!(
            &std::fs::read_to_string(directory.join(name)).unwrap(),
            text
        );
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn stacks_that_do_not_fit_together_are_refused() {
    let exporting = |name| {
        let mut stack = stack(name, StackProps::default());
        let output = Output {
            export: Some("shared".into()),
            ..Output::new("x")
        };
        stack.scope().output("Shared", output);
        stack
    };
    let props = StackProps {
        depends_on: vec!["Nowhere".into()],
        ..StackProps::default()
    };
    let stacks = vec![
        exporting("A"),
        exporting("B"),
        stack("C", props),
        stack("C", StackProps::default()),
    ];
    assert_eq!(
        codes(stacks),
        [
            "core.taken-export",
            "core.taken-stack-name",
            "core.dangling-stack-dependency"
        ]
    );
}

#[test]
fn problems_of_all_stacks_are_told_together() {
    let empty = |name| Stack::new(name, StackProps::default());
    assert_eq!(codes(vec![empty("A"), empty("B")]), ["core.empty-stack"; 2]);
}
