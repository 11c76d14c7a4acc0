//! Functions that CloudFormation evaluates while it deploys.
//!
//! They return a [`Value`] of the type that the property asks for. Functions over text answer at once when all
//! their arguments are known.

use std::sync::Arc;

use crate::data::Data;
use crate::json::{Json, Text};
use crate::list::List;
use crate::mapping::MappingName;
use crate::reference::{Form, Reference, Target};
use crate::value::Value;

/// One function call, as it is written in the template.
#[derive(Debug, Clone, PartialEq)]
pub struct Intrinsic(Box<Json>);

impl Intrinsic {
    /// Any function by its name, for one that this library does not have.
    ///
    /// ```
    /// use synth_core::{Intrinsic, Json, Value};
    /// let length: Value<i64> = Intrinsic::call("Fn::Length", Json::array([1, 2])).into();
    /// ```
    pub fn call(name: &'static str, argument: impl Into<Json>) -> Self {
        Self(Box::new(Json::Object(vec![(
            Text::Borrowed(name),
            argument.into(),
        )])))
    }

    pub(crate) fn reference(target: &Arc<Target>, form: Form) -> Self {
        Self(Box::new(Json::Reference(Reference::new(target, form))))
    }

    /// What is pointed at, when this is a plain reference.
    pub(crate) fn as_reference(&self) -> Option<&Reference> {
        let Json::Reference(reference) = &*self.0 else {
            return None;
        };
        Some(reference)
    }

    /// The parts, when this is a `Fn::Join` of a written list with this delimiter.
    fn joined_by(&self, delimiter: &str) -> Option<&[Json]> {
        match self.0.get("Fn::Join")?.items()? {
            [between, parts] if between.as_text() == Some(delimiter) => parts.items(),
            _ => None,
        }
    }

    /// What a template holds in the place of a value, be it a call or not.
    pub(crate) fn verbatim(json: Json) -> Self {
        Self(Box::new(json))
    }

    /// The call in the template.
    pub fn to_json(&self) -> Json {
        (*self.0).clone()
    }
}

impl From<Intrinsic> for Json {
    fn from(intrinsic: Intrinsic) -> Self {
        *intrinsic.0
    }
}

fn call<T>(name: &'static str, argument: impl Into<Json>) -> Value<T> {
    Value::Unknown(Intrinsic::call(name, argument))
}

/// Joins texts with `delimiter` between them: known when all parts are, else `Fn::Join`.
///
/// Known neighbours are joined here, and a part that is joined with the same delimiter is taken apart, so a template holds
/// one function and only the parts that are unknown.
///
/// ```
/// use synth_core::{join, pseudo};
/// let bucket = join("-", ["logs".into(), "of".into(), pseudo::region()]);
/// assert_eq!(
///     bucket.to_json().to_compact(),
///     r#"{"Fn::Join":["-",["logs-of",{"Ref":"AWS::Region"}]]}"#,
/// );
/// let inner = join("-", ["of".into(), bucket]);
/// assert_eq!(
///     inner.to_json().to_compact(),
///     r#"{"Fn::Join":["-",["of-logs-of",{"Ref":"AWS::Region"}]]}"#,
/// );
/// ```
pub fn join(
    delimiter: &'static str,
    parts: impl IntoIterator<Item = Value<String>>,
) -> Value<String> {
    let mut joined: Vec<Value<String>> = Vec::new();
    for part in parts {
        push(&mut joined, delimiter, part);
    }
    match joined.as_slice() {
        [] => Value::Known(String::new()),
        [only] => only.clone(),
        parts => call(
            "Fn::Join",
            Json::Array(vec![delimiter.into(), Json::array(parts)]),
        ),
    }
}

/// Adds a part; one that is joined in the same way adds its own parts.
fn push(joined: &mut Vec<Value<String>>, delimiter: &'static str, part: Value<String>) {
    match (joined.last_mut(), part) {
        (Some(Value::Known(before)), Value::Known(text)) => {
            before.push_str(delimiter);
            before.push_str(&text);
        }
        (_, Value::Unknown(intrinsic)) => match intrinsic.joined_by(delimiter) {
            Some(parts) => {
                for part in parts {
                    let known = part.as_text().map(|text| Value::Known(text.to_owned()));
                    let part =
                        known.unwrap_or_else(|| Value::Unknown(Intrinsic::verbatim(part.clone())));
                    push(joined, delimiter, part);
                }
            }
            None => joined.push(Value::Unknown(intrinsic)),
        },
        (_, known) => joined.push(known),
    }
}

/// Joins the elements of a list that is itself unknown: `Fn::Join`.
pub fn join_list<T: Data>(delimiter: &'static str, list: &Value<List<T>>) -> Value<String> {
    call(
        "Fn::Join",
        Json::Array(vec![delimiter.into(), list.to_json()]),
    )
}

