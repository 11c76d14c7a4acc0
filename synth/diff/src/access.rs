//! Who may do what: the statements of every policy in a template, and which are added and removed.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only some kinds of value matter here"
)]

use std::collections::BTreeMap;

use synth_core::Json;

use crate::canonical::canonical;
use crate::resource::type_of;
use crate::schema::Spot;
use crate::{Direction, Grant, section_of};

/// The statements that are added and removed, whichever policy they stand in.
pub(crate) fn compare(before: &Json, after: &Json) -> Vec<Grant> {
    let (old, new) = (grants(before), grants(after));
    let mut left: BTreeMap<String, Vec<&Grant>> = BTreeMap::new();
    for grant in &old {
        left.entry(format!("{grant:?}")).or_default().push(grant);
    }
    let mut found = Vec::new();
    for grant in &new {
        if left
            .get_mut(&format!("{grant:?}"))
            .and_then(Vec::pop)
            .is_none()
        {
            found.push(judged(grant, true, &old));
        }
    }
    for grant in left.into_values().flatten() {
        found.push(judged(grant, false, &new));
    }
    found.sort_by_key(|grant| (grant.direction, !grant.added));
    found
}

/// The grant with its direction; `others` are all on the other side.
fn judged(grant: &Grant, added: bool, others: &[Grant]) -> Grant {
    let allows = !matches!(grant.effect.as_str(), "Deny" | "Boundary");
    let direction = if others.iter().any(|other| covers(other, grant)) {
        Direction::Neutral
    } else if allows == added {
        Direction::Broadening
    } else {
        Direction::Narrowing
    };
    Grant {
        added,
        direction,
        ..grant.clone()
    }
}

/// Whether `wide` says all that `narrow` does.
fn covers(wide: &Grant, narrow: &Grant) -> bool {
    let all = |wide: &[String], narrow: &[String]| {
        wide == narrow
            || narrow.iter().all(|one| {
                !one.starts_with("not ") && wide.iter().any(|pattern| matches(pattern, one))
            })
    };
    wide.effect == narrow.effect
        && (wide.condition.is_empty() || wide.condition == narrow.condition)
        && all(&wide.principals, &narrow.principals)
        && all(&wide.actions, &narrow.actions)
        && all(&wide.resources, &narrow.resources)
}

/// Whether a pattern of `*` and `?` fits, capitals aside.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(symbol) = text.get(from) {
        match (pattern.get(at), star) {
            (Some('*'), _) => {
                star = Some((at, from));
                at += 1;
            }
            (Some(known), _) if known == symbol || *known == '?' => {
                at += 1;
                from += 1;
            }
            (_, Some((star_at, star_from))) => {
                star = Some((star_at, star_from + 1));
                at = star_at + 1;
                from = star_from + 1;
            }
            _ => return false,
        }
    }
    pattern
        .get(at..)
        .unwrap_or_default()
        .iter()
        .all(|it| *it == '*')
}

fn grants(template: &Json) -> Vec<Grant> {
    let mut found = Vec::new();
    for (id, body) in section_of(template, "Resources") {
        let Some(properties) = body.get("Properties") else {
            continue;
        };
        let resource_type = type_of(body);
        let attached: Vec<String> = [
            "Roles",
            "Users",
            "Groups",
            "RoleName",
            "UserName",
            "GroupName",
        ]
        .iter()
        .filter(|_| resource_type.starts_with("AWS::IAM::"))
        .filter_map(|name| properties.get(name))
        .flat_map(texts)
        .collect();
        // A role's own policies are the role's; those of other resources say who may.
        let is_person = matches!(
            resource_type,
            "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group"
        );
        let holder = if attached.is_empty() || is_person {
            vec![id.clone().into_owned()]
        } else {
            attached
        };
        documents(properties, &mut |document, is_trust| {
            let resources = if is_trust {
                vec![id.clone().into_owned()]
            } else {
                Vec::new()
            };
            let statements = document
                .get("Statement")
                .map(|it| it.items().unwrap_or(std::slice::from_ref(it)));
            for statement in statements.unwrap_or_default() {
                found.push(grant(statement, &holder, &resources));
            }
        });
        if resource_type == "AWS::Lambda::Permission" {
            found.push(Grant {
                principals: listed(properties, "Principal", ""),
                actions: listed(properties, "Action", ""),
                resources: listed(properties, "FunctionName", ""),
                condition: ["SourceArn", "SourceAccount", "PrincipalOrgID"]
                    .iter()
                    .filter_map(|name| Some(format!("{name}={}", shown(properties.get(name)?))))
                    .collect::<Vec<_>>()
                    .join(" "),
                ..plain("Allow")
            });
        }
        if resource_type.starts_with("AWS::IAM::") {
            for arn in properties
                .get("ManagedPolicyArns")
                .map(texts)
                .unwrap_or_default()
            {
                found.push(Grant {
                    principals: holder.clone(),
                    resources: vec![arn],
                    ..plain("Managed policy")
                });
            }
            if let Some(boundary) = properties.get("PermissionsBoundary") {
                found.push(Grant {
                    principals: holder.clone(),
                    resources: vec![shown(boundary)],
                    ..plain("Boundary")
                });
            }
        }
    }
    found
}

