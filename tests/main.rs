//! The journey, end to end: the built binary, real processes, real containers, an AWS emulator.
//!
//! `cargo xtask test` starts the parts and says where they are; see [`machine`].

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking, helpers included"
)]

mod app;
mod built_images;
mod chaos;
mod containers;
mod corpus;
mod crashes;
mod deploy;
mod doctor;
mod exit_codes;
mod expectations;
mod failures;
mod faults;
mod images;
mod import;
mod installation;
mod interrupted;
mod local;
mod machine;
mod output;
mod reading;
mod repositories;
mod review;
mod rights;
mod states;
mod validate;
