//! The tests of the crate: one file a subject.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod effects;
mod laws;
mod seen;
