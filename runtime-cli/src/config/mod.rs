//! What people write in files: a project's `.mycli.yaml`, and the user's own `config.yaml`.

pub(crate) mod project;
pub(crate) mod timeout;
pub(crate) mod user;
mod yaml;

pub(crate) use project::Project;
pub(crate) use timeout::Timeout;
pub(crate) use user::User;
pub(crate) use yaml::{YamlError, nearest, parse};
