//! Records of the traffic of a network.

use super::flow_log_field::LogField;
use super::network::name_tag;
use super::subnet::Subnet;
use super::vpc::Vpc;
use crate::cfn::ec2;
use crate::cfn::ec2::flow_log::{
    FlowLogLogDestinationType, FlowLogResourceType, FlowLogTrafficType,
};
use crate::cfn::refs::ec2::{SubnetId, VpcId};
use crate::iam::{Condition, PolicyDocument, Principal, Role, RoleProps, Statement, Trust};
use crate::logs::{LogGroup, LogGroupProps};
use crate::s3::Bucket;
use crate::{Handle, Id, Problem, Scope, Text, Value, join, pseudo};

/// What a [`FlowLog`] needs to know.
#[derive(Debug, Clone)]
pub struct FlowLogProps {
    /// Whose traffic.
    pub resource: FlowLogResource,
    /// Where the records go. Default: to a log group of its own.
    pub destination: FlowLogDestination,
    /// Which traffic. Default: [`FlowLogTraffic::All`].
    pub traffic: FlowLogTraffic,
    /// How long traffic is summed up into one record. Default: ten minutes.
    pub interval: FlowLogInterval,
    /// What a record says, in this order. Default (empty): what EC2 calls version 2.
    pub fields: Vec<LogField>,
}

impl FlowLogProps {
    /// All traffic of a [`Vpc`] or a [`Subnet`], into a log group of its own.
    pub fn new(resource: impl Into<FlowLogResource>) -> Self {
        Self {
            resource: resource.into(),
            destination: FlowLogDestination::OwnLogGroup(LogGroupProps::default()),
            traffic: FlowLogTraffic::All,
            interval: FlowLogInterval::TenMinutes,
            fields: Vec::new(),
        }
    }
}

/// Whose traffic is recorded.
#[derive(Debug, Clone)]
pub enum FlowLogResource {
    /// That of all subnets of a VPC.
    Vpc(Value<Id<VpcId>>),
    /// That of one subnet.
    Subnet(Value<Id<SubnetId>>),
}

impl From<&Vpc> for FlowLogResource {
    fn from(vpc: &Vpc) -> Self {
        Self::Vpc(vpc.id.clone())
    }
}

impl From<&Subnet> for FlowLogResource {
    fn from(subnet: &Subnet) -> Self {
        Self::Subnet(subnet.id.clone())
    }
}

/// Where records go.
#[derive(Debug, Clone)]
pub enum FlowLogDestination {
    /// To a new log group, `LogGroup`, by a new role, `IAMRole`.
    OwnLogGroup(LogGroupProps),
    /// To this log group, by a new role, `IAMRole`.
    LogGroup(LogGroup),
    /// To a bucket, whose policy says [so](FlowLog::allow_delivery).
    Bucket {
        /// The bucket.
        bucket: Bucket,
        /// What the keys of its objects begin with, such as `flow/`. Default (empty): nothing.
        prefix: Text,
    },
}

/// Which traffic is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowLogTraffic {
    /// What was let through.
    Accept,
    /// What was not.
    Reject,
    /// Both.
    All,
}

/// How long traffic is summed up into one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowLogInterval {
    /// A minute: more records, which cost more.
    OneMinute,
    /// Ten minutes.
    TenMinutes,
}

/// Records of the traffic of a VPC or a subnet.
///
/// Declares `FlowLog` (`AWS::EC2::FlowLog`); to CloudWatch Logs also `IAMRole/Resource` (`AWS::IAM::Role`) with its
/// `DefaultPolicy`, and `LogGroup/Resource` (`AWS::Logs::LogGroup`) unless one is given.
///
/// ```
/// use synth::ec2::{FlowLog, FlowLogDestination, FlowLogProps, Vpc, VpcProps};
/// use synth::iam::PolicyDocument;
/// use synth::s3::{Bucket, BucketPolicy, BucketPolicyProps, BucketProps};
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
///
/// let vpc = Vpc::new(stack.child("Vpc"), VpcProps::default());
/// let props = BucketProps { enforce_tls: false, ..BucketProps::default() };
/// let bucket = Bucket::new(stack.child("Bucket"), props);
/// let mut document = PolicyDocument::new();
/// bucket.require_tls(&mut document);
/// FlowLog::allow_delivery(&bucket, "flow/", &mut document);
/// BucketPolicy::new(stack.child("BucketPolicy"), BucketPolicyProps { bucket: &bucket, document });
/// let destination = FlowLogDestination::Bucket { bucket, prefix: "flow/".into() };
/// FlowLog::new(stack.child("FlowLog"), FlowLogProps { destination, ..FlowLogProps::new(&vpc) });
/// # stack.synthesize()?;
/// # Ok::<(), synth::Problems>(())
/// ```
#[derive(Debug, Clone)]
pub struct FlowLog {
    /// The resource.
    pub flow_log: Handle<ec2::FlowLog>,
    /// The log group that it writes to; nothing when it writes to a bucket.
    pub log_group: Option<LogGroup>,
}

