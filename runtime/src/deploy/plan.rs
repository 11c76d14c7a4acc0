//! Shows what would change.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::change::{Action, Change};
use super::error::PlanError;
use super::follow::Follower;
use super::pace::Pace;
use super::progress::Sink;
use super::stacks::{ChangeSet, ChangeSetOptions, ChangeSetRequest, ChangeSetState, Stack, Stacks};
use super::state::{Plannable, StackState, TAKE_UP, cause, not_ready};
use super::under_way::UnderWay;
use crate::port::{Problem, ProviderError};

/// How long a change set may be in the making. It takes seconds; more is a fault.
const CHANGE_SET_TIMEOUT: Duration = Duration::from_mins(5);

/// What a stack shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRequest {
    /// Name of the stack.
    pub stack: String,
    /// The template, as JSON text.
    pub template: String,
    /// Where the provider reads the template, when it is too long for a request.
    pub template_url: Option<String>,
    /// Values of its parameters; those not named keep the value they have, else take their default.
    pub parameters: BTreeMap<String, String>,
    /// Tags for the stack and all its resources.
    pub tags: BTreeMap<String, String>,
    /// What the template is allowed to do, such as `CAPABILITY_NAMED_IAM`.
    pub capabilities: Vec<String>,
    /// How it is to be carried out.
    pub options: ChangeSetOptions,
    /// Whether the stack refuses to be deleted. Default: as it is.
    pub protected: Option<bool>,
    /// The stack policy. Default: as it is.
    pub policy: Option<String>,
}

/// What would change. Consumed by [`super::apply`] or [`discard`].
#[derive(Debug)]
#[must_use = "a plan holds a change set until it is applied or discarded"]
pub struct Plan {
    pub(super) request: ChangeSetRequest,
    pub(super) changes: Vec<Change>,
    pub(super) way: Way,
    pub(super) settings: Settings,
}

/// What is set of the stack itself, which no change set does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// There where it is to change.
    pub(super) protected: Option<bool>,
    pub(super) policy: Option<String>,
}

/// How a plan is applied.
#[derive(Debug)]
pub(super) enum Way {
    /// Nothing changes; the outputs are as they are.
    Nothing {
        stack_id: String,
        outputs: BTreeMap<String, String>,
    },
    /// By executing a change set.
    Execute {
        change_set: String,
        stack_id: String,
    },
    /// By deleting what an attempt left behind, and making the stack anew.
    Recreate {
        stack_id: String,
        leftover: Leftover,
    },
}

/// What an attempt that failed left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// Where the stack stands.
    pub state: StackState,
    /// Why, in the provider's words.
    pub reason: Option<String>,
}

impl Plan {
    /// Name of the stack.
    pub fn stack(&self) -> &str {
        &self.request.stack
    }

    /// What would change, in the provider's order.
    ///
    /// Empty also when only outputs change; [`Plan::is_empty`] tells whether nothing does.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing would change. There is no change set then.
    pub fn is_empty(&self) -> bool {
        matches!(self.way, Way::Nothing { .. }) && self.settings == Settings::default()
    }

    /// Id of the change set that is executed, and of its stack; there is none where nothing changes or where remains are
    /// deleted first.
    pub fn change_set(&self) -> Option<(&str, &str)> {
        match &self.way {
            Way::Execute {
                change_set,
                stack_id,
            } => Some((change_set, stack_id)),
            Way::Nothing { .. } | Way::Recreate { .. } => None,
        }
    }

    /// Whether the stack does not exist yet.
    pub fn creates(&self) -> bool {
        self.request.create
    }

    /// The remains of a failed attempt that are deleted first, if there are any.
    pub fn leftover(&self) -> Option<&Leftover> {
        match &self.way {
            Way::Recreate { leftover, .. } => Some(leftover),
            Way::Nothing { .. } | Way::Execute { .. } => None,
        }
    }
}

/// Waits until nothing is being done to `stack`, whoever began it. Says whether anything was, and first what it is.
pub async fn settle(
    stacks: &dyn Stacks,
    stack: &str,
    begins: &mut (dyn FnMut(&UnderWay) + Send),
    sink: Sink<'_>,
) -> Result<bool, ProviderError> {
    match stacks.describe(stack).await? {
        Some(found) if found.state.is_in_progress() => {
            let follower = Follower::before(stacks, &found.name, &found.id).await?;
            if let Some(under_way) = &follower.under_way {
                begins(under_way);
            }
            follower.rest(sink).await.map(|()| true)
        }
        _ => Ok(false),
    }
}

