//! The runtime's ports over AWS.
//!
//! Reading order: [`connect`] finds region and credentials and gives a [`Cloud`], which deploys stacks;
//! [`Aws`] is a deployed installation: it keeps history in DynamoDB and runs commands on ECS;
//! [`push_agent`] puts the agent's image into the installation's ECR repository.
//!
//! [`AccountBuckets`] and [`AccountRepositories`] take what an app's stacks need; `archive` reads the images among it.
//!
//! `doctor` gathers what `runtime::doctor` has rules for.
//!
//! [`look_up`] is apart from these: it answers what an app asks for while it synthesizes.
//!
//! Every refusal of AWS becomes a `ProviderError` in one place, `refusal`; why a task is over without a
//! word of its agent is one table, `cause`. The table's layout is in `rows`.

mod archive;
mod backend;
mod buckets;
mod cause;
mod change_set;
mod cloud;
mod cloudformation;
mod crash;
mod doctor;
mod drift;
mod history;
mod holdings;
mod image;
mod installation;
mod journal_archive;
mod lookup;
mod push;
mod refusal;
mod registry;
mod repositories;
mod rows;
mod service_cause;
mod services;
mod start;
mod task_definitions;
mod tasks;

pub use buckets::{AccountBuckets, partition};
pub use cloud::{Cloud, Identity, Options, connect};
pub use doctor::{AgentImage, BaseTask};
pub use installation::Aws;
pub use lookup::{Lookup, look_up};
pub use push::{AGENT_TAG, PushedImage, push_agent};
pub use repositories::AccountRepositories;
