//! The least that whoever deploys an installation has to be allowed.

mod program;
mod resources;

use std::collections::{BTreeMap, BTreeSet};

use synth::{Json, Template};

use super::settings::Settings;

/// How much of a stack's name CloudFormation surely keeps at the start of the names that it makes up. Longer ones are cut
/// so that the name fits what it names: 64 characters of a role.
const KEPT_OF_NAME: usize = 24;

/// Where an installation is deployed, as ARNs say it; `*` stands for anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Partition, such as `aws`.
    pub partition: String,
    /// Region, such as `eu-central-1`.
    pub region: String,
    /// Id of the account: 12 digits.
    pub account: String,
}

/// A right that is needed.
#[derive(Debug, Clone, Copy)]
struct Right {
    /// Actions, as IAM names them.
    actions: &'static [&'static str],
    /// What they are done to: ARNs without `arn:` and partition. `{region}`, `{account}`, `{name}` (of the stack) and `{own}`
    /// (how the names that CloudFormation makes up begin) are put in place. `*` where AWS offers nothing narrower.
    on: &'static [&'static str],
    when: When,
}

/// When a right is needed, and under which condition it is enough.
#[derive(Debug, Clone, Copy)]
enum When {
    /// Always.
    Always,
    /// Where the template sets this property of the resource.
    Sets(&'static str),
    /// Where the stack has tags.
    Tagged,
    /// Only for passing a role to this service.
    PassedTo(&'static str),
    /// Only for the role that this service has in every account.
    LinkedTo(&'static str),
    /// Only with the permissions boundary of the settings, if they have one.
    Bounded,
    /// Only in the cluster of the stack.
    InCluster,
}

/// What CloudFormation does for a type of resource, with the rights of whoever deploys.
struct Kind {
    name: &'static str,
    rights: &'static [Right],
}

/// What a statement holds: actions, and what they are done to.
#[derive(Debug, Default)]
struct Grant {
    actions: BTreeSet<&'static str>,
    on: BTreeSet<String>,
}

/// A statement for each service and condition, and one for what cannot be narrowed to anything. An action is done to no other
/// type of resource because another action's stands beside it.
type Grants = BTreeMap<(&'static str, Option<[String; 3]>, bool), Grant>;

/// The policy that lets `mycli init` and `mycli destroy` deploy `template` with these settings, and nothing else: an
/// identity-based policy as IAM takes it.
///
/// It holds what the program itself asks of AWS, and what CloudFormation does for each type of resource in the template when
/// that is made, changed and deleted. Without a role of its own, CloudFormation has the rights of whoever calls it:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html>.
pub fn deployer_policy(settings: &Settings, template: &Template, place: &Place) -> Json {
    let mut grants = Grants::new();
    for right in program::RIGHTS {
        grant(&mut grants, right, settings, place);
    }
    let resources = template.body().get("Resources").and_then(Json::entries);
    for (_, resource) in resources.unwrap_or_default() {
        let name = resource.get("Type").and_then(Json::as_text);
        let kind = resources::KINDS.iter().find(|kind| Some(kind.name) == name);
        let properties = resource.get("Properties");
        for right in kind.map_or(&[][..], |kind| kind.rights) {
            let is_needed = match right.when {
                When::Sets(property) => properties.and_then(|it| it.get(property)).is_some(),
                When::Tagged => !settings.tags.is_empty(),
                When::Always
                | When::PassedTo(_)
                | When::LinkedTo(_)
                | When::Bounded
                | When::InCluster => true,
            };
            if is_needed {
                grant(&mut grants, right, settings, place);
            }
        }
    }
    let statements = grants.into_iter().map(|((_, condition, _), grant)| {
        let mut statement = vec![
            ("Effect", Json::text("Allow")),
            (
                "Action",
                Json::array(grant.actions.into_iter().map(Json::text)),
            ),
            (
                "Resource",
                Json::array(grant.on.into_iter().map(Json::text)),
            ),
        ];
        if let Some([operator, key, value]) = condition {
            let condition = Json::object([(key, Json::text(value))]);
            statement.push(("Condition", Json::object([(operator, condition)])));
        }
        Json::object(statement)
    });
    Json::object([
        ("Version", Json::text("2012-10-17")),
        ("Statement", Json::array(statements)),
    ])
}

/// The actions of that policy which the program does itself, and CloudFormation does not do for it.
pub fn program_actions() -> impl Iterator<Item = &'static str> {
    program::RIGHTS
        .iter()
        .flat_map(|right| right.actions)
        .copied()
}

/// The type of every resource in `template` of which it is not known what CloudFormation does for it.
pub fn unknown_to_deployer(template: &Template) -> Vec<&str> {
    let resources = template.body().get("Resources").and_then(Json::entries);
    let types = resources.unwrap_or_default().iter();
    let types = types.filter_map(|(_, resource)| resource.get("Type")?.as_text());
    types
        .filter(|name| resources::KINDS.iter().all(|kind| kind.name != *name))
        .collect()
}

fn grant(grants: &mut Grants, right: &Right, settings: &Settings, place: &Place) {
    let own = match settings.name.get(..KEPT_OF_NAME) {
        Some(kept) if settings.name.len() > KEPT_OF_NAME => format!("{kept}*"),
        _ => format!("{}-*", settings.name),
    };
    let arn = |text: &str| match text {
        "*" => "*".to_owned(),
        text => format!("arn:{}:{text}", place.partition)
            .replace("{region}", &place.region)
            .replace("{account}", &place.account)
            .replace("{name}", &settings.name)
            .replace("{own}", &own),
    };
    let equals = |key: &str, value: &str| Some(["StringEquals", key, value].map(str::to_owned));
    let condition = match (right.when, &settings.permissions_boundary) {
        (When::PassedTo(service), _) => equals("iam:PassedToService", service),
        (When::LinkedTo(service), _) => equals("iam:AWSServiceName", service),
        (When::Bounded, Some(boundary)) => equals("iam:PermissionsBoundary", boundary),
        (When::InCluster, _) => {
            let cluster = arn("ecs:{region}:{account}:cluster/{own}");
            Some(["ArnLike".to_owned(), "ecs:cluster".to_owned(), cluster])
        }
        (When::Bounded | When::Always | When::Sets(_) | When::Tagged, _) => None,
    };
    let service = right.actions.first().and_then(|it| it.split(':').next());
    let is_everything = right.on == ["*"];
    let key = (service.unwrap_or_default(), condition, is_everything);
    let granted = grants.entry(key).or_default();
    granted.actions.extend(right.actions);
    granted.on.extend(right.on.iter().map(|on| arn(on)));
}
