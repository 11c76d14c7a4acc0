//! The place where things are added.

use std::sync::Arc;

use crate::asset::{Asset, Published};
use crate::condition::{Condition, ConditionHandle};
use crate::data::Resource;
use crate::handle::Handle;
use crate::intrinsic::Intrinsic;
use crate::json::{Json, Text};
use crate::logical_id;
use crate::mapping::{Mapping, MappingName};
use crate::options::{Construct, Dependency, Options};
use crate::output::Output;
use crate::overrides;
use crate::parameter::Parameter;
use crate::problem::Problem;
use crate::raw::Raw;
use crate::reference::{Form, Target};
use crate::stack::{OutputPart, Part, ResourcePart, Stack};
use crate::value::Value;

/// A place in a stack: everything added here gets a path, and from it a logical id.
///
/// Adding never fails. What is wrong is reported by [`Stack::synthesize`], all of it at once.
#[derive(Debug)]
pub struct Scope<'a> {
    pub(crate) stack: &'a mut Stack,
    /// Ids below the stack joined by `/`; empty for the stack itself.
    path: String,
    depends_on: Vec<Dependency>,
}

impl<'a> Scope<'a> {
    pub(crate) fn root(stack: &'a mut Stack) -> Self {
        Self {
            stack,
            path: String::new(),
            depends_on: Vec::new(),
        }
    }

