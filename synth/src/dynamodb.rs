//! Tables.

mod check;
mod global;
mod grant;
mod index;
mod reference;
mod resource;
mod table;

pub use global::{
    Capacity, Consistency, GlobalBilling, GlobalTable, GlobalTableProps, Replica, ReplicaSettings,
    Scaling,
};
pub use index::{Attribute, AttributeType, GlobalIndex, LocalIndex, Projection, WarmThroughput};
pub use reference::TableReference;
pub use table::{
    Billing, ContributorInsights, Encryption, StreamView, Table, TableClass, TableProps,
    TableStream,
};
