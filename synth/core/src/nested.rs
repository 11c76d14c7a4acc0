//! Stacks within a stack: a template of its own, which CloudFormation deploys with the one around it.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::acknowledge::{Acknowledgement, is_at_or_below};
use crate::asset::{Asset, Packaging};
use crate::json::{Json, Text};
use crate::logical_id;
use crate::options::{DeletionPolicy, Options};
use crate::problem::Problems;
use crate::reference::Target;
use crate::scope::Scope;
use crate::stack::{Stack, StackProps, place};
use crate::template::Template;
use crate::value::Value;

/// The type of the resource that stands for a nested stack.
const TYPE: &str = "AWS::CloudFormation::Stack";

/// What a [nested stack](Scope::nested) needs to know. Default: deleted with the stack around it.
#[derive(Debug, Clone)]
pub struct NestedStackProps {
    /// What it is, for people; at most 1,024 bytes. Default: nothing.
    pub description: Text,
    /// How many minutes its creation may take before it is rolled back, 1 or more. Default: no limit.
    pub timeout_minutes: Option<u32>,
    /// SNS topics that hear of its events. Default: none.
    pub notification_arns: Vec<Value<String>>,
    /// What becomes of it when it leaves the template. Default: [`DeletionPolicy::Delete`].
    pub removal: DeletionPolicy,
}

impl Default for NestedStackProps {
    fn default() -> Self {
        Self {
            description: Text::Borrowed(""),
            timeout_minutes: None,
            notification_arns: Vec::new(),
            removal: DeletionPolicy::Delete,
        }
    }
}

/// A stack that was described within another.
#[derive(Debug)]
pub(crate) struct Nested {
    /// The resource that stands for it in the stack around it.
    pub(crate) resource: Arc<Target>,
    /// Where it is below the stack around it.
    pub(crate) place: String,
    pub(crate) stack: Stack,
}

impl Scope<'_> {
    /// Describes a stack within this one: resources with a template and limits of their own, deployed together.
    ///
    /// Handles go in and out: what is inside may be used outside, and the other way round. What one needs of the other
    /// becomes a parameter or an output. It is not listed or deployed by itself; its template is published as an
    /// [asset](StackProps::asset_store). Ids, parameters and outputs are called as AWS CDK's `NestedStack` calls them.
    ///
    /// ```
    /// use synth_core::{Assembly, Json, NestedStackProps, Options, Output, Raw, Stack, StackProps};
    ///
    /// let queue = || Raw { type_name: "AWS::SQS::Queue".into(), properties: Json::object::<&str>([]) };
    /// let mut stack = Stack::new("Mail", StackProps::default());
    /// let inbox = stack.scope().nested("Letters", NestedStackProps::default(), |letters| {
    ///     letters.scope().add_raw("Inbox", queue(), Options::default())
    /// });
    /// stack.scope().output("Inbox", Output::new(inbox.attribute_named::<String>("Arn")));
    ///
    /// let assembly = Assembly::synthesize([stack])?;
    /// assert!(assembly.files()["MailLetters0802DE7E.nested.template.json"].contains("AWS::SQS::Queue"));
    /// assert!(assembly.files()["Mail.template.json"].contains("AWS::CloudFormation::Stack"));
    /// # Ok::<(), synth_core::Problems>(())
    /// ```
    pub fn nested<T>(
        &mut self,
        id: &str,
        props: NestedStackProps,
        describe: impl FnOnce(&mut Stack) -> T,
    ) -> T {
        let below = self.child(id).path().to_owned();
        let path = place(&self.stack.path, &below);
        let around = &self.stack.props;
        let own = StackProps {
            environment: around.environment.clone(),
            description: props.description,
            path_metadata: around.path_metadata,
            asset_store: around.asset_store.clone(),
            context: around.context.clone(),
            cross_stack: around.cross_stack,
            ..StackProps::default()
        };
        let name = logical_id::from_path(&path);
        let mut stack = Stack::within(self.stack.stage.clone(), &path, &name, own);
        let told = describe(&mut stack);

        let mut properties = Vec::new();
        if !props.notification_arns.is_empty() {
            let arns = props.notification_arns.into_iter().map(Json::from);
            properties.push(("NotificationARNs", Json::Array(arns.collect())));
        }
        let timeout = props.timeout_minutes;
        properties.extend(timeout.map(|minutes| ("TimeoutInMinutes", i64::from(minutes).into())));
        let options = Options {
            deletion_policy: Some(props.removal),
            update_replace_policy: Some(props.removal),
            ..Options::default()
        };
        let resource = self.child(&format!("{id}.NestedStack")).insert(
            &format!("{id}.NestedStackResource"),
            TYPE.into(),
            Json::object(properties),
            options,
        );
        self.stack.nested.push(Nested {
            resource,
            place: below,
            stack,
        });
        told
    }
}

