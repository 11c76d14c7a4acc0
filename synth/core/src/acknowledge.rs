//! What may be wrong without stopping anything, and what somebody has said is fine.

use crate::json::{Json, Text};
use crate::problem::{Placed, Problem, Problems};
use crate::scope::Scope;
use crate::stack::place;
use crate::template::Template;

/// Codes of [`Scope::problem`] that are [`Severity::Policy`]: AWS takes the template, and it is hardly what was meant.
/// Every other code is an error.
const POLICY: &[&str] = &[
    "dynamodb.time-to-live-type",
    "ec2.useless-rule",
    "ecr.empty-on-delete-of-retained",
    "iam.trust-too-wide",
];

/// How much a problem matters.
///
/// | severity | stops synthesis | may be acknowledged |
/// | --- | --- | --- |
/// | [`Error`](Self::Error) | yes | no |
/// | [`Policy`](Self::Policy) | yes | yes |
/// | [`Warning`](Self::Warning) | no | yes |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The template would not do what it says, or AWS would refuse it: [`Scope::problem`], and every check of this crate.
    Error,
    /// AWS would take it, and it breaks a rule: one that somebody made ([`Findings::problem`](crate::Findings::problem)),
    /// or one of the few of ours that [`Severity::of`] knows.
    Policy,
    /// It may be meant, and there is something to know: [`Scope::warning`].
    Warning,
}

impl Severity {
    /// What a [`Scope::problem`] with this code is: [`Policy`](Self::Policy) for few, else [`Error`](Self::Error).
    ///
    /// ```
    /// use synth_core::Severity;
    /// assert_eq!(Severity::of("iam.trust-too-wide"), Severity::Policy);
    /// assert_eq!(Severity::of("iam.policy-too-large"), Severity::Error);
    /// ```
    pub fn of(code: &str) -> Self {
        if POLICY.contains(&code) {
            Self::Policy
        } else {
            Self::Error
        }
    }

    /// Whether there is no template as long as the problem is there.
    pub const fn stops(self) -> bool {
        match self {
            Self::Error | Self::Policy => true,
            Self::Warning => false,
        }
    }

    /// Whether [`Scope::acknowledge`] silences it.
    pub const fn may_be_acknowledged(self) -> bool {
        match self {
            Self::Error => false,
            Self::Policy | Self::Warning => true,
        }
    }
}

/// Somebody's word that a problem is known and accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The construct path, from the app on: it holds for everything at and below.
    pub path: String,
    /// The code of the problem.
    pub code: Text,
    /// Why it is accepted.
    pub reason: Text,
    /// Whether there was such a problem.
    pub used: bool,
    /// Whether it was said around the nested stack that this is of.
    pub(crate) is_inherited: bool,
}

impl Acknowledgement {
    fn covers(&self, placed: &Placed) -> bool {
        self.code == placed.problem.code && is_at_or_below(&placed.path, &self.path)
    }
}

/// Whether `path` is `above` or a path below it.
pub(crate) fn is_at_or_below(path: &str, above: &str) -> bool {
    above.is_empty()
        || path
            .strip_prefix(above)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What was found that is not always an error, and what was said of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) found: Vec<(Severity, Placed)>,
    pub(crate) warnings: Vec<Placed>,
    pub(crate) acknowledgements: Vec<Acknowledgement>,
}

impl Ledger {
    /// Whether somebody accepted this, which counts as use of their word.
    fn accepts(&mut self, severity: Severity, placed: &Placed) -> bool {
        let mut accepted = false;
        if severity.may_be_acknowledged() {
            for one in &mut self.acknowledgements {
                if one.covers(placed) {
                    one.used = true;
                    accepted = true;
                }
            }
        }
        accepted
    }

    /// Sorts what was found: gives what stops, keeps the warnings, leaves out what is acknowledged.
    fn settle(&mut self) -> Vec<Placed> {
        let mut problems = Vec::new();
        for (severity, placed) in std::mem::take(&mut self.found) {
            match (self.accepts(severity, &placed), severity.stops()) {
                (true, _) => {}
                (false, true) => problems.push(placed),
                (false, false) => self.warnings.push(placed),
            }
        }
        problems
    }

    /// What was accepted, for the metadata of the template: reasons by construct path and code.
    pub(crate) fn metadata(&self) -> Option<Json> {
        let mut places: Vec<(Text, Json)> = Vec::new();
        for one in &self.acknowledgements {
            let reason = (one.code.clone(), Json::Text(one.reason.clone()));
            match places.iter_mut().find(|(known, _)| *known == one.path) {
                Some((_, Json::Object(reasons))) => {
                    // Said twice, the first counts.
                    if reasons.iter().all(|(code, _)| *code != reason.0) {
                        reasons.push(reason);
                    }
                }
                _ => places.push((one.path.clone().into(), Json::Object(vec![reason]))),
            }
        }
        let places = Json::object([("acknowledge", Json::Object(places))]);
        (!self.acknowledgements.is_empty()).then_some(places)
    }

    /// Takes out of `problems` what is acknowledged, and adds what stops. Acknowledging an error is a problem, too.
    pub(crate) fn close(&mut self, problems: &mut Vec<Placed>) {
        problems.retain(|placed| !self.accepts(Severity::of(placed.problem.code), placed));
        let errors = |one: &&Acknowledgement| problems.iter().any(|placed| one.covers(placed));
        let refused = self.acknowledgements.iter().filter(errors);
        let refused: Vec<_> = refused.map(refusal).collect();
        problems.extend(self.settle());
        problems.extend(refused);
    }
}

