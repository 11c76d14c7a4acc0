//! Intrinsic functions: whether there is one of the name, what it takes, and what it refers to.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use synth_core::{Json, Text, substituted};

use super::walk::{Section, Walk};

/// A function and what it takes.
struct Function {
    name: &'static str,
    takes: Takes,
    /// In words.
    allowed: &'static str,
    place: Where,
}

/// What the argument of a function is.
#[derive(Clone, Copy)]
enum Takes {
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
enum Where {
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

const FUNCTIONS: [Function; 28] = [
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
    fn fits(self, argument: &Json) -> bool {
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

impl<'a> Walk<'a, '_, '_> {
    /// Checks what may be a call of a function; says whether it was one. The walk is at the argument.
    pub(super) fn function(&mut self, name: &'a str, argument: &'a Json) -> bool {
        if name == "Condition" && matches!(self.section, Section::Conditions | Section::Rules) {
            if let Some(id) = argument.as_text() {
                self.condition_named(id, "");
                return true;
            }
            return false;
        }
        if name != "Ref" && !name.starts_with("Fn::") {
            return false;
        }
        let base = name.split("::").take(2).collect::<Vec<_>>().join("::");
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == base) else {
            let known = FUNCTIONS.iter().map(|function| function.name);
            self.report
                .error(
                    &self.path,
                    "function.unknown",
                    "there is no such function",
                    &Json::from(name.to_owned()),
                )
                .meant(name, known, "use one of CloudFormation's functions");
            return true;
        };
        self.place(function);
        // With the extensions of the language, a function may name a resource; a macro gives anything.
        let is_computed = self.index.is_extended() || self.index.is_open;
        let is_given = is_computed && argument.entries().is_some();
        if !function.takes.fits(argument) && !is_given {
            self.report
                .error(
                    &self.path,
                    "function.malformed",
                    format!("`{name}` does not take this"),
                    argument,
                )
                .allowed(function.allowed)
                .fix(format!("give it {}", function.allowed));
            return true;
        }
        self.refers(&base, argument);
        true
    }

    /// Whether a function can be called here.
    fn place(&mut self, function: &Function) {
        let (is_fine, fix) = match function.place {
            Where::Anywhere => return,
            Where::Conditions => (
                matches!(self.section, Section::Conditions | Section::Rules),
                "make it an entry of `Conditions`, and choose with `Fn::If`",
            ),
            Where::Rules => (
                self.section == Section::Rules,
                "make it an entry of `Rules`",
            ),
            Where::Extended => (
                self.index.is_extended(),
                "add `Transform: AWS::LanguageExtensions` to the template",
            ),
        };
        if !is_fine {
            self.report
                .error(
                    &self.path,
                    "function.place",
                    format!("`{}` cannot be called here", function.name),
                    &Json::Null,
                )
                .fix(fix);
        }
    }

    /// Follows what a call refers to, and goes on below it.
    fn refers(&mut self, name: &str, argument: &'a Json) {
        match (name, argument) {
            ("Ref", Json::Text(id)) => self.ref_to(id, ""),
            ("Fn::GetAtt", Json::Text(text)) => match text.split_once('.') {
                Some((id, attribute)) => self.attribute_of(id, Some(attribute), ["", ""]),
                None => self.lacks_attribute(argument),
            },
            ("Fn::GetAtt", Json::Array(arguments)) => match arguments.as_slice() {
                [Json::Text(id), attribute] => {
                    self.attribute_of(id, attribute.as_text(), ["0", "1"]);
                    self.step("1", attribute);
                }
                _ => self.items(arguments, 0),
            },
            ("Fn::Sub", Json::Text(text)) => self.substitute(text, &[]),
            ("Fn::Sub", Json::Array(arguments)) => match arguments.as_slice() {
                [Json::Text(text), variables] => {
                    self.substitute(text, variables.entries().unwrap_or_default());
                    self.step("1", variables);
                }
                _ => self.items(arguments, 0),
            },
            ("Fn::If", Json::Array(arguments)) => match arguments.split_first() {
                Some((Json::Text(condition), rest)) => {
                    self.condition_named(condition, "0");
                    self.items(rest, 1);
                }
                _ => self.items(arguments, 0),
            },
            ("Fn::FindInMap", Json::Array(arguments)) => {
                if let [mapping, first, second, rest @ ..] = arguments.as_slice() {
                    let keys = [first.as_text(), second.as_text()];
                    self.mapping(mapping.as_text(), keys, !rest.is_empty());
                }
                self.items(arguments, 0);
            }
            _ => self.step("", argument),
        }
    }

    fn lacks_attribute(&mut self, argument: &Json) {
        if self.index.is_extended() {
            return;
        }
        self.report
            .error(
                &self.path,
                "function.malformed",
                "`Fn::GetAtt` names no attribute",
                argument,
            )
            .allowed("a logical id and an attribute")
            .fix("write `Id.Attribute`, or use `Ref`");
    }

    /// Follows the `${Name}` and `${Id.Attribute}` of a text.
    fn substitute(&mut self, text: &'a str, variables: &'a [(Text, Json)]) {
        let place = if self.path.ends_with("Fn::Sub") && !variables.is_empty() {
            "0"
        } else {
            ""
        };
        let mut seen = std::collections::BTreeSet::new();
        for name in substituted(text) {
            seen.insert(name);
            if variables.iter().any(|(variable, _)| variable == name) {
                continue;
            }
            match name.split_once('.') {
                Some((id, attribute)) => self.attribute_of(id, Some(attribute), [place, place]),
                None => self.ref_to(name, place),
            }
        }
        for (name, _) in variables {
            if !seen.contains(name.as_ref()) {
                let path = self.at(&format!("1/{name}"));
                self.report
                    .warning(
                        &path,
                        "function.unused-variable",
                        "the text has no such variable",
                        &Json::from(name.to_string()),
                    )
                    .fix("take it out");
            }
        }
    }

    /// A function that stands beside other names is none for CloudFormation.
    pub(super) fn beside_others(&mut self, entries: &'a [(Text, Json)]) {
        for (name, value) in entries {
            let is_function = FUNCTIONS.iter().any(|function| function.name == name);
            if is_function && name != "Ref" && name != "Fn::Transform" {
                let path = self.at(name);
                self.report
                    .error(
                        &path,
                        "function.alone",
                        format!("`{name}` stands beside other names"),
                        value,
                    )
                    .allowed("the function alone")
                    .fix("take the other names out, or put the function below one of its own");
            }
        }
    }
}
