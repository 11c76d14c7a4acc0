//! What facts mean: pure rules, a function a check.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Check, Finding};
use crate::deploy::StackState;
use crate::port::{Problem, ProviderError};

/// From how far on AWS refuses signatures, in most cases.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>
const REFUSED_FROM: Duration = Duration::from_mins(5);

/// From how far on it is worth a word: it will not get better by itself.
const NOTED_FROM: Duration = Duration::from_mins(1);

/// What a program recorded of the version it made a stack with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// The very version of this program.
    Same,
    /// None: it was made before that was recorded.
    Unrecorded,
    /// An older one.
    Older(String),
    /// A newer one that this program gets along with.
    Newer(String),
    /// A newer one that this program does not get along with.
    TooNew(String),
}

/// What the last comparison of a stack with its template found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastDrift {
    /// Nothing: there was none.
    NeverLooked,
    /// All is as the template says.
    InSync,
    /// So many resources are not; nothing where it is not known how many.
    Drifted(Option<usize>),
}

/// What IAM says of actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Simulated {
    /// The account's root user asks, whom no policy of the account limits.
    Root,
    /// What policies say. What is in neither set is allowed.
    Policies {
        /// Actions that are not allowed, or not on everything they are needed on.
        missing: BTreeSet<String>,
        /// Actions whose conditions ask for what only the action itself would tell.
        unsure: BTreeSet<String>,
    },
}

/// How far this clock is from the server's, in milliseconds; positive where this one is ahead.
pub fn clock(ahead_ms: i64) -> Finding {
    let off = Duration::from_millis(ahead_ms.unsigned_abs());
    let way = if ahead_ms > 0 { "ahead of" } else { "behind" };
    let seconds = off.as_secs();
    let what = format!("this clock is {seconds} seconds {way} AWS's");
    let fix = "set the clock, or let it be set: `timedatectl set-ntp true`";
    if off >= REFUSED_FROM {
        let what = format!("{what}; AWS refuses what is signed 5 minutes off");
        Finding::fail(Check::Clock, what, fix)
    } else if off >= NOTED_FROM {
        Finding::warn(Check::Clock, what, fix)
    } else if seconds < 2 {
        // The header has whole seconds, and the answer was some time on its way.
        Finding::ok(Check::Clock, "this clock goes as AWS's does")
    } else {
        Finding::ok(Check::Clock, what)
    }
}

/// Where the stack `name` stands, if there is one. `refresh` is what to type where this machine noted something else of it
/// than what it says now.
pub fn stack(
    name: &str,
    state: Option<&StackState>,
    region: &str,
    refresh: Option<&str>,
) -> Finding {
    let check = Check::Stack;
    let Some(state) = state else {
        let what = format!("there is no stack `{name}` in {region}");
        return Finding::fail(
            check,
            what,
            "`mycli init` makes it; `mycli destroy` forgets it",
        );
    };
    let what = format!("{name} is {state}");
    if !state.is_usable() {
        let fix = format!("see `mycli diagnose {name}`");
        return Finding::fail(check, what, fix);
    }
    if let Some(refresh) = refresh {
        let what = format!("{what}, and its outputs are not those that this machine knows");
        return Finding::warn(check, what, format!("`{refresh}` reads them anew"));
    }
    if state.is_in_progress() {
        let fix = format!("`mycli watch {name}` watches it to its end");
        return Finding::warn(check, what, fix);
    }
    if !state.is_success() {
        let what = format!("{what}: the last change was not made");
        let fix = format!("see `mycli diagnose {name}`, then `mycli init`");
        return Finding::warn(check, what, fix);
    }
    Finding::ok(check, what)
}

/// Whether a program of version `own` gets along with the installation.
pub fn version(recorded: &Version, own: &str) -> Finding {
    let check = Check::Version;
    let upgrade = "`mycli init` upgrades it";
    match recorded {
        Version::Same => Finding::ok(check, format!("made by mycli {own}, which this is")),
        Version::Unrecorded => {
            let what = format!("made by a mycli that did not record its version; this is {own}");
            Finding::warn(check, what, upgrade)
        }
        Version::Older(older) => Finding::warn(
            check,
            format!("made by mycli {older}, this is {own}"),
            upgrade,
        ),
        Version::Newer(newer) => Finding::warn(
            check,
            format!("made by mycli {newer}, this is {own}"),
            format!("get mycli {newer}; until then `mycli init` is refused"),
        ),
        Version::TooNew(newer) => Finding::fail(
            check,
            format!("made by mycli {newer}, this is {own}"),
            format!("get mycli {newer}"),
        ),
    }
}

