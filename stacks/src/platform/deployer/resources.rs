//! What CloudFormation does for each type of resource that the platform stack can have, when it is made, changed and deleted.
//!
//! The actions are those of the handlers in each type's schema, of which only what the platform's properties need is taken:
//! <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-handlers>.
//! The ARNs are those that the actions can be narrowed to:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.

use super::{Kind, Right, When};

const EVERYTHING: &[&str] = &["*"];
const VPC: &str = "ec2:{region}:{account}:vpc/*";
const SUBNET: &str = "ec2:{region}:{account}:subnet/*";
const ROUTE_TABLE: &str = "ec2:{region}:{account}:route-table/*";
const GATEWAY: &str = "ec2:{region}:{account}:internet-gateway/*";
const NAT_GATEWAY: &str = "ec2:{region}:{account}:natgateway/*";
const ADDRESS: &str = "ec2:{region}:{account}:elastic-ip/*";
const ENDPOINT: &str = "ec2:{region}:{account}:vpc-endpoint/*";
const GROUP: &str = "ec2:{region}:{account}:security-group/*";
const GROUP_RULE: &str = "ec2:{region}:{account}:security-group-rule/*";
const TABLE: &[&str] = &["dynamodb:{region}:{account}:table/{own}"];
const REPOSITORY: &[&str] = &["ecr:{region}:{account}:repository/{own}"];
const CLUSTER: &[&str] = &["ecs:{region}:{account}:cluster/{own}"];
const TASK_DEFINITION: &[&str] = &["ecs:{region}:{account}:task-definition/{name}-execution:*"];
const ROLE: &[&str] = &["iam::{account}:role/{own}"];
const POLICY: &[&str] = &["iam::{account}:policy/{own}"];
const LOG_GROUP: &[&str] = &["logs:{region}:{account}:log-group:{own}"];
const BUCKET: &[&str] = &["s3:::{own}"];

