//! Log groups.

mod log_group;
mod protection;
mod reference;
mod retention;

pub use log_group::{LogGroup, LogGroupClass, LogGroupProps};
pub use protection::{DataIdentifier, DataProtection, Findings};
pub use reference::LogGroupRef;
pub use retention::Retention;
