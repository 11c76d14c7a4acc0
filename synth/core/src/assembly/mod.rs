//! Several templates as the files of a cloud assembly, which the stock `cdk` CLI can list, compare and deploy.

mod assets;
mod manifest;
mod together;
mod tree;
mod write;

pub use write::Assembly;
pub(crate) use write::{question, write};
