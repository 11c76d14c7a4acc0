//! A stack service that plays a script, and writes down what it was asked to do.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use async_trait::async_trait;

use crate::deploy::{
    ChangeSet, ChangeSetRequest, ChangeSetState, Contents, Drift, Event, Holdings, PlanRequest,
    ServiceReport, Services, Stack, StackResource, StackState, Stacks,
};
use crate::port::{Problem, ProviderError};

pub(super) const TEMPLATE: &str = r#"{"Resources":{
    "Table":{"Type":"AWS::DynamoDB::Table"},
    "Bucket":{"Type":"AWS::S3::Bucket"},
    "Logs":{"Type":"AWS::Logs::LogGroup","DeletionPolicy":"Retain"}}}"#;

/// What the service does, in turn; the last of each goes on for ever.
#[derive(Default)]
pub(super) struct Fake {
    pub(super) stacks: Mutex<VecDeque<Option<Stack>>>,
    pub(super) change_sets: Mutex<VecDeque<ChangeSet>>,
    pub(super) events: Mutex<VecDeque<Result<Vec<Event>, Problem>>>,
    /// What its services say of their tasks.
    pub(super) service: Option<Result<ServiceReport, Problem>>,
    /// Events of stacks nested in it, by their id.
    pub(super) nested: BTreeMap<String, Vec<Event>>,
    pub(super) resources: Vec<StackResource>,
    /// What emptying removes, in turn; then nothing.
    pub(super) emptied: Mutex<VecDeque<u64>>,
    pub(super) drifts: Mutex<VecDeque<Option<Drift>>>,
    /// Whether there are no task definitions.
    pub(super) task_definitions_are_gone: bool,
    pub(super) asked: Mutex<Vec<String>>,
}

fn next<T: Clone>(script: &Mutex<VecDeque<T>>) -> Option<T> {
    let mut script = script.lock().unwrap();
    match script.len() {
        0 => None,
        1 => script.front().cloned(),
        _ => script.pop_front(),
    }
}

impl Fake {
    pub(super) fn with_stack(state: &str) -> Self {
        let fake = Self::default();
        fake.stacks.lock().unwrap().push_back(Some(stack(state)));
        fake
    }

    pub(super) fn then_change_set(self, state: ChangeSetState) -> Self {
        let changes = Vec::new();
        self.change_sets
            .lock()
            .unwrap()
            .push_back(ChangeSet { state, changes });
        self
    }

    pub(super) fn then_events(self, events: &[&str]) -> Self {
        let events = events.iter().map(|line| event(line)).collect();
        self.events.lock().unwrap().push_back(Ok(events));
        self
    }

    pub(super) fn then_no_events(self, problem: Problem) -> Self {
        self.events.lock().unwrap().push_back(Err(problem));
        self
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn ask(&self, what: impl Into<String>) {
        self.asked.lock().unwrap().push(what.into());
    }
}

pub(super) fn stack(state: &str) -> Stack {
    Stack {
        name: "mycli".to_owned(),
        id: "arn:mycli".to_owned(),
        state: StackState(state.to_owned()),
        reason: None,
        outputs: [("Cluster".to_owned(), "c".to_owned())].into(),
        parameters: [("Cidr".to_owned(), "10.0.0.0/16".to_owned())].into(),
        tags: [].into(),
        protected: false,
        exports: Vec::new(),
        notification_arns: Vec::new(),
        role: None,
        changed_at_ms: None,
    }
}

/// An event, as `TIME LOGICAL-ID STATUS REASON…`; its id is its time, its stack is `mycli`.
pub(super) fn event(line: &str) -> Event {
    let mut words = line.splitn(4, ' ');
    let id = words.next().unwrap();
    let logical_id = words.next().unwrap();
    let of_stack = logical_id == "mycli";
    Event {
        id: id.to_owned(),
        at_ms: id.parse().unwrap(),
        logical_id: logical_id.to_owned(),
        resource_type: match logical_id {
            "Service" => "AWS::ECS::Service",
            _ if of_stack => "AWS::CloudFormation::Stack",
            _ => "AWS::X::Y",
        }
        .to_owned(),
        physical_id: (logical_id == "Service").then(|| "arn:service/c/web".to_owned()),
        status: words.next().unwrap().to_owned(),
        reason: words.next().map(str::to_owned),
        token: None,
    }
}

pub(super) fn request() -> PlanRequest {
    PlanRequest {
        stack: "mycli".to_owned(),
        template: TEMPLATE.to_owned(),
        parameters: [].into(),
        tags: [].into(),
        ..PlanRequest::default()
    }
}

pub(super) fn resource(logical_id: &str, resource_type: &str) -> StackResource {
    StackResource {
        logical_id: logical_id.to_owned(),
        resource_type: resource_type.to_owned(),
        physical_id: logical_id.to_lowercase(),
    }
}

#[async_trait]
impl Stacks for Fake {
    async fn describe(&self, _stack: &str) -> Result<Option<Stack>, ProviderError> {
        Ok(next(&self.stacks).flatten())
    }

    async fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> Result<(String, String), ProviderError> {
        let kind = if request.create { "create" } else { "update" };
        let retains = request
            .template
            .matches("\"DeletionPolicy\":\"Retain\"")
            .count();
        let previous = request.previous_parameters.join(",");
        self.ask(format!(
            "change set to {kind}, retains {retains}, previous {previous:?}"
        ));
        Ok(("change-set".to_owned(), "arn:mycli".to_owned()))
    }