/// Puts values into text where it says `${Name}`: `Fn::Sub`.
///
/// Names are those of `variables`, of pseudo parameters (`${AWS::Region}`), and logical ids of this stack;
/// `${!Name}` is left as it is. Synthesis reports a name that is none of these. See also [`join`], which cannot misspell.
///
/// ```
/// use synth_core::{pseudo, sub};
/// let arn = sub("arn:${AWS::Partition}:s3:::${Name}/*", [("Name", pseudo::stack_name())]);
/// ```
pub fn sub<Name: Into<Text>>(
    template: impl Into<Text>,
    variables: impl IntoIterator<Item = (Name, Value<String>)>,
) -> Value<String> {
    let variables: Vec<_> = variables
        .into_iter()
        .map(|(name, value)| (name.into(), Json::from(value)))
        .collect();
    let template = Json::Text(template.into());
    if variables.is_empty() {
        call("Fn::Sub", template)
    } else {
        call(
            "Fn::Sub",
            Json::Array(vec![template, Json::Object(variables)]),
        )
    }
}

/// The element at `index`, counted from 0: `Fn::Select`. Known lists are indexed at once.
pub fn select<T: Data + Clone>(index: u32, list: impl Into<Value<List<T>>>) -> Value<T> {
    let list = list.into();
    let known = usize::try_from(index)
        .ok()
        .and_then(|index| list.known()?.0.get(index).cloned());
    known.unwrap_or_else(|| {
        call(
            "Fn::Select",
            Json::Array(vec![index.into(), list.to_json()]),
        )
    })
}

/// The pieces of `text` between delimiters: `Fn::Split`. Known text is split at once.
pub fn split(delimiter: &'static str, text: impl Into<Value<String>>) -> Value<List<String>> {
    match text.into() {
        Value::Known(text) => Value::Known(text.split(delimiter).collect()),
        unknown @ Value::Unknown(_) => call(
            "Fn::Split",
            Json::Array(vec![delimiter.into(), unknown.into()]),
        ),
    }
}

/// The availability zones of a region, in the order of the account: `Fn::GetAZs`.
pub fn availability_zones(region: impl Into<Value<String>>) -> Value<List<String>> {
    call("Fn::GetAZs", region.into())
}

/// `count` (1-256) blocks of `host_bits` bits each, cut from the front of `block`: `Fn::Cidr`.
pub fn cidr(block: impl Into<Value<String>>, count: u32, host_bits: u32) -> Value<List<String>> {
    let block = block.into().to_json();
    call(
        "Fn::Cidr",
        Json::Array(vec![block, count.into(), host_bits.to_string().into()]),
    )
}

/// What another stack of the account and region exports under `name`: `Fn::ImportValue`.
pub fn import_value<T>(name: impl Into<Value<String>>) -> Value<T> {
    call("Fn::ImportValue", name.into())
}

/// Text as base64, as EC2 user data wants it: `Fn::Base64`.
pub fn base64(text: impl Into<Value<String>>) -> Value<String> {
    call("Fn::Base64", text.into())
}

/// The value under two keys of a mapping: `Fn::FindInMap`.
pub fn find_in_map<T>(
    mapping: &MappingName,
    top_level_key: impl Into<Value<String>>,
    second_level_key: impl Into<Value<String>>,
) -> Value<T> {
    call(
        "Fn::FindInMap",
        keys(mapping, top_level_key.into(), second_level_key.into()),
    )
}

/// As [`find_in_map`], with a value for keys that are not there. Declares the transform that this form needs.
pub fn find_in_map_or<T: Data>(
    mapping: &MappingName,
    top_level_key: impl Into<Value<String>>,
    second_level_key: impl Into<Value<String>>,
    default: impl Into<Value<T>>,
) -> Value<T> {
    let mut arguments = keys(mapping, top_level_key.into(), second_level_key.into());
    arguments.push(Json::object([("DefaultValue", default.into().to_json())]));
    call("Fn::FindInMap", arguments)
}

fn keys(mapping: &MappingName, top: Value<String>, second: Value<String>) -> Vec<Json> {
    vec![
        Json::from(mapping.as_text().to_owned()),
        top.into(),
        second.into(),
    ]
}

/// What a `Fn::Sub` puts into its text: the `Name` and `Id.Attribute` of each `${…}`. `${!Text}` stands for itself.
///
/// ```
/// let names = synth_core::substituted("arn:${AWS::Partition}:${Table.Arn}/${!aws:username}");
/// assert_eq!(names.collect::<Vec<_>>(), ["AWS::Partition", "Table.Arn"]);
/// ```
pub fn substituted(text: &str) -> impl Iterator<Item = &str> {
    let after_each = text.split("${").skip(1);
    let names = after_each.filter_map(|after| after.split_once('}'));
    let names = names.map(|(name, _)| name.trim());
    names.filter(|name| !name.starts_with('!'))
}
