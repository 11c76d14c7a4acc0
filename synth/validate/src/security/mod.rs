//! Rules of ours on what a template leaves open, broad, readable or in the clear. Feature: `security`.
//!
//! What AWS would take without a word. Each finding is an error where nobody means it, a warning where somebody may. A
//! resource can answer for one in its metadata, with the reason:
//!
//! ```yaml
//! Metadata:
//!   mycli:
//!     acknowledge:
//!       security.open-ingress: a bastion that is up for an hour a year
//! ```
//!
//! ```
//! let template = synth_core::parse(r#"{"Resources": {"Door": {
//!     "Type": "AWS::EC2::SecurityGroupIngress",
//!     "Properties": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
//! }}}"#)?;
//! let found = synth_validate::security::check(&template);
//! assert_eq!(found[0].problem.code, "security.open-ingress");
//! # Ok::<(), synth_core::ParseError>(())
//! ```

mod acknowledge;
mod encryption;
mod network;
mod node;
mod policy;
mod public;
mod secret;

use std::collections::BTreeMap;

use synth_core::Json;

use crate::Violation;
use crate::template::Report;

use node::Node;

/// A resource that is judged.
struct Judged<'a> {
    kind: &'a str,
    properties: Node<'a>,
}

/// Judges every resource of a template, and leaves out what the template answers for.
///
/// Of what a function gives only both branches of an `Fn::If` are known. Besides resources the template can answer, in
/// its own metadata, for everything at and below a construct path; apps write there what they acknowledged.
///
/// ```yaml
/// Metadata:
///   mycli:
///     acknowledge:
///       Web/Site: {security.public-bucket: the site is for everybody}
/// ```
///
/// The construct path is `aws:cdk:path` in the metadata of a resource.
pub fn check(template: &Json) -> Vec<Violation> {
    check_at(template, &BTreeMap::new())
}

/// The same, with the construct paths of resources, by logical id, where their metadata does not say them.
pub fn check_at(template: &Json, paths: &BTreeMap<String, String>) -> Vec<Violation> {
    let mut found = judge(template);
    acknowledge::leave_out(template, paths, &mut found);
    found
}

/// The same, but what the template's own metadata answers for is left in: for the app that wrote it.
pub fn judge(template: &Json) -> Vec<Violation> {
    let mut report = Report::new(template);
    let resources = template.get("Resources").and_then(Json::entries);
    for (id, body) in resources.unwrap_or_default() {
        let Some(kind) = body.get("Type").and_then(Json::as_text) else {
            continue;
        };
        let nothing = Json::Object(Vec::new());
        let resource = Judged {
            kind,
            properties: Node::new(
                format!("Resources/{id}/Properties"),
                body.get("Properties").unwrap_or(&nothing),
            ),
        };
        let before = report.violations.len();
        network::check(&resource, &mut report);
        policy::check(&resource, &mut report);
        encryption::check(&resource, &mut report);
        public::check(&resource, &mut report);
        secret::check(&resource, &mut report);
        let own = report.violations.split_off(before);
        acknowledge::apply(id, body, own, &mut report);
    }
    report.violations
}