impl Stack {
    /// Writes the templates of nested stacks, and says in this one where they are published.
    pub(crate) fn write_nested(&mut self) -> (Vec<Template>, Problems) {
        let mut written = Vec::new();
        let mut problems = Vec::new();
        for nested in std::mem::take(&mut self.nested) {
            let Nested {
                resource,
                place,
                mut stack,
            } = nested;
            stack.aspects.begin_with(&self.aspects, &place);
            let known = self.ledger.acknowledgements.iter();
            let over = known.filter(|one| is_at_or_below(&stack.path, &one.path));
            let inherited = over.map(|one| Acknowledgement {
                used: false,
                is_inherited: true,
                ..one.clone()
            });
            stack.ledger.acknowledgements.extend(inherited);
            let mut template = match stack.synthesize() {
                Ok(template) => template,
                Err(Problems(found)) => {
                    problems.extend(found);
                    continue;
                }
            };
            let published = self
                .props
                .asset_store
                .place(&template.as_asset(), &self.props.environment);
            self.set(&resource, "TemplateURL", published.url().into());
            let assets = std::mem::take(&mut template.assets).into_iter();
            let assets = assets.map(|(path, asset)| ([&place, "/", &path].concat(), asset));
            self.assets.extend(assets);
            self.missing.append(&mut template.missing);
            written.append(&mut template.nested);
            written.push(template);
        }
        (written, Problems(problems))
    }

    /// Sets a property of a resource, in the order of names.
    pub(crate) fn set(&mut self, resource: &Arc<Target>, name: &'static str, value: Json) {
        let mut resources = self.resources.iter_mut();
        let part = resources.find(|part| Arc::ptr_eq(&part.target, resource));
        if let Some(Json::Object(entries)) = part.map(|part| &mut part.properties) {
            let at = entries.partition_point(|(other, _)| &**other < name);
            entries.insert(at, (Text::Borrowed(name), value));
        }
    }
}

impl Template {
    /// The templates of stacks within this one, at any depth, inner ones first.
    pub fn nested(&self) -> &[Self] {
        &self.nested
    }

    /// The same, for whoever checks them.
    pub fn nested_mut(&mut self) -> &mut [Self] {
        &mut self.nested
    }

    /// What a nested stack's template is called in the assembly.
    pub(crate) fn nested_file(&self) -> String {
        format!("{}.nested.template.json", self.name)
    }

    /// A nested stack's template as what is published.
    pub(crate) fn as_asset(&self) -> Asset {
        let mut hash = String::new();
        for byte in Sha256::digest(self.text.as_bytes()) {
            let digits = [byte >> 4, byte & 15].map(u32::from);
            hash.extend(
                digits
                    .into_iter()
                    .filter_map(|digit| char::from_digit(digit, 16)),
            );
        }
        Asset {
            hash: hash.into(),
            packaging: Packaging::File(".json".into()),
            files: Vec::new(),
        }
    }
}
