//! The files that are not of one resource.

use std::fmt::Write as _;

use super::super::config::Sources;
use super::super::model::{Model, Service};
use super::super::names;
use super::{HEADER, place};

/// `lib.rs`.
pub(super) fn library(model: &Model, sources: &Sources) -> String {
    let mut out = String::from(HEADER);
    let _ = writeln!(
        out,
        "//! CloudFormation's resource types as plain structs, a feature per service and none by default.\n\
         //!\n\
         //! A struct has a field for each property, all of them absent by default; `new` takes those that must be given.\n\
         //! A handle has a method for each attribute: `role.arn()`, or `path_attribute` where [`Handle`](synth_core::Handle)\n\
         //! has a method of that name. It stands itself for whatever identifies it where that is asked for. Texts with known values are enums that keep a value they do not\n\
         //! know.\n\
         //!\n\
         //! Generated from `@aws-cdk/aws-service-spec` {} and `cfn-lint` {}; the documentation is AWS's own.",
        sources.aws_service_spec, sources.cfn_lint
    );
    out.push_str(EXAMPLE);
    out.push_str(
        "#![allow(clippy::all, clippy::pedantic, reason = \"the text and the names are AWS's\")]\n\n\
         mod prelude;\npub mod refs;\nmod tag;\n\npub use tag::Tag;\n",
    );
    for name in model.services.keys() {
        let _ = writeln!(out, "\n#[cfg(feature = \"{name}\")]\npub mod {name};");
    }
    out
}

const EXAMPLE: &str = r##"//!
//! ```
//! # #[cfg(feature = "ec2")] {
//! use synth_cfn::ec2::{Subnet, Vpc};
//! use synth_core::{Data as _, Id};
//!
//! let vpc = Vpc { cidr_block: "10.0.0.0/16".into(), ..Default::default() };
//! assert_eq!(vpc.to_json().to_compact(), r#"{"CidrBlock":"10.0.0.0/16"}"#);
//! let subnet = Subnet::new(Id::literal("vpc-0a1b2c3d"));
//! # }
//! ```
//!
//! An identifier fits where that kind is asked for, and nowhere else:
//!
//! ```compile_fail,E0277
//! use synth_cfn::{ec2::Subnet, refs::ec2::SubnetId};
//! use synth_core::{Id, Value};
//!
//! let of_a_subnet: Value<Id<SubnetId>> = Id::literal("subnet-0a1b2c3d").into();
//! let subnet = Subnet::new(of_a_subnet);
//! ```
"##;

/// `prelude.rs`: what the file of a resource may need.
pub(super) fn prelude() -> String {
    format!(
        "{HEADER}//! What the file of a resource may need.\n\n\
         #![allow(unused_imports, reason = \"which of them are used depends on the features\")]\n\n\
         pub(crate) use synth_core::{{\n\
         Accepts, Attributes, Data, Fields, FromText, Id, Identifies, Json, List, Map, OneOf, Origin, Property,\n\
         Resource, Text, Value,\n\
         }};\n\n\
         pub(crate) use crate::{{Tag, refs}};\n"
    )
}

/// `tag.rs`.
pub(super) fn tag() -> String {
    format!(
        "{HEADER}use synth_core::{{Data, Fields, Json, Property}};\n\n\
         /// A tag of a resource.\n\
         #[derive(Default)]\n\
         pub struct Tag {{\n\
         /// The key. Up to 128 characters; `aws:` at its start is reserved.\n\
         pub key: Property<String>,\n\
         /// The value. Up to 256 characters.\n\
         pub value: Property<String>,\n\
         }}\n\n\
         impl Tag {{\n\
         /// With both of its parts.\n\
         #[inline]\n\
         pub fn new(key: impl Into<Property<String>>, value: impl Into<Property<String>>) -> Self {{\n\
         Self {{ key: key.into(), value: value.into() }}\n\
         }}\n\
         }}\n\n\
         impl Data for Tag {{\n\
         #[inline]\n\
         fn to_json(&self) -> Json {{\n\
         let mut fields = Fields::new();\n\
         fields.required(\"Key\", &self.key);\n\
         fields.required(\"Value\", &self.value);\n\
         fields.into()\n\
         }}\n\
         }}\n\n\
         impl std::fmt::Debug for Tag {{\n\
         #[inline]\n\
         fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{\n\
         formatter.write_str(&self.to_json().to_compact())\n\
         }}\n\
         }}\n"
    )
}

/// `mod.rs` of a service.
pub(super) fn service(name: &str, service: &Service) -> String {
    let mut out = String::from(HEADER);
    let _ = writeln!(out, "//! The resource types of `{name}`.\n");
    for resource in service.resources.values() {
        let _ = writeln!(out, "pub mod {};", names::escape(resource.module.clone()));
    }
    out.push('\n');
    for resource in service.resources.values() {
        let (_, rust) = place(&resource.name);
        let _ = writeln!(
            out,
            "pub use {}::{rust};",
            names::escape(resource.module.clone())
        );
    }
    out
}
