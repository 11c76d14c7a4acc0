//! Conditions: what is decided when the stack is deployed.

use std::sync::Arc;

use crate::data::Data;
use crate::intrinsic::Intrinsic;
use crate::json::Json;
use crate::reference::{Form, Reference, Target};
use crate::value::Value;

/// A question that CloudFormation answers from parameters and mappings before it creates anything.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(Json);

impl Condition {
    /// Whether two texts are the same: `Fn::Equals`.
    pub fn equals(left: impl Into<Value<String>>, right: impl Into<Value<String>>) -> Self {
        Self::call("Fn::Equals", vec![left.into().into(), right.into().into()])
    }

    /// Whether all of 2 to 10 conditions hold: `Fn::And`.
    pub fn all(conditions: impl IntoIterator<Item = Condition>) -> Self {
        Self::call(
            "Fn::And",
            conditions
                .into_iter()
                .map(|condition| condition.0)
                .collect(),
        )
    }

    /// Whether one of 2 to 10 conditions holds: `Fn::Or`.
    pub fn any(conditions: impl IntoIterator<Item = Condition>) -> Self {
        Self::call(
            "Fn::Or",
            conditions
                .into_iter()
                .map(|condition| condition.0)
                .collect(),
        )
    }

    /// Whether the condition does not hold: `Fn::Not`.
    pub fn not(condition: impl Into<Condition>) -> Self {
        Self::call("Fn::Not", vec![condition.into().0])
    }

    fn call(name: &'static str, arguments: Vec<Json>) -> Self {
        Self(Json::object([(name, Json::Array(arguments))]))
    }

    pub(crate) fn into_json(self) -> Json {
        self.0
    }
}

/// A condition that was added to a stack.
#[derive(Debug, Clone)]
pub struct ConditionHandle(pub(crate) Arc<Target>);

impl ConditionHandle {
    /// The name in the template.
    pub fn logical_id(&self) -> &str {
        self.0.logical_id()
    }

    /// One value where the condition holds, another where not: `Fn::If`.
    ///
    /// [`pseudo::no_value`](crate::pseudo::no_value) on one side leaves the property unset there.
    pub fn choose<T: Data>(
        &self,
        when_true: impl Into<Value<T>>,
        when_false: impl Into<Value<T>>,
    ) -> Value<T> {
        let arguments = vec![
            self.name(),
            when_true.into().to_json(),
            when_false.into().to_json(),
        ];
        Value::Unknown(Intrinsic::call("Fn::If", Json::Array(arguments)))
    }

    pub(crate) fn name(&self) -> Json {
        Json::Reference(Reference::new(&self.0, Form::Name))
    }
}

impl From<&ConditionHandle> for Condition {
    fn from(handle: &ConditionHandle) -> Self {
        Self(Json::Reference(Reference::new(&handle.0, Form::Condition)))
    }
}
