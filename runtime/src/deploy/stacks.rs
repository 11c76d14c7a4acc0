//! What a stack service must be able to do.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::change::Change;
use super::state::StackState;
use crate::port::ProviderError;

/// Where stacks are made and unmade. Every call is one request; the verbs wait and decide.
#[async_trait]
pub trait Stacks: Send + Sync {
    /// The stack of that name or id, if there is one. A name never finds a deleted stack.
    async fn describe(&self, stack: &str) -> Result<Option<Stack>, ProviderError>;

    /// Asks for a change set to be made. Returns its id and that of its stack.
    async fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> Result<(String, String), ProviderError>;

    /// A change set, all pages of it.
    async fn describe_change_set(&self, id: &str) -> Result<ChangeSet, ProviderError>;

    /// Starts what a change set says. Returns before it is done.
    async fn execute_change_set(&self, id: &str) -> Result<(), ProviderError>;

    /// Forgets a change set. One that is gone already is no error.
    async fn delete_change_set(&self, id: &str) -> Result<(), ProviderError>;

    /// Events of a stack, by its id, after the event of that id; the oldest first.
    ///
    /// `after` that is not to be found any more gives all events.
    async fn events(
        &self,
        stack_id: &str,
        after: Option<&str>,
    ) -> Result<Vec<Event>, ProviderError>;

    /// The resources of a stack that exist, all pages of them.
    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, ProviderError>;

    /// The template that a stack was deployed with, as it was given.
    async fn template(&self, stack: &str) -> Result<String, ProviderError>;

    /// Starts to delete a stack. Returns before it is done.
    async fn delete(&self, stack_id: &str) -> Result<(), ProviderError>;
}

/// What the resources of a stack hold, and how to empty and remove them.
#[async_trait]
pub trait Holdings: Send + Sync {
    /// What `resource` holds; [`Contents::Nothing`] for a type that holds nothing a person would miss.
    async fn contents(&self, resource: &StackResource) -> Result<Contents, ProviderError>;

    /// Empties `resource`, so that it can be deleted. Returns how many things were removed.
    ///
    /// Does nothing for a type that can be deleted full, and for a resource that is gone.
    async fn empty(&self, resource: &StackResource) -> Result<u64, ProviderError>;

    /// Deletes a resource that its stack left behind. One that is gone already is no error.
    ///
    /// A type it cannot delete is [`crate::port::Problem::Invalid`].
    async fn remove(&self, resource: &StackResource) -> Result<(), ProviderError>;

    /// Task definitions, active or not, of `family` and of the copies of it for other images
    /// (`<family>-<8 hex digits>`).
    async fn task_definitions(&self, family: &str) -> Result<Vec<String>, ProviderError>;

    /// Deregisters and deletes task definitions, so that not even an inactive one is left.
    async fn forget_task_definitions(&self, arns: &[String]) -> Result<(), ProviderError>;
}

/// A stack as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// Its id, which outlives its name.
    pub id: String,
    /// Where it stands.
    pub state: StackState,
    /// Why it stands there, in the provider's words.
    pub reason: Option<String>,
    /// What it tells those who use it.
    pub outputs: BTreeMap<String, String>,
    /// Values of its parameters; a value that the stack hides is shown as asterisks.
    pub parameters: BTreeMap<String, String>,
    /// Tags put on all its resources.
    pub tags: BTreeMap<String, String>,
    /// Whether it refuses to be deleted.
    pub protected: bool,
}

/// What a change set shall lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// Name of the stack.
    pub stack: String,
    /// Whether the stack is made by it, not changed.
    pub create: bool,
    /// The template, as text.
    pub template: String,
    /// Values of parameters.
    pub parameters: BTreeMap<String, String>,
    /// Names of parameters that keep the value they have.
    pub previous_parameters: Vec<String>,
    /// Tags for the stack and all its resources.
    pub tags: BTreeMap<String, String>,
    /// What the template is allowed to do, such as `CAPABILITY_IAM`.
    pub capabilities: Vec<String>,
}

/// A change set as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// Whether it can be executed.
    pub state: ChangeSetState,
    /// What it would do.
    pub changes: Vec<Change>,
}

/// Whether a change set can be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeSetState {
    /// It is still being made.
    Pending,
    /// It can be executed.
    Ready,
    /// There is nothing to change.
    Empty,
    /// It could not be made; in the provider's words.
    Failed(String),
}

/// Something that happened to a resource of a stack, or to the stack itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id, unique in the stack.
    pub id: String,
    /// When, in milliseconds since the Unix epoch, by the provider's clock.
    pub at_ms: u64,
    /// The resource's name in the template; the stack's name for the stack itself.
    pub logical_id: String,
    /// The resource's type.
    pub resource_type: String,
    /// What the provider calls it, once it does.
    pub physical_id: Option<String>,
    /// Where it stands, in the provider's word, such as `CREATE_IN_PROGRESS`.
    pub status: String,
    /// Why, in the provider's words.
    pub reason: Option<String>,
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, such as `AWS::S3::Bucket`.
    pub resource_type: String,
    /// What the provider calls it.
    pub physical_id: String,
}

/// What a resource holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// Nothing that a person would miss.
    Nothing,
    /// So many things of a kind, such as 3 `images`.
    Things {
        /// How many, as far as was counted.
        count: u64,
        /// What they are, in the plural.
        kind: &'static str,
        /// Whether there are more than that.
        or_more: bool,
    },
}
