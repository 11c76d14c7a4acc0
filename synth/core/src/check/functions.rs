//! What intrinsic functions refer to by name.

use crate::intrinsic::substituted;
use crate::json::{Json, Text};

use super::walk::{Section, Walk};

impl<'a> Walk<'a, '_, '_> {
    /// Checks a function call; says whether it was one whose arguments are done with.
    pub(super) fn function(&mut self, name: &str, argument: &'a Json) -> bool {
        match (name, argument) {
            ("Ref", Json::Text(id)) => self.ref_to(id),
            ("Fn::GetAtt", Json::Text(text)) => {
                self.attribute_of(text.split_once('.').map_or(text.as_ref(), |(id, _)| id));
            }
            ("Fn::GetAtt", Json::Array(arguments)) => match arguments.split_first() {
                Some((Json::Text(id), rest)) => {
                    self.attribute_of(id);
                    self.items(rest);
                }
                _ => return false,
            },
            ("Fn::Sub", Json::Text(text)) => self.substitute(text, &[]),
            ("Fn::Sub", Json::Array(arguments)) => match arguments.as_slice() {
                [Json::Text(text), variables @ Json::Object(names)] => {
                    self.substitute(text, names);
                    self.tree(variables);
                }
                _ => return false,
            },
            ("Fn::If", Json::Array(arguments)) => match arguments.split_first() {
                Some((Json::Text(condition), rest)) => {
                    self.condition_named(condition);
                    self.items(rest);
                }
                _ => return false,
            },
            ("Fn::FindInMap", Json::Array(arguments)) => match arguments.split_first() {
                Some((Json::Text(mapping), rest)) => {
                    self.mapping(mapping);
                    self.needs_extensions |= rest.len() > 2;
                    self.items(rest);
                }
                _ => return false,
            },
            ("Condition", Json::Text(id)) if self.section == Section::Conditions => {
                self.condition_named(id);
            }
            _ => return false,
        }
        true
    }

    /// Checks the `${Name}` and `${Id.Attribute}` of a `Fn::Sub`; `${!Text}` stands for itself.
    fn substitute(&mut self, text: &'a str, variables: &[(Text, Json)]) {
        for name in substituted(text) {
            if variables.iter().any(|(variable, _)| variable == name) {
                continue;
            }
            match name.split_once('.') {
                Some((id, _)) => self.attribute_of(id),
                None => self.ref_to(name),
            }
        }
    }
}
