//! Which quota a failure is about, by what AWS says of it, and how to ask for more.
//!
//! Names, codes and default values are those of Service Quotas, as AWS's documentation links them; a quota is here only
//! where its code is public. What has no code cannot be raised.

/// A quota of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Its name in Service Quotas.
    pub name: &'static str,
    /// The code of its service in Service Quotas.
    pub service: &'static str,
    /// Its own code there. Nothing where AWS does not raise it.
    pub code: Option<&'static str>,
    /// What an account has that did not ask for more; new accounts may have less.
    pub default: &'static str,
    /// Where AWS documents it.
    pub docs: &'static str,
    /// What to do in the place of asking for more, or besides it.
    instead: &'static str,
    /// Words that what AWS says has, all of one of these lists; in lower case.
    words: &'static [&'static [&'static str]],
    /// Type of the resources that it is about, where the words alone do not say so.
    only: Option<&'static str>,
}

impl Quota {
    /// What to do about it.
    pub(super) fn next(&self) -> String {
        let Self {
            name,
            service,
            default,
            docs,
            instead,
            ..
        } = self;
        match self.code {
            Some(code) => format!(
                "the quota `{name}` ({service}, {default} unless raised) is used up: {instead}, or ask for more with `aws service-quotas request-service-quota-increase \
                 --service-code {service} --quota-code {code} --desired-value NUMBER{}`, or in the console under Service \
                 Quotas; see {docs}",
                self.region()
            ),
            None => format!(
                "the limit `{name}` ({service}, {default}) is reached, and AWS does not raise it: {instead}; see {docs}"
            ),
        }
    }

    /// IAM and the number of buckets are one for all regions, and their quotas are kept in this one.
    fn region(&self) -> &'static str {
        match self.service {
            "iam" | "s3" => " --region us-east-1",
            _ => "",
        }
    }
}

const VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const IAM: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const CLOUDFORMATION: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html";
const DYNAMODB: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html";
const ECS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html";
const LAMBDA: &str = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const ALB: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";
const NLB: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html";
const S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html";
const EC2: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html";
const RDS: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html";

