//! Shows what would be lost.

use std::collections::BTreeMap;

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
    /// Families of task definitions that go too, should the stack that had them be gone already.
    pub families: Vec<String>,
    /// How far it goes.
    pub reach: Reach,
}

/// How far destroying a stack goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To everything that there is because of the stack: what its resources hold, all revisions of its task definitions, and
    /// what its template would leave behind.
    Everything,
    /// To what the provider deletes with the stack.
    Stack {
        /// Whether what has to be empty to be deleted is emptied first.
        empty: bool,
    },
}

/// What would be lost. Consumed by [`super::destroy`].
#[derive(Debug)]
#[must_use = "nothing is destroyed until the survey is handed to `destroy`"]
pub struct Survey {
    pub(super) name: String,
    /// Nothing when it is gone.
    pub(super) stack: Option<Stack>,
    pub(super) resources: Vec<Doomed>,
    pub(super) template: Template,
    pub(super) families: Vec<String>,
    pub(super) task_definitions: Vec<String>,
    pub(super) reach: Reach,
    dependants: BTreeMap<String, Vec<String>>,
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
    /// The stack; nothing when it is gone, and has left task definitions behind.
    pub fn stack(&self) -> Option<&Stack> {
        self.stack.as_ref()
    }

    /// Its resources, those that are kept included.
    pub fn resources(&self) -> &[Doomed] {
        &self.resources
    }

    /// Names of the stacks that import values of this one, by the name of the export. While there is one, the stack cannot
    /// be deleted.
    pub fn dependants(&self) -> &BTreeMap<String, Vec<String>> {
        &self.dependants
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
    let mut survey = Survey {
        name: request.stack.clone(),
        stack: stacks.describe(&request.stack).await.map_err(unseen)?,
        resources: Vec::new(),
        template: Template::parse("{}"),
        families: request.families.clone(),
        task_definitions: Vec::new(),
        reach: request.reach,
        dependants: BTreeMap::new(),
    };
    if let Some(stack) = survey.stack.clone() {
        if let Some(next) = obstacle(&stack, &request) {
            return Err(not_ready(stacks, &stack, next)
                .await
                .map_err(unseen)?
                .into());
        }
        let looked = look(stacks, holdings, &stack.id, &request.keep, &mut survey).await;
        looked.map_err(unseen)?;
        for export in stack.exports {
            let importers = stacks.importers(&export).await.map_err(unseen)?;
            if !importers.is_empty() {
                survey.dependants.insert(export, importers);
            }
        }
    }
    for family in &survey.families {
        let found = holdings.task_definitions(family).await.map_err(unseen)?;
        survey.task_definitions.extend(found);
    }
    if survey.stack.is_none() && survey.task_definitions.is_empty() {
        return Err(DestroyError::NoStack {
            stack: request.stack,
        });
    }
    Ok(survey)
}

/// What has to be done before the stack can be destroyed as asked, if anything has.
fn obstacle(stack: &Stack, request: &SurveyRequest) -> Option<&'static str> {
    let keeps = !request.keep.is_empty();
    undeletable(stack).or_else(|| {
        // To keep a resource takes an update.
        let can_keep =
            stack.state.plannable() == Plannable::Update || stack.state.0 == "DELETE_FAILED";
        (keeps && !can_keep)
            .then_some("nothing can be kept of a stack in this state: destroy it without keeping")
    })
}

/// Takes into `survey` what there is of its stack.
async fn look(
    stacks: &dyn Stacks,
    holdings: &dyn Holdings,
    stack_id: &str,
    keep: &[String],
    survey: &mut Survey,
) -> Result<(), ProviderError> {
    match stacks.template(stack_id).await {
        Ok(template) => survey.template = Template::parse(&template),
        // A stack that was only reviewed has none yet.
        Err(error) if matches!(error.problem, Problem::NotFound | Problem::Invalid) => {}
        Err(error) => return Err(error),
    }
    let everything = survey.reach == Reach::Everything;
    for resource in stacks.resources(stack_id).await? {
        let is = |name: &String| *name == resource.logical_id || *name == resource.resource_type;
        let retained = !everything && survey.template.retains(&resource.logical_id);
        let kept = retained || keep.iter().any(is);
        let family = family(&resource).filter(|_| !kept && everything);
        survey.families.extend(family);
        let contents = match holdings.contents(&resource).await {
            Err(error) if error.problem == Problem::NotFound => Contents::Nothing,
            contents => contents?,
        };
        survey.resources.push(Doomed {
            resource,
            contents,
            kept,
        });
    }
    survey.families.sort();
    survey.families.dedup();
    Ok(())
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
