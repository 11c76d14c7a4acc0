//! A stack while it is being described.

use std::sync::Arc;

use crate::acknowledge::{Ledger, Severity};
use crate::app::CrossStack;
use crate::aspect::{Aspect, Aspects};
use crate::asset::{Asset, AssetStore};
use crate::condition::ConditionHandle;
use crate::context::Context;
use crate::data::Resource;
use crate::handle::Handle;
use crate::json::{Json, Text};
use crate::lookup::Missing;
use crate::moved::Moved;
use crate::nested::Nested;
use crate::options::{Dependency, Options, Override};
use crate::problem::{Placed, Problem};
use crate::read::{Read, read};
use crate::reference::Target;
use crate::scope::Scope;

/// Needed by functions in a form that CloudFormation does not have of itself.
pub(crate) const EXTENSIONS: &str = "AWS::LanguageExtensions";

/// What a [`Stack`] needs to know beside its name. Default: an empty stack for any account and region.
#[derive(Debug, Clone, Default)]
pub struct StackProps {
    /// The account and region it is meant for. Default: whichever it is deployed to.
    pub environment: Environment,
    /// What it is, for people; at most 1,024 bytes. Default: nothing.
    pub description: Text,
    /// Tags that CloudFormation puts on the stack and on every resource in it that can have tags.
    pub tags: Vec<(Text, Text)>,
    /// Names of stacks that must be deployed before this one.
    pub depends_on: Vec<Text>,
    /// Whether deleting the stack is refused until this is switched off. Default: no.
    pub termination_protection: bool,
    /// SNS topics that hear of the stack's events.
    pub notification_arns: Vec<Text>,
    /// The template's own `Metadata`.
    pub metadata: Vec<(Text, Json)>,
    /// Macros applied to the template, such as `AWS::LanguageExtensions`.
    pub transforms: Vec<Text>,
    /// Whether each resource says its construct path in its `Metadata` (`aws:cdk:path`). Default: no.
    pub path_metadata: bool,
    /// Where files that the stack needs are published. Default: in the bucket of `cdk bootstrap`.
    pub asset_store: AssetStore,
    /// What holds for every resource of the stack, as if its scope had it [`with`](Scope::with) it.
    pub aspects: Vec<Aspect>,
    /// What was looked up before. Default: that of the [`App`](crate::App) or [`Stage`](crate::Stage) it is made by.
    pub context: Context,
    /// How other stacks of the same [`App`](crate::App) get what they refer to in this one. Default: as the app says.
    pub cross_stack: Option<CrossStack>,
}

/// Where a stack is deployed. What is absent is decided at deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// The account, twelve digits.
    pub account: Option<Text>,
    /// The region, such as `eu-west-1`.
    pub region: Option<Text>,
}

/// A stack while it is being described: resources, parameters and the rest, and what is wrong with them so far.
#[derive(Debug)]
pub struct Stack {
    pub(crate) name: Arc<str>,
    /// The stage it is in, as a construct path; empty outside of stages.
    pub(crate) stage: Text,
    /// The construct path: the stage's, then its own id.
    pub(crate) path: Arc<str>,
    pub(crate) props: StackProps,
    pub(crate) resources: Vec<ResourcePart>,
    pub(crate) parameters: Vec<Part>,
    pub(crate) mappings: Vec<Part>,
    pub(crate) conditions: Vec<Part>,
    pub(crate) outputs: Vec<OutputPart>,
    /// Of included templates: sections, or what is in one, that are written as they are.
    pub(crate) sections: Vec<(Text, Json)>,
    /// What is published before the stack is deployed, and the construct path of each.
    pub(crate) assets: Vec<(String, Asset)>,
    /// Paths that have the logical ids of others.
    pub(crate) moved: Vec<Moved>,
    pub(crate) problems: Vec<Placed>,
    pub(crate) ledger: Ledger,
    pub(crate) aspects: Aspects,
    /// What was looked up and is not known yet.
    pub(crate) missing: Vec<Missing>,
    /// Stacks within this one.
    pub(crate) nested: Vec<Nested>,
}

/// A named part of a template that is written as it is.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) target: Arc<Target>,
    pub(crate) body: Json,
}

#[derive(Debug)]
pub(crate) struct ResourcePart {
    pub(crate) target: Arc<Target>,
    pub(crate) type_name: Text,
    pub(crate) properties: Json,
    pub(crate) options: Options,
    /// What the scope made all its resources wait for.
    pub(crate) inherited: Vec<Dependency>,
    /// Of an included template: what [`Options`] cannot say.
    pub(crate) attributes: Vec<(Text, Json)>,
}

