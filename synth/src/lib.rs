//! AWS infrastructure as typed Rust values that synthesize CloudFormation.
//!
//! A program describes a [`Stack`] by adding constructs to its [`Scope`]s, and synthesizes it into
//! a template. It needs no network, no credentials and no other program, and gives the same bytes
//! on every machine.
//!
//! ```
//! use synth::dynamodb::{Attribute, Table, TableProps};
//! use synth::iam::{PolicyDocument, Role, RoleProps, Trust};
//! use synth::{Stack, StackProps};
//!
//! let mut stack = Stack::new("Orders", StackProps::default());
//! let table = Table::new(stack.child("Table"), TableProps::new(Attribute::text("id")));
//!
//! let mut policy = PolicyDocument::new();
//! table.grant_read(&mut policy);
//! let trust = Trust::service("ecs-tasks.amazonaws.com");
//! Role::new(stack.child("TaskRole"), RoleProps { policy, ..RoleProps::new(trust) });
//!
//! let template = stack.synthesize()?;
//! # Ok::<(), synth::Problems>(())
//! ```
//!
//! # Reading order
//!
//! 1. [`Value`] and [`Property`]: what is known now, and what CloudFormation will know.
//! 2. [`Stack`], [`Scope`] and [`Handle`]: where things are added, and how they refer to each
//!    other.
//! 3. [`Problem`]: what is wrong, told all at once.
//! 4. [`Aspect`]: what holds for everything at and below a scope, such as [`Tags`] and a [`Rule`].
//! 5. [`iam`]: permissions are documents that [grants](iam#grants) add to.
//! 6. The other modules, one for each AWS service that has constructs. A construct `X` is
//!    `X::new(scope, XProps)`, and its doc says what it declares.
//! 7. [`cfn`]: a struct for every resource type of CloudFormation, for what no construct covers.
//! 8. [`assert`](mod@assert): what a test says about a template.
//! 9. `asset`, with the feature `asset`: files that are published before a stack is deployed.
//! 10. `validation`, with the feature `validate`: the schemas of AWS, asked about a finished template.

mod absent;
pub mod assert;
#[cfg(feature = "asset")]
pub mod asset;
pub mod dynamodb;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod iam;
pub mod logs;
pub mod s3;
mod tags;
#[cfg(feature = "validate")]
pub mod validation;

pub use synth_cfn as cfn;
pub use synth_core::*;

/// The example in the README is one that compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// So are those for people who know AWS CDK.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from-cdk.md")]
struct ComingFromCdk;
