//! What a stack service must be able to do.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::services::Services;
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

    /// The template of a change set, as it was given.
    async fn change_set_template(&self, id: &str) -> Result<String, ProviderError>;

    /// Starts what a change set says, and keeps what worked when something fails where `keeps` is set. Returns before it
    /// is done.
    async fn execute_change_set(&self, id: &str, keeps: bool) -> Result<(), ProviderError>;

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

    /// Starts to delete a stack, without these of its resources. Returns before it is done.
    ///
    /// The provider takes names of resources only for a stack that it failed to delete.
    async fn delete(&self, stack_id: &str, retain: &[String]) -> Result<(), ProviderError>;

    /// Switches the protection from deletion on or off.
    async fn protect(&self, stack_id: &str, on: bool) -> Result<(), ProviderError>;

    /// Sets the stack policy, a JSON document that says which resources an update may touch.
    async fn set_policy(&self, stack_id: &str, policy: &str) -> Result<(), ProviderError>;

    /// Starts to undo an operation that failed and whose work was kept. Returns before it is done.
    async fn roll_back(&self, stack_id: &str) -> Result<(), ProviderError>;

    /// Starts to go on with undoing that failed, without these resources. Returns before it is done.
    async fn continue_rollback(&self, stack_id: &str, skip: &[String])
    -> Result<(), ProviderError>;

    /// Stops an update that is under way; the provider undoes it. Returns before it is done.
    async fn cancel_update(&self, stack_id: &str) -> Result<(), ProviderError>;

    /// Names of the stacks that import the export of that name.
    async fn importers(&self, export: &str) -> Result<Vec<String>, ProviderError>;

    /// Starts to compare a stack's resources with its template. Returns what to ask [`Stacks::drift`] for.
    async fn detect_drift(&self, stack_id: &str) -> Result<String, ProviderError>;

    /// What came of a comparison; nothing while it is under way.
    async fn drift(&self, stack_id: &str, detection: &str) -> Result<Option<Drift>, ProviderError>;

    /// Where the services of its stacks run tasks. Default: nothing is known of them.
    fn services(&self) -> Option<&dyn Services> {
        None
    }
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
    /// Names under which it exports outputs.
    pub exports: Vec<String>,
    /// ARNs of topics that get its events.
    pub notification_arns: Vec<String>,
    /// The role with which its resources are changed.
    pub role: Option<String>,
    /// When it was last changed, in milliseconds since the Unix epoch, by the provider's clock.
    pub changed_at_ms: Option<u64>,
}

/// How far a stack's resources are from its template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    /// Resources that are not as the template says, or are gone.
    pub drifted: Vec<DriftedResource>,
    /// How many resources are as the template says.
    pub in_sync: usize,
    /// Resources that could not be compared, for which the provider does not know how.
    pub unchecked: Vec<StackResource>,
    /// Why not all of it could be compared, in the provider's words.
    pub incomplete: Option<String>,
}

/// A resource that is not as its template says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftedResource {
    /// The resource.
    pub resource: StackResource,
    /// Whether somebody deleted it.
    pub deleted: bool,
    /// What differs. Empty for one that is gone.
    pub properties: Vec<DriftedProperty>,
}

/// A property that is not as its template says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftedProperty {
    /// Where it stands, such as `/Tags/0/Value`.
    pub path: String,
    /// As the template says; nothing for one that was added.
    pub expected: Option<String>,
    /// As it is; nothing for one that was removed.
    pub actual: Option<String>,
}

/// What a change set shall lead to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// Name of the stack.
    pub stack: String,
    /// Whether the stack is made by it, not changed.
    pub create: bool,
    /// The template, as text.
    pub template: String,
    /// Where the provider reads the template, when it is too long for a request.
    pub template_url: Option<String>,
    /// Values of parameters.
    pub parameters: BTreeMap<String, String>,
    /// Names of parameters that keep the value they have.
    pub previous_parameters: Vec<String>,
    /// Tags for the stack and all its resources.
    pub tags: BTreeMap<String, String>,
    /// What the template is allowed to do, such as `CAPABILITY_IAM`.
    pub capabilities: Vec<String>,
    /// How it is to be carried out.
    pub options: ChangeSetOptions,
}

/// How a change set is to be carried out. Default: as the provider does when it is told nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeSetOptions {
    /// The role with which resources are changed. Default: that of the last time, else the caller's own rights.
    pub role: Option<String>,
    /// ARNs of topics that get the stack's events. Default: those of the last time.
    pub notification_arns: Option<Vec<String>>,
    /// Whether resources that exist already under the names in the template are taken into the stack.
    pub import_existing: bool,
    /// Resources that exist and are to be taken into the stack, and nothing else.
    pub import: Vec<ResourceToImport>,
    /// ARNs of alarms that undo the operation when they go off.
    pub rollback_alarms: Vec<String>,
    /// For how many minutes after the operation the alarms are watched. Range: 0 to 180. Default: 0.
    pub monitoring_minutes: Option<u16>,
    /// Whether what worked is kept when something fails.
    pub keep_on_failure: bool,
    /// Whether resources count as done before they are known to be stable.
    pub express: bool,
}

/// A resource that exists and is to be taken into a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceToImport {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// What the service knows it by, such as `BucketName`.
    pub identifier: BTreeMap<String, String>,
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
    /// What the caller marked the operation with that brought it about.
    pub token: Option<String>,
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
