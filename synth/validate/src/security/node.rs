//! A value of a template with its path, every branch of an `Fn::If` in turn.

use synth_core::Json;

#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) path: String,
    pub(super) json: &'a Json,
}

impl<'a> Node<'a> {
    pub(super) fn new(path: String, json: &'a Json) -> Self {
        Self { path, json }
    }

    fn below(&self, step: &str, json: &'a Json) -> Self {
        Self::new(format!("{}/{step}", self.path), json)
    }

    /// What this may be: itself, or what both branches of an `Fn::If` may be. Nothing for `AWS::NoValue`.
    pub(super) fn branches(&self) -> Vec<Self> {
        match self.json.entries() {
            Some([(name, argument)]) if name == "Ref" => {
                let is_nothing = argument.as_text() == Some("AWS::NoValue");
                (!is_nothing).then(|| self.clone()).into_iter().collect()
            }
            Some([(name, argument)]) if name == "Fn::If" => {
                let items = argument.items().unwrap_or_default().iter().enumerate();
                let branch = |(at, item)| self.below(&format!("Fn::If/{at}"), item);
                items
                    .skip(1)
                    .flat_map(|each| branch(each).branches())
                    .collect()
            }
            _ => vec![self.clone()],
        }
    }

    /// What may stand under `name`. Nothing means that it is not given, in some branch at least.
    pub(super) fn get(&self, name: &str) -> Vec<Self> {
        let values = self.branches().into_iter().filter_map(|one| {
            let value = one.json.get(name)?;
            Some(one.below(name, value))
        });
        values.flat_map(|one| one.branches()).collect()
    }

    /// The items of a list; a single value stands for a list of it.
    pub(super) fn items(&self) -> Vec<Self> {
        let lists = self.branches().into_iter();
        lists
            .flat_map(|one| match one.json.items() {
                Some(items) => items
                    .iter()
                    .enumerate()
                    .flat_map(|(at, item)| one.below(&at.to_string(), item).branches())
                    .collect(),
                None => vec![one],
            })
            .collect()
    }

    /// The names and values of an object that is no function.
    pub(super) fn entries(&self) -> Vec<(&'a str, Self)> {
        let objects = self.branches().into_iter();
        objects
            .flat_map(|one| {
                let entries = one.json.entries().unwrap_or_default().iter();
                entries
                    .map(|(name, value)| (name.as_ref(), one.below(name, value)))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.json.as_text()
    }

    /// A boolean, which may be written as text.
    pub(super) fn truth(&self) -> Option<bool> {
        match self.json {
            Json::Bool(truth) => Some(*truth),
            Json::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Json::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Json::Null
            | Json::Int(_)
            | Json::Float(_)
            | Json::Text(_)
            | Json::Array(_)
            | Json::Object(_)
            | Json::Reference(_)
            | Json::Missing => None,
        }
    }

    /// A whole number, which may be written as text.
    pub(super) fn number(&self) -> Option<i64> {
        match self.json {
            Json::Int(number) => Some(*number),
            Json::Text(text) => text.trim().parse().ok(),
            Json::Null
            | Json::Bool(_)
            | Json::Float(_)
            | Json::Array(_)
            | Json::Object(_)
            | Json::Reference(_)
            | Json::Missing => None,
        }
    }
}
