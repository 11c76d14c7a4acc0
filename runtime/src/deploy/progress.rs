//! How [`super::apply`] and [`super::destroy`] tell how they come on.

/// What is told of progress. Called once for each step, in order.
pub type Sink<'a> = &'a mut (dyn FnMut(&Progress) + Send);

/// Something that happened on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The resource's name in the template; the stack's name for the stack itself.
    pub logical_id: String,
    /// The resource's type.
    pub resource_type: String,
    /// What the provider calls it, once it does.
    pub physical_id: Option<String>,
    /// Names of the nested stacks that it is in, from the outermost on; none for what is in the stack itself.
    pub within: Vec<String>,
    /// What happened.
    pub step: Step,
    /// The provider's word for it, such as `CREATE_COMPLETE`; or `EMPTIED`, `REMOVED`.
    pub status: String,
    /// Why, in the provider's words.
    pub reason: Option<String>,
    /// Time since the operation's first event, in milliseconds, by the provider's clock.
    pub elapsed_ms: u64,
    /// Time that the resource took, in milliseconds; there when it is done.
    pub took_ms: Option<u64>,
    /// Time that the same took last, in milliseconds; there when it begins, where the events still tell.
    pub expected_ms: Option<u64>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Work on it began, or goes on.
    Started,
    /// It is as it shall be.
    Done,
    /// It failed, by itself.
    Failed,
    /// It was stopped because something else failed.
    Cancelled,
    /// What was done to it is being undone.
    Undoing,
}
