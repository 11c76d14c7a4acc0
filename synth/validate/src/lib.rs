//! The properties of a template's resources, checked against the schemas of AWS.
//!
//! Any template will do, ours or another program's. Reading order: [`validate`] goes through the resources, `resource`
//! through the scenarios of one, `check` through the keywords of its schema, and [`table`] is where those come from.
//! [`template`] checks what is around the properties. With features, `source` reads templates with the place of everything
//! in them, and `security` has rules of ours.
//!
//! ```
//! use synth_validate::{Options, validate};
//!
//! let template = synth_core::parse(r#"{"Resources": {"Inbox": {
//!     "Type": "AWS::SQS::Queue",
//!     "Properties": {"DelaySeconds": 9000}
//! }}}"#)?;
//! let violations = validate(&template, &Options::default());
//! assert_eq!(violations[0].property_path, "Properties/DelaySeconds");
//! assert_eq!(violations[0].problem.code, "property.range");
//! assert_eq!(violations[0].problem.allowed, "0 to 900");
//! # Ok::<(), synth_core::ParseError>(())
//! ```

mod check;
mod describe;
mod format;
mod report;
mod resource;
mod scenario;
#[cfg(feature = "security")]
pub mod security;
#[cfg(feature = "source")]
pub mod source;
mod suggest;
pub mod table;
pub mod template;
mod violation;

use synth_core::Json;

pub use format::checks_format;
pub use violation::{Severity, Violation};

/// What is asked of [`validate`].
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the template is to be deployed, such as `eu-west-1`. With none, a value that some region takes is fine.
    pub regions: Vec<String>,
}

/// Checks every resource of a template, in the order of the template.
///
/// What an intrinsic function gives is not known and not checked; both branches of an `Fn::If` are. Custom resources,
/// modules and the types of third parties are let through.
pub fn validate(template: &Json, options: &Options) -> Vec<Violation> {
    let resources = template.get("Resources").and_then(Json::entries);
    let resources = resources.unwrap_or_default().iter();
    resources
        .flat_map(|(id, body)| resource::validate(template, id, body, options))
        .collect()
}
