//! Which resource types take tags, under which property and in which shape.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Written by `cargo xtask cfn`: a line `Property shape`, then a line for each type of which that is so.
const TYPES: &str = include_str!("../../data/taggable.txt");

/// How tags are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list of objects with `Key` and `Value`.
    List,
    /// The same, with `PropagateAtLaunch`.
    LaunchList,
    /// An object of keys and values.
    Map,
}

/// The property and the shape of a type that takes tags.
pub(super) fn of(type_name: &str) -> Option<(&'static str, Shape)> {
    static BY_TYPE: LazyLock<BTreeMap<&str, (&str, Shape)>> = LazyLock::new(read);
    BY_TYPE.get(type_name).copied()
}

fn read() -> BTreeMap<&'static str, (&'static str, Shape)> {
    let mut group = None;
    let lines = TYPES.lines().filter(|line| !line.starts_with('#'));
    let types = lines.filter_map(|line| {
        let Some((property, shape)) = line.split_once(' ') else {
            return Some((line, group?));
        };
        let shape = match shape {
            "list" => Some(Shape::List),
            "launch-list" => Some(Shape::LaunchList),
            "map" => Some(Shape::Map),
            _ => None,
        };
        group = shape.map(|shape| (property, shape));
        None
    });
    types.collect()
}
