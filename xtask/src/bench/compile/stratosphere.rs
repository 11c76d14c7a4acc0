use stratosphere::services::aws::{dynamodb, sqs};
use stratosphere::template::Template;

fn main() {
    let template = Template::build(|stack| {
        stack.resource("Jobs", sqs::Queue! { visibility_timeout: 60 });
        stack.resource(
            "Orders",
            dynamodb::Table! {
                billing_mode: "PAY_PER_REQUEST",
                attribute_definitions: vec![dynamodb::table::AttributeDefinition! {
                    attribute_name: "id",
                    attribute_type: "S"
                }],
                key_schema: vec![dynamodb::table::KeySchema! {
                    attribute_name: "id",
                    key_type: "HASH"
                }]
            },
        );
    });
    println!("{}", template.render_json_pretty());
}
