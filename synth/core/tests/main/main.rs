//! The core as the generated types and the constructs use it: from outside.

#![expect(unreachable_pub, reason = "the fixture looks like generated code")]
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod acknowledge;
mod app;
mod aspects;
mod assembly;
mod cloud_assembly;
mod fixture;
mod include;
mod included;
mod lookup;
mod nested;
mod problems;
mod read;
mod template;
mod text;
mod values;
