//! The verbs against a stack service that plays a script: states that no emulator reaches.

mod applying;
mod destroying;
mod diagnosing;
mod fake;
mod following;
mod importing;
mod ordering;
mod planning;
mod quotas;
mod services;
mod undoing;
