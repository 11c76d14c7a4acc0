//! Policies: statements, written as briefly as they can be.

use synth_core::{Data, Json};

use super::statement::{Selection, Statement};

/// The only version of the policy language that is not obsolete.
const VERSION: &str = "2012-10-17";

/// A policy in the making: grants add to it, and a construct takes it when it is complete.
///
/// It is written without repetitions: statements that differ in nothing but their actions, their
/// resources or their principals become one, unless they have a `sid`. Actions are sorted;
/// everything else keeps the order in which it was added.
///
/// ```
/// use synth::iam::{PolicyDocument, Statement};
///
/// let mut policy = PolicyDocument::new();
/// policy.add(Statement::allow(["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:123456789012:work"]));
/// policy.add(Statement::allow(["sqs:GetQueueUrl"], ["arn:aws:sqs:eu-west-1:123456789012:work"]));
/// assert_eq!(policy.minimized().len(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyDocument {
    statements: Vec<Statement>,
}

impl PolicyDocument {
    /// A policy that says nothing yet.
    pub const fn new() -> Self {
        Self {
            statements: Vec::new(),
        }
    }

    /// Adds a statement.
    pub fn add(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// What was added, in order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// What will be written: as few statements as say the same.
    pub fn minimized(&self) -> Vec<Statement> {
        let mut merged: Vec<Statement> = self.statements.iter().map(tidy).collect();
        // A merge can make two others alike, so it starts again after each; every merge takes one away.
        while let Some((kept, gone)) = mergeable(&merged) {
            let gone = merged.remove(gone);
            if let Some(kept) = merged.get_mut(kept) {
                absorb(kept, gone);
            }
        }
        merged
    }
}

impl FromIterator<Statement> for PolicyDocument {
    fn from_iter<I: IntoIterator<Item = Statement>>(statements: I) -> Self {
        Self {
            statements: statements.into_iter().collect(),
        }
    }
}

impl Extend<Statement> for PolicyDocument {
    fn extend<I: IntoIterator<Item = Statement>>(&mut self, statements: I) {
        self.statements.extend(statements);
    }
}

impl Data for PolicyDocument {
    fn to_json(&self) -> Json {
        let statements = self.minimized().iter().map(Statement::to_json).collect();
        Json::object([
            ("Statement", Json::Array(statements)),
            ("Version", VERSION.into()),
        ])
    }
}

/// The statement with each thing named once, and its actions sorted.
fn tidy(statement: &Statement) -> Statement {
    let mut statement = statement.clone();
    match &mut statement.actions {
        Selection::Only(actions) | Selection::Except(actions) => {
            actions.sort();
            actions.dedup();
        }
    }
    statement.resources = statement.resources.map(|resources| match resources {
        Selection::Only(resources) => Selection::Only(union(resources, Vec::new())),
        Selection::Except(resources) => Selection::Except(union(resources, Vec::new())),
    });
    statement.principals = union(statement.principals, Vec::new());
    statement.except_principals = union(statement.except_principals, Vec::new());
    statement
}

/// The first two statements that can be one.
fn mergeable(statements: &[Statement]) -> Option<(usize, usize)> {
    statements.iter().enumerate().find_map(|(kept, first)| {
        let others = statements.iter().enumerate().skip(kept + 1);
        let mut others = others.filter(|(_, second)| are_mergeable(first, second));
        others.next().map(|(gone, _)| (kept, gone))
    })
}

/// Whether one statement can say what two say: they differ in at most one of the three lists.
fn are_mergeable(first: &Statement, second: &Statement) -> bool {
    if first.sid.is_some() || second.sid.is_some() {
        return false;
    }
    if first.effect != second.effect
        || first.conditions != second.conditions
        || first.except_principals != second.except_principals
    {
        return false;
    }
    let actions = (&first.actions, &second.actions);
    let resources = (first.resources.as_ref(), second.resources.as_ref());
    let same_actions = is_same_selection(Some(actions.0), Some(actions.1));
    let same_resources = is_same_selection(resources.0, resources.1);
    let same_principals = is_same(&first.principals, &second.principals);
    // What is excluded cannot be united, only be the same already.
    let can_unite_actions =
        same_actions || matches!(actions, (Selection::Only(_), Selection::Only(_)));
    let can_unite_resources = same_resources
        || matches!(
            resources,
            (Some(Selection::Only(_)), Some(Selection::Only(_)))
        );
    let can_unite_principals = !first.principals.is_empty() && !second.principals.is_empty();
    match (same_actions, same_resources, same_principals) {
        (true, true, true) => true,
        (false, true, true) => can_unite_actions,
        (true, false, true) => can_unite_resources,
        (true, true, false) => can_unite_principals,
        _ => false,
    }
}

fn absorb(kept: &mut Statement, gone: Statement) {
    if let (Selection::Only(actions), Selection::Only(more)) = (&mut kept.actions, gone.actions) {
        actions.extend(more);
        actions.sort();
        actions.dedup();
    }
    if let (Some(Selection::Only(resources)), Some(Selection::Only(more))) =
        (&mut kept.resources, gone.resources)
    {
        *resources = union(std::mem::take(resources), more);
    }
    kept.principals = union(std::mem::take(&mut kept.principals), gone.principals);
}

fn is_same_selection<T: PartialEq>(
    first: Option<&Selection<T>>,
    second: Option<&Selection<T>>,
) -> bool {
    match (first, second) {
        (None, None) => true,
        (Some(Selection::Only(first)), Some(Selection::Only(second)))
        | (Some(Selection::Except(first)), Some(Selection::Except(second))) => {
            is_same(first, second)
        }
        _ => false,
    }
}

/// Whether two lists without repetitions have the same elements, in any order.
fn is_same<T: PartialEq>(first: &[T], second: &[T]) -> bool {
    first.len() == second.len() && first.iter().all(|item| second.contains(item))
}

/// Every element once, in the order of its first appearance.
fn union<T: PartialEq>(first: Vec<T>, second: Vec<T>) -> Vec<T> {
    let mut all: Vec<T> = Vec::with_capacity(first.len() + second.len());
    for item in first.into_iter().chain(second) {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    all
}
