//! Runs the built agent as a backend does, and reads what it left.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on should stop, and these are its helpers too"
)]

mod aws;
mod command;
mod git_server;
mod installation;
mod limit;
mod masking;
mod output;
mod place;
mod source;
mod stop;
mod terminal;
