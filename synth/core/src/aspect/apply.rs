//! Applying aspects, when a stack is written.

use crate::acknowledge::is_at_or_below;
use crate::overrides;
use crate::stack::{ResourcePart, Stack, place};

use super::{Aspects, Draft, Findings, Held, Written};

impl<T> Held<T> {
    fn holds_for(&self, part: &ResourcePart) -> bool {
        is_at_or_below(part.target.path(), &self.path)
    }
}

/// Those that hold for a resource, outer places first.
fn of<'a, T>(
    held: &'a [Held<T>],
    part: &ResourcePart,
) -> impl DoubleEndedIterator<Item = &'a T> + use<'a, T> {
    let path = part.target.path().to_owned();
    let held = held
        .iter()
        .filter(move |held| is_at_or_below(&path, &held.path));
    held.map(|held| &held.aspect)
}

impl Stack {
    /// Applies every aspect to every resource for which it holds.
    pub(crate) fn apply_aspects(&mut self) {
        if !self.aspects.is_used {
            return;
        }
        let aspects = std::mem::take(&mut self.aspects);
        let mut resources = std::mem::take(&mut self.resources);
        for part in &mut resources {
            self.change(&aspects, part);
            aspects.settle(part, self);
            self.judge(&aspects, part);
        }
        self.resources = resources;
    }

    fn change(&mut self, aspects: &Aspects, part: &mut ResourcePart) {
        for held in &aspects.changes {
            if held.holds_for(part) {
                held.aspect.apply(Draft {
                    path: part.target.path(),
                    logical_id: part.target.logical_id(),
                    type_name: &part.type_name,
                    properties: &mut part.properties,
                    options: &mut part.options,
                });
            }
        }
        for change in std::mem::take(&mut part.options.overrides) {
            if let Err(problem) = overrides::apply(&mut part.properties, change) {
                self.report(part.target.path(), problem);
            }
        }
    }

    fn judge(&mut self, aspects: &Aspects, part: &ResourcePart) {
        for held in &aspects.rules {
            if held.holds_for(part) {
                let written = Written {
                    path: part.target.path(),
                    logical_id: part.target.logical_id(),
                    type_name: &part.type_name,
                    properties: &part.properties,
                    options: &part.options,
                };
                let path = place(&self.path, written.path);
                held.aspect
                    .check(&written, &mut Findings::new(path, &mut self.ledger.found));
            }
        }
    }
}

impl Aspects {
    /// Everything between changes and rules.
    fn settle(&self, part: &mut ResourcePart, stack: &mut Stack) {
        for defaults in of(&self.defaults, part).rev() {
            defaults.apply(part);
        }
        if let Some(boundary) = of(&self.boundaries, part).next_back() {
            boundary.apply(part, stack);
        }
        for removal in of(&self.removals, part) {
            removal.apply(part);
        }
        let tags: Vec<_> = of(&self.tags, part).collect();
        super::tags::apply(&tags, part, stack);
    }
}
