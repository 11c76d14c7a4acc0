//! A resource of any type, by name.

use crate::json::{Json, Text};

/// A resource of a type that has no generated struct: a custom resource, a module, a type newer than this library.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    /// Such as `Custom::Greeting` or `AWS::New::Thing`.
    pub type_name: Text,
    /// The object under `Properties`. References in it are checked as everywhere.
    pub properties: Json,
}
