//! Fetches the repository that a command is to run in.
//!
//! Pure Rust, so that it works in every image: nothing is asked of the image but a place to write.
//! `file://` and `ssh://` alone go through the programs `git` and `ssh`, as in git itself.

mod address;
mod checkout;
mod fetch;
mod refusal;
mod transport;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use runtime_wire::order::GitToken;
use runtime_wire::{Outcome, Source};

use address::Address;

pub(crate) use address::shown;

/// Fetches `source` into `workspace`, and returns the id of the commit that is checked out there.
///
/// Leaves soon after `interrupt` is set, but not at once when it waits for a server.
pub(crate) fn fetch(
    source: &Source,
    workspace: &Path,
    interrupt: &Arc<AtomicBool>,
    token: Option<&GitToken>,
) -> Result<String, Outcome> {
    let address = Address::parse(&source.repository).map_err(refusal::Refusal::outcome)?;
    fetch::into(&address, &source.revision, workspace, interrupt, token)
        .map_err(|refusal| refusal.without_secrets(&address).outcome())
}
