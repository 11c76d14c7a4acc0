//! The core as the generated types and the constructs use it: from outside.

#![expect(unreachable_pub, reason = "the fixture looks like generated code")]

mod assembly;
mod fixture;
mod problems;
mod template;
mod text;
mod values;
