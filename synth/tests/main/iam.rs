//! Roles, policies, and their statements.

use std::fmt::Write as _;

use synth::iam::{
    Condition, Effect, Group, GroupProps, InstanceProfile, InstanceProfileProps, ManagedPolicy,
    ManagedPolicyProps, OidcProvider, OidcProviderProps, Policy, PolicyDocument, PolicyKind,
    PolicyProps, Principal, Role, RoleProps, RoleReference, Selection, Statement, Trust, User,
    UserProps, aws_managed_policy,
};
use synth::{Id, Stack, pseudo};

use crate::show::{codes, problems, resources, statements};

fn trust() -> Trust {
    Trust::service("ecs-tasks.amazonaws.com")
}

fn read() -> Statement {
    Statement::allow(["s3:GetObject"], ["arn:aws:s3:::data/*"])
}

fn with_policy(statement: Statement) -> impl FnOnce(&mut Stack) {
    move |stack| {
        let policy = [statement].into_iter().collect();
        Role::new(
            stack.child("Role"),
            RoleProps {
                policy,
                ..RoleProps::new(trust())
            },
        );
    }
}

fn with_trust(trust: Trust) -> impl FnOnce(&mut Stack) {
    move |stack| {
        Role::new(stack.child("Role"), RoleProps::new(trust));
    }
}

#[test]
fn a_role_says_who_may_become_it_and_nothing_else() {
    insta::assert_snapshot!(resources(with_trust(trust())), @r#"
    Role1ABCC5F0 AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}
    "#);
}

