//! What is said by several nodes together.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each file of `check` has its own keywords and leaves the others alone"
)]

use synth_core::{Json, Problem};

use super::{Checker, Finding, Fit, Place, Sink, shown};
use crate::table::{Keyword, NodeId, TextId};

impl Checker<'_> {
    /// A keyword that combines nodes.
    pub(super) fn choice(
        &self,
        keyword: &Keyword,
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        match keyword {
            Keyword::AllOf(nodes) => nodes
                .iter()
                .for_each(|node| self.check(*node, value, place, sink)),
            Keyword::AnyOf(nodes) => {
                let fits: Vec<Fit> = nodes
                    .iter()
                    .map(|node| self.fits(*node, value, place))
                    .collect();
                if fits.contains(&Fit::Yes) {
                    // One is enough.
                } else if fits.contains(&Fit::Unknown) {
                    sink.unknown = true;
                } else {
                    self.none_fits(nodes, value, place, sink);
                }
            }
            Keyword::OneOf(nodes) => {
                let fits: Vec<Fit> = nodes
                    .iter()
                    .map(|node| self.fits(*node, value, place))
                    .collect();
                let number = |wanted| fits.iter().filter(|fit| **fit == wanted).count();
                if number(Fit::Yes) > 1 {
                    let fitting = nodes.iter().zip(&fits).filter(|(_, fit)| **fit == Fit::Yes);
                    let fitting: Vec<NodeId> = fitting.map(|(node, _)| *node).collect();
                    self.several_fit(&fitting, place, value, sink);
                } else if number(Fit::Unknown) > 0 {
                    sink.unknown = true;
                } else if number(Fit::Yes) == 0 {
                    self.none_fits(nodes, value, place, sink);
                }
            }
            Keyword::Not(node) => match self.fits(*node, value, place) {
                Fit::No => {}
                Fit::Unknown => sink.unknown = true,
                Fit::Yes => sink.report_joint(place, || {
                    let refused = self.describe(*node);
                    Problem {
                        code: "property.excluded",
                        message: format!("`{}` must not be this: {refused}", place.name()),
                        value: shown(value),
                        allowed: format!("anything but {refused}"),
                        fix: "give something else".to_owned(),
                    }
                }),
            },
            Keyword::If(condition, then, otherwise) => match self.fits(*condition, value, place) {
                Fit::Yes => self.because(*condition, "when it is", *then, value, place, sink),
                Fit::No => self.because(*condition, "unless it is", *otherwise, value, place, sink),
                Fit::Unknown => sink.unknown = true,
            },
            Keyword::Regions(pairs) => self.in_regions(pairs, value, place, sink),
            _ => {}
        }
    }

    /// Checks one branch of a condition, and says with what is found why it holds.
    fn because(
        &self,
        condition: NodeId,
        word: &str,
        branch: Option<NodeId>,
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        let Some(branch) = branch else { return };
        let before = sink.findings.as_ref().map_or(0, Vec::len);
        self.check(branch, value, place, sink);
        let after = sink
            .findings
            .as_mut()
            .and_then(|findings| findings.get_mut(before..));
        for Finding { problem, joint, .. } in after.into_iter().flatten() {
            *joint = true;
            let condition = self.describe(condition);
            if !condition.is_empty() {
                let space = if problem.allowed.is_empty() { "" } else { ", " };
                problem
                    .allowed
                    .extend([space, word, " ", condition.as_str()]);
            }
        }
    }

    /// Of the alternatives, none fits: says what is wrong with the only one that was meant, else names all.
    fn none_fits(&self, nodes: &[NodeId], value: &Json, place: &Place<'_>, sink: &mut Sink) {
        sink.failed = true;
        let Some(findings) = &mut sink.findings else {
            return;
        };
        let mut best: Option<Vec<Finding>> = None;
        let mut is_only = true;
        for node in nodes {
            let mut branch = Sink::keeping();
            self.check(*node, value, place, &mut branch);
            let found = branch.findings.unwrap_or_default();
            let here = place.path();
            let is_meant = !found
                .iter()
                .any(|one| one.problem.code == "property.kind" && one.path == here);
            if is_meant {
                is_only = best.is_none();
                best = Some(found);
            }
        }
        if let Some(found) = best.filter(|_| is_only) {
            findings.extend(found);
            return;
        }
        let allowed: Vec<_> = nodes.iter().map(|node| self.describe(*node)).collect();
        sink.report_joint(place, || Problem {
            code: "property.choice",
            message: format!("`{}` is none of what is allowed", place.name()),
            value: shown(value),
            allowed: allowed.join("; or "),
            fix: "make it one of these".to_owned(),
        });
    }

    fn several_fit(&self, nodes: &[NodeId], place: &Place<'_>, value: &Json, sink: &mut Sink) {
        sink.report_joint(place, || {
            let both: Vec<_> = nodes.iter().map(|node| self.describe(*node)).collect();
            Problem {
                code: "property.choice",
                message: format!(
                    "`{}` is several things at once, and must be one",
                    place.name()
                ),
                value: shown(value),
                allowed: format!("one of: {}", both.join("; or ")),
                fix: "remove what makes it the other".to_owned(),
            }
        });
    }

    /// What holds in the regions that were asked for; with none, what every region refuses is refused.
    fn in_regions(
        &self,
        pairs: &[(TextId, NodeId)],
        value: &Json,
        place: &Place<'_>,
        sink: &mut Sink,
    ) {
        if self.regions.is_empty() {
            let fits: Vec<Fit> = pairs
                .iter()
                .map(|(_, node)| self.fits(*node, value, place))
                .collect();
            if fits.iter().any(|fit| *fit != Fit::No) {
                return;
            }
            if let Some((_, node)) = pairs.first() {
                self.check(*node, value, place, sink);
            }
            return;
        }
        for (region, node) in pairs {
            let region = self.block.text(*region);
            if !self.regions.iter().any(|asked| asked == region) {
                continue;
            }
            let before = sink.findings.as_ref().map_or(0, Vec::len);
            self.check(*node, value, place, sink);
            let after = sink
                .findings
                .as_mut()
                .and_then(|findings| findings.get_mut(before..));
            for finding in after.into_iter().flatten() {
                finding.problem.message.extend([" in ", region]);
            }
        }
    }
}
