use synth::cfn::ecs::TaskDefinition;
use synth::cfn::iam::Role;
use synth::{Json, Stack, StackProps};

fn main() {
    let mut stack = Stack::new("App", StackProps::default());
    let role = stack.scope().add("Role", &Role::new(Json::Null));
    let _fits = TaskDefinition {
        task_role_arn: role.arn().into(),
        execution_role_arn: (&role).into(),
        ..Default::default()
    };
    // `Ref` of a role is its name.
    let _does_not = TaskDefinition {
        execution_role_arn: role.reference().into(),
        ..Default::default()
    };
}
