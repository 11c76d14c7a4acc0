//! Plan, apply and destroy a stack.
//!
//! Reading order: `stacks` is what a stack service must be able to do and `state` what its words
//! mean; `publish` and `images` put in place what its template needs, `plan` shows what would change, `apply` does it and consumes the plan, `survey` shows what
//! would be lost and `destroy` consumes that. `progress` is how the last two tell how they come on, `follow` follows the events of a stack and of those nested in it.
//! `import` is how resources that exist come into a stack. `rollback` brings a stack back to where it was, `drift` finds what was changed by others.
//! `order` does any of these for many stacks, each after those it depends on. `diagnose` says afterwards what went wrong, `services` what became of tasks, and `advice` what to do about it.

mod advice;
mod apply;
mod change;
mod destroy;
mod diagnose;
mod drift;
mod error;
mod follow;
mod images;
mod import;
mod last_time;
mod order;
mod pace;
mod plan;
mod progress;
mod publish;
mod quotas;
mod retain;
mod rollback;
mod root_cause;
mod services;
mod stacks;
mod state;
mod survey;
#[cfg(test)]
mod tests;
mod under_way;
mod watched;

pub use advice::{Advice, advice};
pub use apply::{Outcome, apply};
pub use change::{Action, Change, PropertyChange};
pub use destroy::{Destroyed, destroy};
pub use diagnose::{Cause, Report, Scope, diagnose, events, is_cause};
pub use drift::drift;
pub use error::{ApplyError, DestroyError, FailedResource, NotReady, PlanError, RollbackError};
pub use images::{
    ImageError, ImageMaker, ImagePlace, ImageSource, ImageStep, ImageUpload, Repositories,
    publish_images,
};
pub use import::import_template;
pub use order::{Ended, in_order};
pub use plan::{
    HeldChangeSet, Leftover, Plan, PlanRequest, discard, outputs, plan, same_json, settle, take_up,
};
pub use progress::{Progress, Sink, Step};
pub use publish::{Buckets, Content, Packer, PublishError, Sent, Upload, publish};
pub use quotas::{Quota, quota};
pub use rollback::{Rollback, roll_back, rollback_of};
pub use services::{ServiceReport, Services, StoppedContainer, StoppedTask};
pub use stacks::{
    ChangeSet, ChangeSetOptions, ChangeSetRequest, ChangeSetState, Contents, Drift,
    DriftedProperty, DriftedResource, Event, Holdings, ResourceToImport, Stack, StackResource,
    Stacks,
};
pub use state::StackState;
pub use survey::{DATA_TYPES, Doomed, Reach, Survey, SurveyRequest, survey};
pub use under_way::UnderWay;
