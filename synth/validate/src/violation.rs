//! What is found.

use std::fmt;

use synth_core::Problem;

/// Whether CloudFormation refuses a template for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A deployment fails.
    Error,
    /// A deployment may succeed, and there is something to know.
    Warning,
}

/// One thing that is wrong with a resource, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Whether it keeps the template from being deployed.
    pub severity: Severity,
    /// The name of the resource in the template.
    pub logical_id: String,
    /// Such as `AWS::SQS::Queue`.
    pub resource_type: String,
    /// Where the resource was made, as `aws:cdk:path` in its metadata says. Empty when it does not say.
    pub construct_path: String,
    /// Where in the resource: `Properties/Tags/0/Key`.
    pub property_path: String,
    /// What is wrong, the value, what is allowed, and the change to make.
    pub problem: Problem,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Problem {
            code,
            message,
            value,
            allowed,
            fix,
        } = &self.problem;
        let (id, path) = (&self.logical_id, &self.property_path);
        write!(formatter, "{severity}: {id}/{path}: {message}")?;
        let construct = &self.construct_path;
        let lines = [
            ("at", construct),
            ("value", value),
            ("allowed", allowed),
            ("fix", fix),
        ];
        for (name, text) in lines {
            if !text.is_empty() {
                write!(formatter, "\n  {name}: {text}")?;
            }
        }
        write!(formatter, "\n  code: {code}")
    }
}
