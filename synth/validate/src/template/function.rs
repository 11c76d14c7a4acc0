//! Calls of intrinsic functions: whether there is one of the name, what it takes, and what it refers to.

use synth_core::{Json, Text, substituted};

use super::signature::{FUNCTIONS, Function, Where};
use super::walk::{Section, Walk};

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
