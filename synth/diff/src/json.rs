//! The changes for programs.

use synth_core::Json;

use crate::{
    Action, Changes, Effect, EntryChange, Grant, Loss, PropertyChange, ResourceChange, Rule,
};

impl Changes {
    /// All of it as one object: `resources`, `entries`, `grants`, `rules`, and their `summary`.
    pub fn to_json(&self) -> Json {
        let count = |number: usize| Json::from(i64::try_from(number).unwrap_or(i64::MAX));
        let tally = self.tally();
        Json::object([
            (
                "summary",
                Json::object([
                    ("add", count(tally.add)),
                    ("change", count(tally.change)),
                    ("replace", count(tally.replace)),
                    ("may_replace", count(tally.may_replace)),
                    ("remove", count(tally.remove)),
                    ("move", count(tally.moved)),
                    ("lost", count(tally.lost)),
                    ("may_be_lost", count(tally.may_be_lost)),
                    ("broadening", count(tally.broadening)),
                ]),
            ),
            (
                "resources",
                self.resources
                    .iter()
                    .map(resource)
                    .collect::<Vec<_>>()
                    .into(),
            ),
            (
                "entries",
                self.entries.iter().map(entry).collect::<Vec<_>>().into(),
            ),
            (
                "grants",
                self.grants.iter().map(grant).collect::<Vec<_>>().into(),
            ),
            (
                "rules",
                self.rules.iter().map(rule).collect::<Vec<_>>().into(),
            ),
        ])
    }
}

fn text(text: &str) -> Json {
    text.to_owned().into()
}

fn resource(change: &ResourceChange) -> Json {
    let (action, effect, from) = match &change.action {
        Action::Add => ("add", None, None),
        Action::Remove => ("remove", None, None),
        Action::Move { from, .. } => ("move", None, Some(from)),
        Action::Change(effect) => ("change", Some(*effect), None),
    };
    let cause = |cause: &crate::Cause| {
        Json::object([
            ("path", text(&cause.path)),
            ("on", text(&cause.on)),
            ("certain", cause.certain.into()),
            ("effect", text(cause.effect.name())),
        ])
    };
    Json::object([
        ("logical_id", text(&change.logical_id)),
        ("path", change.path.as_deref().map_or(Json::Null, text)),
        ("type", text(&change.resource_type)),
        ("action", text(action)),
        (
            "effect",
            effect.map_or(Json::Null, |effect: Effect| text(effect.name())),
        ),
        ("from", from.map_or(Json::Null, |from| text(from))),
        (
            "properties",
            change
                .properties
                .iter()
                .map(property)
                .collect::<Vec<_>>()
                .into(),
        ),
        (
            "causes",
            change.causes.iter().map(cause).collect::<Vec<_>>().into(),
        ),
        (
            "fate",
            change.fate.map_or(Json::Null, |fate| text(fate.name())),
        ),
        (
            "loses_data",
            match change.loss {
                Some(Loss::Certain) => text("yes"),
                Some(Loss::Possible) => text("maybe"),
                None => text("no"),
            },
        ),
        (
            "advice",
            change
                .advice
                .iter()
                .map(|it| text(it))
                .collect::<Vec<_>>()
                .into(),
        ),
    ])
}

fn property(change: &PropertyChange) -> Json {
    let mut entries = vec![("path", text(&change.path))];
    entries.extend(change.before.clone().map(|before| ("before", before)));
    entries.extend(change.after.clone().map(|after| ("after", after)));
    entries.push(("effect", text(change.effect.name())));
    Json::object(entries)
}

fn entry(change: &EntryChange) -> Json {
    let property = |change: &PropertyChange| {
        let mut entries = vec![("path", text(&change.path))];
        entries.extend(change.before.clone().map(|before| ("before", before)));
        entries.extend(change.after.clone().map(|after| ("after", after)));
        Json::object(entries)
    };
    Json::object([
        ("section", text(&change.section)),
        ("name", text(&change.name)),
        (
            "properties",
            change
                .properties
                .iter()
                .map(property)
                .collect::<Vec<_>>()
                .into(),
        ),
    ])
}

fn grant(grant: &Grant) -> Json {
    let list = |texts: &[String]| Json::array(texts.iter().map(|it| text(it)));
    Json::object([
        ("added", grant.added.into()),
        ("direction", text(grant.direction.name())),
        ("effect", text(&grant.effect)),
        ("principals", list(&grant.principals)),
        ("actions", list(&grant.actions)),
        ("resources", list(&grant.resources)),
        ("condition", text(&grant.condition)),
    ])
}

fn rule(rule: &Rule) -> Json {
    Json::object([
        ("added", rule.added.into()),
        ("direction", text(rule.direction.name())),
        ("group", text(&rule.group)),
        ("way", text(if rule.ingress { "ingress" } else { "egress" })),
        ("protocol", text(&rule.protocol)),
        ("ports", text(&rule.ports)),
        ("peer", text(&rule.peer)),
    ])
}
