//! Text that says what it identifies.

use std::fmt;
use std::marker::PhantomData;

use crate::data::Data;
use crate::json::Json;

/// Text that identifies one kind of thing: an id, an ARN or a name. `K` is a marker type for which.
///
/// Markers are types without values, one for each attribute that another resource asks for (`VpcId`, `RoleArn`), and
/// need nothing from the resource they belong to. So a subnet's id does not fit where a VPC's id is asked for.
pub struct Id<K> {
    text: String,
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// The id of something that exists already, such as `vpc-0a1b2c3d`. Nobody checks that it is of this kind.
    pub fn literal(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            kind: PhantomData,
        }
    }

    /// The text itself.
    pub fn as_text(&self) -> &str {
        &self.text
    }

    /// The text itself, forgetting what it identifies.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// A marker for a property that takes several kinds of identifier says which.
pub trait Accepts<K> {}

/// Text that identifies a thing of one of the kinds that the marker `M` [`Accepts`].
pub struct OneOf<M> {
    text: String,
    kinds: PhantomData<fn() -> M>,
}

impl<M> OneOf<M> {
    /// The identifier of something that exists already. Nobody checks that it is of an accepted kind.
    pub fn literal(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            kinds: PhantomData,
        }
    }

    /// The text itself.
    pub fn as_text(&self) -> &str {
        &self.text
    }
}

// Written out, because a derive would ask the marker for the same traits.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self::literal(self.text.clone())
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for Id<K> {}

impl<K> Data for Id<K> {
    fn to_json(&self) -> Json {
        self.text.to_json()
    }
}

impl<M> Clone for OneOf<M> {
    fn clone(&self) -> Self {
        Self::literal(self.text.clone())
    }
}

impl<M> fmt::Debug for OneOf<M> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

impl<M> PartialEq for OneOf<M> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<M> Eq for OneOf<M> {}

impl<M> Data for OneOf<M> {
    fn to_json(&self) -> Json {
        self.text.to_json()
    }
}
