//! The tests of the crate: one file a subject.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod constraints;
mod hostile;
mod security;
mod snapshots;
mod source;
mod template;
