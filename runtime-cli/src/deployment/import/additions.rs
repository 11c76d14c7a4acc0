//! What is new in the template of a stack, and what else differs.

use runtime::deploy::{Stack, Stacks as _};
use runtime_aws::Cloud;
use synth_diff::{Action, Effect, Options};

use super::identify::New;
use crate::deployment::prepare::Prepared;
use crate::difference::{After, Templates};
use crate::failure::Failure;

/// What AWS CDK adds to a stack to count its constructs; there is nothing to import.
const METADATA: &str = "AWS::CDK::Metadata";

/// Sections whose entries an import cannot change, for resources may depend on them.
const FIXED: [&str; 3] = ["Parameters", "Mappings", "Conditions"];

/// The two sides of an import.
#[derive(Debug)]
pub(super) struct Additions {
    /// The stack and its template; nothing where it is yet to be made.
    pub(super) deployed: Option<(Stack, serde_json::Value)>,
    pub(super) new: Vec<New>,
    /// What differs beside, as a person reads it.
    pub(super) others: Vec<String>,
    /// What is left for the deployment after the import, which that needs no leave for.
    pub(super) left: Vec<String>,
}

/// Compares the stack of the app with the one that is deployed.
pub(super) async fn find(one: &Prepared) -> Result<Additions, Failure> {
    let cloud = &one.environment.cloud;
    let stack = cloud.describe(&one.request.stack).await?;
    let stack = stack.filter(|stack| stack.state.is_usable());
    let before = before(cloud, stack.as_ref()).await?;
    let wanted = &one.stored.template;
    let compared = After::of(&one.artifact, wanted)?.since(&before, Options::default());
    let mut additions = Additions {
        deployed: stack.map(|stack| (stack, before.body())),
        new: Vec::new(),
        others: Vec::new(),
        left: Vec::new(),
    };
    let Some(outer) = compared.into_iter().next() else {
        return Ok(additions);
    };
    for resource in outer.changes.resources {
        let id = resource.logical_id;
        match resource.action {
            Action::Add if resource.resource_type == METADATA => {}
            Action::Add => {
                let body = wanted.get("Resources").and_then(|all| all.get(&id));
                additions.new.extend(body.map(|body| New::of(&id, body)));
            }
            Action::Remove => additions.others.push(format!("{id} is removed")),
            Action::Move { from, .. } => additions.others.push(format!("{from} becomes {id}")),
            // Such as the policy that an import before this one has added.
            Action::Change(Effect::Nothing) => additions.left.push(id),
            Action::Change(_) => additions.others.push(format!("{id} changes")),
        }
    }
    for entry in outer.changes.entries {
        let name = format!("{} {}", entry.section, entry.name);
        let name = name.trim_end().to_owned();
        let is_new = entry.properties.iter().all(|it| it.before.is_none());
        if !FIXED.contains(&entry.section.as_str()) {
            additions.left.push(name);
        } else if !is_new {
            additions.others.push(name);
        }
    }
    Ok(additions)
}

async fn before(cloud: &Cloud, stack: Option<&Stack>) -> Result<Templates, Failure> {
    match stack {
        Some(stack) => Templates::deployed(cloud, &stack.id).await,
        None => Ok(Templates::nothing()),
    }
}