#[test]
fn a_role_with_everything() {
    let declared = resources(|stack| {
        let boundary = Id::literal("arn:aws:iam::123456789012:policy/boundary").into();
        let props = RoleProps {
            policy: [read()].into_iter().collect(),
            inline_policies: vec![("read".into(), [read()].into_iter().collect())],
            managed_policies: vec![aws_managed_policy("ReadOnlyAccess")],
            permissions_boundary: Some(boundary),
            role_name: Some("runner".into()),
            path: Some("/team/".into()),
            max_session_in_seconds: Some(7_200),
            description: Some("runs tasks".into()),
            tags: vec![("team".into(), "platform".into())],
            ..RoleProps::new(trust())
        };
        Role::new(stack.child("Role"), props);
    });
    insta::assert_snapshot!(declared, @r#"
    Role1ABCC5F0 AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}
      Description "runs tasks"
      ManagedPolicyArns [{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/ReadOnlyAccess"]]}]
      MaxSessionDuration 7200
      Path "/team/"
      PermissionsBoundary "arn:aws:iam::123456789012:policy/boundary"
      Policies [{"PolicyDocument":{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::data/*"}],"Version":"2012-10-17"},"PolicyName":"read"}]
      RoleName "runner"
      Tags [{"Key":"team","Value":"platform"}]
    RoleDefaultPolicy5FFB7DAB AWS::IAM::Policy
      PolicyDocument {"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::data/*"}],"Version":"2012-10-17"}
      PolicyName "RoleDefaultPolicy5FFB7DAB"
      Roles [{"Ref":"Role1ABCC5F0"}]
    "#);
}

#[test]
fn every_way_into_a_role() {
    let provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    let saml = "arn:aws:iam::123456789012:saml-provider/people";
    let trusts = [
        trust(),
        Trust::service("lambda.amazonaws.com"),
        Trust::arn("arn:aws:iam::123456789012:role/deployer"),
        Trust::account("210987654321"),
        Trust::this_account(),
        Trust::third_party("333333333333", "agreed"),
        Trust::open_id_connect(
            provider,
            "token.actions.githubusercontent.com",
            "sts.amazonaws.com",
            ["repo:octo-org/octo-repo:*"],
        ),
        Trust::saml(saml),
    ];
    let document: PolicyDocument = trusts.iter().map(Statement::from).collect();
    insta::assert_snapshot!(statements(&document), @r#"
    {"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com","lambda.amazonaws.com"],"AWS":["arn:aws:iam::123456789012:role/deployer",{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::210987654321:root"]]},{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::",{"Ref":"AWS::AccountId"},":root"]]}]}}
    {"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"agreed"}},"Effect":"Allow","Principal":{"AWS":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::333333333333:root"]]}}}
    {"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:octo-org/octo-repo:*"}},"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}}
    {"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}},"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/people"}}
    "#);
}

#[test]
fn policies_on_their_own() {
    let declared = resources(|stack| {
        let role = Role::new(stack.child("Role"), RoleProps::new(trust()));
        let document: PolicyDocument = [read()].into_iter().collect();
        let props = PolicyProps {
            roles: vec![role.name()],
            ..PolicyProps::new(document.clone())
        };
        Policy::new(stack.child("Read"), props);
        let props = ManagedPolicyProps {
            description: Some("for readers".into()),
            roles: vec![role.name()],
            ..ManagedPolicyProps::new(document)
        };
        ManagedPolicy::new(stack.child("Readers"), props);
    });
    insta::assert_snapshot!(declared, @r#"
    Role1ABCC5F0 AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"}}],"Version":"2012-10-17"}
    Read0389503C AWS::IAM::Policy
      PolicyDocument {"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::data/*"}],"Version":"2012-10-17"}
      PolicyName "Read0389503C"
      Roles [{"Ref":"Role1ABCC5F0"}]
    ReadersF07297A3 AWS::IAM::ManagedPolicy
      Description "for readers"
      Path "/"
      PolicyDocument {"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::data/*"}],"Version":"2012-10-17"}
      Roles [{"Ref":"Role1ABCC5F0"}]
    "#);
}

#[test]
fn a_role_is_handed_on_to_one_service() {
    let mut policy = PolicyDocument::new();
    let mut stack = Stack::new("App", synth::StackProps::default());
    let role = Role::new(stack.child("Role"), RoleProps::new(trust()));
    role.grant_pass(&mut policy, "ecs-tasks.amazonaws.com");
    role.grant_assume(&mut policy);
    insta::assert_snapshot!(statements(&policy), @r#"
    {"Action":"iam:PassRole","Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}},"Effect":"Allow","Resource":{"Fn::GetAtt":["Role1ABCC5F0","Arn"]}}
    {"Action":"sts:AssumeRole","Effect":"Allow","Resource":{"Fn::GetAtt":["Role1ABCC5F0","Arn"]}}
    "#);
}

#[test]
fn an_organization_and_tagged_sessions_are_trusted() {
    let trusts = [
        Trust::organization("o-a1b2c3d4e5"),
        Trust::account("210987654321").with_session_tags(),
    ];
    let document: PolicyDocument = trusts.iter().map(Statement::from).collect();
    insta::assert_snapshot!(statements(&document), @r#"
    {"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}},"Effect":"Allow","Principal":{"AWS":"*"}}
    {"Action":["sts:AssumeRole","sts:TagSession"],"Effect":"Allow","Principal":{"AWS":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::210987654321:root"]]}}}
    "#);
    let organization = with_trust(Trust::organization("o-a1b2c3d4e5"));
    assert!(resources(organization).contains("aws:PrincipalOrgID"));
}

#[test]
fn a_group_has_policies_and_a_name() {
    let group = |props| {
        move |stack: &mut Stack| {
            Group::new(stack.child("Group"), props);
        }
    };
    let readers = GroupProps {
        policy: [read()].into_iter().collect(),
        managed_policies: vec![aws_managed_policy("ReadOnlyAccess")],
        group_name: Some("readers".into()),
        path: Some("/team/".into()),
    };
    insta::assert_snapshot!(resources(group(readers)), @r#"
    GroupC77FDACD AWS::IAM::Group
      GroupName "readers"
      ManagedPolicyArns [{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/ReadOnlyAccess"]]}]
      Path "/team/"
    GroupDefaultPolicy402C318A AWS::IAM::Policy
      Groups [{"Ref":"GroupC77FDACD"}]
      PolicyDocument {"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::data/*"}],"Version":"2012-10-17"}
      PolicyName "GroupDefaultPolicy402C318A"
    "#);
    let wrong = GroupProps {
        policy: PolicyDocument::new(),
        managed_policies: vec![Id::literal("ReadOnlyAccess").into(); 11],
        group_name: Some("g".repeat(129).into()),
        path: Some("team".into()),
    };
    let mut told = codes(group(wrong));
    told.dedup();
    let expected = [
        "iam.group-name",
        "iam.path-format",
        "iam.managed-policy-format",
        "iam.too-many-managed-policies",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_role_tells_each_service_it_trusts_once() {
    let mut stack = Stack::new("App", synth::StackProps::default());
    let assumed_by = vec![
        Trust::service("lambda.amazonaws.com"),
        Trust::this_account(),
        trust(),
        Trust::service("lambda.amazonaws.com"),
    ];
    let role = Role::new(stack.child("Role"), RoleProps::new(assumed_by));
    let services = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"];
    assert_eq!(role.trusted_services(), services);
}

#[test]
fn statements_that_differ_in_one_list_become_one() {
    let objects = "arn:aws:s3:::data/*";
    let document: PolicyDocument = [
        Statement::allow(["s3:PutObject", "s3:GetObject"], [objects]),
        Statement::allow(
            ["s3:GetObject", "s3:PutObject"],
            ["arn:aws:s3:::logs/*", objects],
        ),
        Statement::allow(
            ["sqs:SendMessage"],
            ["arn:aws:sqs:eu-west-1:123456789012:work"],
        ),
        Statement::allow(["s3:DeleteObject"], ["arn:aws:s3:::logs/*", objects]),
    ]
    .into_iter()
    .collect();
    insta::assert_snapshot!(statements(&document), @r#"
    {"Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"],"Effect":"Allow","Resource":["arn:aws:s3:::data/*","arn:aws:s3:::logs/*"]}
    {"Action":"sqs:SendMessage","Effect":"Allow","Resource":"arn:aws:sqs:eu-west-1:123456789012:work"}
    "#);
}

#[test]
fn statements_that_say_something_else_stay_apart() {
    let only_encrypted = Condition::boolean("aws:SecureTransport", true);
    let document: PolicyDocument = [
        read(),
        Statement {
            sid: Some("Read".into()),
            ..read()
        },
        Statement {
            effect: Effect::Deny,
            ..read()
        },
        Statement {
            conditions: vec![only_encrypted],
            ..read()
        },
        Statement {
            actions: Selection::Except(vec!["s3:GetObject".into()]),
            ..read()
        },
        Statement::allow(["s3:PutObject"], ["arn:aws:s3:::logs/*"]),
    ]
    .into_iter()
    .collect();
    assert_eq!(document.minimized().len(), document.statements().len());
}

#[test]
fn what_is_excluded_is_written_as_excluded() {
    let document: PolicyDocument = [Statement {
        actions: Selection::Except(vec!["iam:*".into()]),
        resources: Some(Selection::Except(vec!["arn:aws:s3:::secret/*".into()])),
        ..Statement::deny(["x:Y"], ["*"])
    }]
    .into_iter()
    .collect();
    insta::assert_snapshot!(statements(&document), @r#"
    {"Effect":"Deny","NotAction":"iam:*","NotResource":"arn:aws:s3:::secret/*"}
    "#);
}

#[test]
fn every_problem_of_a_policy_is_told_at_once() {
    let statement = Statement {
        sid: Some("not plain".into()),
        principals: vec![Principal::ThisAccount],
        conditions: vec![
            Condition::new("StringEqual", "aws:SourceArn", ["x"]),
            Condition::string_equals("SourceArn", Vec::<&str>::new()),
            Condition::boolean("aws:SecureTransport", true),
            Condition::boolean("aws:SecureTransport", false),
        ],
        ..Statement::allow(
            ["s3.GetObject", "s3:Get Object", "S3:GetObject"],
            ["data/*"],
        )
    };
    insta::assert_snapshot!(problems(with_policy(statement)), @"
    App/Role/DefaultPolicy: statement `not plain` names principals, but whoever has the policy is meant
      allowed: no principals
      fix: remove them, or put the statement into the policy of the resource
      code: iam.principal-in-identity-policy
    App/Role/DefaultPolicy: statement `not plain` has an action that IAM cannot read
      value: s3.GetObject
      allowed: `*`, or a service prefix in lower case, a colon, and letters, digits, `*` and `?`
      fix: write it as `service:Action`, such as `s3:GetObject`
      code: iam.action-format
    App/Role/DefaultPolicy: statement `not plain` has an action that IAM cannot read
      value: s3:Get Object
      allowed: `*`, or a service prefix in lower case, a colon, and letters, digits, `*` and `?`
      fix: write it as `service:Action`, such as `s3:GetObject`
      code: iam.action-format
    App/Role/DefaultPolicy: statement `not plain` has an action that IAM cannot read
      value: S3:GetObject
      allowed: `*`, or a service prefix in lower case, a colon, and letters, digits, `*` and `?`
      fix: write it as `service:Action`, such as `s3:GetObject`
      code: iam.action-format
    App/Role/DefaultPolicy: statement `not plain` has a resource that is not an ARN
      value: data/*
      allowed: `*`, or `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`
      fix: take it from a construct, such as `role.arn()`, or write all six parts
      code: iam.resource-format
    App/Role/DefaultPolicy: statement `not plain` has a condition operator that IAM does not have
      value: StringEqual
      allowed: such as `StringEquals`, `ArnLike`, `Bool`, with `IfExists` or `ForAnyValue:` where wanted
      fix: use one of the operators of IAM, spelt as there
      code: iam.condition-operator
    App/Role/DefaultPolicy: statement `not plain` has a condition key without a prefix
      value: SourceArn
      allowed: `aws:` or a service prefix or an identity provider's domain, a colon, and a name
      fix: write it as in the service's list of condition keys, such as `aws:SourceArn`
      code: iam.condition-key
    App/Role/DefaultPolicy: statement `not plain` has a condition that compares with nothing
      value: SourceArn
      allowed: at least one value
      fix: name the values
      code: iam.condition-without-value
    App/Role/DefaultPolicy: statement `not plain` has two conditions with the same operator and key, and a policy can hold one
      value: aws:SecureTransport
      allowed: one condition for each operator and key
      fix: put the values into one condition, of which one must fit
      code: iam.condition-repeated
    App/Role/DefaultPolicy: statement `not plain` has a name that IAM does not take
      value: not plain
      allowed: letters and digits
      fix: remove the other characters
      code: iam.sid-format
    ");
}

#[test]
fn every_problem_of_a_trust_policy_is_told_at_once() {
    let told = problems(|stack| {
        let assumed_by = vec![
            Trust::service("ecs-tasks"),
            Trust::arn("deployer"),
            Trust::account("1234"),
            Trust::web_identity("accounts.google.com", Vec::new()),
            Trust {
                principal: Principal::Any,
                ..trust()
            },
            Trust {
                actions: vec!["s3:GetObject".into()],
                ..trust()
            },
        ];
        Role::new(stack.child("Role"), RoleProps::new(assumed_by));
    });
    insta::assert_snapshot!(told, @"
    App/Role: statement 1 names a service as no service is named
      value: ecs-tasks
      allowed: the service's domain, in lower case, such as `ecs-tasks.amazonaws.com`
      fix: look the name up in the service's guide, under service-linked roles
      code: iam.service-principal
    App/Role: statement 2 has a principal that is not an ARN
      value: deployer
      allowed: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`
      fix: take it from a construct, such as `role.arn()`, or write all six parts
      code: iam.principal-format
    App/Role: statement 3 names an account as no account is named
      value: 1234
      allowed: twelve digits
      fix: write the account's id; for a role or user use `Principal::Arn`
      code: iam.account-format
    App/Role: statement 4 lets everybody whom the identity provider knows become the role
      allowed: such a principal only with a condition
      fix: add a condition that says which of them, such as the subject of the token
      code: iam.trust-too-wide
    App/Role: statement 5 lets everybody on AWS become the role
      allowed: such a principal only with a condition
      fix: add a condition that says which of them, such as the subject of the token
      code: iam.trust-too-wide
    App/Role: statement 6 of a trust policy has an action that is not about becoming the role
      value: s3:GetObject
      allowed: actions of `sts`, such as `sts:AssumeRole`
      fix: move it to a policy of the role
      code: iam.trust-action
    ");
}

#[test]
fn every_problem_of_a_role_is_told_at_once() {
    let told = problems(|stack| {
        let props = RoleProps {
            managed_policies: vec![Id::literal("ReadOnlyAccess").into()],
            role_name: Some("a role".into()),
            path: Some("team".into()),
            max_session_in_seconds: Some(60),
            description: Some("x".repeat(1_001).into()),
            ..RoleProps::new(Vec::new())
        };
        Role::new(stack.child("Role"), props);
    });
    insta::assert_snapshot!(told.replace(&"x".repeat(1_001), "x…"), @r#"
    App/Role: nobody may become the role
      allowed: at least one principal in `assumed_by`
      fix: say who assumes it, such as `Trust::service("ecs-tasks.amazonaws.com")`
      code: iam.role-without-trust
    App/Role: IAM does not take this as the name of a role
      value: a role
      allowed: 1 to 64 letters, digits and `+=,.@_-`
      fix: choose another name, or leave it out: CloudFormation then makes one
      code: iam.role-name
    App/Role: IAM does not take this as a path
      value: team
      allowed: `/`, or text without spaces that begins and ends with `/`, at most 512 characters
      fix: write it with a slash at both ends, such as `/team/`
      code: iam.path-format
    App/Role: the description has 1001 characters
      value: x…
      allowed: at most 1000 characters
      fix: shorten it
      code: iam.description-too-long
    App/Role: a managed policy is named by its ARN
      value: ReadOnlyAccess
      allowed: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`
      fix: take it from a construct, such as `role.arn()`, or write all six parts
      code: iam.managed-policy-format
    App/Role: a session of the role cannot be this long
      value: 60 seconds
      allowed: 3600 to 43200 seconds
      fix: choose a time between one and twelve hours
      code: iam.session-length
    "#);
}

#[test]
fn a_role_name_may_have_64_characters() {
    let named = |length: usize| {
        let role_name = Some("r".repeat(length).into());
        let mut stack = Stack::new("App", synth::StackProps::default());
        Role::new(
            stack.child("Role"),
            RoleProps {
                role_name,
                ..RoleProps::new(trust())
            },
        );
        stack.synthesize()
    };
    assert!(named(64).is_ok());
    assert_eq!(named(65).unwrap_err().0[0].problem.code, "iam.role-name");
}

#[test]
fn what_is_unknown_until_deployment_is_not_judged() {
    let statement = Statement::allow(["s3:GetObject"], [pseudo::stack_id()]);
    assert!(resources(with_policy(statement)).contains("AWS::StackId"));
}

#[test]
fn policies_that_aws_would_refuse_for_their_parts() {
    let no_action = Statement::allow(Vec::<&str>::new(), ["*"]);
    let no_resource = Statement::allow(["s3:GetObject"], Vec::<&str>::new());
    let no_resource_at_all = Statement {
        resources: None,
        ..no_resource.clone()
    };
    assert_eq!(codes(with_policy(no_action)), ["iam.no-action"]);
    assert_eq!(codes(with_policy(no_resource)), ["iam.no-resource"]);
    assert_eq!(codes(with_policy(no_resource_at_all)), ["iam.no-resource"]);
}

#[test]
fn policies_that_are_too_large_or_belong_to_nobody() {
    let long = |count: usize| -> PolicyDocument {
        let arns: Vec<String> = (0..count)
            .map(|n| format!("arn:aws:s3:::a-long-bucket-name-{n}/*"))
            .collect();
        [Statement::allow(["s3:GetObject"], arns)]
            .into_iter()
            .collect()
    };
    let told = problems(|stack| {
        let policy = long(300);
        Role::new(
            stack.child("Role"),
            RoleProps {
                policy,
                ..RoleProps::new(trust())
            },
        );
        ManagedPolicy::new(stack.child("Managed"), ManagedPolicyProps::new(long(200)));
        Policy::new(
            stack.child("Orphan"),
            PolicyProps::new(PolicyDocument::new()),
        );
    });
    insta::assert_snapshot!(told, @"
    App/Role: the inline policies of the role would have at least 11984 characters
      allowed: at most 10240 characters without white space
      fix: name resources by a pattern, or move statements to a `ManagedPolicy`
      code: iam.policy-too-large
    App/Managed: the policy would have at least 7984 characters
      allowed: at most 6144 characters without white space
      fix: name resources by a pattern, or divide the statements between two policies
      code: iam.managed-policy-too-large
    App/Orphan: the policy has no statement
      allowed: at least one statement
      fix: add a statement, or leave the policy out
      code: iam.policy-empty
    App/Orphan: no role, group or user has the policy
      allowed: at least one of `roles`, `groups` and `users`
      fix: name who has it, or declare a `ManagedPolicy`, which can be attached later
      code: iam.policy-attached-to-nobody
    ");
}

#[test]
fn a_role_of_somebody_else_gets_a_policy_by_its_name() {
    let with = |role: RoleReference, account: Option<&'static str>| {
        let environment = synth::Environment {
            account: account.map(Into::into),
            region: account.map(|_| "eu-west-1".into()),
        };
        let props = synth::StackProps {
            environment,
            ..synth::StackProps::default()
        };
        let mut stack = Stack::new("App", props);
        role.add_policy(stack.child("Policy"), [read()].into_iter().collect());
        stack.synthesize()
    };
    let code =
        |result: Result<synth::Template, synth::Problems>| result.unwrap_err().0[0].problem.code;
    let deployer = || RoleReference::from_arn("arn:aws:iam::123456789012:role/ci/deployer");
    for account in [None, Some("123456789012")] {
        let template = with(deployer(), account).unwrap();
        assert!(
            template.to_json().contains("\"deployer\""),
            "{}",
            template.to_json()
        );
    }
    assert!(with(RoleReference::from_name("deployer"), Some("111122223333")).is_ok());
    assert_eq!(
        code(with(deployer(), Some("111122223333"))),
        "iam.role-of-another-account"
    );
    assert_eq!(
        code(with(
            RoleReference::from_arn("arn:aws:iam::123456789012:user/me"),
            None
        )),
        "iam.role-arn-format"
    );
    assert_eq!(
        code(with(RoleReference::from_arn(pseudo::stack_id()), None)),
        "iam.role-name-unknown"
    );
}

#[test]
fn a_user_a_profile_and_a_provider_declare_what_they_need_and_no_more() {
    let declared = resources(|stack| {
        let props = UserProps {
            policy: [read()].into_iter().collect(),
            groups: vec![Id::literal("readers").into()],
            user_name: Some("auditor".into()),
            ..UserProps::default()
        };
        User::new(stack.child("User"), props);
        let role = Role::new(
            stack.child("Role"),
            RoleProps::new(Trust::service("ec2.amazonaws.com")),
        );
        let profile = InstanceProfileProps::new(role.name());
        InstanceProfile::new(stack.child("Profile"), profile);
        let props = OidcProviderProps::new("https://token.actions.githubusercontent.com");
        let github = OidcProvider::new(stack.child("GitHub"), props);
        let trust = github.trust(["repo:octo-org/octo-repo:*"]);
        Role::new(stack.child("Deployer"), RoleProps::new(trust));
    });
    insta::assert_snapshot!(declared, @r#"
    User00B015A1 AWS::IAM::User
      Groups ["readers"]
      UserName "auditor"
    UserDefaultPolicy1F97781E AWS::IAM::Policy
      PolicyDocument {"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::data/*"}],"Version":"2012-10-17"}
      PolicyName "UserDefaultPolicy1F97781E"
      Users [{"Ref":"User00B015A1"}]
    Role1ABCC5F0 AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"}}],"Version":"2012-10-17"}
    Profile6F32097C AWS::IAM::InstanceProfile
      Roles [{"Ref":"Role1ABCC5F0"}]
    GitHub38B7EEC4 AWS::IAM::OIDCProvider
      ClientIdList ["sts.amazonaws.com"]
      Url "https://token.actions.githubusercontent.com"
    Deployer92EF8763 AWS::IAM::Role
      AssumeRolePolicyDocument {"Statement":[{"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":{"token.actions.githubusercontent.com:sub":"repo:octo-org/octo-repo:*"}},"Effect":"Allow","Principal":{"Federated":{"Fn::GetAtt":["GitHub38B7EEC4","Arn"]}}}],"Version":"2012-10-17"}
    "#);
}

#[test]
fn users_profiles_and_providers_that_iam_refuses_are_told() {
    let found = codes(|stack| {
        let props = UserProps {
            groups: vec![Id::literal("g").into(); 11],
            user_name: Some("n".repeat(65).into()),
            ..UserProps::default()
        };
        User::new(stack.child("User"), props);
        let props = InstanceProfileProps {
            path: Some("team".into()),
            instance_profile_name: Some("a b".into()),
            ..InstanceProfileProps::new(Id::literal("role"))
        };
        InstanceProfile::new(stack.child("Profile"), props);
        let props = OidcProviderProps {
            audiences: Vec::new(),
            thumbprints: vec!["x".into()],
            ..OidcProviderProps::new("http://issuer.example.com")
        };
        OidcProvider::new(stack.child("Provider"), props);
    });
    insta::assert_snapshot!(found.join(" "), @"iam.user-name iam.too-many-groups iam.instance-profile-name iam.path-format iam.issuer-url iam.audiences iam.thumbprint");
}

#[test]
fn a_policy_is_read_as_iam_writes_it() {
    let text = r#"{
      "Version": "2012-10-17",
      "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Principal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:role/r"],
         "Service": "s3.amazonaws.com"}, "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*",
         "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": ["10"]}}},
        {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/r"}, "NotAction": "s3:Get*",
         "NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::c"]}
      ]
    }"#;
    let policy = PolicyDocument::from_json(text).unwrap();
    insta::assert_snapshot!(statements(&policy), @r#"
    {"Action":"s3:GetObject","Condition":{"Bool":{"aws:SecureTransport":"true"},"NumericLessThan":{"s3:max-keys":"10"}},"Effect":"Allow","Principal":{"AWS":[{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::111122223333:root"]]},"arn:aws:iam::111122223333:role/r"],"Service":"s3.amazonaws.com"},"Resource":"arn:aws:s3:::b/*","Sid":"Read"}
    {"Effect":"Deny","NotAction":"s3:Get*","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/r"},"NotResource":["arn:aws:s3:::b","arn:aws:s3:::c"]}
    "#);
    let told: Vec<_> = policy.problems(PolicyKind::Resource);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn what_is_not_a_policy_is_told_with_its_place() {
    let mut told = String::new();
    for text in [
        "[]",
        r#"{"Statements": []}"#,
        r#"{"Statement": [{"Action": "s3:GetObject"}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Actions": "s3:GetObject"}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Action": [1]}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Role": "r"}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Condition": {"Bool": true}}]}"#,
        r#"{"Statement": "#,
    ] {
        let error = PolicyDocument::from_json(text).unwrap_err();
        writeln!(told, "{error}").unwrap();
    }
    insta::assert_snapshot!(told, @"
    not a policy: it is not an object
    not a policy: policies have nothing called `Statements`
    not a policy: Statement[0]: it has no `Effect`
    not a policy: Statement[0]: policies have nothing called `Actions`
    not a policy: Statement[0].Action: `1` is not text
    not a policy: Statement[0].Principal: policies have nothing called `Role`
    not a policy: Statement[0].Condition.Bool: it is not an object
    not a policy: expected a value at line 1, column 15
    ");
}

#[test]
fn everybody_but_some_can_only_be_forbidden() {
    let but = |effect| Statement {
        effect,
        except_principals: vec![Principal::ThisAccount],
        ..read()
    };
    let told = |statement, kind| -> Vec<&str> {
        let policy: PolicyDocument = [statement].into_iter().collect();
        policy.problems(kind).iter().map(|one| one.code).collect()
    };
    assert!(told(but(Effect::Deny), PolicyKind::Resource).is_empty());
    let refused = ["iam.except-principals"];
    assert_eq!(told(but(Effect::Allow), PolicyKind::Resource), refused);
    assert_eq!(told(but(Effect::Deny), PolicyKind::Identity), refused);
    let both = Statement {
        principals: vec![Principal::Any],
        ..but(Effect::Deny)
    };
    assert_eq!(told(both, PolicyKind::Resource), refused);
}