impl Scope<'_> {
    /// Says that something here may not be meant. The stack synthesizes; [`Template::warnings`] has it.
    pub fn warning(&mut self, problem: Problem) {
        let path = self.path().to_owned();
        self.stack.warn(&path, problem);
    }

    /// Accepts every problem with this code at and below this place, whenever it is reported, and says why.
    ///
    /// It silences warnings and what rules find, nothing that CloudFormation would refuse: [`Severity`] has the table.
    /// One that silences nothing is a warning itself, so that it goes when its reason goes.
    ///
    /// ```
    /// use synth_core::{Json, Options, Problem, Raw, Stack, StackProps};
    ///
    /// let mut stack = Stack::new("App", StackProps::default());
    /// let mut scope = stack.child("Inbox");
    /// scope.add_raw("Queue", Raw { type_name: "AWS::SQS::Queue".into(), properties: Json::Null }, Options::default());
    /// scope.warning(Problem {
    ///     code: "mail.no-dead-letters",
    ///     message: "a message that cannot be read is tried for ever".to_owned(),
    ///     value: String::new(),
    ///     allowed: String::new(),
    ///     fix: "add a queue for dead letters".to_owned(),
    /// });
    /// stack.scope().acknowledge("mail.no-dead-letters", "all messages are ours");
    /// assert!(stack.synthesize()?.warnings().is_empty());
    /// # Ok::<(), synth_core::Problems>(())
    /// ```
    pub fn acknowledge(&mut self, code: impl Into<Text>, reason: impl Into<Text>) {
        let (code, reason) = (code.into(), reason.into());
        if reason.trim().is_empty() {
            return self.problem(Problem {
                code: "core.acknowledgement-without-reason",
                message: "nobody will know why this was accepted".to_owned(),
                value: code.into_owned(),
                allowed: "a reason that is not empty".to_owned(),
                fix: "say why the problem may stay".to_owned(),
            });
        }
        let path = place(&self.stack.path, self.path());
        self.stack.ledger.acknowledgements.push(Acknowledgement {
            path,
            code,
            reason,
            used: false,
            is_inherited: false,
        });
    }
}

impl Template {
    /// What may not be meant, in the order in which it was found; then acknowledgements that silence nothing.
    pub fn warnings(&self) -> Vec<Placed> {
        let acknowledgements = self.ledger.acknowledgements.iter();
        let unused = acknowledgements
            .filter(|one| !one.used && !one.is_inherited && !self.is_used_within(one))
            .map(idle);
        let nested = self.nested.iter().flat_map(Self::warnings);
        let own = self.ledger.warnings.iter().cloned();
        own.chain(unused).chain(nested).collect()
    }

    fn is_used_within(&self, acknowledgement: &Acknowledgement) -> bool {
        let nested = self.nested.iter();
        let mut within = nested.flat_map(|nested| &nested.ledger.acknowledgements);
        within.any(|one| {
            one.used && (&one.path, &one.code) == (&acknowledgement.path, &acknowledgement.code)
        })
    }

    /// What was accepted in this stack, and why.
    pub fn acknowledgements(&self) -> &[Acknowledgement] {
        &self.ledger.acknowledgements
    }

    /// Takes what somebody found in the finished template: gives what stops it and is not acknowledged, and adds the
    /// warnings to its own.
    pub fn report(
        &mut self,
        found: impl IntoIterator<Item = (Severity, Placed)>,
    ) -> Result<(), Problems> {
        self.ledger.found.extend(found);
        let problems = self.ledger.settle();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Problems(problems))
        }
    }

    /// Adds the warnings to the metadata of a manifest: `cdk` and others print them.
    pub(crate) fn annotate(&self, metadata: &mut Vec<(String, Json)>) {
        for Placed { path, problem } in self.warnings() {
            let text = [&problem.value, &problem.fix];
            let text: String = text
                .into_iter()
                .filter(|text| !text.is_empty())
                .flat_map(|text| ["; ", text.as_str()])
                .collect();
            let text = format!("{}{text} [ack: {}]", problem.message, problem.code);
            let entry = Json::object([("type", "aws:cdk:warning".into()), ("data", text.into())]);
            let path = format!("/{path}");
            match metadata.iter_mut().find(|(known, _)| *known == path) {
                Some((_, Json::Array(entries))) => entries.push(entry),
                _ => metadata.push((path, Json::Array(vec![entry]))),
            }
        }
    }
}

fn refusal(acknowledgement: &Acknowledgement) -> Placed {
    let problem = Problem {
        code: "core.acknowledgement-refused",
        message: "what CloudFormation would refuse cannot be acknowledged".to_owned(),
        value: acknowledgement.code.to_string(),
        allowed: "codes of warnings and of rules".to_owned(),
        fix: "mend the problem itself".to_owned(),
    };
    Placed {
        path: acknowledgement.path.clone(),
        problem,
    }
}

fn idle(acknowledgement: &Acknowledgement) -> Placed {
    let problem = Problem {
        code: "core.acknowledgement-unused",
        message: "there is no such problem at or below this place".to_owned(),
        value: acknowledgement.code.to_string(),
        allowed: String::new(),
        fix: "take the acknowledgement out".to_owned(),
    };
    Placed {
        path: acknowledgement.path.clone(),
        problem,
    }
}
