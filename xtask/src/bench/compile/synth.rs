use synth::cfn::dynamodb::table::{AttributeDefinition, KeySchema};
use synth::cfn::{dynamodb, sqs};
use synth::{Stack, StackProps};

fn main() -> Result<(), synth::Problems> {
    let mut stack = Stack::new("Orders", StackProps::default());
    let queue = sqs::Queue {
        visibility_timeout: 60.into(),
        ..Default::default()
    };
    stack.scope().add("Jobs", &queue);
    let id = AttributeDefinition {
        attribute_name: "id".into(),
        attribute_type: "S".into(),
    };
    let key = KeySchema {
        attribute_name: "id".into(),
        key_type: "HASH".into(),
    };
    let table = dynamodb::Table {
        billing_mode: "PAY_PER_REQUEST".into(),
        attribute_definitions: [id].into(),
        ..dynamodb::Table::new([key])
    };
    stack.scope().add("Orders", &table);
    println!("{}", stack.synthesize()?.to_json());
    Ok(())
}
