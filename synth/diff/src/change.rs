//! What [`diff`](crate::diff) gives.

use synth_core::Json;

/// What deploying the second template over the first would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Resources, in the order of the new template; then those that it no longer has.
    pub resources: Vec<ResourceChange>,
    /// Everything else: parameters, outputs, conditions, mappings, tags and so on.
    pub entries: Vec<EntryChange>,
    /// Who may do what from now on, or no longer may.
    pub grants: Vec<Grant>,
    /// What may reach what over the network from now on, or no longer may.
    pub rules: Vec<Rule>,
}

/// What becomes of one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceChange {
    /// Its name in the new template; in the old one where the new one has it no longer.
    pub logical_id: String,
    /// Its construct path, where its metadata says one.
    pub path: Option<String>,
    /// Its type, such as `AWS::S3::Bucket`.
    pub resource_type: String,
    /// What happens to it.
    pub action: Action,
    /// What differs, by path below the resource: `Properties.Tags[Owner].Value`, `DeletionPolicy`.
    pub properties: Vec<PropertyChange>,
    /// What it refers to that becomes another thing.
    pub causes: Vec<Cause>,
    /// What happens to the physical resource there is, when it leaves the stack.
    pub fate: Option<Fate>,
    /// Whether what it holds is lost.
    pub loss: Option<Loss>,
    /// What CloudFormation would refuse, or a better way to say it.
    pub advice: Vec<String>,
}

/// What happens to a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Add,
    /// It leaves the stack.
    Remove,
    /// It has another logical id and is otherwise the same: CloudFormation makes it again and removes the old one.
    Move {
        /// The logical id before.
        from: String,
        /// The construct path before.
        from_path: Option<String>,
    },
    /// It is changed.
    Change(Effect),
}

/// What a change does to a resource, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The resource is left alone: only what the template says about it changes.
    Nothing,
    /// It is updated in place.
    InPlace,
    /// No schema of its type is known.
    Unknown,
    /// It is replaced in some cases.
    MayReplace,
    /// It is replaced: made anew, and the old one leaves the stack.
    Replaces,
}

impl Effect {
    /// The word for it, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::InPlace => "in-place",
            Self::Unknown => "unknown",
            Self::MayReplace => "may-replace",
            Self::Replaces => "replaces",
        }
    }
}

/// A place that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyChange {
    /// Names joined by dots; items of lists in brackets, by position or by what names them.
    pub path: String,
    /// What is there before.
    pub before: Option<Json>,
    /// What is there after.
    pub after: Option<Json>,
    /// What this change alone does.
    pub effect: Effect,
}

/// Something a resource refers to that becomes another thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// The property that refers to it.
    pub path: String,
    /// The logical id or the name of the parameter, mapping or condition.
    pub on: String,
    /// Whether it becomes another thing for certain; else it may.
    pub certain: bool,
    /// What that does to this resource.
    pub effect: Effect,
}

/// What happens to a physical resource that leaves its stack.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is deleted.
    Deleted,
    /// It goes on existing, and belongs to no stack.
    Retained,
    /// A snapshot is taken, then it is deleted.
    Snapshot,
}

impl Fate {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Retained => "retained",
            Self::Snapshot => "snapshot",
        }
    }
}

/// Whether what a resource holds is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It is.
    Certain,
    /// It is if the resource is replaced, which it may be.
    Possible,
}

/// A part of the template that is no resource, or something that CloudFormation is told beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryChange {
    /// Such as `Parameters`, `Outputs`, `Tags`.
    pub section: String,
    /// Its name there; empty for a section that is one value.
    pub name: String,
    /// What differs, by path below it. One that is there on one side alone has the empty path.
    pub properties: Vec<PropertyChange>,
}

/// Which way a change of access goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// More is allowed.
    Broadening,
    /// Less is allowed.
    Narrowing,
    /// What it says is said elsewhere too.
    Neutral,
}

impl Direction {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Broadening => "broadening",
            Self::Narrowing => "narrowing",
            Self::Neutral => "neutral",
        }
    }
}

/// A statement of a policy, or a managed policy or boundary, that is added or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Whether it is added; else it is removed.
    pub added: bool,
    /// Which way that goes.
    pub direction: Direction,
    /// `Allow`, `Deny`, `Managed policy` or `Boundary`.
    pub effect: String,
    /// Who: the principals, or the roles, users and groups that the policy is attached to.
    pub principals: Vec<String>,
    /// Patterns of actions; `not …` for those that are excepted.
    pub actions: Vec<String>,
    /// On what; `not …` for what is excepted.
    pub resources: Vec<String>,
    /// On which conditions, as JSON; empty for none.
    pub condition: String,
}

/// A rule of a security group that is added or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Whether it is added; else it is removed.
    pub added: bool,
    /// Which way that goes.
    pub direction: Direction,
    /// The security group.
    pub group: String,
    /// Whether it is about traffic into the group; else out of it.
    pub ingress: bool,
    /// The protocol; `-1` for all.
    pub protocol: String,
    /// Such as `443`, `8000-8080` or `all`.
    pub ports: String,
    /// The addresses, prefix list or security group on the other side.
    pub peer: String,
}

/// What makes a diff fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// Nothing does.
    #[default]
    Never,
    /// Anything that differs.
    AnyChange,
    /// A grant or rule that allows more.
    Broadening,
    /// A resource that is removed, replaced or moved, or may be, and does not go on existing.
    Destructive,
}

impl Changes {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
            && self.entries.is_empty()
            && self.grants.is_empty()
            && self.rules.is_empty()
    }

    /// Whether `gate` is hit.
    pub fn hits(&self, gate: Gate) -> bool {
        match gate {
            Gate::Never => false,
            Gate::AnyChange => !self.is_empty(),
            Gate::Broadening => {
                let grants = self.grants.iter().map(|grant| grant.direction);
                let rules = self.rules.iter().map(|rule| rule.direction);
                grants.chain(rules).any(|it| it == Direction::Broadening)
            }
            Gate::Destructive => {
                let fates = self.resources.iter().filter_map(|it| it.fate);
                fates.into_iter().any(|fate| fate != Fate::Retained)
            }
        }
    }

    /// How many resources `is` holds for.
    pub fn count(&self, is: impl Fn(&ResourceChange) -> bool) -> usize {
        self.resources.iter().filter(|it| is(it)).count()
    }
}
