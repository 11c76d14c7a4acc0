//! Taking a template that exists into a stack.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::condition::ConditionHandle;
use crate::data::Resource;
use crate::handle::Handle;
use crate::intrinsic::Intrinsic;
use crate::json::{Json, Text};
use crate::options::{DeletionPolicy, Dependency, Options};
use crate::problem::Problem;
use crate::raw::Raw;
use crate::reference::{Form, Target};
use crate::scope::Scope;
use crate::stack::{OutputPart, Part, ResourcePart};
use crate::value::Value;

type Entry = (Text, Json);

/// What a template that was included has, for constructs beside it to refer to.
///
/// Everything keeps its logical id, and what this library has no word for stays as it was, so a stack that was
/// deployed from the template sees no change.
///
/// ```
/// use synth_core::{Included, Json, Stack, StackProps, parse};
///
/// let template = parse(r#"{"Resources": {"Inbox": {"Type": "AWS::SQS::Queue"}}}"#)?;
/// let mut stack = Stack::new("App", StackProps::default());
/// let included = Included::new(stack.child("Existing"), template);
/// assert_eq!(included.raw("Inbox").map(|inbox| inbox.logical_id().to_owned()), Some("Inbox".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Included {
    /// Types and targets by logical id.
    resources: BTreeMap<String, (Text, Arc<Target>)>,
    parameters: BTreeMap<String, Arc<Target>>,
    conditions: BTreeMap<String, Arc<Target>>,
}

impl Included {
    /// Adds everything in `template` below `scope`. What cannot be part of a template is a problem of the stack.
    pub fn new(mut scope: Scope<'_>, template: Json) -> Self {
        let mut included = Self::default();
        let Json::Object(sections) = template else {
            let problem = malformed("the template", "an object with `Resources` in it");
            scope.problem(problem);
            return included;
        };
        let mut sections: BTreeMap<Text, Json> = sections.into_iter().collect();
        Self::heading(&mut scope, &mut sections);
        let mut take = |scope: &mut Scope<'_>, name: &'static str| {
            entries(
                scope,
                name,
                sections.remove(name).unwrap_or(Json::Object(Vec::new())),
            )
        };
        for (id, body) in take(&mut scope, "Parameters") {
            let target = scope.target_as(&id);
            included
                .parameters
                .insert(id.into_owned(), Arc::clone(&target));
            scope.stack.parameters.push(Part { target, body });
        }
        for (id, body) in take(&mut scope, "Mappings") {
            let target = scope.target_as(&id);
            scope.stack.mappings.push(Part { target, body });
        }
        for (id, body) in take(&mut scope, "Conditions") {
            let target = scope.target_as(&id);
            included
                .conditions
                .insert(id.into_owned(), Arc::clone(&target));
            scope.stack.conditions.push(Part { target, body });
        }
        let resources = take(&mut scope, "Resources");
        included.resources(&mut scope, resources);
        for (id, body) in take(&mut scope, "Outputs") {
            included.output(&mut scope, &id, body);
        }
        for (name, section) in sections {
            scope.stack.add_section(name, section);
        }
        included
    }

    /// A resource, if there is one of this type under the logical id.
    pub fn resource<R: Resource>(&self, logical_id: &str) -> Option<Handle<R>> {
        let (type_name, target) = self.resources.get(logical_id)?;
        (type_name == R::TYPE).then(|| Handle::new(Arc::clone(target)))
    }

    /// The logical ids of its resources.
    pub fn logical_ids(&self) -> impl Iterator<Item = &str> {
        self.resources.keys().map(String::as_str)
    }

    pub(crate) fn forget(&mut self, logical_id: &str) {
        self.resources.remove(logical_id);
    }

    /// A resource of any type.
    pub fn raw(&self, logical_id: &str) -> Option<Handle<Raw>> {
        let (_, target) = self.resources.get(logical_id)?;
        Some(Handle::new(Arc::clone(target)))
    }

    /// The value of a parameter. The caller vouches for its type.
    pub fn parameter<T>(&self, logical_id: &str) -> Option<Value<T>> {
        let target = self.parameters.get(logical_id)?;
        Some(Value::Unknown(Intrinsic::reference(target, Form::Ref)))
    }

    /// A condition.
    pub fn condition(&self, logical_id: &str) -> Option<ConditionHandle> {
        let target = self.conditions.get(logical_id)?;
        Some(ConditionHandle(Arc::clone(target)))
    }

