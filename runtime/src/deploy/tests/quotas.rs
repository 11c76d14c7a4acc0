use std::fmt::Write;

use crate::deploy::{advice, quota};

/// What AWS says, as `TYPE REASON`; or a type and words that are about no quota that is known.
const SAID: &str = "\
AWS::EC2::VPC The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400, Error Code: VpcLimitExceeded)
AWS::EC2::EIP The maximum number of addresses has been reached. (Service: Ec2, Error Code: AddressLimitExceeded)
AWS::EC2::NatGateway Performing this operation would exceed the limit of 5 NAT gateways (Error Code: NatGatewayLimitExceeded)
AWS::EC2::InternetGateway The maximum number of internet gateways has been reached. (Error Code: InternetGatewayLimitExceeded)
AWS::EC2::SecurityGroup The maximum number of rules per security group has been reached. (Error Code: RulesPerSecurityGroupLimitExceeded)
AWS::EC2::SecurityGroup The maximum number of security groups for VPC 'vpc-1' has been reached. (Error Code: SecurityGroupLimitExceeded)
AWS::EC2::Instance You have requested more vCPU capacity than your current vCPU limit of 5 allows (Error Code: VcpuLimitExceeded)
AWS::IAM::Role Cannot exceed quota for PoliciesPerRole: 10 (Service: Iam, Status Code: 409, Error Code: LimitExceeded)
AWS::IAM::Role Cannot exceed quota for RolesPerAccount: 1000
AWS::IAM::Role Cannot exceed quota for ACLSizePerRole: 2048
AWS::IAM::ManagedPolicy Cannot exceed quota for PolicySize: 6144
AWS::IAM::Role Maximum policy size of 10240 bytes exceeded for role r
AWS::ECS::Cluster Cluster limit exceeded
AWS::ElasticLoadBalancingV2::TargetGroup The quota has been reached (Error Code: TooManyTargetGroups)
AWS::Lambda::Function Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].
AWS::Lambda::Function Code storage limit exceeded. (Error Code: CodeStorageExceededException)
AWS::Lambda::Function Unzipped size must be smaller than 262144000 bytes
AWS::S3::Bucket You have attempted to create more buckets than allowed (Error Code: TooManyBuckets)
AWS::DynamoDB::Table Cannot perform more than one GSI creation or deletion in a single update
AWS::DynamoDB::Table Subscriber limit exceeded: There is a limit of 2500 tables per subscriber
AWS::CloudFormation::Stack Limit for stack has been exceeded
AWS::CloudFormation::Stack Template format error: Number of resources, 501, is greater than maximum allowed, 500
AWS::SNS::Topic Topic limit exceeded
AWS::SQS::Queue Rate exceeded
AWS::EC2::VPC The CIDR '10.0.0.0/8' is invalid.
";

#[test]
fn a_quota_is_named_with_its_code_its_default_and_the_way_to_raise_it() {
    let mut table = String::new();
    for line in SAID.lines() {
        let (resource_type, reason) = line.split_once(' ').unwrap();
        let next = match quota(resource_type, reason) {
            Some(quota) => quota.next(),
            None => advice(reason).map_or("-".to_owned(), |advice| {
                format!("[{}] {}", advice.code, advice.next)
            }),
        };
        writeln!(table, "{line}\n    {next}").unwrap();
    }
    snapshots::assert_file("runtime/quotas.txt", &table);
}

#[test]
fn every_code_is_of_its_form_and_there_once() {
    let mut codes = std::collections::BTreeSet::new();
    for quota in super::super::quotas::QUOTAS {
        assert!(
            quota.docs.starts_with("https://docs.aws.amazon.com/"),
            "{quota:?}"
        );
        let Some(code) = quota.code else { continue };
        let digits = code.strip_prefix("L-").unwrap();
        assert!(digits.len() == 8 && digits.bytes().all(|it| it.is_ascii_hexdigit()));
        assert!(codes.insert(code), "{code} is there twice");
    }
}
