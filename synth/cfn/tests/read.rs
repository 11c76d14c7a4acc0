//! Templates read back into the generated types.

use std::path::Path;

use synth_cfn::ec2::Vpc;
use synth_cfn::ecs::TaskDefinition;
use synth_cfn::registry;
use synth_core::{Data as _, Included, Json, Stack, StackProps, parse, read};

/// One way to write what may be ordered otherwise; what is missing is left out.
fn sorted(json: &Json) -> String {
    if let Some(items) = json.items() {
        return format!("{:?}", items.iter().map(sorted).collect::<Vec<_>>());
    }
    let Some(entries) = json.entries() else {
        return json.to_compact();
    };
    let entries = entries.iter().filter(|(_, value)| *value != Json::Missing);
    let entries = entries.map(|(name, value)| format!("{name:?}:{}", sorted(value)));
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    format!("{{{}}}", entries.join(","))
}

#[test]
fn every_resource_of_our_templates_is_written_as_it_was_read() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots/templates");
    let mut seen = 0;
    for file in std::fs::read_dir(directory).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let template = parse(&text).unwrap();
        for (id, resource) in template.get("Resources").unwrap().entries().unwrap() {
            let name = resource.get("Type").unwrap().as_text().unwrap();
            let (_, rewrite) = registry::types()
                .iter()
                .find(|(found, _)| *found == name)
                .unwrap();
            let Some(properties) = resource.get("Properties") else {
                continue;
            };
            let (written, leftovers) = rewrite(properties).unwrap();
            assert!(leftovers.is_empty(), "{id}: {leftovers:?}");
            assert_eq!(sorted(&written), sorted(properties), "{id}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_type_keeps_what_it_has_no_place_for() {
    assert!(registry::types().is_sorted_by_key(|(name, _)| *name));
    let json = parse(r#"{"NoSuchProperty": {"A": [1]}}"#).unwrap();
    for (name, rewrite) in registry::types() {
        let (written, leftovers) = rewrite(&json).unwrap();
        assert_eq!(sorted(&written), "{}", "{name}");
        let [leftover] = leftovers.as_slice() else {
            panic!("{name}: {leftovers:?}");
        };
        assert_eq!(leftover.path, "NoSuchProperty");
    }
}

#[test]
fn what_was_read_can_be_looked_at() {
    let json = parse(r#"{"Cpu": "256", "RequiresCompatibilities": ["FARGATE"]}"#).unwrap();
    let (task, _) = read::<TaskDefinition>(&json).unwrap();
    assert_eq!(task.cpu.known().map(String::as_str), Some("256"));
    assert_eq!(task.to_json(), json);
}

#[test]
fn a_resource_of_an_included_template_is_read_as_its_type() {
    let template = r#"{"Resources": {"Network": {"Type": "AWS::EC2::VPC", "Properties": {
        "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": {"Ref": "AWS::NoValue"}, "NewerThanThis": 1
    }}}}"#;
    let mut stack = Stack::new("App", StackProps::default());
    let included = Included::new(stack.child("Existing"), parse(template).unwrap());
    let network = included.resource::<Vpc>("Network").unwrap();
    let (vpc, leftovers) = stack.properties(&network).unwrap();
    assert_eq!(
        vpc.cidr_block.known().map(String::as_str),
        Some("10.0.0.0/16")
    );
    assert!(vpc.enable_dns_support.known().is_none());
    assert_eq!(leftovers[0].path, "NewerThanThis");
    let other = Stack::new("Other", StackProps::default());
    assert!(other.properties(&network).is_none());
}
