//! Roles, policies, groups and users are CDK's: the same resources with the same properties.

use synth::iam::{
    Condition, Effect, Group, GroupProps, ManagedPolicy, ManagedPolicyProps, Policy,
    PolicyDocument, PolicyProps, Role, RoleProps, Selection, Statement, Trust, User, UserProps,
    aws_managed_policy, managed_policy_by_name,
};
use synth::{Stack, StackProps, parse};

/// The same in CDK. Prints its resources.
const THEIRS: &str = r"
const { App, Duration, Stack } = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const app = new App({ context: { '@aws-cdk/aws-iam:minimizePolicies': true } });
const stack = new Stack(app, 'Access');
const tasks = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
const full = new iam.Role(stack, 'Full', {
  assumedBy: new iam.CompositePrincipal(tasks, new iam.AccountPrincipal('111122223333')),
  description: 'runs', maxSessionDuration: Duration.hours(2), path: '/team/', roleName: 'runner',
  managedPolicies: [
    iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonECSTaskExecutionRolePolicy'),
    iam.ManagedPolicy.fromManagedPolicyName(stack, 'Own', 'team/deployer'),
  ],
  permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Edge', 'boundary'),
});
full.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage', 'sqs:GetQueueUrl'], resources: ['arn:aws:sqs:eu-west-1:111122223333:a'] }));
full.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage', 'sqs:GetQueueUrl'], resources: ['arn:aws:sqs:eu-west-1:111122223333:b'] }));
full.addToPolicy(new iam.PolicyStatement({
  sid: 'Listing', effect: iam.Effect.DENY, notActions: ['s3:ListBucket'], notResources: ['arn:aws:s3:::public'],
  conditions: { StringLike: { 's3:prefix': ['a/*', 'b/*'] }, Bool: { 'aws:SecureTransport': 'false' } },
}));
new iam.Role(stack, 'Web', {
  assumedBy: new iam.WebIdentityPrincipal('arn:aws:iam::111122223333:oidc-provider/example.com', {
    StringEquals: { 'example.com:aud': 'mycli' } }),
});
const group = new iam.Group(stack, 'Team', { groupName: 'team' });
const user = new iam.User(stack, 'Robot', { userName: 'robot', groups: [group] });
const read = () => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'] });
new iam.ManagedPolicy(stack, 'Reader', { statements: [read()], description: 'reads', managedPolicyName: 'reader', groups: [group] });
new iam.ManagedPolicy(stack, 'Bare', { statements: [read()] });
new iam.Policy(stack, 'Inline', { statements: [read()], users: [user] });
console.log(JSON.stringify(app.synth().getStackByName('Access').template.Resources));
";

fn sends(queue: &'static str) -> Statement {
    Statement::allow(["sqs:SendMessage", "sqs:GetQueueUrl"], [queue])
}

fn roles(stack: &mut Stack) {
    let mut policy = PolicyDocument::new();
    policy.add(sends("arn:aws:sqs:eu-west-1:111122223333:a"));
    policy.add(sends("arn:aws:sqs:eu-west-1:111122223333:b"));
    policy.add(Statement {
        sid: Some("Listing".into()),
        effect: Effect::Deny,
        actions: Selection::Except(vec!["s3:ListBucket".into()]),
        resources: Some(Selection::Except(vec!["arn:aws:s3:::public".into()])),
        conditions: vec![
            Condition::string_like("s3:prefix", ["a/*", "b/*"]),
            Condition::boolean("aws:SecureTransport", false),
        ],
        ..sends("")
    });
    let tasks = Trust::service("ecs-tasks.amazonaws.com");
    let props = RoleProps {
        description: Some("runs".into()),
        max_session_in_seconds: Some(7_200),
        path: Some("/team/".into()),
        role_name: Some("runner".into()),
        managed_policies: vec![
            aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy"),
            managed_policy_by_name("team/deployer"),
        ],
        permissions_boundary: Some(managed_policy_by_name("boundary")),
        policy,
        ..RoleProps::new([tasks, Trust::account("111122223333")])
    };
    Role::new(stack.child("Full"), props);
    let audience = Condition::string_equals("example.com:aud", ["mycli"]);
    let provider = "arn:aws:iam::111122223333:oidc-provider/example.com";
    let web = RoleProps::new(Trust::web_identity(provider, vec![audience]));
    Role::new(stack.child("Web"), web);
}

fn people(stack: &mut Stack) {
    let read: PolicyDocument = [Statement::allow(
        ["s3:GetObject"],
        ["arn:aws:s3:::bucket/*"],
    )]
    .into_iter()
    .collect();
    let team = GroupProps {
        group_name: Some("team".into()),
        ..GroupProps::default()
    };
    let team = Group::new(stack.child("Team"), team);
    let robot = UserProps {
        user_name: Some("robot".into()),
        groups: vec![team.name()],
        ..UserProps::default()
    };
    let robot = User::new(stack.child("Robot"), robot);
    let reader = ManagedPolicyProps {
        description: Some("reads".into()),
        managed_policy_name: Some("reader".into()),
        groups: vec![team.name()],
        ..ManagedPolicyProps::new(read.clone())
    };
    ManagedPolicy::new(stack.child("Reader"), reader);
    let bare = ManagedPolicyProps::new(read.clone());
    ManagedPolicy::new(stack.child("Bare"), bare);
    let inline = PolicyProps {
        users: vec![robot.name()],
        ..PolicyProps::new(read)
    };
    Policy::new(stack.child("Inline"), inline);
}

#[test]
fn roles_policies_and_people_are_those_of_cdk() {
    let Some(modules) = crate::modules("roles_policies_and_people_are_those_of_cdk") else {
        return;
    };
    let mut stack = Stack::new("Access", StackProps::default());
    roles(&mut stack);
    people(&mut stack);
    let ours = stack.synthesize().unwrap();
    let ours = parse(ours.to_json()).unwrap();
    let theirs = parse(&crate::script(&modules, THEIRS)).unwrap();
    crate::assert_same(ours.get("Resources").unwrap(), &theirs);
}
