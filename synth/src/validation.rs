//! A finished template, checked against the schemas of AWS before anything is deployed. Feature: `validate`.
//!
//! Constructs check what they know while a stack is made. This checks every property of every resource, raw ones and
//! overrides too: ranges, patterns, lengths, listed values, what excludes and what needs each other.
//!
//! ```
//! use synth::cfn::logs::LogGroup;
//! use synth::validation::{Options, check};
//! use synth::{Stack, StackProps};
//!
//! let mut stack = Stack::new("App", StackProps::default());
//! let group = LogGroup { retention_in_days: 8.into(), ..Default::default() };
//! stack.scope().add("Logs", &group);
//! let template = stack.synthesize()?;
//!
//! let problems = check(&template, &Options::default()).unwrap_err().0;
//! assert_eq!(problems[0].path, "App/Logs");
//! assert_eq!(problems[0].problem.code, "property.enum");
//! assert_eq!(problems[0].problem.value, "8");
//! # Ok::<(), synth::Problems>(())
//! ```

use synth_core::{Placed, Problems, Template};
pub use synth_validate::{Options, Severity, Violation, validate};

/// Says everything that CloudFormation would refuse in the template; gives the warnings when it would refuse nothing.
///
/// [`validate`] does the same for any template, as a list.
pub fn check(template: &Template, options: &Options) -> Result<Vec<Violation>, Problems> {
    let found = validate(template.body(), options);
    let (errors, warnings): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|violation| violation.severity == Severity::Error);
    if errors.is_empty() {
        return Ok(warnings);
    }
    let place = |violation| place(template.stack_name(), violation);
    Err(Problems(errors.into_iter().map(place).collect()))
}

/// The error at its construct; a resource that does not say which construct made it is named by its logical id.
fn place(stack: &str, violation: Violation) -> Placed {
    let path = if violation.construct_path.is_empty() {
        [stack, "/", &violation.logical_id].concat()
    } else {
        violation.construct_path
    };
    let mut problem = violation.problem;
    problem.message = format!("{}: {}", violation.property_path, problem.message);
    Placed { path, problem }
}