    /// The place for a construct called `id` below this one. The same id twice is the same place.
    pub fn child(&mut self, id: &str) -> Scope<'_> {
        let path = self.path_of(id);
        Scope {
            path,
            depends_on: self.depends_on.clone(),
            stack: self.stack,
        }
    }

    /// The place of a construct that is declared already; nothing for one of another stack.
    pub fn at(&mut self, construct: &Construct) -> Option<Scope<'_>> {
        construct.0.is_in(&self.stack.name).then(|| Scope {
            path: construct.path().to_owned(),
            depends_on: Vec::new(),
            stack: self.stack,
        })
    }

    pub(crate) fn into_child(mut self, id: &str) -> Self {
        self.path = self.path_of(id);
        self
    }

    /// This place, where every resource added from now on waits for `dependency`, children's too.
    #[must_use]
    pub fn after(mut self, dependency: impl Into<Dependency>) -> Self {
        self.depends_on.push(dependency.into());
        self
    }

    /// The path below the stack; empty for the stack itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The logical id that a resource added here as `id` gets, for names that are made of it.
    pub fn logical_id(&self, id: &str) -> String {
        let path = if self.path.is_empty() {
            id.to_owned()
        } else {
            [self.path.as_str(), "/", id].concat()
        };
        let moved = self.stack.path_of_id(&path);
        logical_id::from_path(moved.as_deref().unwrap_or(&path))
    }

    /// Declares that what is added here as `id` was at the path `from`: it and all below it keep their logical ids, so
    /// that CloudFormation replaces nothing. `from` is the path below the stack, ids joined by `/`.
    ///
    /// Called before it is added. A declaration of a place where nothing is added is a problem.
    ///
    /// ```
    /// use synth_core::{Json, Options, Raw, Stack, StackProps};
    ///
    /// let queue = || Raw { type_name: "AWS::SQS::Queue".into(), properties: Json::object::<&str>([]) };
    /// let mut before = Stack::new("Mail", StackProps::default());
    /// before.child("Inbox").add_raw("Resource", queue(), Options::default());
    ///
    /// let mut after = Stack::new("Mail", StackProps::default());
    /// let mut scope = after.child("Letters");
    /// scope.moved("Inbox", "Box");
    /// scope.child("Box").add_raw("Resource", queue(), Options::default());
    /// assert_eq!(before.synthesize()?.to_json(), after.synthesize()?.to_json());
    /// # Ok::<(), synth_core::Problems>(())
    /// ```
    pub fn moved(&mut self, from: &str, id: &str) {
        let to = self.path_of(id);
        self.stack.declare_moved(from, to);
    }

    /// The name of the stack.
    pub fn stack_name(&self) -> &str {
        &self.stack.name
    }

    /// The construct path of the stack: its name, or within a stage such as `Prod/Api`.
    pub fn stack_path(&self) -> &str {
        &self.stack.path
    }

    /// Everything at and below this place, as something to depend on.
    pub fn construct(&self) -> Construct {
        Construct(Target::new(
            &self.stack.name,
            self.path.clone(),
            String::new(),
        ))
    }

    /// Adds a resource.
    pub fn add<R: Resource>(&mut self, id: &str, resource: &R) -> Handle<R> {
        self.add_with(id, resource, Options::default())
    }

    /// Adds a resource with a condition, dependencies, policies or metadata.
    pub fn add_with<R: Resource>(&mut self, id: &str, resource: &R, options: Options) -> Handle<R> {
        let type_name = Text::Borrowed(R::TYPE);
        Handle::new(self.insert(id, type_name, resource.to_json(), options))
    }

    /// Adds a resource of a type that has no generated struct.
    pub fn add_raw(&mut self, id: &str, resource: Raw, options: Options) -> Handle<Raw> {
        Handle::new(self.insert(id, resource.type_name, resource.properties, options))
    }

    /// Asks for a value at deployment; what it gets is returned.
    pub fn parameter<T>(&mut self, id: &str, parameter: Parameter<T>) -> Value<T> {
        let target = self.target(id, None);
        let value = Intrinsic::reference(&target, Form::Ref);
        self.stack.parameters.push(Part {
            target,
            body: parameter.into_json(),
        });
        Value::Unknown(value)
    }

    /// Adds a condition.
    pub fn condition(&mut self, id: &str, condition: Condition) -> ConditionHandle {
        let target = self.target(id, None);
        let handle = ConditionHandle(Arc::clone(&target));
        self.stack.conditions.push(Part {
            target,
            body: condition.into_json(),
        });
        handle
    }

    /// Adds a mapping.
    pub fn mapping(&mut self, id: &str, mapping: Mapping) -> MappingName {
        let target = self.target(id, None);
        let name = MappingName(target.logical_id().to_owned());
        self.stack.mappings.push(Part {
            target,
            body: mapping.into_json(),
        });
        name
    }

    /// Adds an output. Below the stack itself its name in CloudFormation is `id`; deeper it is made from the path.
    pub fn output(&mut self, id: &str, output: Output) {
        let target = self.target(id, None);
        self.stack.outputs.push(OutputPart {
            target,
            value: output.value.into(),
            description: output.description,
            export: output.export.map(Into::into),
            condition: output.condition,
            attributes: Vec::new(),
        });
    }

    /// Has files published before the stack is deployed, and says where they will be: see [`StackProps::asset_store`].
    ///
    /// [`StackProps::asset_store`]: crate::StackProps::asset_store
    pub fn publish(&mut self, id: &str, asset: Asset) -> Published {
        let path = self.path_of(id);
        let props = &self.stack.props;
        let published = props.asset_store.place(&asset, &props.environment);
        self.stack.assets.push((path, asset));
        published
    }

    /// Reports that what is described here is wrong. The stack will not synthesize.
    pub fn problem(&mut self, problem: Problem) {
        let path = self.path.clone();
        self.stack.report(&path, problem);
    }

    pub(crate) fn insert(
        &mut self,
        id: &str,
        type_name: Text,
        mut properties: Json,
        mut options: Options,
    ) -> Arc<Target> {
        let target = self.target(id, options.logical_id.take());
        for change in std::mem::take(&mut options.overrides) {
            if let Err(problem) = overrides::apply(&mut properties, change) {
                self.stack.report(target.path(), problem);
            }
        }
        self.stack.resources.push(ResourcePart {
            target: Arc::clone(&target),
            type_name,
            properties,
            options,
            inherited: self.depends_on.clone(),
            attributes: Vec::new(),
        });
        target
    }

    /// Names a part whose logical id is given.
    pub(crate) fn target_as(&mut self, id: &str) -> Arc<Target> {
        self.target(id, Some(Text::Owned(id.to_owned())))
    }

    /// Names a new part of the template.
    fn target(&mut self, id: &str, logical_id: Option<Text>) -> Arc<Target> {
        let path = self.path_of(id);
        self.stack.note_place(&path);
        let of_path = || {
            let moved = self.stack.path_of_id(&path);
            logical_id::from_path(moved.as_deref().unwrap_or(&path))
        };
        let logical_id = logical_id.map_or_else(of_path, Text::into_owned);
        if !logical_id::is_valid(&logical_id) {
            let problem = Problem {
                code: "core.logical-id",
                message: "CloudFormation does not take this as a logical id".to_owned(),
                value: logical_id.clone(),
                allowed: "1 to 255 letters and digits".to_owned(),
                fix: "give it an id with a letter or digit, or set `Options::logical_id`"
                    .to_owned(),
            };
            self.stack.report(&path, problem);
        }
        Target::new(&self.stack.name, path, logical_id)
    }

    fn path_of(&mut self, id: &str) -> String {
        if id.is_empty() || id.contains(['/', '\n']) {
            let problem = Problem {
                code: "core.construct-id",
                message: "the id of a construct is one component of a path".to_owned(),
                value: id.to_owned(),
                allowed: "text that is not empty and has no `/` or line break in it".to_owned(),
                fix: "open a child for each component; where CDK was given such an id, write the `--` that it puts there".to_owned(),
            };
            let path = self.path.clone();
            self.stack.report(&path, problem);
        }
        if self.path.is_empty() {
            id.to_owned()
        } else {
            [self.path.as_str(), "/", id].concat()
        }
    }
}
