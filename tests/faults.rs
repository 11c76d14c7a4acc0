//! At every call of a deployment, an update and a destruction in turn something goes wrong; the next command finds the truth,
//! and finishes the work.

mod proxy;

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use self::proxy::FAULTS;
pub(crate) use self::proxy::{Fault, Proxy};
use crate::deploy::Assembly;
use crate::installation::{post, request, stack};
use crate::machine::{Machine, aws};

const FORM: &str = "application/x-www-form-urlencoded";

/// How many go wrong at a time. Most of the time is spent waiting for the next attempt.
const AT_ONCE: usize = 12;

/// What is done to the stacks `Data` and `Web`, of which the second needs the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Creation,
    /// A property of a resource of the one, a parameter of the other.
    Update,
    /// All but the bucket.
    Destruction,
}

impl Work {
    fn command(self) -> Vec<&'static str> {
        let (verb, more): (_, &[_]) = match self {
            Self::Creation => ("apply", &[]),
            Self::Update => ("apply", &["--parameters", "Web:Size=2"]),
            Self::Destruction => ("destroy", &["Data", "--retain", "Bucket", "--empty"]),
        };
        let what = [verb, "Web", "--assembly", "out", "--yes"];
        what.iter().chain(more).copied().collect()
    }

    /// Makes what the work begins with.
    fn prepare(self, app: &Assembly, endpoint: &str) {
        app.write_all();
        if self == Self::Destruction {
            app.write_manifest(&json!({}));
        }
        if self != Self::Creation {
            let apply = ["apply", "Web", "--assembly", "out", "--yes"];
            let mut command = app.machine.command(&apply);
            let made = command.env("AWS_ENDPOINT_URL", endpoint).output();
            assert!(made.as_ref().unwrap().status.success(), "{made:?}");
            app.write_data(2);
        }
    }

    /// Panics unless the work is done, whole, and nothing is left of the attempts.
    fn check(self, endpoint: &str, prefix: &str, what: &str) {
        let (data, web) = (format!("{prefix}-data"), format!("{prefix}-web"));
        let queues = format!("Action=ListQueues&Version=2012-11-05&QueueNamePrefix={data}-");
        let queues = post(endpoint, "sqs", FORM, "", &queues);
        let buckets = request(endpoint, "GET /", "s3", "", "");
        let counted = (
            queues.matches("<QueueUrl>").count(),
            buckets.matches(&format!("<Name>{data}-")).count(),
        );
        if self == Self::Destruction {
            for name in [&data, &web] {
                assert_eq!(stack(endpoint, name), None, "after {what}");
            }
            assert_eq!(counted, (0, 1), "queues and buckets after {what}");
            return;
        }
        assert_eq!(counted, (1, 1), "queues and buckets after {what}");
        for name in [&data, &web] {
            let answer = stack(endpoint, name).unwrap();
            let state = between(&answer, "<StackStatus>", "</StackStatus>");
            let is_whole = matches!(state, "CREATE_COMPLETE" | "UPDATE_COMPLETE");
            assert!(is_whole, "after {what}: {answer}");
            // CloudFormation forgets the others when one is executed; the emulator keeps those of stacks that are gone.
            let id = between(&answer, "<StackId>", "</StackId>");
            let body = format!("Action=ListChangeSets&Version=2010-05-15&StackName={name}");
            let answer = post(endpoint, "cloudformation", FORM, "", &body);
            let mut own = answer.split("<member>").filter(|one| one.contains(id));
            let left = own.any(|one| one.contains("<ExecutionStatus>AVAILABLE"));
            assert!(!left, "after {what} a change set is left: {answer}");
        }
        let (delay, size) = match self {
            Self::Update => (2, "<OutputValue>2<"),
            Self::Creation | Self::Destruction => (1, "<OutputValue>1<"),
        };
        assert!(
            stack(endpoint, &web).unwrap().contains(size),
            "after {what}"
        );
        let queue = between(&queues, "<QueueUrl>", "</QueueUrl>");
        let body = format!(
            "Action=GetQueueAttributes&Version=2012-11-05&QueueUrl={queue}&AttributeName.1=DelaySeconds"
        );
        let answer = post(endpoint, "sqs", FORM, "", &body);
        let expected = format!("<Value>{delay}</Value>");
        assert!(answer.contains(&expected), "after {what}: {answer}");
    }

    /// Does the work once through a proxy, and then without. Says which calls were made.
    fn go_wrong(self, endpoint: &str, prefix: &str, at: usize, fault: Fault) -> Vec<String> {
        let proxy = Proxy::before(endpoint, at, fault);
        let machine = Machine::new()
            .with("AWS_ENDPOINT_URL", &proxy.address)
            .with("AWS_ACCESS_KEY_ID", "test")
            .with("AWS_SECRET_ACCESS_KEY", "test")
            .with("AWS_REGION", "us-east-1");
        let app = Assembly {
            machine: &machine,
            prefix,
        };
        self.prepare(&app, endpoint);
        let command = self.command();
        let mut child = machine.start(&command);
        let run = loop {
            // Waits for the one, and looks for the other now and then.
            if proxy.kill.recv_timeout(Duration::from_millis(20)).is_ok() {
                child.kill().unwrap();
            }
            if child.try_wait().unwrap().is_some() {
                break crate::interrupted::ended(child);
            }
        };
        let calls = proxy.calls.lock().unwrap().clone();
        let hit = calls.get(at).cloned().unwrap_or_default();
        let what = format!("{fault:?} at call {at} of the {self:?}, {hit}");
        if matches!(
            fault,
            Fault::Nothing | Fault::Throttled | Fault::Unavailable | Fault::Reset
        ) {
            assert_eq!(run.code, Some(0), "{what}: once is forgiven: {run:?}");
        }
        let next = machine.with("AWS_ENDPOINT_URL", endpoint).run(&command);
        assert_eq!(next.code, Some(0), "after {what}: {run:?}, then {next:?}");
        self.check(endpoint, prefix, &what);
        calls
    }

    /// Lets every fault happen at every call.
    fn test(self, test: &str) {
        let Some(endpoint) = aws(test) else {
            return;
        };
        let name = format!("{self:?}").to_lowercase();
        let prefix = format!("faultless-{name}");
        let calls = self.go_wrong(&endpoint, &prefix, usize::MAX, Fault::Nothing);
        let jobs: Vec<(usize, Fault)> = (0..calls.len())
            .flat_map(|at| FAULTS.map(|fault| (at, fault)))
            .collect();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some((at, fault)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let prefix = format!("{name}-{at}-{fault:?}").to_lowercase();
                        self.go_wrong(&endpoint, &prefix, *at, *fault);
                    }
                });
            }
        });
        // Not by `println!`, which the test runner would keep to itself.
        let (sites, faults) = (calls.len(), FAULTS.len());
        let calls = calls.join(", ");
        let covered = format!("{self:?}: {sites} call sites, {faults} faults each: {calls}\n");
        std::io::stdout().write_all(covered.as_bytes()).unwrap();
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(found, _)| found)
}

#[test]
fn whatever_fails_at_whatever_call_the_next_deployment_finishes_the_work() {
    Work::Creation.test("whatever_fails_at_whatever_call_the_next_deployment_finishes_the_work");
}

#[test]
fn whatever_fails_at_whatever_call_of_an_update_the_next_one_finishes_the_work() {
    let test = "whatever_fails_at_whatever_call_of_an_update_the_next_one_finishes_the_work";
    Work::Update.test(test);
}

#[test]
fn whatever_fails_at_whatever_call_of_a_destruction_the_next_one_destroys_the_rest() {
    let test = "whatever_fails_at_whatever_call_of_a_destruction_the_next_one_destroys_the_rest";
    Work::Destruction.test(test);
}
