//! Shows what would be lost.

use super::error::DestroyError;
use super::retain::Template;
use super::stacks::{Contents, Holdings, Stack, StackResource, Stacks};
use super::state::{Plannable, not_ready, undeletable};
use crate::port::{Problem, ProviderError};

/// Types that hold what people made. `keep` them all to lose no data.
pub const DATA_TYPES: [&str; 2] = ["AWS::DynamoDB::Table", "AWS::S3::Bucket"];

/// What is to be destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyRequest {
    /// Name of the stack.
    pub stack: String,
    /// Resources that shall go on existing: logical ids, or types such as `AWS::S3::Bucket`.
    pub keep: Vec<String>,
}

/// What would be lost. Consumed by [`super::destroy`].
#[derive(Debug)]
#[must_use = "nothing is destroyed until the survey is handed to `destroy`"]
pub struct Survey {
    pub(super) stack: Stack,
    pub(super) resources: Vec<Doomed>,
    pub(super) template: Template,
    pub(super) families: Vec<String>,
    pub(super) task_definitions: Vec<String>,
}

/// A resource, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    /// The resource.
    pub resource: StackResource,
    /// What it holds.
    pub contents: Contents,
    /// Whether it goes on existing.
    pub kept: bool,
}

impl Survey {
    /// The stack.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Its resources, those that are kept included.
    pub fn resources(&self) -> &[Doomed] {
        &self.resources
    }

    /// ARNs of task definitions that go: the stack's own, and copies made for other images.
    pub fn task_definitions(&self) -> &[String] {
        &self.task_definitions
    }
}

/// Finds out what would be lost. Changes nothing.
pub async fn survey(
    stacks: &dyn Stacks,
    holdings: &dyn Holdings,
    request: SurveyRequest,
) -> Result<Survey, DestroyError> {
    let unseen = |source| DestroyError::Provider {
        stack: request.stack.clone(),
        source,
    };
    let Some(stack) = stacks.describe(&request.stack).await.map_err(unseen)? else {
        return Err(DestroyError::NoStack {
            stack: request.stack,
        });
    };
    if let Some(next) = obstacle(&stack, &request) {
        return Err(not_ready(stacks, &stack, next)
            .await
            .map_err(unseen)?
            .into());
    }
    look(stacks, holdings, stack, &request.keep)
        .await
        .map_err(|source| DestroyError::Provider {
            stack: request.stack,
            source,
        })
}

/// What has to be done before the stack can be destroyed as asked, if anything has.
fn obstacle(stack: &Stack, request: &SurveyRequest) -> Option<&'static str> {
    let keeps = !request.keep.is_empty();
    undeletable(stack).or_else(|| {
        // To keep a resource takes an update.
        (keeps && stack.state.plannable() != Plannable::Update)
            .then_some("nothing can be kept of a stack in this state: destroy it without keeping")
    })
}

async fn look(
    stacks: &dyn Stacks,
    holdings: &dyn Holdings,
    stack: Stack,
    keep: &[String],
) -> Result<Survey, ProviderError> {
    let mut resources = Vec::new();
    let mut families = Vec::new();
    let mut task_definitions = Vec::new();
    for resource in stacks.resources(&stack.id).await? {
        let is = |name: &String| *name == resource.logical_id || *name == resource.resource_type;
        let kept = keep.iter().any(is);
        if let Some(family) = family(&resource).filter(|_| !kept) {
            task_definitions.extend(holdings.task_definitions(&family).await?);
            families.push(family);
        }
        let contents = match holdings.contents(&resource).await {
            Err(error) if error.problem == Problem::NotFound => Contents::Nothing,
            contents => contents?,
        };
        resources.push(Doomed {
            resource,
            contents,
            kept,
        });
    }
    let template = match stacks.template(&stack.id).await {
        Ok(template) => Template::parse(&template),
        // A stack that was only reviewed has none yet.
        Err(error) if matches!(error.problem, Problem::NotFound | Problem::Invalid) => {
            Template::parse("{}")
        }
        Err(error) => return Err(error),
    };
    Ok(Survey {
        stack,
        resources,
        template,
        families,
        task_definitions,
    })
}

/// Family of a task definition, which its ARN names: `…:task-definition/FAMILY:REVISION`.
fn family(resource: &StackResource) -> Option<String> {
    if resource.resource_type != "AWS::ECS::TaskDefinition" {
        return None;
    }
    let name = resource.physical_id.rsplit('/').next()?;
    let (family, _revision) = name.rsplit_once(':')?;
    Some(family.to_owned())
}