/// What the last comparison of the stack `name` found.
pub fn drift(name: &str, last: LastDrift) -> Finding {
    let check = Check::Drift;
    match last {
        LastDrift::NeverLooked => {
            let look = "nobody has looked yet; `mycli doctor --drift` does";
            Finding::skipped(check, look)
        }
        LastDrift::InSync => Finding::ok(check, "the resources are as the template says"),
        LastDrift::Drifted(count) => {
            let count = match count {
                None => "resources are not as the template says".to_owned(),
                Some(1) => "one resource is not as the template says".to_owned(),
                Some(count) => format!("{count} resources are not as the template says"),
            };
            Finding::warn(check, count, format!("`mycli drift {name}` says which"))
        }
    }
}

/// Whether the image that executions take the agent from is there (`found`) and the one that this program makes.
pub fn agent(repository: &str, found: Option<&str>, own: &str) -> Finding {
    let check = Check::Agent;
    match found {
        None => Finding::fail(
            check,
            format!("the agent's image is not in {repository}"),
            "`mycli init` pushes it",
        ),
        Some(found) if found == own => Finding::ok(check, format!("{repository} has {own}")),
        Some(found) => Finding::warn(
            check,
            format!("{repository} has the agent of another program: {found}, this one's is {own}"),
            "`mycli init` pushes this program's",
        ),
    }
}

/// Whether `who` may do what running executions takes: the actions `needed`. `simulated` is what IAM says to them, or why it
/// says nothing.
pub fn permissions(
    who: &str,
    needed: &[&str],
    simulated: Result<Simulated, ProviderError>,
) -> Finding {
    let check = Check::Permissions;
    let list = |actions: &BTreeSet<String>| {
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        actions.join(", ")
    };
    let count = needed.len();
    match simulated {
        Ok(Simulated::Root) => Finding::ok(check, "the account's root user may do everything"),
        Ok(Simulated::Policies { missing, .. }) if !missing.is_empty() => {
            let what = format!("{who} may not {}", list(&missing));
            let fix = "attach the policy `Runner` of the installation's stack";
            // Whoever only reads is well with that.
            Finding::warn(check, what, fix)
        }
        Ok(Simulated::Policies { unsure, .. }) if unsure.is_empty() => {
            let what = format!("all {count} actions that running executions takes are allowed");
            Finding::ok(check, what)
        }
        Ok(Simulated::Policies { unsure, .. }) => {
            let what = format!(
                "conditions that cannot be simulated decide over {}; the rest of {count} actions is allowed",
                list(&unsure)
            );
            Finding::skipped(check, what)
        }
        Err(error) => {
            let needed = needed.join(", ");
            let what = format!("could not be simulated ({error}); needed are {needed}");
            Finding::skipped(check, what)
        }
    }
}

/// Whether what may run at a time, in vCPU, has room for an execution that takes `takes` vCPU.
pub fn quota(limit: f64, takes: f64) -> Finding {
    let check = Check::Quota;
    let what = format!("Fargate may run {limit} vCPU at a time, an execution takes {takes}");
    if limit < takes {
        let fix = "ask for more in the Service Quotas console: AWS Fargate, quota L-3032A538";
        Finding::warn(check, what, fix)
    } else {
        Finding::ok(check, what)
    }
}

/// What it means that the facts for `check` could not be had.
///
/// A right that is missing for looking is none that is needed for running.
pub fn unknown(check: Check, error: &ProviderError) -> Finding {
    let what = error.to_string();
    let nobodys_fault = matches!(
        error.problem,
        Problem::Denied | Problem::NotFound | Problem::Invalid | Problem::Throttled
    );
    match &error.hint {
        _ if nobodys_fault => Finding::skipped(check, format!("could not be told: {what}")),
        Some(hint) => Finding::warn(check, what, hint),
        None => Finding::warn(check, what, "run `mycli doctor` again"),
    }
}
