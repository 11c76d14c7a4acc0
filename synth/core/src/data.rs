//! How typed values become parts of the tree. Generated types implement these traits and nothing else.

use crate::handle::Attributes;
use crate::json::{Json, Text};
use crate::property::Property;

/// A value that is known now and has a form in the template.
///
/// Implemented by text, numbers, lists, maps, and every generated resource and part of one. Those are objects and
/// implement [`Data::fields`] alone: it owns nothing, and what owns nothing is quick to compile.
pub trait Data {
    /// The form in the template. Default: an object of the fields.
    fn to_json(&self) -> Json {
        let mut fields = Fields::new();
        self.fields(&mut fields);
        fields.into()
    }

    /// Adds the properties of an object. Default: it has none, or is no object.
    fn fields(&self, _fields: &mut Fields) {}

    /// Writes the form in the template on one line.
    fn debug(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.to_json().to_compact())
    }
}

/// A type that any text can become: [`String`], and [`Listed`](crate::Listed) values.
pub trait FromText {
    /// Takes the text as it is.
    fn from_text(text: &str) -> Self;
}

/// A resource type of CloudFormation; its [`Data::to_json`] is the object under `Properties`.
pub trait Resource: Data {
    /// The type's name, such as `AWS::SQS::Queue`.
    const TYPE: &'static str;

    /// What `Ref` returns: `Id<…>` where it is an id, an ARN or a name that other resources take, else `String`.
    type Ref;

    /// What `Fn::GetAtt` returns, a method for each attribute; [`Origin`](crate::Origin) where there are none.
    type Attributes: Attributes;
}

/// Says that a handle of this resource fits where a `T` is asked for, as in `role: (&role).into()`.
pub trait Identifies<T>: Resource {
    /// The attribute that is a `T`; nothing when `Ref` is.
    const ATTRIBUTE: Option<&'static str>;
}

/// The properties of one object, filled in order.
#[derive(Debug, Default)]
pub struct Fields(Vec<(Text, Json)>);

impl Fields {
    /// No properties yet; allocates nothing.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a property, unless it is absent.
    #[inline]
    pub fn optional<T: Data>(&mut self, name: &'static str, property: &Property<T>) {
        match property {
            Property::Absent => {}
            Property::Known(value) => self.push(name, value.to_json()),
            Property::Unknown(intrinsic) => self.push(name, intrinsic.to_json()),
        }
    }

    /// Adds a property that must be there; synthesis reports it when it is absent.
    #[inline]
    pub fn required<T: Data>(&mut self, name: &'static str, property: &Property<T>) {
        match property {
            Property::Absent => self.push(name, Json::Missing),
            Property::Known(value) => self.push(name, value.to_json()),
            Property::Unknown(intrinsic) => self.push(name, intrinsic.to_json()),
        }
    }

    /// Adds a value as it is.
    pub fn push(&mut self, name: &'static str, value: Json) {
        self.0.push((Text::Borrowed(name), value));
    }
}

impl From<Fields> for Json {
    fn from(fields: Fields) -> Self {
        Self::Object(fields.0)
    }
}

impl Data for Json {
    fn to_json(&self) -> Json {
        self.clone()
    }
}

impl Data for String {
    fn to_json(&self) -> Json {
        Json::Text(Text::Owned(self.clone()))
    }
}

impl FromText for String {
    fn from_text(text: &str) -> Self {
        text.to_owned()
    }
}

impl Data for bool {
    fn to_json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Data for i64 {
    fn to_json(&self) -> Json {
        Json::Int(*self)
    }
}

impl Data for f64 {
    fn to_json(&self) -> Json {
        Json::Float(*self)
    }
}

/// For the few parts that hold themselves.
impl<T: Data> Data for Box<T> {
    fn to_json(&self) -> Json {
        (**self).to_json()
    }
}
