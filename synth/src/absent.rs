//! Properties that are left out rather than written empty.

/// The list, or nothing where it has no element: CloudFormation tells an empty list from none.
pub(crate) fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
