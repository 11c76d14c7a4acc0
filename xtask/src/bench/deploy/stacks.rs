//! The stacks that both programs deploy, as an assembly that was synthesized before.

use std::path::Path;

use serde_json::{Value, json};

use crate::process::Failure;

/// Stacks of the assembly. None needs another.
pub(super) const STACKS: usize = 10;

/// Resources of each.
pub(super) const RESOURCES: usize = 50;

/// Writes the assembly to `directory`. Names of the stacks begin with `prefix`; `value` is a property of one resource in each.
///
/// As the legacy synthesizer of AWS CDK would: without roles, files to publish and the version of the bootstrap stack, all of
/// which would cost both programs requests of their own.
pub(super) fn write(directory: &Path, prefix: &str, value: &str) -> Result<(), Failure> {
    let write = |name: &str, document: &Value| {
        let path = directory.join(name);
        std::fs::create_dir_all(directory)
            .and_then(|()| std::fs::write(&path, document.to_string()))
            .map_err(|error| format!("{}: {error}", path.display()))
    };
    let mut artifacts = serde_json::Map::new();
    for number in 0..STACKS {
        let file = format!("S{number}.template.json");
        write(&file, &template(value))?;
        artifacts.insert(
            format!("S{number}"),
            json!({
                "type": "aws:cloudformation:stack",
                "environment": "aws://unknown-account/unknown-region",
                "properties": { "templateFile": file, "stackName": format!("{prefix}-{number}") },
            }),
        );
    }
    let manifest = json!({ "version": "48.0.0", "artifacts": artifacts });
    write("manifest.json", &manifest)
}

/// What the emulator really makes, and makes quickly.
fn template(value: &str) -> Value {
    let resource = |at: usize| {
        let value = if at == 0 { value } else { "always" };
        let resource = match at % 5 {
            3 => json!({ "Type": "AWS::SQS::Queue" }),
            4 => json!({ "Type": "AWS::Logs::LogGroup", "Properties": { "RetentionInDays": 30 } }),
            _ => {
                let properties = json!({ "Type": "String", "Value": value });
                json!({ "Type": "AWS::SSM::Parameter", "Properties": properties })
            }
        };
        (format!("R{at}"), resource)
    };
    let resources: serde_json::Map<String, Value> = (0..RESOURCES).map(resource).collect();
    json!({ "Resources": resources })
}
