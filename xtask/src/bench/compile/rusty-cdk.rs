use rusty_cdk::dynamodb::{AttributeType, Key, TableBuilder};
use rusty_cdk::sqs::QueueBuilder;
use rusty_cdk::stack::StackBuilder;
use rusty_cdk::wrappers::*;
use rusty_cdk_macros::*;

fn main() {
    let mut stack = StackBuilder::new();
    QueueBuilder::new("Jobs")
        .standard_queue()
        .visibility_timeout(visibility_timeout!(60))
        .build(&mut stack);
    let key = string_with_only_alphanumerics_and_underscores!("id");
    TableBuilder::new("Orders", Key::new(key, AttributeType::String))
        .pay_per_request_billing()
        .build(&mut stack);
    let stack = stack.build().unwrap();
    println!("{}", stack.synth().unwrap());
}
