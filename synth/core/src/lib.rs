//! The core of `synth`: values, scopes, handles, logical ids, templates and assemblies. No resource type.
//!
//! A [`Stack`] is described through [`Scope`]s: [`Scope::add`] takes a resource and gives a [`Handle`], with which other
//! resources refer to it. [`Stack::synthesize`] checks all of it and gives a [`Template`]; [`Assembly::synthesize`] does
//! so for several stacks, [`App`] for stacks that refer to each other. Resource types implement [`Resource`]; their
//! fields are [`Property`]s, arguments are [`Value`]s. What holds for everything at and below a scope is an [`Aspect`].
//! Why it is so: `docs/decisions/0001-values-and-handles.md`.
//!
//! ```
//! use synth_core::{Json, Options, Output, Raw, Stack, StackProps};
//!
//! let mut stack = Stack::new("Mail", StackProps::default());
//! let mut scope = stack.scope();
//! let properties = Json::object([("VisibilityTimeout", 60.into())]);
//! let queue = Raw { type_name: "AWS::SQS::Queue".into(), properties };
//! let queue = scope.add_raw("Inbox", queue, Options::default());
//! scope.output("InboxArn", Output::new(queue.attribute_named::<String>("Arn")));
//!
//! let template = stack.synthesize()?;
//! assert_eq!(template.to_yaml(), "\
//! Resources:
//!   Inbox:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       VisibilityTimeout: 60
//! Outputs:
//!   InboxArn:
//!     Value:
//!       Fn::GetAtt:
//!         - Inbox
//!         - Arn
//! ");
//! # Ok::<(), synth_core::Problems>(())
//! ```

mod acknowledge;
mod app;
mod aspect;
mod assembly;
mod asset;
mod check;
mod cloud_assembly;
mod condition;
mod context;
mod data;
mod entry;
pub mod graph;
mod handle;
mod id;
mod include;
mod included;
mod intrinsic;
mod json;
pub mod limits;
mod list;
mod listed;
mod logical_id;
pub mod lookup;
mod mapping;
mod moved;
mod naming;
mod nested;
mod options;
mod output;
mod overrides;
mod parameter;
mod problem;
mod property;
pub mod pseudo;
mod raw;
mod read;
mod reference;
mod rewrite;
mod scope;
mod stack;
mod stage;
mod template;
mod value;
mod yaml;

pub use acknowledge::{Acknowledgement, Severity};
pub use app::{App, AppProps, CrossStack};
pub use aspect::{
    Aspect, Change, Defaults, Draft, Findings, PermissionsBoundary, Removal, Rule, Tags, Written,
};
pub use assembly::Assembly;
pub use asset::{Asset, AssetStore, Packaging, Published};
pub use cloud_assembly::{
    AssemblyError, CloudAssembly, FileToPublish, ImageBuild, ImageSource, ImageToPublish, Level,
    Message, MissingContext, NEWEST_VERSION, PlaceToPublish, RepositoryToPublish, SelectError,
    StackArtifact, ToPublish,
};
pub use condition::{Condition, ConditionHandle};
pub use context::Context;
pub use data::{Data, Fields, FromText, Identifies, Resource};
pub use handle::{Attributes, Handle, Origin, Referable};
pub use id::{Accepts, Id, OneOf};
pub use include::Included;
pub use intrinsic::{
    Intrinsic, availability_zones, base64, cidr, find_in_map, find_in_map_or, import_value, join,
    join_list, select, split, sub, substituted,
};
pub use json::{Json, ParseError, Text, parse};
pub use list::{List, Map};
pub use listed::{Listed, Values};
pub use lookup::Lookup;
pub use mapping::{Mapping, MappingName};
pub use nested::NestedStackProps;
pub use options::{Construct, DeletionPolicy, Dependency, Options, Override};
pub use output::Output;
pub use parameter::{Parameter, ParameterKind};
pub use problem::{Placed, Problem, Problems};
pub use property::Property;
pub use raw::Raw;
pub use read::{Read, Reader, read};
pub use reference::{Form, Reference, Target};
pub use scope::Scope;
pub use stack::{Environment, Stack, StackProps};
pub use stage::{Stage, StageProps};
pub use template::Template;
pub use value::Value;