/// Finds out what would change.
///
/// A stack whose first deployment failed cannot be changed, only deleted: the plan then says so
/// ([`Plan::leftover`]) and lists the template's resources as additions.
pub async fn plan(stacks: &dyn Stacks, request: PlanRequest) -> Result<Plan, PlanError> {
    let name = request.stack.clone();
    let unplanned = |source| PlanError::Provider {
        stack: name.clone(),
        source,
    };
    let stack = stacks.describe(&request.stack).await.map_err(&unplanned)?;
    let plannable = stack
        .as_ref()
        .map_or(Plannable::Create, |stack| stack.state.plannable());
    let plannable = match (plannable, request.options.keep_on_failure) {
        (Plannable::TakeUp, true) => Plannable::Update,
        (Plannable::TakeUp, false) => Plannable::NotNow(TAKE_UP),
        (plannable, _) => plannable,
    };
    let settings = Settings {
        protected: request.protected.filter(|wanted| {
            let held = stack.as_ref().is_some_and(|stack| stack.protected);
            *wanted != held
        }),
        policy: request.policy.clone(),
    };
    let known = stack.as_ref().filter(|_| plannable == Plannable::Update);
    let request = change_set_request(request, known);
    match (stack, plannable) {
        (Some(stack), Plannable::NotNow(next)) => Err(not_ready(stacks, &stack, next)
            .await
            .map_err(unplanned)?
            .into()),
        (Some(stack), Plannable::Recreate) => {
            let leftover = Leftover {
                state: stack.state.clone(),
                reason: cause(stacks, &stack).await.map_err(unplanned)?,
            };
            let changes = additions(&request)?;
            let stack_id = stack.id;
            let way = Way::Recreate { stack_id, leftover };
            Ok(Plan {
                request,
                changes,
                way,
                settings,
            })
        }
        (stack, _) => by_change_set(stacks, request, settings, stack).await,
    }
}

/// What to ask for, of a stack that stands as `known` or is to be made.
fn change_set_request(request: PlanRequest, known: Option<&Stack>) -> ChangeSetRequest {
    let declared = declared_parameters(&request.template).into_iter();
    let has = |name: &String| known.is_some_and(|stack| stack.parameters.contains_key(name));
    let previous = declared.filter(|name| has(name) && !request.parameters.contains_key(name));
    ChangeSetRequest {
        previous_parameters: previous.collect(),
        stack: request.stack,
        create: known.is_none(),
        template: request.template,
        template_url: request.template_url,
        parameters: request.parameters,
        tags: request.tags,
        capabilities: request.capabilities,
        options: request.options,
    }
}

/// Names of the parameters that a template declares; none where it is not JSON.
fn declared_parameters(template: &str) -> Vec<String> {
    let template: serde_json::Value = serde_json::from_str(template).unwrap_or_default();
    let parameters = template.get("Parameters").and_then(|it| it.as_object());
    parameters
        .map(|parameters| parameters.keys().cloned().collect())
        .unwrap_or_default()
}

async fn by_change_set(
    stacks: &dyn Stacks,
    request: ChangeSetRequest,
    settings: Settings,
    stack: Option<Stack>,
) -> Result<Plan, PlanError> {
    let unplanned = |source| PlanError::Provider {
        stack: request.stack.clone(),
        source,
    };
    let (change_set, stack_id, made) = make(stacks, &request).await.map_err(unplanned)?;
    match made.state {
        ChangeSetState::Ready => {
            let way = Way::Execute {
                change_set,
                stack_id,
            };
            let changes = made.changes;
            Ok(Plan {
                request,
                changes,
                way,
                settings,
            })
        }
        ChangeSetState::Empty => {
            let tidied = tidy(stacks, &request, &change_set, &stack_id).await;
            tidied.map_err(unplanned)?;
            let outputs = stack.map(|stack| stack.outputs).unwrap_or_default();
            let way = Way::Nothing { stack_id, outputs };
            let changes = Vec::new();
            Ok(Plan {
                request,
                changes,
                way,
                settings,
            })
        }
        ChangeSetState::Failed(reason) => {
            let tidied = tidy(stacks, &request, &change_set, &stack_id).await;
            tidied.map_err(unplanned)?;
            let stack = request.stack;
            Err(PlanError::Refused { stack, reason })
        }
        ChangeSetState::Pending => {
            let minutes = CHANGE_SET_TIMEOUT.as_secs() / 60;
            let reason = format!("the change set is still being made after {minutes} minutes");
            let stack = request.stack;
            Err(PlanError::Refused { stack, reason })
        }
    }
}

/// Makes a change set, and waits until it is made. Returns its id, its stack's id, and what it is.
pub(super) async fn make(
    stacks: &dyn Stacks,
    request: &ChangeSetRequest,
) -> Result<(String, String, ChangeSet), ProviderError> {
    let (id, stack_id) = stacks.create_change_set(request).await?;
    let since = tokio::time::Instant::now();
    let mut pace = Pace::new();
    loop {
        let made = stacks.describe_change_set(&id).await?;
        if made.state != ChangeSetState::Pending || since.elapsed() > CHANGE_SET_TIMEOUT {
            return Ok((id, stack_id, made));
        }
        pace.wait().await;
    }
}

/// Deletes a change set, and the stack that was made only to hold it.
async fn tidy(
    stacks: &dyn Stacks,
    request: &ChangeSetRequest,
    change_set: &str,
    stack_id: &str,
) -> Result<(), ProviderError> {
    stacks.delete_change_set(change_set).await?;
    if request.create {
        let held = stacks.describe(stack_id).await?;
        if held.is_some_and(|stack| stack.state.0 == "REVIEW_IN_PROGRESS") {
            stacks.delete(stack_id, &[]).await?;
        }
    }
    Ok(())
}

