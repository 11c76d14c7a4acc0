//! What is being done to a stack already, and what can be known of who began it.

use std::collections::BTreeMap;
use std::fmt;

use super::last_time::LastTime;
use super::root_cause::{is_of_stack, last_operation};
use super::stacks::Event;

/// How many resources are named.
const NAMED: usize = 5;

/// An operation on a stack that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    /// Where the stack stands, such as `UPDATE_IN_PROGRESS`.
    pub status: String,
    /// When it began, in milliseconds since the Unix epoch, by the provider's clock.
    pub since_ms: u64,
    /// How long the same took last, in milliseconds, where the events still tell.
    pub expected_ms: Option<u64>,
    /// Names of the resources that are being worked on, in the order in which that began.
    pub in_progress: Vec<String>,
    /// With what it was begun, as far as can be known: the provider does not record who did.
    pub begun_with: Option<String>,
}

/// What is under way by the events of a stack, the oldest first; nothing where it is at rest.
pub(super) fn of(stack: &str, events: &[Event]) -> Option<UnderWay> {
    let last = last_operation(stack, events);
    let first = last.first()?;
    let stands = last.iter().rfind(|event| is_of_stack(stack, event))?;
    if !stands.status.ends_with("_IN_PROGRESS") || stands.status == "REVIEW_IN_PROGRESS" {
        return None;
    }
    let mut working: BTreeMap<&str, u64> = BTreeMap::new();
    for event in last.iter().filter(|event| !is_of_stack(stack, event)) {
        if event.status.ends_with("_IN_PROGRESS") {
            working.entry(&event.logical_id).or_insert(event.at_ms);
        } else {
            working.remove(event.logical_id.as_str());
        }
    }
    let mut in_progress: Vec<(&str, u64)> = working.into_iter().collect();
    in_progress.sort_by_key(|(_, at_ms)| *at_ms);
    Some(UnderWay {
        status: stands.status.clone(),
        since_ms: first.at_ms,
        expected_ms: LastTime::of(events).expected(first),
        in_progress: in_progress
            .into_iter()
            .map(|(id, _)| id.to_owned())
            .collect(),
        begun_with: last
            .iter()
            .find_map(|event| begun_with(event.token.as_deref()?)),
    })
}

/// Who uses tokens of this form.
///
/// The console's begin with `Console-`; see `ClientRequestToken` in
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html>.
fn begun_with(token: &str) -> Option<String> {
    Some(match token.split('-').next()? {
        "mycli" => format!("`mycli` (change set {token})"),
        "Console" => format!("the AWS console ({token})"),
        _ => format!("the token {token}"),
    })
}

impl fmt::Display for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "begun at {}", At(self.since_ms))?;
        if let Some(with) = &self.begun_with {
            write!(f, " with {with}")?;
        }
        if !self.in_progress.is_empty() {
            let named: Vec<&str> = self
                .in_progress
                .iter()
                .take(NAMED)
                .map(String::as_str)
                .collect();
            write!(f, ", working on {}", named.join(", "))?;
            let more = self.in_progress.len().saturating_sub(NAMED);
            if more > 0 {
                write!(f, " and {more} more")?;
            }
        }
        Ok(())
    }
}

/// What to do while another operation is under way.
pub(super) fn next(stack: &str) -> String {
    format!(
        "wait: `mycli watch {stack}` shows how it ends; who began it is in CloudTrail: `aws cloudtrail lookup-events \
         --lookup-attributes AttributeKey=ResourceName,AttributeValue={stack}`"
    )
}

/// A time in UTC, by milliseconds since the Unix epoch.
struct At(u64);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let mut days = seconds / 86_400;
        let mut year = 1970;
        let is_leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        while days >= 365 + u64::from(is_leap(year)) {
            days -= 365 + u64::from(is_leap(year));
            year += 1;
        }
        let february = 28 + u64::from(is_leap(year));
        let mut month = 1;
        for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if days < length {
                break;
            }
            days -= length;
            month += 1;
        }
        let day = days + 1;
        write!(
            f,
            "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}