#[derive(Debug)]
pub(crate) struct OutputPart {
    pub(crate) target: Arc<Target>,
    pub(crate) value: Json,
    pub(crate) description: Text,
    pub(crate) export: Option<Json>,
    pub(crate) condition: Option<ConditionHandle>,
    /// Of an included template: what [`Output`](crate::Output) cannot say.
    pub(crate) attributes: Vec<(Text, Json)>,
}

impl Stack {
    /// An empty stack. `name` is its name in CloudFormation: a letter, then up to 127 letters, digits and dashes.
    pub fn new(name: impl AsRef<str>, props: StackProps) -> Self {
        let name = name.as_ref();
        let mut stack = Self::within(Text::Borrowed(""), name, name, props);
        stack.check_name();
        stack
    }

    /// An empty stack called `name` at `path`, in a stage.
    pub(crate) fn within(stage: Text, path: &str, name: &str, props: StackProps) -> Self {
        let mut stack = Self {
            name: Arc::from(name),
            stage,
            path: Arc::from(path),
            props,
            resources: Vec::new(),
            parameters: Vec::new(),
            mappings: Vec::new(),
            conditions: Vec::new(),
            outputs: Vec::new(),
            sections: Vec::new(),
            assets: Vec::new(),
            moved: Vec::new(),
            problems: Vec::new(),
            ledger: Ledger::default(),
            aspects: Aspects::default(),
            missing: Vec::new(),
            nested: Vec::new(),
        };
        for aspect in std::mem::take(&mut stack.props.aspects) {
            stack.aspects.add("", aspect);
        }
        stack
    }

    /// Reports a name that CloudFormation refuses.
    pub(crate) fn check_name(&mut self) {
        if !is_stack_name(&self.name) {
            let problem = Problem {
                code: "core.stack-name",
                message: "CloudFormation does not take this as the name of a stack".to_owned(),
                value: self.name.to_string(),
                allowed: "a letter, then letters, digits and dashes, at most 128 in all".to_owned(),
                fix: "choose another name".to_owned(),
            };
            self.report("", problem);
        }
    }

    /// The name in CloudFormation.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place directly below the stack.
    pub fn scope(&mut self) -> Scope<'_> {
        Scope::root(self)
    }

    /// The place for a construct called `id`: short for `stack.scope().child(id)`.
    pub fn child(&mut self, id: &str) -> Scope<'_> {
        self.scope().into_child(id)
    }

    /// What is written for a resource of this stack, as its type, and what the type has no place for.
    ///
    /// For a resource of an [included](crate::Included) template: `stack.properties(&included.resource::<Vpc>("Vpc")?)`.
    /// Nothing where the resource is of another stack or has something else than an object for its properties.
    pub fn properties<R: Resource + Read>(
        &self,
        resource: &Handle<R>,
    ) -> Option<(R, Vec<Override>)> {
        let mut resources = self.resources.iter();
        let part = resources.find(|part| Arc::ptr_eq(&part.target, resource.target()))?;
        read(&part.properties)
    }

    /// Takes a section of a template as it is; one that is there already gets longer.
    pub(crate) fn add_section(&mut self, name: Text, section: Json) {
        let known = self.sections.iter_mut().find(|(known, _)| *known == name);
        match (known, section) {
            (Some((_, Json::Object(entries))), Json::Object(more)) => entries.extend(more),
            (_, section) => self.sections.push((name, section)),
        }
    }

    /// What an included template says in `section` beside what this library has words for.
    pub(crate) fn included(&self, section: &str) -> Option<&Json> {
        let found = self.sections.iter().find(|(name, _)| name == section);
        found.map(|(_, section)| section)
    }

    /// Whether CloudFormation will find more in the template than is in it now: a macro or a loop adds to it.
    pub(crate) fn is_expanded(&self) -> bool {
        let by_macro = |name: &Text| name != EXTENSIONS;
        self.props.transforms.iter().any(by_macro)
            || self.included("Transform").is_some()
            || self.included("Resources").is_some()
    }

    pub(crate) fn report(&mut self, path: &str, problem: Problem) {
        let path = place(&self.path, path);
        self.problems.push(Placed { path, problem });
    }

    pub(crate) fn warn(&mut self, path: &str, problem: Problem) {
        let path = place(&self.path, path);
        let placed = Placed { path, problem };
        self.ledger.found.push((Severity::Warning, placed));
    }
}

/// The path as people see it: the stack's, then the construct path below it.
pub(crate) fn place(stack: &str, path: &str) -> String {
    if path.is_empty() {
        stack.to_owned()
    } else {
        format!("{stack}/{path}")
    }
}

fn is_stack_name(name: &str) -> bool {
    name.len() <= 128
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
