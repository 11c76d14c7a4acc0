//! The table of schemas: what is in it, how it is written and read.
//!
//! `data/schemas.bin` is an index and one block for each service, each compressed by itself, so that a template
//! costs what its own services cost. `cargo xtask cfn` writes it; nothing else does. Reading order: [`Keyword`],
//! [`Block`], [`Table`].

mod block;
mod bytes;
mod index;
mod keyword;

pub use block::{Block, Rule, Trait, TypeSchema, compile};
pub use index::{Ending, Index, Listed, Table, to_bytes};
pub use keyword::{Keyword, Kinds, Node, NodeId, PatternId, TextId};

use std::sync::LazyLock;

/// The table that is part of this crate.
static BUILT_IN: LazyLock<Table> =
    LazyLock::new(|| Table::new(include_bytes!("../../data/schemas.bin")).unwrap_or_default());

/// The table that is part of this crate.
pub fn built_in() -> &'static Table {
    &BUILT_IN
}