/// The plan that `request` once led to, of which this change set is left: what `plan` would give, unless anything has
/// changed since.
pub async fn take_up(
    stacks: &dyn Stacks,
    request: PlanRequest,
    held: HeldChangeSet,
) -> Result<Plan, PlanError> {
    let name = request.stack.clone();
    let unplanned = |source| PlanError::Provider {
        stack: name.clone(),
        source,
    };
    let outdated = |reason: &str| PlanError::Outdated {
        stack: name.clone(),
        reason: reason.to_owned(),
    };
    let gone = |error: ProviderError| {
        if error.problem == Problem::NotFound {
            outdated("its change set is gone")
        } else {
            unplanned(error)
        }
    };
    let made = stacks.describe_change_set(&held.change_set).await;
    let made = made.map_err(gone)?;
    match &made.state {
        ChangeSetState::Ready => {}
        ChangeSetState::Failed(reason) => return Err(outdated(reason)),
        ChangeSetState::Pending | ChangeSetState::Empty => {
            return Err(outdated("its change set cannot be executed"));
        }
    }
    let stack = stacks.describe(&held.stack_id).await.map_err(unplanned)?;
    let stack = stack.ok_or_else(|| outdated("the stack is gone"))?;
    if stack.changed_at_ms != held.changed_at_ms {
        return Err(outdated("the stack was changed since"));
    }
    let template = stacks.change_set_template(&held.change_set).await;
    if !same_json(&template.map_err(gone)?, &request.template) {
        return Err(outdated("its change set is for another template"));
    }
    let settings = Settings {
        protected: request
            .protected
            .filter(|wanted| *wanted != stack.protected),
        policy: request.policy.clone(),
    };
    let is_known = matches!(
        stack.state.plannable(),
        Plannable::Update | Plannable::TakeUp
    );
    let known = is_known.then_some(&stack);
    Ok(Plan {
        request: change_set_request(request, known),
        changes: made.changes,
        way: Way::Execute {
            change_set: held.change_set,
            stack_id: held.stack_id,
        },
        settings,
    })
}

/// A change set that was made and not executed, and what was known of its stack then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldChangeSet {
    /// Its id.
    pub change_set: String,
    /// Id of its stack.
    pub stack_id: String,
    /// When the stack was last changed, in milliseconds since the Unix epoch, by the provider's clock.
    pub changed_at_ms: Option<u64>,
}

/// Whether two templates say the same, however they are written.
pub fn same_json(one: &str, other: &str) -> bool {
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one == other || parsed(one).is_some_and(|one| parsed(other) == Some(one))
}

/// Every resource of the template, as an addition. Conditions are not looked at.
fn additions(request: &ChangeSetRequest) -> Result<Vec<Change>, PlanError> {
    let template: serde_json::Value =
        serde_json::from_str(&request.template).map_err(|error| PlanError::Refused {
            stack: request.stack.clone(),
            reason: format!("the template is not JSON: {error}"),
        })?;
    let resources = template.get("Resources").and_then(|map| map.as_object());
    let addition = |(id, resource): (&String, &serde_json::Value)| Change {
        action: Action::Add,
        logical_id: id.clone(),
        resource_type: resource
            .get("Type")
            .and_then(|text| text.as_str())
            .unwrap_or_default()
            .to_owned(),
        physical_id: None,
        properties: Vec::new(),
        loses_data: false,
    };
    Ok(resources.into_iter().flatten().map(addition).collect())
}

/// Gives a plan up, and leaves nothing of it behind.
pub async fn discard(stacks: &dyn Stacks, plan: Plan) -> Result<(), PlanError> {
    match &plan.way {
        Way::Nothing { .. } | Way::Recreate { .. } => Ok(()),
        Way::Execute {
            change_set,
            stack_id,
        } => tidy(stacks, &plan.request, change_set, stack_id)
            .await
            .map_err(|source| PlanError::Provider {
                stack: plan.request.stack.clone(),
                source,
            }),
    }
}

/// Outputs of a stack that is there and can be used.
pub async fn outputs(
    stacks: &dyn Stacks,
    stack: &str,
) -> Result<BTreeMap<String, String>, PlanError> {
    let unread = |source| PlanError::Provider {
        stack: stack.to_owned(),
        source,
    };
    let Some(found) = stacks.describe(stack).await.map_err(unread)? else {
        return Err(PlanError::NoStack {
            stack: stack.to_owned(),
        });
    };
    if found.state.is_usable() {
        return Ok(found.outputs);
    }
    let next = match found.state.plannable() {
        Plannable::NotNow(next) => next,
        Plannable::Create | Plannable::Update | Plannable::TakeUp | Plannable::Recreate => {
            "deploy it with `mycli init`"
        }
    };
    Err(not_ready(stacks, &found, next)
        .await
        .map_err(unread)?
        .into())
}
