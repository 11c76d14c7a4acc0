//! What people write in files: a project's `.mycli.yaml`, and the user's own `config.yaml`.

mod byte_size;
pub(crate) mod project;
pub(crate) mod timeout;
pub(crate) mod user;
mod yaml;

pub(crate) use byte_size::ByteSize;
pub(crate) use project::Project;
pub(crate) use timeout::Timeout;
pub(crate) use user::User;
pub(crate) use yaml::{YamlError, nearest, parse};
