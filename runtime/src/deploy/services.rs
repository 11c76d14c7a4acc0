//! What became of the tasks of an ECS service that failed: CloudFormation says no more than that it did not come up.

use std::fmt;

use async_trait::async_trait;

use super::advice::Advice;
use super::error::FailedResource;
use super::stacks::Stacks;
use crate::port::ProviderError;

/// Type of the resources that run tasks.
pub(super) const SERVICE_TYPE: &str = "AWS::ECS::Service";

/// Where the tasks of services run.
#[async_trait]
pub trait Services: Send + Sync {
    /// What became of the last tasks of a service, by its ARN, also of one that is deleted.
    ///
    /// What could not be read of it is told in [`ServiceReport::unread`].
    async fn stopped(&self, service: &str) -> Result<ServiceReport, ProviderError>;
}

/// What is known of the tasks of a service that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceReport {
    /// Tasks that stopped, each way of stopping once; the youngest first.
    pub tasks: Vec<StoppedTask>,
    /// What the service itself says last, where none of its tasks stopped; the youngest first.
    pub messages: Vec<String>,
    /// What could not be read, and why not.
    pub unread: Vec<String>,
}

/// A task that stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoppedTask {
    /// Its id, the last part of its ARN.
    pub id: String,
    /// How many tasks stopped in this way, this one included.
    pub times: usize,
    /// ECS's word for it, such as `EssentialContainerExited`. Empty where there is none.
    pub code: String,
    /// Why, in ECS's words. Empty where there are none.
    pub reason: String,
    /// What to do about it, where that is known.
    pub advice: Option<Advice>,
    /// Its containers that failed; all of them where none did by itself.
    pub containers: Vec<StoppedContainer>,
}

/// A container of a task that stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoppedContainer {
    /// Its name in the task definition.
    pub name: String,
    /// What it exited with; nothing where it never ran.
    pub exit_code: Option<i32>,
    /// Why it stopped, in ECS's words.
    pub reason: Option<String>,
    /// The last lines that it printed.
    pub last_lines: Vec<String>,
}

impl ServiceReport {
    /// A report that says only what could not be read.
    pub fn unreadable(why: impl fmt::Display) -> Self {
        Self {
            unread: vec![why.to_string()],
            ..Self::default()
        }
    }

    /// What to do about the task that stopped last, where that is known.
    pub fn advice(&self) -> Option<&Advice> {
        self.tasks.iter().find_map(|task| task.advice.as_ref())
    }
}

impl std::error::Error for ServiceReport {}

impl fmt::Display for ServiceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.tasks.iter().map(ToString::to_string);
        let messages = self.messages.iter().map(|it| format!("ECS says: {it}"));
        let unread = self.unread.iter().map(|it| format!("not read: {it}"));
        let mut told: Vec<String> = tasks.chain(messages).chain(unread).collect();
        if told.is_empty() {
            told.push("ECS knows of no task of this service that stopped".to_owned());
        }
        f.write_str(&told.join("\n"))
    }
}

impl fmt::Display for StoppedTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the task `{}` stopped", self.id)?;
        if self.times > 1 {
            write!(f, ", and {} more like it", self.times - 1)?;
        }
        let said = [&self.code, &self.reason].map(String::as_str);
        for said in said.into_iter().filter(|said| !said.is_empty()) {
            write!(f, ": {said}")?;
        }
        for container in &self.containers {
            write!(f, "\n{container}")?;
        }
        Ok(())
    }
}

impl fmt::Display for StoppedContainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the container `{}` ", self.name)?;
        match self.exit_code {
            Some(code) => write!(f, "exited with {code}")?,
            None => f.write_str("never ran")?,
        }
        if let Some(reason) = &self.reason {
            write!(f, ": {reason}")?;
        }
        if !self.last_lines.is_empty() {
            f.write_str("; its last lines:")?;
        }
        let lines = self.last_lines.iter().flat_map(|line| line.lines());
        lines
            .into_iter()
            .try_for_each(|line| write!(f, "\n| {line}"))
    }
}

/// What became of the tasks of `resource`, if it is a service. Whatever goes wrong in asking is told in the report.
pub(super) async fn report(
    stacks: &dyn Stacks,
    resource_type: &str,
    physical_id: Option<&str>,
) -> Option<ServiceReport> {
    let services = stacks
        .services()
        .filter(|_| resource_type == SERVICE_TYPE)?;
    let stopped = services.stopped(physical_id?).await;
    Some(stopped.unwrap_or_else(ServiceReport::unreadable))
}

/// Adds what became of its tasks to a service that failed.
pub(super) async fn look_into(stacks: &dyn Stacks, failed: &mut FailedResource) {
    let id = failed.physical_id.as_deref();
    let report = report(stacks, &failed.resource_type, id).await;
    failed.service = report.map(Box::new);
}
