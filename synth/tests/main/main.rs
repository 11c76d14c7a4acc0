//! The constructs as a platform engineer uses them: from outside, judged by what they declare.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod assert;
mod asset;
mod bench;
mod dynamodb;
mod ec2_growth;
mod ec2_mistakes;
mod ec2_peer;
mod ecr;
mod ecs;
mod ecs_mistakes;
mod grants;
mod iam;
mod logs;
mod peer;
mod refused;
mod s3;
mod scope;
mod show;
