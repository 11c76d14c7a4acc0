//! Tags of a single resource. Tags of a whole stack are in [`StackProps`](crate::StackProps).

use synth_core::{List, Property, Text, Value};

use crate::cfn::Tag;

/// The tags as a property, in the order given; absent when there are none.
pub(crate) fn of(tags: Vec<(Text, Value<String>)>) -> Property<List<Tag>> {
    if tags.is_empty() {
        return Property::Absent;
    }
    let tags = tags
        .into_iter()
        .map(|(key, value)| Tag::new(key.into_owned(), value));
    tags.collect::<Vec<_>>().into()
}
