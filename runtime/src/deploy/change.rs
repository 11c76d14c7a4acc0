//! What a plan would do to one resource.

/// What a plan would do to one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happens to it.
    pub action: Action,
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, such as `AWS::S3::Bucket`.
    pub resource_type: String,
    /// What the provider calls it, where it exists.
    pub physical_id: Option<String>,
    /// Which of its properties and attributes change; empty for an addition and a removal.
    pub properties: Vec<PropertyChange>,
    /// Whether what it holds now is lost.
    pub loses_data: bool,
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Add,
    /// It is changed and stays what it is.
    Modify,
    /// A new one takes its place.
    Replace {
        /// `false` when that depends on values that are known only while it is done.
        certain: bool,
    },
    /// It goes. When its policy is to be retained, it leaves the stack and goes on existing.
    Remove {
        /// Whether it goes on existing outside the stack.
        retained: bool,
    },
    /// One that exists is taken into the stack.
    Import,
}

/// A property that changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PropertyChange {
    /// Its name, such as `BucketName`; of what is no property, the attribute, such as `Tags` or `Metadata`.
    pub name: String,
    /// What it is now, where the provider says so.
    pub before: Option<String>,
    /// What it will be, where the provider says so.
    pub after: Option<String>,
    /// Whether the resource is replaced because of it.
    pub replaces: bool,
}
