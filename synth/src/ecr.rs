//! Repositories of container images.

mod lifecycle;
mod repository;

pub use lifecycle::{Expiry, ImageRule, Images};
pub use repository::{Encryption, Repository, RepositoryProps, TagMutability};