    /// What is said of the whole template.
    fn heading(scope: &mut Scope<'_>, sections: &mut BTreeMap<Text, Json>) {
        let props = &mut scope.stack.props;
        if let Some(Json::Text(description)) = sections.remove("Description")
            && props.description.is_empty()
        {
            props.description = description;
        }
        if let Some(Json::Object(metadata)) = sections.remove("Metadata") {
            props.metadata.extend(metadata);
        }
        // A macro with arguments is an object; it stays a section of its own.
        let transforms = match sections.get("Transform") {
            Some(Json::Text(one)) => vec![one.clone()],
            Some(Json::Array(several)) => several
                .iter()
                .map(|one| one.as_text().map(|name| Text::Owned(name.to_owned())))
                .collect::<Option<Vec<_>>>()
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        if !transforms.is_empty() {
            sections.remove("Transform");
            props.transforms.extend(transforms);
        }
    }

    fn resources(&mut self, scope: &mut Scope<'_>, resources: Vec<Entry>) {
        // A loop becomes resources when CloudFormation expands it.
        let (loops, resources): (Vec<_>, Vec<_>) = resources
            .into_iter()
            .partition(|(id, _)| id.starts_with("Fn::"));
        if !loops.is_empty() {
            scope
                .stack
                .add_section("Resources".into(), Json::Object(loops));
        }
        // All have a name before any of them waits for another.
        let named = resources.into_iter().map(|(id, body)| {
            let target = scope.target_as(&id);
            (id, target, body)
        });
        let named: Vec<_> = named.collect();
        for (id, target, body) in &named {
            if let Some(type_name) = body.get("Type").and_then(Json::as_text) {
                let known = (Text::Owned(type_name.to_owned()), Arc::clone(target));
                self.resources.insert(id.clone().into_owned(), known);
            }
        }
        for (id, target, body) in named {
            if let Json::Object(entries) = body
                && self.resources.contains_key(id.as_ref())
            {
                let resource = self.one(scope, target, entries);
                scope.stack.resources.push(resource);
            } else {
                scope.problem(malformed(&id, "an object with a `Type`"));
            }
        }
    }

    fn one(&self, scope: &mut Scope<'_>, target: Arc<Target>, entries: Vec<Entry>) -> ResourcePart {
        let mut part = ResourcePart {
            target,
            type_name: Text::Borrowed(""),
            properties: Json::Object(Vec::new()),
            options: Options::default(),
            inherited: Vec::new(),
            attributes: Vec::new(),
        };
        let options = &mut part.options;
        for (name, value) in entries {
            match (name.as_ref(), value) {
                ("Type", Json::Text(type_name)) => part.type_name = type_name,
                ("Properties", properties) => part.properties = properties,
                ("Condition", Json::Text(id)) if self.conditions.contains_key(id.as_ref()) => {
                    options.condition = self.condition(&id);
                }
                ("DependsOn", value) => self.waits(scope, options, &value),
                ("Metadata", Json::Object(metadata)) => options.metadata = metadata,
                ("CreationPolicy", value) => options.creation_policy = Some(value),
                ("UpdatePolicy", value) => options.update_policy = Some(value),
                (known, value) => {
                    let policy = value.as_text().and_then(DeletionPolicy::from_text);
                    match (known, policy) {
                        ("DeletionPolicy", Some(policy)) => options.deletion_policy = Some(policy),
                        ("UpdateReplacePolicy", Some(policy)) => {
                            options.update_replace_policy = Some(policy);
                        }
                        _ => part.attributes.push((name, value)),
                    }
                }
            }
        }
        part
    }

    fn waits(&self, scope: &mut Scope<'_>, options: &mut Options, value: &Json) {
        let ids = value.items().unwrap_or(std::slice::from_ref(value));
        for id in ids {
            match id.as_text().and_then(|id| self.resources.get(id)) {
                Some((_, target)) => {
                    options
                        .depends_on
                        .push(Dependency::Resource(Arc::clone(target)));
                }
                None => scope.problem(malformed(
                    &format!("`DependsOn: {}`", id.to_compact()),
                    "the logical id of a resource in the template",
                )),
            }
        }
    }

    fn output(&self, scope: &mut Scope<'_>, id: &str, body: Json) {
        let mut part = OutputPart {
            target: scope.target_as(id),
            value: Json::Missing,
            description: Text::Borrowed(""),
            export: None,
            condition: None,
            attributes: Vec::new(),
        };
        let Json::Object(entries) = body else {
            scope.problem(malformed(id, "an object with a `Value`"));
            return;
        };
        for (name, value) in entries {
            match (name.as_ref(), value) {
                ("Value", value) => part.value = value,
                ("Description", Json::Text(description)) => part.description = description,
                ("Export", export) if export.get("Name").is_some() => {
                    part.export = export.get("Name").cloned();
                }
                ("Condition", Json::Text(id)) if self.conditions.contains_key(id.as_ref()) => {
                    part.condition = self.condition(&id);
                }
                (_, value) => part.attributes.push((name, value)),
            }
        }
        scope.stack.outputs.push(part);
    }
}

fn entries(scope: &mut Scope<'_>, name: &str, section: Json) -> Vec<Entry> {
    if let Json::Object(entries) = section {
        entries
    } else {
        scope.problem(malformed(&format!("`{name}`"), "an object"));
        Vec::new()
    }
}

fn malformed(what: &str, allowed: &str) -> Problem {
    Problem {
        code: "core.malformed-template",
        message: "this cannot be part of a template".to_owned(),
        value: what.to_owned(),
        allowed: allowed.to_owned(),
        fix: "correct the template that is included".to_owned(),
    }
}
