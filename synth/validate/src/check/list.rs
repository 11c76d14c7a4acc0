//! What is said of lists.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each file of `check` has its own keywords and leaves the others alone"
)]

use std::collections::BTreeSet;

use synth_core::{Json, Problem};

use super::{Checker, Fit, Place, Sink, Step, scalar};
use crate::scenario::Seen;
use crate::table::Keyword;

impl Checker<'_> {
    /// One keyword about a list with these items.
    pub(super) fn list(
        &self,
        keyword: &Keyword,
        items: &[Json],
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        match keyword {
            Keyword::Items(node) => {
                for (position, item) in items.iter().enumerate() {
                    self.check(*node, item, &at(place, position), sink);
                }
            }
            Keyword::PrefixItems(nodes) => {
                for (position, (item, node)) in items.iter().zip(nodes).enumerate() {
                    self.check(*node, item, &at(place, position), sink);
                }
            }
            Keyword::Contains(node) => {
                let fits: Vec<Fit> = items
                    .iter()
                    .map(|item| self.fits(*node, item, place))
                    .collect();
                if fits.contains(&Fit::Yes) {
                    // One is enough.
                } else if fits.contains(&Fit::Unknown) {
                    sink.unknown = true;
                } else {
                    sink.report_joint(place, || {
                        let allowed =
                            format!("a list with an item that is {}", self.describe(*node));
                        Problem {
                            code: "property.items",
                            message: "no item of the list is one that has to be there".to_owned(),
                            value: String::new(),
                            fix: "add such an item".to_owned(),
                            allowed,
                        }
                    });
                }
            }
            Keyword::MinItems(least) => {
                let number = self.count(items);
                if number < *least as usize {
                    count_refused(number, &format!("at least {least}"), place, sink);
                }
            }
            Keyword::MaxItems(most) => {
                let number = self.count(items);
                if number > *most as usize {
                    count_refused(number, &format!("at most {most}"), place, sink);
                }
            }
            Keyword::MaxUniqueItems(most) => {
                let different: BTreeSet<String> = items.iter().map(canonical).collect();
                if different.len() > *most as usize {
                    count_refused(
                        different.len(),
                        &format!("at most {most} different ones"),
                        place,
                        sink,
                    );
                }
            }
            Keyword::UniqueItems => {
                let mut seen = BTreeSet::new();
                for (position, item) in items.iter().enumerate() {
                    if !self.scenario.is_absent(item) && !seen.insert(canonical(item)) {
                        repeated(item, &at(place, position), "", sink);
                    }
                }
            }
            Keyword::UniqueKeys(names) => {
                let names: Vec<&str> = names.iter().map(|name| self.block.text(*name)).collect();
                let mut seen = BTreeSet::new();
                for (position, item) in items.iter().enumerate() {
                    let values: Option<Vec<_>> = names
                        .iter()
                        .map(|name| item.get(name).map(canonical))
                        .collect();
                    if values.is_some_and(|values| !seen.insert(values)) {
                        repeated(item, &at(place, position), &names.join(" and "), sink);
                    }
                }
            }
            _ => {}
        }
    }

    /// How many items are there in this scenario.
    fn count(&self, items: &[Json]) -> usize {
        let present = items
            .iter()
            .filter(|item| !matches!(self.scenario.see(item), Seen::Absent));
        present.count()
    }
}

fn at<'a>(place: &'a Place<'a>, position: usize) -> Place<'a> {
    Place {
        above: Some(place),
        step: Step::Item(position),
    }
}

fn count_refused(number: usize, allowed: &str, place: &Place<'_>, sink: &mut Sink) {
    sink.report(place, || Problem {
        code: "property.items",
        message: format!("`{}` has {number} items", place.name()),
        value: String::new(),
        fix: format!("give {allowed}"),
        allowed: allowed.to_owned(),
    });
}

fn repeated(item: &Json, place: &Place<'_>, of: &str, sink: &mut Sink) {
    sink.report(place, || {
        let same = if of.is_empty() {
            "item".to_owned()
        } else {
            format!("`{of}`")
        };
        Problem {
            code: "property.unique",
            message: format!("the same {same} is in `{}` twice", place.name()),
            value: super::shown(item),
            allowed: format!("each {same} once"),
            fix: "remove one of the two".to_owned(),
        }
    });
}

/// A text that equal values share, whatever the order of their properties.
fn canonical(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Json::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(name, value)| format!("{name:?}:{}", canonical(value)));
            let mut entries: Vec<_> = entries.collect();
            entries.sort_unstable();
            format!("{{{}}}", entries.join(","))
        }
        scalar => {
            scalar::text(scalar).map_or_else(|| scalar.to_compact(), |text| format!("{text:?}"))
        }
    }
}