    async fn describe_change_set(&self, _id: &str) -> Result<ChangeSet, ProviderError> {
        Ok(next(&self.change_sets).unwrap())
    }

    async fn change_set_template(&self, _id: &str) -> Result<String, ProviderError> {
        Ok(TEMPLATE.to_owned())
    }

    async fn execute_change_set(&self, _id: &str, keeps: bool) -> Result<(), ProviderError> {
        self.ask(if keeps { "execute and keep" } else { "execute" });
        Ok(())
    }

    async fn delete_change_set(&self, _id: &str) -> Result<(), ProviderError> {
        self.ask("delete change set");
        Ok(())
    }

    async fn events(&self, stack: &str, after: Option<&str>) -> Result<Vec<Event>, ProviderError> {
        if let Some(events) = self.nested.get(stack) {
            return Ok(events.clone());
        }
        // What happened before is not part of the script.
        if after.is_none()
            && !self.asked().iter().any(|asked| {
                asked.starts_with("delete ")
                    || asked.starts_with("execute")
                    || asked.contains("roll")
                    || asked.starts_with("cancel")
            })
        {
            if let Some(Ok(events)) = self.events.lock().unwrap().front()
                && events.iter().any(|event| event.id == "0")
            {
                return Ok(events.clone());
            }
            return Ok(Vec::new());
        }
        match next(&self.events) {
            Some(Ok(events)) => Ok(events),
            Some(Err(problem)) => Err(ProviderError::new(problem, "events", "no answer")),
            None => Ok(Vec::new()),
        }
    }

    async fn resources(&self, _stack: &str) -> Result<Vec<StackResource>, ProviderError> {
        Ok(self.resources.clone())
    }

    async fn template(&self, _stack: &str) -> Result<String, ProviderError> {
        Ok(TEMPLATE.to_owned())
    }

    async fn delete(&self, _stack_id: &str, retain: &[String]) -> Result<(), ProviderError> {
        self.ask(["delete stack", &retain.join(",")].join(" ").trim());
        Ok(())
    }

    async fn protect(&self, _stack_id: &str, on: bool) -> Result<(), ProviderError> {
        self.ask(format!("protect: {on}"));
        Ok(())
    }

    async fn set_policy(&self, _stack_id: &str, policy: &str) -> Result<(), ProviderError> {
        self.ask(format!("policy: {policy}"));
        Ok(())
    }

    async fn roll_back(&self, _stack_id: &str) -> Result<(), ProviderError> {
        self.ask("roll back");
        Ok(())
    }

    async fn continue_rollback(
        &self,
        _stack_id: &str,
        skip: &[String],
    ) -> Result<(), ProviderError> {
        self.ask(format!("continue rollback without {skip:?}"));
        Ok(())
    }

    async fn cancel_update(&self, _stack_id: &str) -> Result<(), ProviderError> {
        self.ask("cancel update");
        Ok(())
    }

    async fn importers(&self, export: &str) -> Result<Vec<String>, ProviderError> {
        Ok(vec![format!("importer-of-{export}")])
    }

    async fn detect_drift(&self, _stack_id: &str) -> Result<String, ProviderError> {
        self.ask("detect drift");
        Ok("detection".to_owned())
    }

    async fn drift(
        &self,
        _stack_id: &str,
        _detection: &str,
    ) -> Result<Option<Drift>, ProviderError> {
        Ok(next(&self.drifts).flatten())
    }

    fn services(&self) -> Option<&dyn Services> {
        self.service.as_ref().map(|_| self as &dyn Services)
    }
}

#[async_trait]
impl Services for Fake {
    async fn stopped(&self, service: &str) -> Result<ServiceReport, ProviderError> {
        self.ask(format!("tasks of {service}"));
        let report = self.service.clone().unwrap();
        report
            .map_err(|problem| ProviderError::new(problem, "ecs:ListTasks of `c`", "no such right"))
    }
}

#[async_trait]
impl Holdings for Fake {
    async fn contents(&self, resource: &StackResource) -> Result<Contents, ProviderError> {
        Ok(match resource.resource_type.as_str() {
            "AWS::S3::Bucket" => Contents::Things {
                count: 2,
                kind: "objects",
                or_more: false,
            },
            _ => Contents::Nothing,
        })
    }

    async fn empty(&self, resource: &StackResource) -> Result<u64, ProviderError> {
        let emptied = self.emptied.lock().unwrap().pop_front().unwrap_or_default();
        self.ask(format!("empty {} of {emptied}", resource.logical_id));
        Ok(emptied)
    }

    async fn remove(&self, resource: &StackResource) -> Result<(), ProviderError> {
        self.ask(format!("remove {}", resource.logical_id));
        Ok(())
    }

    async fn task_definitions(&self, family: &str) -> Result<Vec<String>, ProviderError> {
        let done = self.asked().iter().any(|asked| asked == "delete stack");
        let copy = format!("arn:task-definition/{family}-0a1b2c3d:1");
        Ok(if self.task_definitions_are_gone {
            Vec::new()
        } else if done {
            vec![format!("arn:task-definition/{family}:1")]
        } else {
            vec![copy]
        })
    }

    async fn forget_task_definitions(&self, arns: &[String]) -> Result<(), ProviderError> {
        self.ask(format!("forget {}", arns.join(", ")));
        Ok(())
    }
}