/// A grant without anything in it yet.
fn plain(effect: &str) -> Grant {
    Grant {
        added: true,
        direction: Direction::Neutral,
        effect: effect.to_owned(),
        principals: Vec::new(),
        actions: Vec::new(),
        resources: Vec::new(),
        condition: String::new(),
    }
}

/// Calls `see` with every policy document below `value`, and whether it says who may take on a role.
fn documents(value: &Json, see: &mut dyn FnMut(&Json, bool)) {
    if let Some(items) = value.items() {
        for item in items {
            documents(item, see);
        }
    }
    for (name, value) in value.entries().unwrap_or_default() {
        if value.get("Statement").is_some() {
            see(value, name == "AssumeRolePolicyDocument");
        } else {
            documents(value, see);
        }
    }
}

fn grant(statement: &Json, holder: &[String], resources: &[String]) -> Grant {
    let both = |name: &str| {
        let mut all = listed(statement, name, "");
        all.extend(listed(statement, &["Not", name].concat(), "not "));
        all.sort();
        all.dedup();
        all
    };
    let or = |own: Vec<String>, other: &[String]| if own.is_empty() { other.to_vec() } else { own };
    let condition = statement.get("Condition");
    let condition = condition.filter(|it| it.entries().is_none_or(|all| !all.is_empty()));
    Grant {
        principals: or(both("Principal"), holder),
        actions: both("Action"),
        resources: or(both("Resource"), resources),
        condition: condition
            .map(|it| canonical(it, &Spot::default()).to_compact())
            .unwrap_or_default(),
        ..plain(
            statement
                .get("Effect")
                .and_then(Json::as_text)
                .unwrap_or("Allow"),
        )
    }
}

fn listed(object: &Json, name: &str, prefix: &str) -> Vec<String> {
    let value = object.get(name);
    let texts = value.map(texts).unwrap_or_default().into_iter();
    texts.map(|text| [prefix, &text].concat()).collect()
}

/// What a list, one value, or principals by kind come to.
fn texts(value: &Json) -> Vec<String> {
    let value = &canonical(value, &Spot::default());
    match value {
        Json::Array(items) => items.iter().map(shown).collect(),
        Json::Object(kinds) if !crate::canonical::is_intrinsic(value) => {
            let kind = |(kind, who): &(synth_core::Text, Json)| -> Vec<String> {
                let who = texts(who).into_iter();
                who.map(|who| {
                    if who == "*" {
                        who
                    } else {
                        format!("{kind}:{who}")
                    }
                })
                .collect()
            };
            kinds.iter().flat_map(kind).collect()
        }
        other => vec![shown(other)],
    }
}

/// A value as a reader takes it in at once: text with `${…}` where something is not known.
pub(crate) fn shown(value: &Json) -> String {
    let value = canonical(value, &Spot::default());
    if let Some(text) = value.as_text() {
        return text.to_owned();
    }
    if let Some([(name, argument)]) = value.entries() {
        let items = argument.items().unwrap_or_default();
        match (name.as_ref(), argument.as_text(), items) {
            ("Ref", Some(id), _) => return format!("${{{id}}}"),
            ("Fn::GetAtt", _, [id, attribute]) => {
                return format!("${{{}.{}}}", plainly(id), plainly(attribute));
            }
            ("Fn::Join", _, [Json::Text(delimiter), Json::Array(parts)])
                if delimiter.is_empty() =>
            {
                return parts.iter().map(shown).collect();
            }
            _ => {}
        }
    }
    value.to_compact()
}

fn plainly(value: &Json) -> String {
    value
        .as_text()
        .map_or_else(|| value.to_compact(), str::to_owned)
}
