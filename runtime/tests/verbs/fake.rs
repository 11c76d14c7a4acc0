//! A store and a backend in memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use runtime::execution::Capacity;
use runtime::port::{Holding, Listing, Page, Problem, Progress, Step};
use runtime::retry::Retry;
use runtime::site::Starts;
use runtime::size::Size;
use runtime::wire::{Body, Command, Frame, Order, Outcome, Phase};
use runtime::{
    Ambient, AttemptId, Backend, Execution, ExecutionId, History, Observed, ProviderError, Request,
    Site, State,
};

/// All that is kept and all that runs; what it answers is for the test to set.
#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) rows: Mutex<BTreeMap<ExecutionId, Execution>>,
    pub(crate) frames: Mutex<Vec<Frame>>,
    pub(crate) unwritable: Mutex<Option<ProviderError>>,
    /// Changes that others make just before ours, one for each of our attempts.
    pub(crate) rivals: Mutex<VecDeque<fn(&mut Execution)>>,
    /// What starts fail with, one after the other.
    pub(crate) start: Mutex<VecDeque<ProviderError>>,
    /// Every attempt that was started, in order.
    pub(crate) started: Mutex<Vec<String>>,
    /// What the second attempt says; [`Self::frames`] is what the first one does.
    pub(crate) again: Mutex<Vec<Frame>>,
    /// What readers of the journal meet first.
    pub(crate) outages: Mutex<VecDeque<ProviderError>>,
    /// Orders that no agent has taken.
    pub(crate) orders: Mutex<BTreeMap<String, Order>>,
    pub(crate) killed: Mutex<Vec<String>>,
    pub(crate) holdings: Mutex<Vec<Holding>>,
    pub(crate) observed: Mutex<Option<Observed>>,
    /// Frames that appear while the backend is being asked.
    pub(crate) late: Mutex<Vec<Frame>>,
    pub(crate) stopped: Mutex<Vec<ExecutionId>>,
    pub(crate) cleaned: Mutex<Vec<ExecutionId>>,
    pub(crate) now_ms: AtomicU64,
    pub(crate) draws: Mutex<VecDeque<u64>>,
}

impl Fake {
    pub(crate) fn site(&self) -> Site<'_> {
        Site {
            history: self,
            backend: self,
            ambient: self,
            starts: Starts::Nothing,
        }
    }

    /// A row in `state`, recorded at time 0.
    pub(crate) fn put(&self, number: u64, state: State) -> Execution {
        let execution = Execution {
            state,
            env_names: Vec::new(),
            handle: (state > State::Submitted).then(|| "handle".to_owned()),
            ..Execution::new(ExecutionId::from_random(number), &request(), number)
        };
        self.rows
            .lock()
            .unwrap()
            .insert(execution.id.clone(), execution.clone());
        execution
    }

    pub(crate) fn row(&self, id: &ExecutionId) -> Execution {
        self.rows.lock().unwrap()[id].clone()
    }

    /// What an attempt has said.
    fn said(&self, attempt: &AttemptId) -> Vec<Frame> {
        match attempt.number() {
            1 => self.frames.lock().unwrap().clone(),
            2 if self
                .started
                .lock()
                .unwrap()
                .iter()
                .any(|name| name == attempt.as_str()) =>
            {
                self.again.lock().unwrap().clone()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn see(&self, observed: Observed) {
        *self.observed.lock().unwrap() = Some(observed);
    }
}

pub(crate) fn request() -> Request {
    Request {
        command: Command::Argv(vec!["true".to_owned()]),
        image: None,
        source: None,
        env: BTreeMap::from([("NAME".to_owned(), "secret".to_owned())]),
        timeout_ms: None,
        grace_ms: 1,
        requested_by: None,
        recorded_by: "test".to_owned(),
        retry: Retry::default(),
        labels: BTreeMap::new(),
        masked: Vec::new(),
        mask: Vec::new(),
        output_limit: None,
        terminal: None,
        size: Size::default(),
        capacity: Capacity::default(),
        arch: None,
        role: None,
        git_token: None,
    }
}

/// Frames 1, 2, 3, … of these bodies, frame 1 at 101 ms and so on.
pub(crate) fn frames(bodies: Vec<Body>) -> Vec<Frame> {
    let frame = |(seq, body)| Frame {
        seq,
        at_ms: 100 + seq,
        body,
    };
    (1..).zip(bodies).map(frame).collect()
}

pub(crate) fn whole_life() -> Vec<Frame> {
    frames(vec![
        Body::Phase(Phase::Running),
        Body::Stdout(b"out".to_vec()),
        Body::Stderr(b"err".to_vec()),
        Body::Ended(Outcome::exited(3)),
    ])
}

pub(crate) fn failure(problem: Problem) -> ProviderError {
    ProviderError::new(problem, "do it", "no")
        .with_code("test.refused")
        .with_hint("try")
}

#[async_trait]
impl History for Fake {
    async fn record(&self, execution: &Execution) -> Result<(), ProviderError> {
        if let Some(error) = self.unwritable.lock().unwrap().clone() {
            return Err(error);
        }
        let mut rows = self.rows.lock().unwrap();
        if rows.contains_key(&execution.id) {
            return Err(ProviderError::new(Problem::Conflict, "record", "taken"));
        }
        rows.insert(execution.id.clone(), execution.clone());
        Ok(())
    }

    async fn read(&self, id: &ExecutionId) -> Result<Option<Execution>, ProviderError> {
        Ok(self.rows.lock().unwrap().get(id).cloned())
    }

    async fn replace(&self, execution: &Execution) -> Result<bool, ProviderError> {
        if let Some(error) = self.unwritable.lock().unwrap().clone() {
            return Err(error);
        }
        let mut rows = self.rows.lock().unwrap();
        let row = rows.get_mut(&execution.id).unwrap();
        if let Some(change) = self.rivals.lock().unwrap().pop_front() {
            change(row);
            row.revision += 1;
        }
        if row.revision + 1 != execution.revision {
            return Ok(false);
        }
        assert!(
            !row.state.is_final() || row.state == execution.state,
            "a final state changed"
        );
        *row = execution.clone();
        Ok(true)
    }

    async fn find(&self, prefix: &str, limit: usize) -> Result<Vec<ExecutionId>, ProviderError> {
        let rows = self.rows.lock().unwrap();
        let fits = rows.keys().filter(|id| id.as_str().starts_with(prefix));
        Ok(fits.take(limit).cloned().collect())
    }

    async fn list(&self, page: &Page) -> Result<Listing, ProviderError> {
        let mut rows: Vec<Execution> = self.rows.lock().unwrap().values().cloned().collect();
        rows.retain(|row| page.states.is_empty() || page.states.contains(&row.state));
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at_ms));
        let from: usize = page
            .token
            .as_ref()
            .map_or(0, |token| token.parse().unwrap());
        // Two a page, so that every reader has to turn pages.
        let limit = page.limit.min(2);
        let next = (rows.len() > from + limit).then(|| (from + limit).to_string());
        let executions = rows.into_iter().skip(from).take(limit).collect();
        Ok(Listing { executions, next })
    }

    async fn forget(&self, before_ms: u64, limit: usize) -> Result<Vec<Execution>, ProviderError> {
        let mut rows = self.rows.lock().unwrap();
        let old = rows
            .values()
            .filter(|row| row.ended_at_ms.is_some_and(|at| at < before_ms));
        let old: Vec<Execution> = old.take(limit).cloned().collect();
        rows.retain(|id, _| !old.iter().any(|row| row.id == *id));
        Ok(old)
    }

    async fn frames(&self, attempt: &AttemptId, after: u64) -> Result<Vec<Frame>, ProviderError> {
        if let Some(error) = self.outages.lock().unwrap().pop_front() {
            return Err(error);
        }
        let frames = self.said(attempt);
        // Two at a time, as a store with pages would.
        Ok(frames
            .iter()
            .filter(|frame| frame.seq > after)
            .take(2)
            .cloned()
            .collect())
    }

    async fn milestones(&self, attempt: &AttemptId) -> Result<Vec<Frame>, ProviderError> {
        let frames = self.said(attempt);
        let milestone = |frame: &&Frame| matches!(frame.body, Body::Phase(_) | Body::Ended(_));
        Ok(frames.iter().filter(milestone).cloned().collect())
    }
}

