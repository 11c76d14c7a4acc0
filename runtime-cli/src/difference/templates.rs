//! A template and those of the stacks nested in it, on one side of a comparison.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use runtime::deploy::Stacks as _;
use runtime_aws::Cloud;
use synth_core::Json;
use synth_diff::{Options, diff};

use super::{Compared, read, template};
use crate::failure::Failure;

/// The type of a resource that is a stack.
const STACK: &str = "AWS::CloudFormation::Stack";

/// A template and those of the stacks nested in it, by logical id.
#[derive(Debug, Clone)]
pub(crate) struct Templates {
    body: Json,
    nested: BTreeMap<String, Self>,
}

impl Templates {
    /// Of a stack that is not there.
    pub(crate) fn nothing() -> Self {
        Self::alone(Json::Object(Vec::new()))
    }

    /// Of which nested stacks are not known.
    pub(crate) fn alone(body: Json) -> Self {
        Self {
            body,
            nested: BTreeMap::new(),
        }
    }

    /// Of which nested stacks are taken to be as in this one, for want of their templates.
    pub(crate) fn beside(&self, body: Json) -> Self {
        Self {
            body,
            nested: self.nested.clone(),
        }
    }

    /// Of an assembly with these templates among its assets, by hash: which is whose says the hash in its URL.
    pub(crate) fn written(body: Json, files: &BTreeMap<String, PathBuf>) -> Result<Self, Failure> {
        let mut nested = BTreeMap::new();
        for (id, stack) in stacks(&body) {
            let url = stack
                .get("Properties")
                .and_then(|it| it.get("TemplateURL"))
                .map(Json::to_compact)
                .unwrap_or_default();
            let Some((hash, file)) = files.iter().find(|(hash, _)| url.contains(hash.as_str()))
            else {
                continue;
            };
            // Nothing is nested in itself, whatever a manifest says.
            let mut others = files.clone();
            others.remove(hash);
            nested.insert(id.to_owned(), Self::written(read(file)?, &others)?);
        }
        Ok(Self { body, nested })
    }

    /// Of the stack that is deployed under this name or ARN.
    pub(crate) async fn deployed(cloud: &Cloud, stack: &str) -> Result<Self, Failure> {
        Self::deployed_as(cloud, stack, &cloud.template(stack).await?).await
    }

    /// The same where the template itself is known already.
    pub(crate) async fn deployed_as(
        cloud: &Cloud,
        stack: &str,
        text: &str,
    ) -> Result<Self, Failure> {
        let body = template(
            &format!("the deployed template of `{stack}`"),
            text.as_bytes(),
        )?;
        let mut nested = BTreeMap::new();
        if stacks(&body).next().is_some() {
            for resource in cloud.resources(stack).await? {
                // Each is deployed by itself first, so that stacks are finite.
                if resource.resource_type == STACK && !resource.physical_id.is_empty() {
                    let within = Box::pin(Self::deployed(cloud, &resource.physical_id)).await?;
                    nested.insert(resource.logical_id, within);
                }
            }
        }
        Ok(Self { body, nested })
    }

    /// The outer one, for programs.
    pub(crate) fn body(&self) -> serde_json::Value {
        serde_json::from_str(&self.body.to_compact()).unwrap_or_default()
    }

    /// A resource of the outer one.
    pub(crate) fn resource(&self, logical_id: &str) -> Option<serde_json::Value> {
        let resource = self.body.get("Resources")?.get(logical_id)?;
        serde_json::from_str(&resource.to_compact()).ok()
    }

    /// What differs from `before`, and after it what differs in each nested stack.
    pub(crate) fn since(&self, before: &Self, name: &str, options: &Options) -> Vec<Compared> {
        let mut compared = vec![Compared {
            changes: diff(&before.body, &self.body, options),
            name: name.to_owned(),
        }];
        let nothing = Self::nothing();
        let ids: BTreeSet<&String> = self.nested.keys().chain(before.nested.keys()).collect();
        for id in ids {
            let after = self.nested.get(id).unwrap_or(&nothing);
            let before = before.nested.get(id).unwrap_or(&nothing);
            let within = options
                .paths
                .get(id)
                .map_or_else(|| format!("{name}/{id}"), |path| place(path).to_owned());
            let options = Options {
                show_toolkit: options.show_toolkit,
                ..Options::default()
            };
            compared.extend(after.since(before, &within, &options));
        }
        compared
    }
}

/// The stacks among the resources of a template.
fn stacks(body: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let resources = body.get("Resources").and_then(Json::entries);
    let resources = resources.unwrap_or_default().iter();
    resources
        .filter(|(_, resource)| resource.get("Type").and_then(Json::as_text) == Some(STACK))
        .map(|(id, resource)| (id.as_ref(), resource))
}

/// Where a stack was declared: `Prod/Mail/Letters` of `/Prod/Mail/Letters.NestedStack/Letters.NestedStackResource`.
fn place(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split_once(".NestedStack/")
        .map_or(path, |(place, _)| place)
}