/// Every type.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "AWS::DynamoDB::Table",
        rights: &[
            always(
                &[
                    "dynamodb:CreateTable",
                    "dynamodb:DeleteTable",
                    "dynamodb:DescribeContinuousBackups",
                    "dynamodb:DescribeContributorInsights",
                    "dynamodb:DescribeTable",
                    "dynamodb:ListTagsOfResource",
                    "dynamodb:UpdateTable",
                ],
                TABLE,
            ),
            on_setting(
                "PointInTimeRecoverySpecification",
                &["dynamodb:UpdateContinuousBackups"],
                TABLE,
            ),
            on_setting(
                "TimeToLiveSpecification",
                &["dynamodb:DescribeTimeToLive", "dynamodb:UpdateTimeToLive"],
                TABLE,
            ),
            tagged(&["dynamodb:TagResource", "dynamodb:UntagResource"], TABLE),
        ],
    },
    Kind {
        name: "AWS::EC2::EIP",
        rights: &[
            always(&["ec2:AllocateAddress", "ec2:ReleaseAddress"], &[ADDRESS]),
            always(&["ec2:DescribeAddresses"], EVERYTHING),
            on_setting("Tags", TAGS, &[ADDRESS]),
        ],
    },
    Kind {
        name: "AWS::EC2::InternetGateway",
        rights: &[
            always(
                &["ec2:CreateInternetGateway", "ec2:DeleteInternetGateway"],
                &[GATEWAY],
            ),
            always(&["ec2:DescribeInternetGateways"], EVERYTHING),
            on_setting("Tags", TAGS, &[GATEWAY]),
        ],
    },
    Kind {
        name: "AWS::EC2::NatGateway",
        rights: &[
            always(
                &["ec2:CreateNatGateway"],
                &[ADDRESS, NAT_GATEWAY, SUBNET, VPC],
            ),
            always(&["ec2:DeleteNatGateway"], &[NAT_GATEWAY]),
            always(&["ec2:DescribeNatGateways"], EVERYTHING),
            on_setting("Tags", TAGS, &[NAT_GATEWAY]),
        ],
    },
    Kind {
        name: "AWS::EC2::Route",
        rights: &[
            always(
                &["ec2:CreateRoute", "ec2:DeleteRoute", "ec2:ReplaceRoute"],
                &[ROUTE_TABLE],
            ),
            always(&["ec2:DescribeRouteTables"], EVERYTHING),
        ],
    },
    Kind {
        name: "AWS::EC2::RouteTable",
        rights: &[
            always(&["ec2:CreateRouteTable"], &[ROUTE_TABLE, VPC]),
            always(&["ec2:DeleteRouteTable"], &[ROUTE_TABLE]),
            always(&["ec2:DescribeRouteTables"], EVERYTHING),
            on_setting("Tags", TAGS, &[ROUTE_TABLE]),
        ],
    },
    Kind {
        name: "AWS::EC2::SecurityGroup",
        rights: &[
            always(&["ec2:CreateSecurityGroup"], &[GROUP, VPC]),
            always(
                &["ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupEgress"],
                &[GROUP],
            ),
            always(&["ec2:AuthorizeSecurityGroupEgress"], &[GROUP, GROUP_RULE]),
            on_setting(
                "SecurityGroupIngress",
                &["ec2:AuthorizeSecurityGroupIngress"],
                &[GROUP, GROUP_RULE],
            ),
            on_setting(
                "SecurityGroupIngress",
                &["ec2:RevokeSecurityGroupIngress"],
                &[GROUP],
            ),
            always(&["ec2:DescribeSecurityGroups"], EVERYTHING),
            tagged(TAGS, &[GROUP]),
        ],
    },
    Kind {
        name: "AWS::EC2::Subnet",
        rights: &[
            always(&["ec2:CreateSubnet"], &[SUBNET, VPC]),
            always(
                &["ec2:DeleteSubnet", "ec2:ModifySubnetAttribute"],
                &[SUBNET],
            ),
            always(
                &[
                    "ec2:DescribeAvailabilityZones",
                    "ec2:DescribeNetworkAcls",
                    "ec2:DescribeSubnets",
                ],
                EVERYTHING,
            ),
            on_setting("Tags", TAGS, &[SUBNET]),
        ],
    },
    Kind {
        name: "AWS::EC2::SubnetRouteTableAssociation",
        rights: &[
            always(
                &[
                    "ec2:AssociateRouteTable",
                    "ec2:DisassociateRouteTable",
                    "ec2:ReplaceRouteTableAssociation",
                ],
                &[ROUTE_TABLE, SUBNET],
            ),
            always(
                &["ec2:DescribeRouteTables", "ec2:DescribeSubnets"],
                EVERYTHING,
            ),
        ],
    },
    Kind {
        name: "AWS::EC2::VPC",
        rights: &[
            always(
                &[
                    "ec2:CreateVpc",
                    "ec2:DeleteVpc",
                    "ec2:DescribeVpcAttribute",
                    "ec2:ModifyVpcAttribute",
                ],
                &[VPC],
            ),
            always(
                &[
                    "ec2:DescribeNetworkAcls",
                    "ec2:DescribeSecurityGroups",
                    "ec2:DescribeVpcs",
                ],
                EVERYTHING,
            ),
            on_setting("Tags", TAGS, &[VPC]),
        ],
    },
    Kind {
        name: "AWS::EC2::VPCEndpoint",
        rights: &[
            always(
                &["ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"],
                &[ENDPOINT, GROUP, ROUTE_TABLE, SUBNET, VPC],
            ),
            always(&["ec2:DeleteVpcEndpoints"], &[ENDPOINT]),
            always(&["ec2:DescribeVpcEndpoints"], EVERYTHING),
            on_setting("Tags", TAGS, &[ENDPOINT]),
        ],
    },
    Kind {
        name: "AWS::EC2::VPCGatewayAttachment",
        rights: &[
            always(
                &["ec2:AttachInternetGateway", "ec2:DetachInternetGateway"],
                &[GATEWAY, VPC],
            ),
            always(
                &["ec2:DescribeInternetGateways", "ec2:DescribeVpcs"],
                EVERYTHING,
            ),
        ],
    },
    Kind {
        name: "AWS::ECR::Repository",
        rights: &[
            always(
                &[
                    "ecr:CreateRepository",
                    "ecr:DeleteRepository",
                    "ecr:DescribeRepositories",
                    "ecr:GetLifecyclePolicy",
                    "ecr:GetRepositoryPolicy",
                    "ecr:ListTagsForResource",
                ],
                REPOSITORY,
            ),
            on_setting(
                "ImageScanningConfiguration",
                &["ecr:PutImageScanningConfiguration"],
                REPOSITORY,
            ),
            on_setting(
                "ImageTagMutability",
                &["ecr:PutImageTagMutability"],
                REPOSITORY,
            ),
            on_setting(
                "LifecyclePolicy",
                &["ecr:DeleteLifecyclePolicy", "ecr:PutLifecyclePolicy"],
                REPOSITORY,
            ),
            tagged(&["ecr:TagResource", "ecr:UntagResource"], REPOSITORY),
        ],
    },
    Kind {
        name: "AWS::ECS::Cluster",
        rights: &[
            always(
                &[
                    "ecs:CreateCluster",
                    "ecs:DeleteCluster",
                    "ecs:DescribeClusters",
                    "ecs:UpdateCluster",
                ],
                CLUSTER,
            ),
            on_setting(
                "CapacityProviders",
                &["ecs:PutClusterCapacityProviders"],
                CLUSTER,
            ),
            tagged(&["ecs:TagResource", "ecs:UntagResource"], CLUSTER),
            // ECS makes its own role with the first cluster of an account.
            Right {
                actions: &["iam:CreateServiceLinkedRole"],
                on: &[
                    "iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
                ],
                when: When::LinkedTo("ecs.amazonaws.com"),
            },
        ],
    },
    Kind {
        name: "AWS::ECS::TaskDefinition",
        rights: &[
            always(&["ecs:RegisterTaskDefinition"], TASK_DEFINITION),
            always(
                &["ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition"],
                EVERYTHING,
            ),
            tagged(&["ecs:TagResource", "ecs:UntagResource"], TASK_DEFINITION),
            Right {
                actions: &["iam:PassRole"],
                on: ROLE,
                when: When::PassedTo("ecs-tasks.amazonaws.com"),
            },
        ],
    },
    Kind {
        name: "AWS::IAM::ManagedPolicy",
        rights: &[
            always(
                &[
                    "iam:CreatePolicy",
                    "iam:CreatePolicyVersion",
                    "iam:DeletePolicy",
                    "iam:DeletePolicyVersion",
                    "iam:GetPolicy",
                    "iam:GetPolicyVersion",
                    "iam:ListEntitiesForPolicy",
                    "iam:ListPolicyVersions",
                ],
                POLICY,
            ),
            tagged(&["iam:TagPolicy", "iam:UntagPolicy"], POLICY),
        ],
    },
    Kind {
        name: "AWS::IAM::Policy",
        rights: &[
            bounded(&["iam:DeleteRolePolicy", "iam:PutRolePolicy"]),
            always(&["iam:GetRolePolicy"], ROLE),
        ],
    },
    Kind {
        name: "AWS::IAM::Role",
        rights: &[
            bounded(&["iam:CreateRole"]),
            always(
                &[
                    "iam:DeleteRole",
                    "iam:GetRole",
                    "iam:ListAttachedRolePolicies",
                    "iam:ListRolePolicies",
                    "iam:UpdateAssumeRolePolicy",
                    "iam:UpdateRole",
                    "iam:UpdateRoleDescription",
                ],
                ROLE,
            ),
            Right {
                actions: &["iam:PutRolePermissionsBoundary"],
                on: ROLE,
                when: When::Sets("PermissionsBoundary"),
            },
            tagged(&["iam:TagRole", "iam:UntagRole"], ROLE),
        ],
    },
    Kind {
        name: "AWS::Logs::LogGroup",
        rights: &[
            always(
                &[
                    "logs:CreateLogGroup",
                    "logs:DeleteLogGroup",
                    "logs:GetDataProtectionPolicy",
                    "logs:ListTagsForResource",
                ],
                LOG_GROUP,
            ),
            always(
                &["logs:DescribeIndexPolicies", "logs:DescribeLogGroups"],
                EVERYTHING,
            ),
            on_setting(
                "RetentionInDays",
                &["logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy"],
                LOG_GROUP,
            ),
            tagged(&["logs:TagResource", "logs:UntagResource"], LOG_GROUP),
        ],
    },
    Kind {
        name: "AWS::S3::Bucket",
        rights: &[
            always(
                &["s3:CreateBucket", "s3:DeleteBucket", "s3:ListBucket"],
                BUCKET,
            ),
            on_setting(
                "BucketEncryption",
                &[
                    "s3:GetEncryptionConfiguration",
                    "s3:PutEncryptionConfiguration",
                ],
                BUCKET,
            ),
            on_setting(
                "LifecycleConfiguration",
                &[
                    "s3:GetLifecycleConfiguration",
                    "s3:PutLifecycleConfiguration",
                ],
                BUCKET,
            ),
            on_setting(
                "PublicAccessBlockConfiguration",
                &[
                    "s3:GetBucketPublicAccessBlock",
                    "s3:PutBucketPublicAccessBlock",
                ],
                BUCKET,
            ),
            tagged(&["s3:GetBucketTagging", "s3:PutBucketTagging"], BUCKET),
        ],
    },
    Kind {
        name: "AWS::S3::BucketPolicy",
        rights: &[always(
            &[
                "s3:DeleteBucketPolicy",
                "s3:GetBucketPolicy",
                "s3:PutBucketPolicy",
            ],
            BUCKET,
        )],
    },
];

/// How EC2 tags whatever it makes.
const TAGS: &[&str] = &["ec2:CreateTags", "ec2:DeleteTags"];

const fn always(actions: &'static [&'static str], on: &'static [&'static str]) -> Right {
    Right {
        actions,
        on,
        when: When::Always,
    }
}

const fn on_setting(
    property: &'static str,
    actions: &'static [&'static str],
    on: &'static [&'static str],
) -> Right {
    Right {
        actions,
        on,
        when: When::Sets(property),
    }
}

const fn tagged(actions: &'static [&'static str], on: &'static [&'static str]) -> Right {
    Right {
        actions,
        on,
        when: When::Tagged,
    }
}

const fn bounded(actions: &'static [&'static str]) -> Right {
    Right {
        actions,
        on: ROLE,
        when: When::Bounded,
    }
}
