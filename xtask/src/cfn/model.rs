//! What is generated: both sources merged, before any Rust is written.

use std::collections::{BTreeMap, BTreeSet};

use super::counts::Says;
use super::database::Relation;

/// Everything that one run generates.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// By the service's module, such as `ec2`.
    pub(super) services: BTreeMap<String, Service>,
    /// Every attribute that some property of some resource asks for, of types that are not generated as well: so
    /// adding a type never changes the types of the properties that point at it.
    pub(super) kinds: BTreeSet<Relation>,
    /// The services that share the feature [`RARE`].
    pub(super) rare: BTreeSet<String>,
}

/// The feature of the services that do not have one of their own.
pub(super) const RARE: &str = "rare";

/// The resource types of one service.
#[derive(Debug, Default)]
pub(super) struct Service {
    /// By name, such as `AWS::EC2::VPC`.
    pub(super) resources: BTreeMap<String, Resource>,
}

/// A resource type, with everything that only it uses.
#[derive(Debug)]
pub(super) struct Resource {
    /// Such as `AWS::EC2::VPC`.
    pub(super) name: String,
    pub(super) module: String,
    /// The resource itself, then its parts by name.
    pub(super) structures: Vec<Structure>,
    pub(super) enums: Vec<Enum>,
    /// Properties that take more than one kind of identifier.
    pub(super) choices: Vec<Choice>,
    pub(super) unions: Vec<Union>,
    pub(super) attributes: Vec<Attribute>,
    /// The property that `Ref` returns, where it is a single one.
    pub(super) reference: Option<String>,
}

/// A resource or a part of one.
#[derive(Debug)]
pub(super) struct Structure {
    /// AWS's name.
    pub(super) name: String,
    pub(super) rust: String,
    pub(super) documentation: String,
    pub(super) fields: Vec<Field>,
}

/// One property.
#[derive(Debug)]
pub(super) struct Field {
    /// AWS's name.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) documentation: String,
    pub(super) limits: Vec<String>,
    pub(super) default: Option<String>,
    pub(super) deprecated: bool,
    pub(super) update: Update,
}

/// What a property holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Text,
    Boolean,
    Integer,
    Number,
    Json,
    Tag,
    /// The identifier of one kind of thing.
    Id(Relation),
    /// One of several kinds of identifier; the name of a [`Choice`].
    OneOf(String),
    /// The name of an [`Enum`].
    Enum(String),
    /// The name of a [`Union`].
    Union(String),
    /// The name of a [`Structure`]; boxed where it would hold itself.
    Structure {
        name: String,
        boxed: bool,
    },
    List(Box<Kind>),
    Map(Box<Kind>),
}

/// What changing a property does to the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Update {
    InPlace,
    Sometimes,
    Replaces,
}

/// A text with values that are known, and an escape for the others.
#[derive(Debug)]
pub(super) struct Enum {
    pub(super) rust: String,
    /// What it is the value of, such as `VPCEndpoint.VpcEndpointType`.
    pub(super) of: String,
    pub(super) values: Vec<String>,
}

/// A property that takes more than one kind of identifier.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) rust: String,
    pub(super) of: String,
    pub(super) accepts: Vec<Relation>,
}

/// A property that takes values of several types.
#[derive(Debug)]
pub(super) struct Union {
    pub(super) rust: String,
    pub(super) of: String,
    pub(super) alternatives: Vec<Alternative>,
}

/// One of the types that a [`Union`] takes.
#[derive(Debug)]
pub(super) struct Alternative {
    /// The variant.
    pub(super) rust: String,
    pub(super) kind: Kind,
}

/// A value that CloudFormation knows once the resource exists.
#[derive(Debug)]
pub(super) struct Attribute {
    /// The name in `Fn::GetAtt`.
    pub(super) name: String,
    /// Rust's name for it, bare, such as `endpoint_address`.
    pub(super) rust: String,
    pub(super) kind: Kind,
    pub(super) documentation: String,
}

/// How much a model holds, for comparison with the sources and with the text written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) types: usize,
    pub(super) structures: usize,
    pub(super) properties: usize,
    pub(super) attributes: usize,
    pub(super) enums: usize,
    pub(super) unions: usize,
    pub(super) references: usize,
}

impl Model {
    /// Every resource, in the order of its service and name.
    pub(super) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.services
            .values()
            .flat_map(|service| service.resources.values())
    }

    /// The feature without which a service is not compiled.
    pub(super) fn feature<'a>(&self, service: &'a str) -> &'a str {
        if self.rare.contains(service) {
            RARE
        } else {
            service
        }
    }

    /// Counts what is in the model.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for resource in self.resources() {
            counts.types += 1;
            counts.structures += resource.structures.len();
            counts.attributes += resource.attributes.len();
            counts.enums += resource.enums.len();
            counts.unions += resource.unions.len();
            let fields = || {
                resource
                    .structures
                    .iter()
                    .flat_map(|structure| &structure.fields)
            };
            counts.properties += fields().count();
            counts.references += fields().filter(|field| field.kind.is_reference()).count();
        }
        counts
    }
}

impl Counts {
    /// One more property of which a source says this.
    pub(super) fn count(&mut self, says: Says) {
        match says {
            Says::Values => self.enums += 1,
            Says::Relation => self.references += 1,
            Says::Nothing => {}
        }
    }
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            types: self.types + other.types,
            structures: self.structures + other.structures,
            properties: self.properties + other.properties,
            attributes: self.attributes + other.attributes,
            enums: self.enums + other.enums,
            unions: self.unions + other.unions,
            references: self.references + other.references,
        }
    }
}

impl std::ops::Sub for Counts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            types: self.types - other.types,
            structures: self.structures - other.structures,
            properties: self.properties - other.properties,
            attributes: self.attributes - other.attributes,
            enums: self.enums - other.enums,
            unions: self.unions - other.unions,
            references: self.references - other.references,
        }
    }
}

impl Kind {
    /// Whether this, or what it lists, is the identifier of something else.
    pub(super) fn is_reference(&self) -> bool {
        match self {
            Self::Id(_) | Self::OneOf(_) => true,
            Self::List(element) | Self::Map(element) => element.is_reference(),
            Self::Text
            | Self::Boolean
            | Self::Integer
            | Self::Number
            | Self::Json
            | Self::Tag
            | Self::Enum(_)
            | Self::Union(_)
            | Self::Structure { .. } => false,
        }
    }
}

impl Resource {
    /// Whether `Ref` or `Fn::GetAtt` returns this.
    pub(super) fn gives(&self, attribute: &str) -> bool {
        self.reference.as_deref() == Some(attribute)
            || self.attributes.iter().any(|given| given.name == attribute)
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            types,
            structures,
            properties,
            attributes,
            enums,
            unions,
            references,
        } = self;
        write!(
            formatter,
            "{types} types, {structures} structures, {properties} properties, {attributes} attributes, \
             {enums} enums, {unions} unions, {references} typed references"
        )
    }
}
