//! A template as a whole: its sections, what refers to what, and CloudFormation's quotas.
//!
//! ```
//! use synth_validate::template::check;
//!
//! let template = synth_core::parse(r#"{
//!     "Resources": {"Inbox": {"Type": "AWS::SQS::Queue"}},
//!     "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Inbx", "Arn"]}}}
//! }"#)?;
//! let found = check(&template);
//! assert_eq!(found[0].property_path, "Outputs/Arn/Value/Fn::GetAtt/0");
//! assert_eq!(found[0].problem.code, "core.dangling-reference");
//! assert_eq!(found[0].problem.fix, "did you mean `Inbox`?");
//! # Ok::<(), synth_core::ParseError>(())
//! ```
//!
//! Stacks of `synth` know all this while they are made, where handles and construct paths are at hand; this is for trees
//! of which only the text is known. Both take CloudFormation's quotas, its `Fn::Sub` and the search for circles from
//! `synth_core`, and call the same mistake by the same code.

mod access;
mod attribute;
mod circle;
mod function;
mod index;
mod output;
mod parameter;
mod resource;
mod section;
mod shape;
mod signature;
mod walk;

use synth_core::{Json, Problem};

use crate::{Severity, Violation};

use index::Index;
use walk::Walk;

/// Checks what is around the properties of a template's resources; [`crate::validate`] checks those.
pub fn check(template: &Json) -> Vec<Violation> {
    let mut report = Report::new(template);
    let Some(sections) = template.entries() else {
        report
            .error("", "template.kind", "a template is an object", template)
            .allowed("an object with `Resources`");
        return report.violations;
    };
    section::check(sections, &mut report);
    let index = Index::new(template);
    parameter::check(&index, &mut report);
    resource::check(&index, &mut report);
    output::check(&index, &mut report);
    access::check(template, &mut report);
    let walked = Walk::all(&index, &mut report);
    circle::check(&index, &walked.edges, &mut report);
    walked.unused(&index, &mut report);
    report.violations
}

/// Where checks say what they found.
pub(crate) struct Report<'a> {
    template: &'a Json,
    pub(crate) violations: Vec<Violation>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(template: &'a Json) -> Self {
        Self {
            template,
            violations: Vec::new(),
        }
    }

    /// Says that something at `path` is wrong. What is allowed and the fix are added to what this returns.
    pub(crate) fn error(
        &mut self,
        path: &str,
        code: &'static str,
        message: impl Into<String>,
        value: &Json,
    ) -> Said<'_> {
        self.put(Severity::Error, path, code, message.into(), value)
    }

    /// Says that there is something to know at `path`.
    pub(crate) fn warning(
        &mut self,
        path: &str,
        code: &'static str,
        message: impl Into<String>,
        value: &Json,
    ) -> Said<'_> {
        self.put(Severity::Warning, path, code, message.into(), value)
    }

    fn put(
        &mut self,
        severity: Severity,
        path: &str,
        code: &'static str,
        message: String,
        value: &Json,
    ) -> Said<'_> {
        let in_resource = path
            .strip_prefix("Resources/")
            .and_then(|rest| rest.split_once('/'));
        let body = in_resource.and_then(|(id, _)| self.template.get("Resources")?.get(id));
        let text = |found: Option<&Json>| found.and_then(Json::as_text).unwrap_or("").to_owned();
        // An object is told by its place.
        let is_shown = value.entries().is_none() && !matches!(value, Json::Null | Json::Missing);
        let shown = is_shown.then(|| crate::check::shown(value));
        let (logical_id, property_path) = in_resource.unwrap_or(("", path));
        let violation = Violation {
            severity,
            logical_id: logical_id.to_owned(),
            resource_type: text(body.and_then(|body| body.get("Type"))),
            construct_path: text(body.and_then(|body| body.get("Metadata")?.get("aws:cdk:path"))),
            property_path: property_path.to_owned(),
            problem: Problem {
                code,
                message,
                value: shown.unwrap_or_default(),
                allowed: String::new(),
                fix: String::new(),
            },
        };
        let at = self.violations.len();
        self.violations.push(violation);
        Said(self.violations.get_mut(at))
    }
}

/// So many names are compared with one that is wrong. CloudFormation takes fewer of any kind.
const MOST_NAMES: usize = 1000;

/// A violation that can be added to.
pub(crate) struct Said<'a>(Option<&'a mut Violation>);

impl Said<'_> {
    pub(crate) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        if let Some(violation) = &mut self.0 {
            violation.problem.allowed = allowed.into();
        }
        self
    }

    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        if let Some(violation) = &mut self.0 {
            violation.problem.fix = fix.into();
        }
        self
    }

    /// What was probably meant, or else another fix.
    pub(crate) fn meant<'b>(
        self,
        given: &str,
        known: impl Iterator<Item = &'b str>,
        otherwise: &str,
    ) -> Self {
        match crate::suggest::closest(given, known.take(MOST_NAMES)) {
            Some(known) => self.fix(format!("did you mean `{known}`?")),
            None => self.fix(otherwise),
        }
    }
}
