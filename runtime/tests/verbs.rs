//! The verbs over executions, on a store and a backend whose every answer the test decides.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where what it needs is not there"
)]

mod verbs {
    mod dispatch;
    mod fake;
    mod find;
    mod follow;
    mod model;
    mod reconcile;
    mod retry;
    mod transitions;
}
