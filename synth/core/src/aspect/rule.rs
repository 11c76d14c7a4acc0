//! Rules that somebody makes for resources.

use std::fmt;
use std::sync::Arc;

use crate::acknowledge::Severity;
use crate::data::Resource;
use crate::json::Json;
use crate::options::Options;
use crate::problem::{Placed, Problem};
use crate::read::{Read, read};

/// Looks at every resource as it will be written, and reports what is against a rule.
///
/// A problem stops synthesis unless [`Scope::acknowledge`](crate::Scope::acknowledge) accepts it; a warning does not.
///
/// ```
/// use synth_core::{Json, Options, Problem, Raw, Rule, Stack, StackProps};
///
/// let mut stack = Stack::new("App", StackProps::default());
/// stack.scope().with(Rule::new(|resource, findings| {
///     if let Some(name) = resource.properties.get("QueueName") {
///         findings.problem(Problem {
///             code: "house.no-names",
///             message: "a named queue cannot be replaced".to_owned(),
///             value: name.to_compact(),
///             allowed: String::new(),
///             fix: "leave the name to CloudFormation".to_owned(),
///         });
///     }
/// }));
/// let properties = Json::object([("QueueName", "inbox".into())]);
/// stack.scope().add_raw("Inbox", Raw { type_name: "AWS::SQS::Queue".into(), properties }, Options::default());
/// assert_eq!(stack.synthesize().unwrap_err().0[0].problem.code, "house.no-names");
/// ```
#[derive(Clone)]
pub struct Rule(Arc<Check>);

type Check = dyn Fn(&Written<'_>, &mut Findings<'_>) + Send + Sync;

/// A resource as it will be written.
#[derive(Debug)]
pub struct Written<'a> {
    /// The construct path below the stack.
    pub path: &'a str,
    /// The name in the template.
    pub logical_id: &'a str,
    /// Such as `AWS::SQS::Queue`.
    pub type_name: &'a str,
    /// The object under `Properties`.
    pub properties: &'a Json,
    /// What is said of it beside its properties.
    pub options: &'a Options,
}

/// Where a rule says what it found.
#[derive(Debug)]
pub struct Findings<'a> {
    path: String,
    found: &'a mut Vec<(Severity, Placed)>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(path: String, found: &'a mut Vec<(Severity, Placed)>) -> Self {
        Self { path, found }
    }

    /// Reports what has to be mended or acknowledged.
    pub fn problem(&mut self, problem: Problem) {
        self.add(Severity::Policy, problem);
    }

    /// Reports what may be meant.
    pub fn warning(&mut self, problem: Problem) {
        self.add(Severity::Warning, problem);
    }

    fn add(&mut self, severity: Severity, problem: Problem) {
        let path = self.path.clone();
        self.found.push((severity, Placed { path, problem }));
    }
}

impl Rule {
    /// Calls `check` for every resource.
    pub fn new(check: impl Fn(&Written<'_>, &mut Findings<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(check))
    }

    /// Calls `check` for every resource of the type, read as that.
    pub fn of<R: Resource + Read>(
        check: impl Fn(&R, &mut Findings<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self::new(move |written, findings| {
            if written.type_name == R::TYPE
                && let Some((resource, _)) = read::<R>(written.properties)
            {
                check(&resource, findings);
            }
        })
    }

    pub(super) fn check(&self, written: &Written<'_>, findings: &mut Findings<'_>) {
        (self.0)(written, findings);
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Rule")
    }
}
