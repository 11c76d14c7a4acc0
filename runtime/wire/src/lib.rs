//! What the agent and the programs around it say to each other.
//!
//! Reading order: [`order`] is what the agent is told, [`frame`] what it answers while it works,
//! [`outcome`] how it ends. Nothing here does I/O, and nothing here decides policy.

pub mod frame;
pub mod order;
pub mod outcome;

pub use frame::{Body, Frame, Phase};
pub use order::{Command, Order, Revision, Source};
pub use outcome::{Cause, Outcome};
