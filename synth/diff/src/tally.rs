//! How many changes of each kind there are.

use anstyle::AnsiColor;

use crate::{Action, Changes, Direction, Effect, Loss};

/// How many of each kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Resources that are made.
    pub add: usize,
    /// Resources that stay and change.
    pub change: usize,
    /// Resources that are replaced.
    pub replace: usize,
    /// Resources that may be replaced.
    pub may_replace: usize,
    /// Resources that leave.
    pub remove: usize,
    /// Resources that get another id.
    pub moved: usize,
    /// Resources whose contents are lost.
    pub lost: usize,
    /// Resources whose contents may be lost.
    pub may_be_lost: usize,
    /// Statements and rules that allow more.
    pub broadening: usize,
    /// Everything that is no resource.
    pub other: usize,
}

impl Changes {
    /// How many of each kind there are.
    pub fn tally(&self) -> Tally {
        let is = |effect: Effect| self.count(|it| it.action == Action::Change(effect));
        let grants = self.grants.iter().map(|grant| grant.direction);
        let directions = grants.chain(self.rules.iter().map(|rule| rule.direction));
        Tally {
            add: self.count(|it| it.action == Action::Add),
            change: is(Effect::Nothing) + is(Effect::InPlace) + is(Effect::Unknown),
            replace: is(Effect::Replaces),
            may_replace: is(Effect::MayReplace),
            remove: self.count(|it| it.action == Action::Remove),
            moved: self.count(|it| matches!(it.action, Action::Move { .. })),
            lost: self.count(|it| it.loss == Some(Loss::Certain)),
            may_be_lost: self.count(|it| it.loss == Some(Loss::Possible)),
            broadening: directions.filter(|it| *it == Direction::Broadening).count(),
            other: self.entries.len(),
        }
    }
}

impl std::ops::Add for Tally {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            add: self.add + more.add,
            change: self.change + more.change,
            replace: self.replace + more.replace,
            may_replace: self.may_replace + more.may_replace,
            remove: self.remove + more.remove,
            moved: self.moved + more.moved,
            lost: self.lost + more.lost,
            may_be_lost: self.may_be_lost + more.may_be_lost,
            broadening: self.broadening + more.broadening,
            other: self.other + more.other,
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let red = AnsiColor::Red.on_default().bold();
        let parts = [
            (self.add, "to add"),
            (self.change, "to change"),
            (self.replace, "to replace"),
            (self.may_replace, "may be replaced"),
            (self.moved, "to move"),
            (self.remove, "to remove"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        match (parts.is_empty(), self.other) {
            (true, 0) => formatter.write_str("no differences")?,
            (true, _) => formatter.write_str("no resource changes")?,
            (false, _) => formatter.write_str(&parts.join(", "))?,
        }
        if self.lost > 0 {
            write!(formatter, "; {red}data lost in {}{red:#}", self.lost)?;
        }
        if self.may_be_lost > 0 {
            write!(
                formatter,
                "; {red}data may be lost in {}{red:#}",
                self.may_be_lost
            )?;
        }
        if self.broadening > 0 {
            write!(
                formatter,
                "; {red}access broadened by {}{red:#}",
                self.broadening
            )?;
        }
        Ok(())
    }
}
