//! What the program itself asks of AWS to deploy an installation and to remove it.

use super::{Right, When};

const STACK: &[&str] = &["cloudformation:{region}:{account}:stack/{name}/*"];
const TABLE: &[&str] = &["dynamodb:{region}:{account}:table/{own}"];
const BUCKET: &[&str] = &["s3:::{own}"];
const OBJECTS: &[&str] = &["s3:::{own}/*"];
const REPOSITORY: &[&str] = &["ecr:{region}:{account}:repository/{own}"];

/// The rights of the program, by what it does with them.
pub(super) const RIGHTS: &[Right] = &[
    // The plan, and what becomes of it.
    right(
        &[
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:GetTemplate",
            "cloudformation:ListStackResources",
        ],
        STACK,
    ),
    // A second Ctrl-C.
    right(&["cloudformation:CancelUpdateStack"], STACK),
    // The agent's image.
    right(&["ecr:GetAuthorizationToken"], &["*"]),
    right(
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        REPOSITORY,
    ),
    // What is lost with the installation, and what has to be empty before CloudFormation deletes it.
    right(&["dynamodb:DescribeTable"], TABLE),
    right(&["s3:ListBucketVersions"], BUCKET),
    right(&["s3:DeleteObject", "s3:DeleteObjectVersion"], OBJECTS),
    right(&["ecr:BatchDeleteImage", "ecr:ListImages"], REPOSITORY),
    right(
        &["ecs:DescribeClusters"],
        &["ecs:{region}:{account}:cluster/{own}"],
    ),
    // The copies of the task definition, which the stack does not know of. AWS offers nothing narrower for the first two.
    right(
        &["ecs:DeregisterTaskDefinition", "ecs:ListTaskDefinitions"],
        &["*"],
    ),
    right(
        &["ecs:DeleteTaskDefinitions"],
        &["ecs:{region}:{account}:task-definition/{name}-execution*:*"],
    ),
];

const fn right(actions: &'static [&'static str], on: &'static [&'static str]) -> Right {
    Right {
        actions,
        on,
        when: When::Always,
    }
}
