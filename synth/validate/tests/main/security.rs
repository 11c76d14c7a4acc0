//! Each security rule with a value that breaks it and one that is fine.

use synth_validate::security::check;
use synth_validate::source::read;

/// The code and path of each finding on a resource; a warning has a `?` behind its code.
fn of(kind: &str, properties: &str) -> Vec<String> {
    in_template(&format!(
        "Resources: {{One: {{Type: '{kind}', Properties: {properties}}}}}"
    ))
}

fn in_template(yaml: &str) -> Vec<String> {
    let source = read(yaml.as_bytes()).unwrap();
    let found = check(&source.template).into_iter();
    let line = |one: synth_validate::Violation| {
        let mark = match one.severity {
            synth_validate::Severity::Error => "",
            synth_validate::Severity::Warning => "?",
        };
        format!("{}{mark} {}", one.problem.code, one.property_path)
    };
    found.map(line).collect()
}

const GROUP: &str = "AWS::EC2::SecurityGroup";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const ROLE: &str = "AWS::IAM::Role";
const POLICY: &str = "AWS::IAM::ManagedPolicy";
const FUNCTION: &str = "AWS::Lambda::Function";
const TASK: &str = "AWS::ECS::TaskDefinition";
const BUCKET: &str = "AWS::S3::Bucket";

#[test]
#[expect(clippy::too_many_lines, reason = "a table is as long as what it tells")]
fn what_is_open_broad_or_in_the_clear_is_told() {
    let cases: &[(&str, &str, &str)] = &[
        (
            INGRESS,
            "{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}",
            "security.open-ingress Properties/CidrIp",
        ),
        (
            INGRESS,
            "{IpProtocol: -1, CidrIpv6: '::/0'}",
            "security.open-ingress Properties/CidrIpv6",
        ),
        (
            INGRESS,
            "{IpProtocol: tcp, FromPort: 3000, ToPort: 4000, CidrIp: 0.0.0.0/0}",
            "security.open-ingress Properties/CidrIp",
        ),
        (
            INGRESS,
            "{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0}",
            "security.open-port? Properties/CidrIp",
        ),
        (
            GROUP,
            "{SecurityGroupIngress: [{IpProtocol: '-1', CidrIp: !If [C, 0.0.0.0/0, 10.0.0.0/8]}]}",
            "security.open-ingress Properties/SecurityGroupIngress/0/CidrIp/Fn::If/1",
        ),
        (
            ROLE,
            "{AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: 'sts:AssumeRole', Principal: {AWS: ['*']}}}}",
            "security.open-trust Properties/AssumeRolePolicyDocument/Statement/Principal/AWS/0",
        ),
        (
            ROLE,
            "{Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: ['*'], Resource: '*'}]}}]}",
            "security.star-policy Properties/Policies/0/PolicyDocument/Statement/0",
        ),
        (
            POLICY,
            "{PolicyDocument: {Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}}",
            "security.star-policy Properties/PolicyDocument/Statement/0",
        ),
        (
            "AWS::S3::BucketPolicy",
            "{PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:GetObject', Principal: '*'}]}}",
            "security.public-policy Properties/PolicyDocument/Statement/0/Principal",
        ),
        (
            "AWS::Lambda::Permission",
            "{Principal: '*'}",
            "security.public-policy Properties/Principal",
        ),
        ("AWS::EC2::Volume", "{}", "security.unencrypted? Properties"),
        (
            "AWS::EC2::Volume",
            "{Encrypted: no}",
            "security.unencrypted Properties/Encrypted",
        ),
        (
            "AWS::RDS::DBInstance",
            "{StorageEncrypted: 'false'}",
            "security.unencrypted Properties/StorageEncrypted",
        ),
        (
            "AWS::EFS::FileSystem",
            "{}",
            "security.unencrypted? Properties",
        ),
        ("AWS::SNS::Topic", "{}", "security.unencrypted? Properties"),
        (
            "AWS::SQS::Queue",
            "{SqsManagedSseEnabled: false}",
            "security.unencrypted Properties/SqsManagedSseEnabled",
        ),
        (
            "AWS::EC2::LaunchTemplate",
            "{LaunchTemplateData: {BlockDeviceMappings: [{Ebs: {Encrypted: false}}]}}",
            "security.unencrypted Properties/LaunchTemplateData/BlockDeviceMappings/0/Ebs/Encrypted",
        ),
        (
            "AWS::OpenSearchService::Domain",
            "{EncryptionAtRestOptions: {Enabled: false}}",
            "security.unencrypted Properties/EncryptionAtRestOptions/Enabled",
        ),
        (
            BUCKET,
            "{AccessControl: PublicRead}",
            "security.public-bucket Properties/AccessControl",
        ),
        (
            BUCKET,
            "{PublicAccessBlockConfiguration: {BlockPublicAcls: false}}",
            "security.public-bucket Properties/PublicAccessBlockConfiguration/BlockPublicAcls",
        ),
        (
            "AWS::RDS::DBInstance",
            "{StorageEncrypted: true, PubliclyAccessible: true}",
            "security.public-database Properties/PubliclyAccessible",
        ),
        (
            FUNCTION,
            "{Environment: {Variables: {dbPassword: hunter2}}}",
            "security.plain-secret Properties/Environment/Variables/dbPassword",
        ),
        (
            TASK,
            "{ContainerDefinitions: [{Environment: [{Name: API_KEY, Value: abc}]}]}",
            "security.plain-secret Properties/ContainerDefinitions/0/Environment/0/Value",
        ),
        (
            FUNCTION,
            "{Code: {ZipFile: 'k = \"AKIAIOSFODNN7ABCDEFG\"'}}",
            "security.access-key Properties/Code/ZipFile",
        ),
    ];
    for (kind, properties, expected) in cases {
        assert_eq!(of(kind, properties), [*expected], "{kind} {properties}");
    }
}

