//! What can be wrong between a person and a command that runs: the checks, and what facts mean for them.
//!
//! Reading order: [`Check`] is every check and what has to hold before it is worth making, [`Finding`] what came of one,
//! [`complete`] what is said of those that were not made. `rules` and `network` turn facts into findings; whoever gathers
//! the facts is elsewhere.

mod network;
mod rules;
#[cfg(test)]
mod tests;

pub use network::{Network, Subnet, WayOut, network};
pub use rules::{
    LastDrift, Simulated, Version, agent, clock, drift, permissions, quota, stack, unknown, version,
};

/// A check. The order is that in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The files of settings can be read.
    Configuration,
    /// History can be kept on this machine.
    Data,
    /// A container engine answers.
    Engine,
    /// The repository around the current directory can be fetched.
    Git,
    /// There is an installation to look at.
    Installation,
    /// The region is known.
    Region,
    /// This clock goes as AWS's does.
    Clock,
    /// There are credentials, and AWS takes them.
    Credentials,
    /// The stack of the installation can be used.
    Stack,
    /// The stack was made by a program that this one understands.
    Version,
    /// Nobody changed the stack's resources behind its back.
    Drift,
    /// The agent's image is in the repository, and is this program's.
    Agent,
    /// Tasks can reach what they need.
    Network,
    /// Whoever asks may start executions and read them.
    Permissions,
    /// There is room for an execution.
    Quota,
}

impl Check {
    /// All of them, in order.
    pub const ALL: [Self; 15] = [
        Self::Configuration,
        Self::Data,
        Self::Engine,
        Self::Git,
        Self::Installation,
        Self::Region,
        Self::Clock,
        Self::Credentials,
        Self::Stack,
        Self::Version,
        Self::Drift,
        Self::Agent,
        Self::Network,
        Self::Permissions,
        Self::Quota,
    ];

    /// Stable code. Never reused for another check.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Data => "data",
            Self::Engine => "engine",
            Self::Git => "git",
            Self::Installation => "installation",
            Self::Region => "region",
            Self::Clock => "clock",
            Self::Credentials => "credentials",
            Self::Stack => "stack",
            Self::Version => "version",
            Self::Drift => "drift",
            Self::Agent => "agent",
            Self::Network => "network",
            Self::Permissions => "permissions",
            Self::Quota => "quota",
        }
    }

    /// The check that has to hold before this one says anything.
    pub const fn needs(self) -> Option<Self> {
        match self {
            Self::Configuration | Self::Data | Self::Engine | Self::Git => None,
            // Which installation there is stands in a file.
            Self::Installation => Some(Self::Configuration),
            Self::Region => Some(Self::Installation),
            Self::Clock | Self::Credentials => Some(Self::Region),
            Self::Stack => Some(Self::Credentials),
            // A stack of a newer program may be laid out in another way.
            Self::Version => Some(Self::Stack),
            Self::Drift | Self::Agent | Self::Network | Self::Permissions | Self::Quota => {
                Some(Self::Version)
            }
        }
    }
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It could not be told.
    Skipped,
    /// Commands run, and something is to be looked at.
    Warn,
    /// Commands will not run.
    Fail,
}

impl Verdict {
    /// Stable word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, in one line.
    pub what: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Finding {
    /// It is as it should be.
    pub fn ok(check: Check, what: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, what, None)
    }

    /// It is to be looked at.
    pub fn warn(check: Check, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(check, Verdict::Warn, what, Some(fix.into()))
    }

    /// It is wrong.
    pub fn fail(check: Check, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(check, Verdict::Fail, what, Some(fix.into()))
    }

    /// It could not be told.
    pub fn skipped(check: Check, why: impl Into<String>) -> Self {
        Self::new(check, Verdict::Skipped, why, None)
    }

    /// Any verdict, with or without a fix.
    pub fn new(
        check: Check,
        verdict: Verdict,
        what: impl Into<String>,
        fix: Option<String>,
    ) -> Self {
        let what = what.into();
        Self {
            check,
            verdict,
            what,
            fix,
        }
    }
}

/// `findings` in order, with a word on each check that was not made because another one failed.
///
/// Those that were not made because there is nothing to look at are left out: one line says that already.
pub fn complete(mut findings: Vec<Finding>) -> Vec<Finding> {
    for check in Check::ALL {
        if findings.iter().any(|finding| finding.check == check) {
            continue;
        }
        let mut needed = check.needs();
        while let Some(before) = needed {
            let failed = |it: &&Finding| it.check == before && it.verdict == Verdict::Fail;
            if findings.iter().any(|it| failed(&it)) {
                let why = format!("not looked at: `{}` comes first", before.code());
                findings.push(Finding::skipped(check, why));
                break;
            }
            needed = before.needs();
        }
    }
    findings.sort_by_key(|finding| finding.check);
    findings
}