/// A quota that can be raised.
const fn raised(
    (service, code): (&'static str, &'static str),
    name: &'static str,
    default: &'static str,
    docs: &'static str,
    instead: &'static str,
    words: &'static [&'static [&'static str]],
) -> Quota {
    Quota {
        name,
        service,
        code: Some(code),
        default,
        docs,
        instead,
        words,
        only: None,
    }
}

/// A quota that cannot be raised.
const fn fixed(
    service: &'static str,
    name: &'static str,
    default: &'static str,
    docs: &'static str,
    instead: &'static str,
    words: &'static [&'static [&'static str]],
) -> Quota {
    Quota {
        name,
        service,
        code: None,
        default,
        docs,
        instead,
        words,
        only: None,
    }
}

impl Quota {
    const fn of(self, resource_type: &'static str) -> Self {
        Self {
            only: Some(resource_type),
            ..self
        }
    }
}

/// The most particular first.
#[rustfmt::skip]
pub(super) const QUOTAS: &[Quota] = &[
    raised(("vpc", "L-F678F1CE"), "VPCs per Region", "5", VPC, "delete VPCs that nobody needs, or share one",
        &[&["vpclimitexceeded"], &["maximum number of vpcs"]]),
    raised(("ec2", "L-0263D0A3"), "EC2-VPC Elastic IPs", "5", VPC, "release addresses that nobody uses, or have fewer NAT gateways",
        &[&["addresslimitexceeded"], &["maximum number of addresses"]]),
    raised(("vpc", "L-FE5A380F"), "NAT gateways per Availability Zone", "5", VPC, "delete NAT gateways that nobody needs, or share one",
        &[&["natgatewaylimitexceeded"], &["limit of", "nat gateways"]]),
    raised(("vpc", "L-A4707A72"), "Internet gateways per Region", "5", VPC, "delete internet gateways that nobody needs",
        &[&["internetgatewaylimitexceeded"], &["maximum number of internet gateways"]]),
    raised(("vpc", "L-407747CB"), "Subnets per VPC", "200", VPC, "delete subnets that nobody needs, or take another VPC",
        &[&["subnetlimitexceeded"], &["maximum number of subnets"]]),
    raised(("vpc", "L-589F43AA"), "Route tables per VPC", "200", VPC, "share route tables between subnets",
        &[&["routetablelimitexceeded"], &["maximum number of route tables"]]),
    raised(("vpc", "L-93826ACB"), "Routes per route table", "500", VPC, "put routes together",
        &[&["routelimitexceeded"], &["maximum number of routes"]]),
    raised(("vpc", "L-2AFB9258"), "Security groups per network interface", "5", VPC, "put security groups together",
        &[&["securitygroupsperinterfacelimitexceeded"], &["maximum number of security groups per interface"], &["security groups", "per interface"]]),
    raised(("vpc", "L-0EA8095F"), "Inbound or outbound rules per security group", "60", VPC, "put rules together, or name a prefix list",
        &[&["rulespersecuritygrouplimitexceeded"], &["maximum number of rules per security group"]]),
    raised(("vpc", "L-E79EC296"), "VPC security groups per Region", "2,500", VPC, "delete security groups that nobody needs",
        &[&["securitygrouplimitexceeded"], &["maximum number of security groups"]]),
    raised(("vpc", "L-DF5E4CA3"), "Network interfaces per Region", "5,000", VPC, "delete network interfaces that nobody needs",
        &[&["networkinterfacelimitexceeded"], &["maximum number of network interfaces"]]),
    raised(("vpc", "L-B4A6D682"), "Network ACLs per VPC", "200", VPC, "share network ACLs between subnets",
        &[&["networkacllimitexceeded"], &["maximum number of network acls"]]),
    raised(("ec2", "L-1216C47A"), "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", "5 vCPUs", EC2,
        "stop instances that nobody needs, or take smaller ones",
        &[&["vcpulimitexceeded"], &["vcpu capacity than your current vcpu limit"]]),
    raised(("fargate", "L-3032A538"), "Fargate On-Demand vCPU resource count", "6", ECS, "stop tasks that nobody needs, or take smaller ones",
        &[&["limit on the number of vcpus"]]),
    raised(("ecs", "L-9EF96962"), "Services per cluster", "5,000", ECS, "delete services that nobody needs, or take another cluster",
        &[&["maximum number of services"], &["services per cluster"]]),
    raised(("ecs", "L-21C621EB"), "Clusters per account", "10,000", ECS, "delete clusters that nobody needs",
        &[&["maximum number of clusters"], &["clusters per account"], &["limit", "exceeded"]]).of("AWS::ECS::Cluster"),
    raised(("iam", "L-0DA4ABF3"), "Managed policies per role", "10", IAM, "put policies together, or write them in the role",
        &[&["policiesperrole"]]),
    raised(("iam", "L-4019AD8B"), "Managed policies per user", "10", IAM, "put policies together, or give them to a group",
        &[&["policiesperuser"]]),
    raised(("iam", "L-FE177D64"), "Roles per account", "1,000", IAM, "delete roles that nobody needs",
        &[&["rolesperaccount"]]),
    raised(("iam", "L-E95E4862"), "Customer managed policies per account", "1,500", IAM, "delete policies that nobody needs, or write them in their roles",
        &[&["policiesperaccount"]]),
    raised(("iam", "L-6E65F664"), "Instance profiles per account", "1,000", IAM, "delete instance profiles that nobody needs",
        &[&["instanceprofilesperaccount"]]),
    raised(("iam", "L-F4A5425F"), "Groups per account", "300", IAM, "delete groups that nobody needs",
        &[&["groupsperaccount"]]),
    raised(("iam", "L-C07B4B0D"), "Role trust policy length", "2,048 characters", IAM, "put the statements of the trust policy together",
        &[&["aclsizeperrole"]]),
    fixed("iam", "Size of a managed policy", "6,144 characters", IAM, "put statements together, or make two policies",
        &[&["policysize"], &["cannot exceed quota for policysize"]]),
    fixed("iam", "Size of all inline policies of a role", "10,240 characters", IAM, "put statements together, or make managed policies of them",
        &[&["maximum policy size of 10240 bytes exceeded"]]),
    raised(("elasticloadbalancing", "L-53DA6B97"), "Application Load Balancers per Region", "50", ALB, "delete load balancers that nobody needs, or share one",
        &[&["toomanyloadbalancers", "application"], &["application load balancers", "limit"]]),
    raised(("elasticloadbalancing", "L-69A177A2"), "Network Load Balancers per Region", "50", NLB, "delete load balancers that nobody needs, or share one",
        &[&["toomanyloadbalancers", "network"], &["network load balancers", "limit"]]),
    raised(("elasticloadbalancing", "L-B22855CB"), "Target Groups per Region", "3,000", ALB, "delete target groups that nobody needs",
        &[&["toomanytargetgroups"], &["maximum number of target groups"]]),
    raised(("elasticloadbalancing", "L-B6DF7632"), "Listeners per Application Load Balancer", "50", ALB, "take another load balancer",
        &[&["toomanylisteners"], &["maximum number of listeners"]]),
    raised(("elasticloadbalancing", "L-7EED9B64"), "Rules per Application Load Balancer", "100", ALB, "put rules together, or take another load balancer",
        &[&["toomanyrules"]]),
    raised(("lambda", "L-B99A9384"), "Concurrent executions", "1,000", LAMBDA,
        "reserve less for functions: 100 of these (10 in a new account) have to stay unreserved",
        &[&["unreservedconcurrentexecution"]]),
    raised(("lambda", "L-2ACBD22F"), "Function and layer storage", "75 GB", LAMBDA, "delete old versions of functions and layers",
        &[&["codestorageexceeded"], &["code storage limit exceeded"]]),
    fixed("lambda", "Deployment package (.zip, unzipped)", "250 MB", LAMBDA, "leave out what the function does not need, or take a container image",
        &[&["unzipped size must be smaller than"]]),
    raised(("s3", "L-DC2B2D3D"), "General purpose buckets", "10,000", S3, "delete buckets that nobody needs",
        &[&["toomanybuckets"], &["attempted to create more buckets than allowed"]]),
    fixed("dynamodb", "Global secondary indexes made or deleted in one update", "1", DYNAMODB, "deploy with the first index, then with the next",
        &[&["cannot perform more than one gsi"], &["subscriber limit exceeded", "only 1 online index"]]),
    raised(("dynamodb", "L-F7858A77"), "Global Secondary Indexes per table", "20", DYNAMODB, "have fewer indexes",
        &[&["globalsecondaryindex count exceeds"], &["number of globalsecondaryindexes exceeds"]]),
    raised(("dynamodb", "L-1BB77E89"), "Concurrent control plane operations", "500", DYNAMODB, "deploy again when other tables are done",
        &[&["simultaneously in the creating, updating, deleting"], &["too many operations for a given subscriber"]]),
    raised(("dynamodb", "L-F98FE922"), "Maximum number of tables", "2,500", DYNAMODB, "delete tables that nobody needs",
        &[&["maximum number of tables"], &["limit exceeded for tables"], &["subscriber limit exceeded"]]),
    raised(("rds", "L-7B6409FD"), "DB instances", "40", RDS, "delete instances that nobody needs",
        &[&["instancequotaexceeded"]]),
    raised(("cloudformation", "L-0485CB21"), "Stack count", "2,000", CLOUDFORMATION, "delete stacks that nobody needs",
        &[&["limit for stack has been exceeded"], &["stack limit", "exceeded"], &["maximum number of stacks"]]),
    fixed("cloudformation", "Resources in a template", "500", CLOUDFORMATION, "make two stacks of it, or nest one in it",
        &[&["number of resources", "greater than maximum allowed"]]),
    fixed("cloudformation", "Outputs in a template", "200", CLOUDFORMATION, "have fewer outputs",
        &[&["number of outputs", "greater than maximum allowed"]]),
    fixed("cloudformation", "Parameters in a template", "200", CLOUDFORMATION, "put parameters together into lists",
        &[&["number of parameters", "greater than maximum allowed"]]),
];

/// The quota that a failure is about, where it is known.
pub fn quota(resource_type: &str, reason: &str) -> Option<&'static Quota> {
    let lower = reason.to_lowercase();
    let fits = |quota: &&Quota| {
        let mut words = quota.words.iter();
        quota.only.is_none_or(|only| only == resource_type)
            && words.any(|all| all.iter().all(|word| lower.contains(word)))
    };
    QUOTAS.iter().find(fits)
}