#[async_trait]
impl Backend for Fake {
    async fn start(&self, execution: &Execution, order: &Order) -> Result<String, ProviderError> {
        assert!(
            self.rows.lock().unwrap().contains_key(&execution.id),
            "started before recorded"
        );
        assert_eq!(order.env["NAME"], "secret");
        self.started.lock().unwrap().push(order.execution.clone());
        match self.start.lock().unwrap().pop_front() {
            Some(error) => Err(error),
            None => Ok("handle".to_owned()),
        }
    }

    async fn start_reporting(
        &self,
        execution: &Execution,
        order: &Order,
        progress: &Progress<'_>,
    ) -> Result<String, ProviderError> {
        progress(Step::Pulling("pulling"));
        tokio::task::yield_now().await;
        self.start(execution, order).await
    }

    async fn order_left(&self, attempt: &AttemptId) -> Result<Option<Order>, ProviderError> {
        Ok(self.orders.lock().unwrap().remove(attempt.as_str()))
    }

    async fn observe(&self, _: &Execution) -> Result<Observed, ProviderError> {
        self.frames
            .lock()
            .unwrap()
            .append(&mut self.late.lock().unwrap());
        Ok(self
            .observed
            .lock()
            .unwrap()
            .clone()
            .unwrap_or(Observed::Alive))
    }

    async fn ask_to_stop(&self, execution: &Execution) -> Result<(), ProviderError> {
        self.stopped.lock().unwrap().push(execution.id.clone());
        Ok(())
    }

    async fn kill(&self, execution: &Execution) -> Result<(), ProviderError> {
        let name = execution.attempt_id().to_string();
        self.killed.lock().unwrap().push(name);
        Ok(())
    }

    async fn kill_stray(&self, holding: &Holding) -> Result<(), ProviderError> {
        self.killed
            .lock()
            .unwrap()
            .push(holding.attempt.to_string());
        Ok(())
    }

    async fn running(&self) -> Result<Vec<Holding>, ProviderError> {
        Ok(self.holdings.lock().unwrap().clone())
    }

    async fn clean_up(&self, execution: &Execution) -> Result<(), ProviderError> {
        assert!(execution.state.is_final(), "cleaned up before the end");
        self.cleaned.lock().unwrap().push(execution.id.clone());
        Ok(())
    }
}

impl Ambient for Fake {
    fn now_ms(&self) -> u64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    fn random(&self) -> u64 {
        self.draws.lock().unwrap().pop_front().unwrap_or(0)
    }
}
