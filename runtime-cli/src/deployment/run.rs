//! Deploys stacks, each after those it depends on and several at once, while a person may leave.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use runtime::deploy::{
    Ended, Plan, PlanRequest, Progress, Rollback, Stacks as _, apply, discard, in_order, plan,
    rollback_of,
};
use runtime_aws::Cloud;

use super::carry_out::{Job, Todo};
use crate::attach::Signals;
use crate::failure::Failure;
use crate::install::Teller;
use crate::printer::Printer;

/// How long after the first Ctrl-C a second one cancels.
const SECOND_THOUGHTS: Duration = Duration::from_secs(3);

/// How often it is looked whether the change sets in the making are taken back.
const SOON: Duration = Duration::from_millis(100);

/// A stack that was deployed.
#[derive(Debug, Default)]
pub(super) struct Deployed {
    pub(super) changed: bool,
    pub(super) outputs: BTreeMap<String, String>,
}

/// Why not everything was seen to its end: the person stopped watching.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) exit_code: u8,
    /// The stacks that CloudFormation goes on with.
    pub(crate) under_way: Vec<String>,
    /// Whether it was told to undo them.
    pub(crate) cancelled: bool,
}

impl Left {
    /// What goes on.
    pub(crate) fn what(&self) -> &'static str {
        match (self.under_way.is_empty(), self.cancelled) {
            (true, _) => "nothing is under way",
            (false, true) => "CloudFormation undoes what was cancelled",
            (false, false) => "CloudFormation goes on with what is under way",
        }
    }
}

/// Where a stack is, once its job is taken.
struct Target {
    name: String,
    stack: String,
    cloud: Cloud,
}

/// What is known of the stacks while they are deployed.
#[derive(Default)]
struct Board {
    /// Those that were not begun.
    waiting: Vec<RefCell<Option<Job>>>,
    /// Those whose change set is in the making.
    planning: RefCell<BTreeSet<usize>>,
    /// Those that CloudFormation is at work on.
    running: RefCell<BTreeSet<usize>>,
    /// Whether the person has left.
    is_left: Cell<bool>,
}

/// Deploys them all, at most `at_once` at a time.
pub(super) async fn run(
    jobs: Vec<Job>,
    at_once: usize,
    signals: &mut Signals,
    printer: Printer,
) -> Result<Result<Vec<Ended<Deployed, Failure>>, Left>, Failure> {
    let needs: Vec<Vec<usize>> = jobs.iter().map(|job| job.depends_on.clone()).collect();
    let targets: Vec<Target> = jobs.iter().map(Target::of).collect();
    let is_alone = jobs.len() == 1;
    let board = Board {
        waiting: jobs
            .into_iter()
            .map(|job| RefCell::new(Some(job)))
            .collect(),
        ..Board::default()
    };
    let teller = Teller::new(printer);
    let (board, teller) = (&board, &teller);
    let deploying = in_order(&needs, at_once, |position| async move {
        match board.take(position) {
            Some(job) => board.deploy(position, job, is_alone, teller).await,
            None => Ok(Deployed::default()),
        }
    });
    tokio::pin!(deploying);
    let exit_code = tokio::select! {
        ended = &mut deploying => return Ok(Ok(ended)),
        reaction = signals.next() => reaction.exit_code(),
    };
    board.is_left.set(true);
    teller.past(|| {
        printer.note(
            "not watching any more, and beginning no further stack; once more, now, cancels what is under way",
        );
    });
    let cancelled = tokio::select! {
        _ = &mut deploying => false,
        _ = signals.next() => true,
        () = tokio::time::sleep(SECOND_THOUGHTS) => false,
    };
    let under_way = board.running.borrow().clone();
    let under_way: Vec<&Target> = under_way
        .iter()
        .filter_map(|position| targets.get(*position))
        .collect();
    if cancelled {
        cancel(&under_way, printer).await?;
    }
    while !board.planning.borrow().is_empty() {
        tokio::select! {
            _ = &mut deploying => break,
            () = tokio::time::sleep(SOON) => {}
        }
    }
    board.tidy().await?;
    Ok(Err(Left {
        exit_code,
        under_way: under_way.iter().map(|one| one.stack.clone()).collect(),
        cancelled,
    }))
}

impl Board {
    /// The job of a stack that is to be begun.
    fn take(&self, position: usize) -> Option<Job> {
        let job = self.waiting.get(position).filter(|_| !self.is_left.get())?;
        job.borrow_mut().take()
    }

    async fn deploy(
        &self,
        position: usize,
        job: Job,
        is_alone: bool,
        teller: &Teller,
    ) -> Result<Deployed, Failure> {
        let plan = match job.todo {
            Todo::Nothing(outputs) => {
                return Ok(Deployed {
                    changed: false,
                    outputs,
                });
            }
            Todo::Apply(plan) => *plan,
            Todo::PlanAndApply => {
                self.planning.borrow_mut().insert(position);
                let planned = self.plan(&job.cloud, job.request).await;
                self.planning.borrow_mut().remove(&position);
                match planned? {
                    Some(plan) => plan,
                    None => return Ok(Deployed::default()),
                }
            }
        };
        self.running.borrow_mut().insert(position);
        let changed = !plan.is_empty();
        let mut sink = |step: &Progress| teller.tell(&job.name, is_alone, step);
        let applied = apply(&job.cloud, plan, &mut sink).await;
        self.running.borrow_mut().remove(&position);
        Ok(Deployed {
            changed,
            outputs: applied?.outputs,
        })
    }

    /// Makes a change set; takes it back, and there is none, where the person has left in the meantime.
    async fn plan(&self, cloud: &Cloud, request: PlanRequest) -> Result<Option<Plan>, Failure> {
        let planned = plan(cloud, request).await?;
        if self.is_left.get() {
            discard(cloud, planned).await?;
            return Ok(None);
        }
        Ok(Some(planned))
    }

    /// Leaves no change set behind of what was not begun.
    async fn tidy(&self) -> Result<(), Failure> {
        for job in &self.waiting {
            let job = job.borrow_mut().take();
            if let Some(Job {
                cloud,
                todo: Todo::Apply(plan),
                ..
            }) = job
            {
                discard(&cloud, *plan).await?;
            }
        }
        Ok(())
    }
}

impl Target {
    fn of(job: &Job) -> Self {
        Self {
            name: job.name.clone(),
            stack: job.request.stack.clone(),
            cloud: job.cloud.clone(),
        }
    }
}

/// Stops the updates that are under way; what is being made goes on.
async fn cancel(under_way: &[&Target], printer: Printer) -> Result<(), Failure> {
    for Target { name, stack, cloud } in under_way {
        let Some(stack) = cloud.describe(stack).await? else {
            continue;
        };
        match rollback_of(cloud, &stack, Vec::new()).await {
            Ok(Rollback::Cancel) => {
                cloud.cancel_update(&stack.id).await?;
                printer.note(&format!("{name}: the update is cancelled"));
            }
            _ => printer.note(&format!(
                "{name}: {} cannot be cancelled, and goes on",
                stack.state
            )),
        }
    }
    Ok(())
}
