//! Tables.

mod check;
mod grant;
mod index;
mod reference;
mod resource;
mod table;

pub use index::{Attribute, AttributeType, GlobalIndex, LocalIndex, Projection};
pub use reference::TableReference;
pub use table::{Billing, Encryption, StreamView, Table, TableClass, TableProps, TableStream};
