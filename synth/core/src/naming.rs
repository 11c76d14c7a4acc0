//! What a place is called beyond its stack, and what a value stands for.

use crate::json::Json;
use crate::logical_id;
use crate::pseudo;
use crate::scope::Scope;
use crate::stack::Environment;
use crate::value::Value;

impl Scope<'_> {
    /// A name for this place that no other place of an app has: CDK's `Names.uniqueId`.
    ///
    /// ```
    /// use synth_core::{Stack, StackProps};
    /// let mut stack = Stack::new("App", StackProps::default());
    /// assert_eq!(stack.child("TaskDef").unique_name(), "AppTaskDefCC54C0A5");
    /// ```
    pub fn unique_name(&self) -> String {
        let stack = &*self.stack.path;
        if self.path().is_empty() {
            return logical_id::from_path(stack);
        }
        logical_id::from_path(&[stack, "/", self.path()].concat())
    }

    /// The account and region that the stack is meant for.
    pub fn environment(&self) -> &Environment {
        &self.stack.props.environment
    }

    /// The region of the stack: the one it is meant for, or that which it is deployed to.
    pub fn region(&self) -> Value<String> {
        let region = &self.stack.props.environment.region;
        region
            .clone()
            .map_or_else(pseudo::region, |region| region.into_owned().into())
    }

    /// The resource that `value` refers to, if it was added to this stack: its type, and its properties as they will be
    /// written, without overrides to come.
    ///
    /// ```
    /// use synth_core::{Json, Options, Raw, Stack, StackProps, Value};
    /// let mut stack = Stack::new("App", StackProps::default());
    /// let queue = Raw { type_name: "AWS::SQS::Queue".into(), properties: Json::object([("DelaySeconds", 5.into())]) };
    /// let url: Value<String> = stack.scope().add_raw("Queue", queue, Options::default()).reference();
    /// let scope = stack.scope();
    /// let (type_name, properties) = scope.resource_of(&url).unwrap();
    /// assert_eq!(type_name, "AWS::SQS::Queue");
    /// assert_eq!(properties.get("DelaySeconds"), Some(&Json::Int(5)));
    /// assert_eq!(scope.resource_of(&Value::from("https://example.com".to_owned())), None);
    /// ```
    pub fn resource_of<T>(&self, value: &Value<T>) -> Option<(&str, &Json)> {
        let Value::Unknown(intrinsic) = value else {
            return None;
        };
        let wanted = intrinsic.as_reference()?.target();
        let mut resources = self.stack.resources.iter().rev();
        let part = resources.find(|part| std::ptr::eq(&raw const *part.target, wanted))?;
        Some((&part.type_name, &part.properties))
    }
}
