use synth::cfn::logs::LogGroup;
use synth::{Stack, StackProps};

fn main() {
    let mut stack = Stack::new("App", StackProps::default());
    let group = stack.scope().add("Logs", &LogGroup::default());
    // A log group has an ARN, and no domain name.
    let _domain = group.domain_name();
}
