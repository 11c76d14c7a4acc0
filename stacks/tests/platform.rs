//! The platform stack, as reviewers and CloudFormation see it.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests panic like the tests themselves"
)]

use std::collections::BTreeMap;

use serde_json::Value;
use stacks::platform::{
    ExistingVpc, Installation, Place, Settings, Subnets, deployer_policy, output, stack,
    unknown_to_deployer,
};
use synth::validation::{Options, check};

fn text(settings: &Settings) -> String {
    stack(settings).synthesize().unwrap().to_json().to_owned()
}

fn template(settings: &Settings) -> Value {
    serde_json::from_str(&text(settings)).unwrap()
}

fn variants() -> Vec<(&'static str, Settings)> {
    let default = Settings::default();
    let existing = ExistingVpc {
        vpc_id: "vpc-0a1b2c3d4e5f60718".to_owned(),
        subnet_ids: vec!["subnet-0a1b2c3d4e5f60718".to_owned()],
        assign_public_ip: false,
    };
    vec![
        ("platform", default.clone()),
        (
            "platform-private-with-nat",
            Settings {
                subnets: Subnets::PrivateWithNat,
                ..default.clone()
            },
        ),
        (
            "platform-private-with-endpoints",
            Settings {
                subnets: Subnets::PrivateWithEndpoints,
                ..default.clone()
            },
        ),
        (
            "platform-existing-vpc",
            Settings {
                existing_vpc: Some(existing),
                permissions_boundary: Some("arn:aws:iam::123456789012:policy/edge".to_owned()),
                image_repositories: vec![
                    "arn:aws:ecr:eu-central-1:123456789012:repository/tools".to_owned(),
                ],
                ..default
            },
        ),
    ]
}

#[test]
fn every_variant_is_the_template_that_was_reviewed() {
    for (name, settings) in variants() {
        snapshots::assert_file(&format!("templates/{name}.json"), &text(&settings));
    }
}

#[test]
fn the_schemas_of_aws_have_nothing_against_any_variant() {
    for (name, settings) in variants() {
        let mut template = stack(&settings).synthesize().unwrap();
        check(&mut template, &Options::default()).unwrap();
        assert_eq!(template.warnings(), [], "{name}");
    }
}

#[test]
fn the_default_is_at_most_thirty_resources_and_none_of_them_costs_by_the_hour() {
    let template = template(&Settings::default());
    let resources = template["Resources"].as_object().unwrap();
    assert!(resources.len() <= 30, "{}", resources.len());
    let hourly = ["AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::ECS::Service"];
    for (id, resource) in resources {
        let kind = resource["Type"].as_str().unwrap();
        assert!(!hourly.contains(&kind), "{id} is {kind}");
        assert_ne!(
            resource["Properties"]["VpcEndpointType"], "Interface",
            "{id}"
        );
    }
}

#[test]
fn a_star_stands_only_where_aws_offers_nothing_narrower() {
    let mut starred = Vec::new();
    for (_, settings) in variants() {
        for resource in template(&settings)["Resources"]
            .as_object()
            .unwrap()
            .values()
        {
            let document = &resource["Properties"]["PolicyDocument"];
            for statement in document["Statement"].as_array().into_iter().flatten() {
                if statement["Resource"] == "*" {
                    starred.extend(actions(statement));
                }
            }
        }
    }
    starred.sort();
    starred.dedup();
    assert_eq!(
        starred,
        [
            "ecr:GetAuthorizationToken",
            "ecs:DeregisterTaskDefinition",
            "ecs:DescribeTaskDefinition",
            "ecs:ListTaskDefinitions",
            "ecs:ListTasks",
        ]
    );
}

#[test]
fn the_deployers_policy_is_the_one_that_was_reviewed_and_fits_iam() {
    let anywhere = Place {
        partition: "aws".to_owned(),
        region: "*".to_owned(),
        account: "*".to_owned(),
    };
    for (name, settings) in variants() {
        let template = stack(&settings).synthesize().unwrap();
        assert_eq!(unknown_to_deployer(&template), [""; 0], "{name}");
        let policy = deployer_policy(&settings, &template, &anywhere);
        // White space does not count: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        let length = policy.to_compact().len();
        assert!(length <= 6144, "{name}: {length}");
        let text = policy.to_pretty(2) + "\n";
        snapshots::assert_file(&format!("policies/deployer-{name}.json"), &text);
    }
}

#[test]
fn every_output_that_is_declared_is_read_back() {
    let template = template(&Settings::default());
    let outputs = template["Outputs"].as_object().unwrap();
    let values: BTreeMap<String, String> = outputs
        .keys()
        .map(|id| {
            (
                id.clone(),
                if id == output::HISTORY_RETENTION {
                    "90"
                } else {
                    "x"
                }
                .to_owned(),
            )
        })
        .collect();
    let installation = Installation::from_outputs(&values).unwrap();
    assert_eq!(installation.history_retention_in_days, 90);
    let is_for_people = |id: &&String| id.ends_with("Policy") || *id == output::VERSION;
    for id in outputs.keys().filter(|id| !is_for_people(id)) {
        let mut without = values.clone();
        without.remove(id);
        let missing = Installation::from_outputs(&without).unwrap_err();
        assert_eq!(
            missing.output, id,
            "nobody reads this output, or says it is another"
        );
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let settings = Settings {
        name: "My_Platform".to_owned(),
        cidr: "10.0.0.0/33".to_owned(),
        cpu: 300,
        log_retention_in_days: 17,
        history_retention_in_days: 0,
        ..Settings::default()
    };
    let problems = stack(&settings).synthesize().unwrap_err();
    let codes: Vec<_> = problems
        .0
        .iter()
        .map(|placed| placed.problem.code)
        .collect();
    for code in [
        "platform.name",
        "platform.cidr",
        "platform.size",
        "platform.log-retention",
        "platform.history-retention",
    ] {
        assert!(codes.contains(&code), "{code} is not among {codes:?}");
    }
}

#[test]
fn an_unknown_setting_is_refused_and_an_empty_file_is_complete() {
    let refusal = serde_json::from_str::<Settings>(r#"{"nmae": "x"}"#)
        .unwrap_err()
        .to_string();
    assert!(refusal.contains("unknown field `nmae`"), "{refusal}");
    assert_eq!(
        serde_json::from_str::<Settings>("{}").unwrap(),
        Settings::default()
    );
}

#[test]
fn the_schema_of_the_settings_is_the_one_that_was_reviewed() {
    let schema = schemars::schema_for!(Settings);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    snapshots::assert_file("schemas/settings.json", &text);
}

fn actions(statement: &Value) -> Vec<String> {
    let action = &statement["Action"];
    let many = action
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![action.clone()]);
    many.iter()
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}
