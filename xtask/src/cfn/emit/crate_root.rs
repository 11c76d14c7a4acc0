//! The files that are not of one resource.

use std::fmt::Write as _;

use super::super::config::Sources;
use super::super::model::{Model, Service};
use super::super::names;
use super::{HEADER, place};

/// `lib.rs`.
pub(super) fn library(model: &Model, sources: &Sources) -> String {
    let mut out = String::from(HEADER);
    let rare = model.rare.iter().map(|service| format!("`{service}`"));
    let rare = rare.collect::<Vec<_>>().join(",\n//! ");
    let _ = writeln!(
        out,
        "//! CloudFormation's resource types as plain structs.\n\
         //!\n\
         //! A service is compiled where its feature is on, and none is by default: `features = [\"sqs\"]`, of this crate or of\n\
         //! `synth`, gives `sqs::Queue`. Where one is missing, the compiler says which. What documentation and code below\n\
         //! call `rare` is one feature for several small services: {}.\n\
         //! Two features are no service's: `read`, to [read](synth_core::read) templates back into the types, and `debug`,\n\
         //! with which every struct has `Debug` and shows itself as it is in the template.\n\
         //!\n\
         //! A struct has a field for each property. Where some must be given, `new` takes them and leaves the rest absent;\n\
         //! where none must be, the struct has a `Default`.\n\
         //! A handle has a method for each attribute: `role.arn()`, or `path_attribute` where [`Handle`](synth_core::Handle)\n\
         //! has a method of that name. It stands itself for whatever identifies it where that is asked for. Texts whose values\n\
         //! AWS lists are enums, in a [`Listed`](synth_core::Listed) that keeps a value it does not know.\n\
         //!\n\
         //! Generated from `@aws-cdk/aws-service-spec` {} and `cfn-lint` {}; the documentation is AWS's own.",
        rare, sources.aws_service_spec, sources.cfn_lint
    );
    out.push_str(EXAMPLE);
    out.push_str(
        "#![allow(clippy::all, clippy::pedantic, reason = \"the text and the names are AWS's\")]\n\n\
         mod prelude;\npub mod refs;\n#[cfg(feature = \"read\")]\npub mod registry;\nmod tag;\n\npub use tag::Tag;\n",
    );
    for name in model.services.keys() {
        let feature = model.feature(name);
        let _ = writeln!(
            out,
            "\n/// Resource types of `{name}`. Feature: `{feature}`.\n\
             #[cfg(feature = \"{feature}\")]\n#[rustfmt::skip]\npub mod {name};"
        );
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
//! let subnet = Subnet {
//!     cidr_block: "10.0.1.0/24".into(),
//!     ..Subnet::new(Id::literal("vpc-0a1b2c3d"))
//! };
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
         Accepts, Attributes, Data, Fields, FromText, Id, Identifies, Json, List, Listed, Map, OneOf, Origin, Property,\n\
         Read, Reader, Resource, Value, Values,\n\
         }};\n\n\
         pub(crate) use std::fmt;\n\npub(crate) use crate::{{Tag, refs}};\n"
    )
}

/// `tag.rs`.
pub(super) fn tag() -> String {
    format!(
        "{HEADER}use synth_core::{{Data, Fields, Property}};\n\n\
         /// A tag of a resource.\n\
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
         fn fields(&self, fields: &mut Fields) {{\n\
         fields.required(\"Key\", &self.key);\n\
         fields.required(\"Value\", &self.value);\n\
         }}\n\
         }}\n\n\
         #[cfg(feature = \"read\")]\n\
         impl synth_core::Read for Tag {{\n\
         #[inline]\n\
         fn read(from: &mut synth_core::Reader, json: &synth_core::Json) -> Option<Self> {{\n\
         let mut this = Self {{ key: Property::Absent, value: Property::Absent }};\n\
         from.open(json)?;\n\
         from.field(json, \"Key\", &mut this.key);\n\
         from.field(json, \"Value\", &mut this.value);\n\
         from.close(json)?;\n\
         Some(this)\n\
         }}\n\
         }}\n\n\
         #[cfg(feature = \"debug\")]\n\
         impl std::fmt::Debug for Tag {{\n\
         #[inline]\n\
         fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{\n\
         self.debug(formatter)\n\
         }}\n\
         }}\n"
    )
}

/// `mod.rs` of a service.
pub(super) fn service(service: &Service) -> String {
    let mut out = String::from(HEADER);
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
