//! The constructs as a platform engineer uses them: from outside, judged by what they declare.

#![expect(missing_docs, reason = "tests are not documented")]

mod bench;
mod dynamodb;
mod ecr;
mod grants;
mod iam;
mod logs;
mod peer;
mod s3;
mod show;
