//! What an execution is, and the verbs over it.
//!
//! Reading order: [`execution`] is the row that history keeps, [`transition`] the one table of how
//! it may change, [`port`] what a place that runs commands must be able to do, then a module for
//! each verb: [`dispatch`], [`follow`], [`reconcile`], [`wait`], [`cancel`], [`find`], [`list`], [`sweep`]. [`retry`] says what
//! is tried again, [`tag`] what executions are found by.
//! [`deploy`] is the other half: plan, apply and destroy a stack. [`doctor`] says what stands in the way of either.
//!
//! Nothing here knows a cloud, a database or a terminal.

pub mod attempt;
pub mod cancel;
pub mod deploy;
pub mod diagnosis;
pub mod dispatch;
pub mod doctor;
pub mod execution;
pub mod find;
pub mod follow;
pub mod list;
pub mod port;
pub mod price;
pub mod reconcile;
pub mod request;
pub mod retry;
mod row;
pub mod site;
pub mod size;
mod start;
pub mod sweep;
pub mod tag;
pub mod transition;
pub mod wait;

pub use attempt::{Attempt, AttemptId};
pub use diagnosis::{Blame, Diagnosis};
pub use execution::{Execution, ExecutionId, State};
pub use port::{Backend, History, Observed, ProviderError};
pub use request::Request;
pub use runtime_wire as wire;
pub use site::{Ambient, Site};