#[test]
fn what_is_meant_that_way_is_not() {
    let cases: &[(&str, &str)] = &[
        (
            INGRESS,
            "{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}",
        ),
        (
            INGRESS,
            "{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}",
        ),
        (
            INGRESS,
            "{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Office}",
        ),
        (
            INGRESS,
            "{IpProtocol: icmp, FromPort: -1, ToPort: -1, CidrIp: 0.0.0.0/0}",
        ),
        (
            ROLE,
            "{AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: '*'}, Condition: {StringEquals: {'aws:PrincipalOrgID': o-1}}}]}}",
        ),
        (
            POLICY,
            "{PolicyDocument: {Statement: [{Effect: Deny, Action: '*', Resource: '*'}, {Effect: Allow, Action: 's3:*', Resource: '*'}]}}",
        ),
        (
            "AWS::S3::BucketPolicy",
            "{PolicyDocument: {Statement: [{Effect: Deny, Action: 's3:*', Principal: '*'}]}}",
        ),
        ("AWS::EC2::Volume", "{SnapshotId: snap-1}"),
        ("AWS::RDS::DBInstance", "{DBClusterIdentifier: a}"),
        ("AWS::SQS::Queue", "{}"),
        (BUCKET, "{}"),
        (
            FUNCTION,
            "{Environment: {Variables: {DB_PASSWORD: !Ref Password, SECRET_ARN: 'arn:aws:x', TOKEN_URL: a, TOKEN_TTL: '60', PASSWORD: '{{resolve:ssm:a}}'}}}",
        ),
        (
            "AWS::CodeBuild::Project",
            "{Environment: {EnvironmentVariables: [{Name: TOKEN, Type: SECRETS_MANAGER, Value: a}]}}",
        ),
    ];
    for (kind, properties) in cases {
        let found = of(kind, properties);
        assert!(found.is_empty(), "{kind} {properties}: {found:?}");
    }
}

#[test]
fn a_resource_answers_for_what_it_means_with_a_reason() {
    let bucket = |answer: &str| {
        in_template(&format!(
            "Resources: {{One: {{Type: AWS::S3::Bucket, Properties: {{AccessControl: PublicRead}}, Metadata: {{mycli: {{acknowledge: {answer}}}}}}}}}"
        ))
    };
    assert!(bucket("{security.public-bucket: the site is for everybody}").is_empty());
    let path = "Metadata/mycli/acknowledge";
    assert_eq!(
        bucket("{security.public-bucket: ''}"),
        [format!("security.no-reason {path}/security.public-bucket")]
    );
    assert_eq!(
        bucket("{security.public-bucket: meant, security.star-policy: meant}"),
        [format!(
            "security.nothing-acknowledged? {path}/security.star-policy"
        )]
    );
}

#[test]
fn a_template_answers_for_everything_below_a_construct_path() {
    let bucket = |place: &str, reason: &str| {
        in_template(&format!(
            "{{Metadata: {{mycli: {{acknowledge: {{{place}: {{security.public-bucket: '{reason}'}}}}}}}}, Resources: \
             {{One: {{Type: AWS::S3::Bucket, Properties: {{AccessControl: PublicRead}}, Metadata: \
             {{aws:cdk:path: Web/Site/Resource}}}}}}}}"
        ))
        .len()
    };
    assert_eq!(bucket("Web/Site", "for everybody"), 0);
    assert_eq!(bucket("Web", "for everybody"), 0);
    // Not beside it, and not without a reason.
    assert_eq!(bucket("Web/Si", "for everybody"), 1);
    assert_eq!(bucket("Web/Site", " "), 1);
}
