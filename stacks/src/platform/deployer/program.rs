//! What the program itself asks of AWS to deploy an installation and to remove it.

use super::{Right, When};

const STACK: &[&str] = &["cloudformation:{region}:{account}:stack/{name}/*"];
/// As the program names them.
const CHANGE_SET: &[&str] = &["cloudformation:{region}:{account}:changeSet/mycli-*/*"];
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
    // Named by their own ids, too.
    right(
        &[
            "cloudformation:DeleteChangeSet",
            "cloudformation:DescribeChangeSet",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:GetTemplate",
        ],
        CHANGE_SET,
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
    right(&["dynamodb:Scan"], TABLE),
    right(&["s3:ListBucketVersions"], BUCKET),
    right(&["s3:DeleteObject", "s3:DeleteObjectVersion"], OBJECTS),
    right(&["ecr:BatchDeleteImage", "ecr:ListImages"], REPOSITORY),
    Right {
        actions: &["ecs:ListTasks"],
        on: &["*"],
        when: When::InCluster,
    },
    // What still runs there.
    right(
        &["ecs:DescribeTasks", "ecs:StopTask"],
        &["ecs:{region}:{account}:task/{own}/*"],
    ),
    // The copies of the task definition, which the stack does not know of. AWS offers nothing narrower for these.
    right(
        &[
            "ecs:DeregisterTaskDefinition",
            "ecs:ListTaskDefinitionFamilies",
            "ecs:ListTaskDefinitions",
        ],
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
