//! Every intrinsic function: what it takes and where it can be called.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use synth_core::Json;

/// A function and what it takes.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// In words.
    pub(super) allowed: &'static str,
    pub(super) place: Where,
}

/// What the argument of a function is.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// A name.
    Name,
    /// One value, which a function may give.
    One,
    /// So many items.
    Items(usize, usize),
    /// A text or so many items.
    TextOrItems(usize, usize),
    /// Names and values.
    Object,
    Any,
}

/// Where a function can be called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Anywhere,
    /// In conditions and rules.
    Conditions,
    /// In rules.
    Rules,
    /// Where the template says `Transform: AWS::LanguageExtensions`.
    Extended,
}

const fn function(
    name: &'static str,
    takes: Takes,
    allowed: &'static str,
    place: Where,
) -> Function {
    Function {
        name,
        takes,
        allowed,
        place,
    }
}

/// Every function.
pub(super) const FUNCTIONS: [Function; 28] = [
    function(
        "Ref",
        Takes::Name,
        "the name of a resource or a parameter",
        Where::Anywhere,
    ),
    function(
        "Fn::GetAtt",
        Takes::TextOrItems(2, 2),
        "a logical id and an attribute",
        Where::Anywhere,
    ),
    function(
        "Fn::Sub",
        Takes::TextOrItems(2, 2),
        "a text, or a list of a text and an object of its variables",
        Where::Anywhere,
    ),
    function(
        "Fn::Join",
        Takes::Items(2, 2),
        "a list of a separator and a list of values",
        Where::Anywhere,
    ),
    function(
        "Fn::Select",
        Takes::Items(2, 2),
        "a list of a position and a list of values",
        Where::Anywhere,
    ),
    function(
        "Fn::Split",
        Takes::Items(2, 2),
        "a list of a separator and a text",
        Where::Anywhere,
    ),
    function(
        "Fn::If",
        Takes::Items(3, 3),
        "a list of a condition, the value if it holds and the value if not",
        Where::Anywhere,
    ),
    function(
        "Fn::FindInMap",
        Takes::Items(3, 4),
        "a list of a mapping and two keys",
        Where::Anywhere,
    ),
    function("Fn::Base64", Takes::One, "a text", Where::Anywhere),
    function(
        "Fn::GetAZs",
        Takes::One,
        "a region, or an empty text",
        Where::Anywhere,
    ),
    function(
        "Fn::ImportValue",
        Takes::One,
        "the name of an export",
        Where::Anywhere,
    ),
    function(
        "Fn::Cidr",
        Takes::Items(2, 3),
        "a list of a block, a count and bits of hosts",
        Where::Anywhere,
    ),
    function(
        "Fn::Transform",
        Takes::Any,
        "an object with `Name` and `Parameters`, or a list of them",
        Where::Anywhere,
    ),
    function(
        "Fn::GetStackOutput",
        Takes::Object,
        "an object with `StackName` and `OutputName`",
        Where::Anywhere,
    ),
    function(
        "Fn::Equals",
        Takes::Items(2, 2),
        "a list of two values",
        Where::Conditions,
    ),
    function(
        "Fn::And",
        Takes::Items(2, 10),
        "a list of 2 to 10 conditions",
        Where::Conditions,
    ),
    function(
        "Fn::Or",
        Takes::Items(2, 10),
        "a list of 2 to 10 conditions",
        Where::Conditions,
    ),
    function(
        "Fn::Not",
        Takes::Items(1, 1),
        "a list of one condition",
        Where::Conditions,
    ),
    function(
        "Fn::Contains",
        Takes::Items(2, 2),
        "a list of a list and a value",
        Where::Rules,
    ),
    function(
        "Fn::EachMemberEquals",
        Takes::Items(2, 2),
        "a list of a list and a value",
        Where::Rules,
    ),
    function(
        "Fn::EachMemberIn",
        Takes::Items(2, 2),
        "a list of two lists",
        Where::Rules,
    ),
    function(
        "Fn::RefAll",
        Takes::Name,
        "a type of parameters",
        Where::Rules,
    ),
    function(
        "Fn::ValueOf",
        Takes::Items(2, 2),
        "a list of a parameter and an attribute",
        Where::Rules,
    ),
    function(
        "Fn::ValueOfAll",
        Takes::Items(2, 2),
        "a list of a type of parameters and an attribute",
        Where::Rules,
    ),
    function("Fn::Implies", Takes::Any, "two conditions", Where::Rules),
    function("Fn::Length", Takes::Any, "a list", Where::Extended),
    function(
        "Fn::ToJsonString",
        Takes::Any,
        "a list or an object",
        Where::Extended,
    ),
    function(
        "Fn::ForEach",
        Takes::Any,
        "a name, a list and what to repeat",
        Where::Extended,
    ),
];

impl Takes {
    /// Whether `argument` is what the function takes.
    pub(super) fn fits(self, argument: &Json) -> bool {
        let has = |least: usize, most: usize| {
            argument
                .items()
                .is_some_and(|items| (least..=most).contains(&items.len()))
        };
        let is_text = argument.as_text().is_some_and(|text| !text.is_empty());
        match self {
            Self::Name => is_text,
            Self::One => !matches!(argument, Json::Array(_) | Json::Null),
            // `Fn::If` and the like do not give a list of arguments.
            Self::Items(least, most) => has(least, most),
            Self::TextOrItems(least, most) => is_text || has(least, most),
            Self::Object => argument.entries().is_some(),
            Self::Any => true,
        }
    }
}
