//! The short forms of intrinsic functions.

use synth_core::{Json, Problem, Text};

use super::{Place, Span};
use crate::suggest::closest;

/// What has a short form, without its `Fn::`.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>
const FUNCTIONS: [&str; 25] = [
    "And",
    "Base64",
    "Cidr",
    "Condition",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Ref",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
];

/// The long form of `!name`, where there is one.
pub(super) fn long(name: &str) -> Option<Text> {
    FUNCTIONS.contains(&name).then(|| match name {
        "Ref" => Text::Borrowed("Ref"),
        "Condition" => Text::Borrowed("Condition"),
        _ => Text::Owned(format!("Fn::{name}")),
    })
}

/// The problem of `!name`, which CloudFormation does not know.
pub(super) fn unknown(name: &str) -> Problem {
    let fix = match closest(name, FUNCTIONS.into_iter()) {
        Some(known) => format!("did you mean `!{known}`?"),
        None => "use one of CloudFormation's functions, or take the tag out".to_owned(),
    };
    Problem {
        code: "template.unknown-tag",
        message: "CloudFormation does not know this tag".to_owned(),
        value: format!("!{name}"),
        allowed: String::new(),
        fix,
    }
}

/// The call of `function` with `argument`, which stands at `place`; the tag stands at `at`.
pub(super) fn call(function: Text, argument: Json, place: Place, at: Span) -> (Json, Place) {
    let (argument, mut place) = match (function.as_ref(), argument) {
        ("Fn::GetAtt", Json::Text(text)) => attribute(&text, place),
        (_, argument) => (argument, place),
    };
    place.name = at;
    let call = Place {
        name: at,
        value: Span {
            start: at.start,
            end: place.value.end.max(at.end),
        },
        below: vec![place],
        by_name: Box::default(),
    };
    (Json::Object(vec![(function, argument)]), call)
}

/// `Id.Attribute` as a list of the two; an attribute may have dots in it.
fn attribute(text: &str, place: Place) -> (Json, Place) {
    let Some((id, name)) = text.split_once('.') else {
        return (Json::from(text.to_owned()), place);
    };
    let parts = Json::array([id.to_owned(), name.to_owned()]);
    let part = Place {
        below: Vec::new(),
        ..place.clone()
    };
    let below = vec![part.clone(), part];
    (parts, Place { below, ..place })
}
