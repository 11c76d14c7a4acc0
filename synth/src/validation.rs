//! A finished template, checked against the schemas of AWS before anything is deployed. Feature: `validate`.
//!
//! Constructs check what they know while a stack is made. This checks every property of every resource, raw ones and
//! overrides too: ranges, patterns, lengths, listed values, what excludes and what needs each other; and the template as
//! a whole. With the feature `security` it also looks for what is left open, broad, readable or in the clear: such a
//! finding can be [acknowledged](crate::Scope::acknowledge) with a reason.
//!
//! ```
//! use synth::cfn::logs::LogGroup;
//! use synth::validation::{Options, check};
//! use synth::{Stack, StackProps};
//!
//! let mut stack = Stack::new("App", StackProps::default());
//! let group = LogGroup { retention_in_days: 8.into(), ..Default::default() };
//! stack.scope().add("Logs", &group);
//! let mut template = stack.synthesize()?;
//!
//! let problems = check(&mut template, &Options::default()).unwrap_err().0;
//! assert_eq!(problems[0].path, "App/Logs");
//! assert_eq!(problems[0].problem.code, "property.enum");
//! assert_eq!(problems[0].problem.value, "8");
//! # Ok::<(), synth::Problems>(())
//! ```

use std::collections::BTreeMap;

use synth_core::{App, Assembly, Placed, Problems, Severity, Template};
pub use synth_validate::{Options, Violation, validate};

/// Synthesizes an app, and [checks](check) each template for the region that its stack is meant for.
///
/// `synth_app::run` does it unless its feature `validate` is off.
///
/// ```
/// use synth::cfn::logs::LogGroup;
/// use synth::{App, AppProps, StackProps, validation};
///
/// let mut app = App::new(AppProps::default());
/// let mut stack = app.stack("Orders", StackProps::default());
/// stack.scope().add("Logs", &LogGroup { retention_in_days: 8.into(), ..Default::default() });
/// app.add(stack);
/// let problems = validation::synthesize(app).unwrap_err().0;
/// assert_eq!(problems[0].problem.code, "property.enum");
/// ```
pub fn synthesize(app: App) -> Result<Assembly, Problems> {
    app.synthesize_with(|template| {
        let region = template.environment().region.clone();
        let regions = region.into_iter().map(Into::into).collect();
        check(template, &Options { regions })
    })
}

/// Says everything that CloudFormation would refuse in the template, and what breaks a security rule and nobody
/// acknowledged, in the template and in those of stacks within it. [`Template::warnings`] has the rest.
///
/// [`validate`] checks the properties of any template, as a list.
pub fn check(template: &mut Template, options: &Options) -> Result<(), Problems> {
    let body = template.body();
    let mut found: Vec<(Severity, Violation)> = Vec::new();
    let whole = synth_validate::template::check(body);
    for violation in validate(body, options).into_iter().chain(whole) {
        let severity = match violation.severity {
            synth_validate::Severity::Error => Severity::Error,
            synth_validate::Severity::Warning => Severity::Warning,
        };
        found.push((severity, violation));
    }
    #[cfg(feature = "security")]
    for violation in synth_validate::security::judge(body) {
        let severity = match violation.severity {
            synth_validate::Severity::Error => Severity::Policy,
            synth_validate::Severity::Warning => Severity::Warning,
        };
        found.push((severity, violation));
    }
    let mut problems = Vec::new();
    for nested in template.nested_mut() {
        problems.extend(check(nested, options).err().map(|inside| inside.0));
    }
    let paths: BTreeMap<&str, &str> = template.paths().collect();
    let place = |violation: Violation| {
        // A part that no construct made is named by its logical id.
        let id = violation.logical_id.as_str();
        let path = paths.get(id).copied().unwrap_or(id);
        let path = [template.stack_path(), "/", path].concat();
        let path = path.trim_end_matches('/').to_owned();
        let mut problem = violation.problem;
        problem.message = format!("{}: {}", violation.property_path, problem.message);
        Placed { path, problem }
    };
    let found: Vec<_> = found
        .into_iter()
        .map(|(severity, violation)| (severity, place(violation)))
        .collect();
    problems.extend(template.report(found).err().map(|own| own.0));
    match problems.concat() {
        none if none.is_empty() => Ok(()),
        some => Err(Problems(some)),
    }
}