impl FlowLog {
    /// Adds the flow log to `scope`.
    pub fn new(mut scope: Scope<'_>, props: FlowLogProps) -> Self {
        let mut resource = match props.resource {
            FlowLogResource::Vpc(id) => ec2::FlowLog::new(id, FlowLogResourceType::Vpc),
            FlowLogResource::Subnet(id) => ec2::FlowLog::new(id, FlowLogResourceType::Subnet),
        };
        resource.tags = name_tag(&scope);
        resource.traffic_type = match props.traffic {
            FlowLogTraffic::Accept => FlowLogTrafficType::Accept,
            FlowLogTraffic::Reject => FlowLogTrafficType::Reject,
            FlowLogTraffic::All => FlowLogTrafficType::All,
        }
        .into();
        if props.interval == FlowLogInterval::OneMinute {
            resource.max_aggregation_interval = 60.into();
        }
        if !props.fields.is_empty() {
            let fields: Vec<_> = props.fields.iter().map(|field| field.in_format()).collect();
            resource.log_format = fields.join(" ").into();
        }
        let log_group = match props.destination {
            FlowLogDestination::OwnLogGroup(props) => {
                Some(LogGroup::new(scope.child("LogGroup"), props))
            }
            FlowLogDestination::LogGroup(log_group) => Some(log_group),
            FlowLogDestination::Bucket { bucket, prefix } => {
                if let Some(problem) = prefix_problem(&prefix) {
                    scope.problem(problem);
                }
                resource.log_destination_type = FlowLogLogDestinationType::S3.into();
                resource.log_destination = if prefix.is_empty() {
                    bucket.arn().into()
                } else {
                    let arn = join("", [bucket.arn().into(), format!("/{prefix}").into()]);
                    arn.map(crate::OneOf::literal).into()
                };
                None
            }
        };
        if let Some(log_group) = &log_group {
            let role = writer(scope.child("IAMRole"), log_group);
            resource.deliver_logs_permission_arn = role.arn().into();
            resource.log_destination_type = FlowLogLogDestinationType::CloudWatchLogs.into();
            resource.log_group_name = log_group.name().into();
        }
        Self {
            flow_log: scope.add("FlowLog", &resource),
            log_group,
        }
    }

    /// Lets `policy`, which is the bucket's own, take records whose keys begin with `prefix` from flow logs of this
    /// account and region.
    ///
    /// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html>
    pub fn allow_delivery(bucket: &Bucket, prefix: &str, policy: &mut PolicyDocument) {
        let delivery = || vec![Principal::Service("delivery.logs.amazonaws.com".into())];
        let source = || {
            let words = [
                "arn:".into(),
                pseudo::partition(),
                ":logs:".into(),
                pseudo::region(),
                ":".into(),
                pseudo::account_id(),
                ":*".into(),
            ];
            [
                Condition::string_equals("aws:SourceAccount", [pseudo::account_id()]),
                Condition::arn_like("aws:SourceArn", [join("", words)]),
            ]
        };
        let separator = if prefix.is_empty() || prefix.ends_with('/') {
            ""
        } else {
            "/"
        };
        let keys = [
            format!("{prefix}{separator}AWSLogs/").into(),
            pseudo::account_id(),
            "/*".into(),
        ];
        let objects = join("", [bucket.objects(""), join("", keys)]);
        let owned = Condition::string_equals("s3:x-amz-acl", ["bucket-owner-full-control"]);
        policy.add(Statement {
            principals: delivery(),
            conditions: [owned].into_iter().chain(source()).collect(),
            ..Statement::allow(["s3:PutObject"], [objects])
        });
        policy.add(Statement {
            principals: delivery(),
            conditions: source().to_vec(),
            ..Statement::allow(["s3:GetBucketAcl", "s3:ListBucket"], [bucket.arn()])
        });
    }
}

/// The role that writes into the log group, as AWS asks for it.
fn writer(scope: Scope<'_>, log_group: &LogGroup) -> Role {
    let mut policy = PolicyDocument::new();
    policy.add(Statement::allow(
        [
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "logs:DescribeLogStreams",
        ],
        [log_group.arn()],
    ));
    let props = RoleProps {
        policy,
        ..RoleProps::new(Trust::service("vpc-flow-logs.amazonaws.com"))
    };
    Role::new(scope, props)
}

fn prefix_problem(prefix: &str) -> Option<Problem> {
    let wrong = prefix.starts_with('/') || prefix.split('/').any(|part| part == "AWSLogs");
    wrong.then(|| Problem {
        code: "ec2.flow-log-prefix",
        message: "EC2 does not take this as the beginning of keys".to_owned(),
        value: prefix.to_owned(),
        allowed: "a path that does not begin with `/` and has no part `AWSLogs`, which EC2 adds"
            .to_owned(),
        fix: "choose another, such as `flow/`".to_owned(),
    })
}
