//! What is wrong with stacks only when they are put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::json::{Json, Text};
use crate::problem::{Placed, Problem};
use crate::template::Template;

use super::manifest::environment_of;

/// What is kept of a template: its trees, which are most of it, are not.
pub(super) struct Kept {
    name: Arc<str>,
    path: Arc<str>,
    stage: Text,
    environment: String,
    depends_on: Vec<Text>,
    /// Names of exports that are known now.
    exports: Vec<String>,
}

impl From<&Template> for Kept {
    fn from(template: &Template) -> Self {
        let outputs = template.tree.get("Outputs").and_then(Json::entries);
        let exports = outputs.unwrap_or_default().iter();
        let exports = exports
            .filter_map(|(_, output)| output.get("Export")?.get("Name")?.as_text())
            .map(str::to_owned)
            .collect();
        Self {
            environment: environment_of(&template.props.environment),
            name: Arc::clone(&template.name),
            path: Arc::clone(&template.path),
            stage: template.stage.clone(),
            depends_on: template.props.depends_on.clone(),
            exports,
        }
    }
}

pub(super) fn together(templates: &[Kept]) -> Vec<Placed> {
    let mut problems = Vec::new();
    let mut artifacts = BTreeSet::new();
    let mut deployed = BTreeSet::new();
    let mut exports = BTreeMap::new();
    for template in templates {
        let Kept {
            name,
            path,
            environment,
            ..
        } = template;
        let is_first_here = artifacts.insert((template.stage.as_ref(), &**name));
        if !deployed.insert((environment, &**name)) || !is_first_here {
            let message = "two stacks have this name";
            problems.push(taken(path, "core.taken-stack-name", message, name));
        }
        for export in &template.exports {
            if let Some(other) = exports.insert((environment, export), path) {
                let message = format!("the stack `{other}` exports this name already");
                problems.push(taken(path, "core.taken-export", &message, export));
            }
        }
    }
    for template in templates {
        for dependency in &template.depends_on {
            if !artifacts.contains(&(template.stage.as_ref(), dependency.as_ref())) {
                let message = "the stack depends on one that is not in the assembly";
                let code = "core.dangling-stack-dependency";
                problems.push(taken(&template.path, code, message, dependency));
            }
        }
    }
    problems
}

fn taken(path: &str, code: &'static str, message: &str, value: &str) -> Placed {
    let problem = Problem {
        code,
        message: message.to_owned(),
        value: value.to_owned(),
        allowed: String::new(),
        fix: "change one of the two names".to_owned(),
    };
    Placed {
        path: path.to_owned(),
        problem,
    }
}
