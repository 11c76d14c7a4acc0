//! An agent in a container of this machine.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use bollard::errors::Error;
use bollard::models::{
    ContainerCreateBody, ContainerInspectResponse, ContainerState, ContainerStateStatusEnum,
    ContainerSummary, HostConfig, Mount, MountType,
};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, InspectContainerOptions, KillContainerOptions,
    ListContainersOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    StartContainerOptions, WaitContainerOptions,
};
use futures_util::StreamExt as _;
use runtime::port::{Holding, Problem, Progress, Step};
use runtime::size::{Size, VCPU};
use runtime::{AttemptId, Execution, Observed, ProviderError};
use runtime_wire::Order;

use crate::backend::{lost, out_of_memory, refuse_cancelled};
use crate::engine::status;
use crate::place::{Place, Tenant, last_lines};
use crate::processes::COOKIE;
use crate::{Local, image};

/// Label of every container: the execution that it is for.
const EXECUTION: &str = "mycli.execution";

/// Label of every container: the data directory that knows of it.
const DATA_DIR: &str = "mycli.data-dir";

/// How long a container may take to end after its agent said that it was over.
const LAST_STEPS: Duration = Duration::from_secs(3);

/// How long an engine may take to say what a container wrote.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a container gets beyond the grace of its command when somebody else stops it, in seconds.
const MARGIN_SECONDS: u64 = 5;

impl Local {
    /// Starts the agent in a container of `image`, whatever that image would start by itself.
    pub(crate) async fn start_container(
        &self,
        place: &Place,
        program: &Path,
        order: &Order,
        size: Size,
        image: &str,
        progress: &Progress<'_>,
    ) -> Result<String, ProviderError> {
        let name = name(&order.execution);
        let image = image::provide(&self.engine, image, place, progress).await?;
        let order = &Order {
            image: image::digest(&self.engine, &image).await,
            ..order.clone()
        };
        place.furnish(Tenant::Anybody)?;
        place.put_order(order, Tenant::Anybody)?;
        refuse_cancelled(place)?;
        progress(Step::Provisioning("starting the container"));
        let client = self.engine.client().await?;
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let body = self.body(place, program, order, size, image);
        let created = client.create_container(Some(options), body).await;
        if let Err(error) = created {
            // One that we made in a start that did not come to its end will do.
            if status(&error) != Some(409) || !self.is_ours(&name).await? {
                return Err(self.failed(
                    "create the container",
                    &name,
                    "container.refused",
                    &error,
                ));
            }
        }
        client
            .start_container(&name, None::<StartContainerOptions>)
            .await
            .map_err(|error| {
                self.failed("start the container", &name, "container.refused", &error)
            })?;
        Ok(name)
    }

    fn body(
        &self,
        place: &Place,
        program: &Path,
        order: &Order,
        size: Size,
        image: String,
    ) -> ContainerCreateBody {
        let mount = |source: &Path, target: &str, read_only| Mount {
            typ: Some(MountType::BIND),
            source: Some(source.display().to_string()),
            target: Some(target.to_owned()),
            read_only: Some(read_only),
            ..Mount::default()
        };
        let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
        let grace_seconds = (order.grace_ms + order.term_ms).div_ceil(1000) + MARGIN_SECONDS;
        ContainerCreateBody {
            image: Some(image),
            entrypoint: words(&["/mycli/agent"]),
            cmd: words(&[
                "run",
                "--directory",
                "/mycli/execution",
                "--workspace",
                "/mycli/workspace",
            ]),
            env: Some(vec![format!("{COOKIE}={}", order.execution)]),
            labels: Some(HashMap::from([
                (EXECUTION.to_owned(), order.execution.clone()),
                (DATA_DIR.to_owned(), self.data_dir.display().to_string()),
            ])),
            stop_timeout: i64::try_from(grace_seconds).ok(),
            host_config: Some(HostConfig {
                nano_cpus: size
                    .cpu
                    .map(|units| i64::from(units) * 1_000_000_000 / i64::from(VCPU)),
                memory: size.memory_mib.map(|mib| i64::from(mib) << 20),
                mounts: Some(vec![
                    mount(program, "/mycli/agent", true),
                    mount(place.directory(), "/mycli/execution", false),
                    mount(&place.workspace(), "/mycli/workspace", false),
                ]),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        }
    }

    /// What is to be seen of the agent's container.
    pub(crate) async fn observe_container(
        &self,
        execution: &Execution,
        place: &Place,
    ) -> Result<Observed, ProviderError> {
        if place.start_is_locked() {
            return Ok(Observed::Provisioning {
                detail: "starting the container".to_owned(),
            });
        }
        let started = place.handle().is_some() || place.has_spoken();
        let name = name(execution.attempt_id().as_str());
        let state = match self.inspect(&name).await {
            Ok(state) => state,
            // On Linux a container's locks are this machine's, and outlive an engine.
            Err(_) if cfg!(target_os = "linux") && place.agent_is_locked() => {
                return Ok(Observed::Alive);
            }
            Err(error) if cfg!(target_os = "linux") && started => {
                return Ok(lost(
                    &format!("the container {name} was gone ({error})"),
                    None,
                ));
            }
            Err(error) => return Err(error),
        };
        let Some(state) = state else {
            return Ok(if started {
                lost(&format!("somebody removed the container {name}"), None)
            } else {
                Observed::Absent
            });
        };
        match state.status {
            Some(
                ContainerStateStatusEnum::RUNNING
                | ContainerStateStatusEnum::PAUSED
                | ContainerStateStatusEnum::RESTARTING
                | ContainerStateStatusEnum::STOPPING,
            ) => Ok(Observed::Alive),
            Some(ContainerStateStatusEnum::CREATED) => Ok(Observed::Absent),
            _ => {
                let found = format!("the container {name} {}", end_of(&state));
                let words = self.last_words(&name).await;
                Ok(if state.oom_killed == Some(true) {
                    out_of_memory(&found, words)
                } else {
                    lost(&found, words)
                })
            }
        }
    }

    /// Removes the container of an execution that has ended.
    pub(crate) async fn remove_container(&self, attempt: &AttemptId) -> Result<(), ProviderError> {
        let name = name(attempt.as_str());
        let client = self.engine.client().await?;
        let ended = async {
            let mut ends = Box::pin(client.wait_container(&name, None::<WaitContainerOptions>));
            while ends.next().await.is_some() {}
        };
        let _ = tokio::time::timeout(LAST_STEPS, ended).await;
        let options = RemoveContainerOptionsBuilder::new()
            .force(true)
            .v(true)
            .build();
        match client.remove_container(&name, Some(options)).await {
            Ok(()) => Ok(()),
            Err(error) if status(&error) == Some(404) => Ok(()),
            Err(error) => Err(self.failed(
                "remove the container",
                &name,
                "container.not-removed",
                &error,
            )),
        }
    }

    /// Ends everything in the container of an attempt.
    pub(crate) async fn kill_container(&self, attempt: &AttemptId) -> Result<(), ProviderError> {
        let name = name(attempt.as_str());
        let client = self.engine.client().await?;
        match client
            .kill_container(&name, None::<KillContainerOptions>)
            .await
        {
            Ok(()) => Ok(()),
            // It is not there, or has ended.
            Err(error) if matches!(status(&error), Some(404 | 409)) => Ok(()),
            Err(error) => {
                Err(self.failed("kill the container", &name, "container.not-killed", &error))
            }
        }
    }

    /// The containers of this data directory that run. None where there is no engine.
    pub(crate) async fn running_containers(&self) -> Result<Vec<Holding>, ProviderError> {
        let label = format!("{DATA_DIR}={}", self.data_dir.display());
        let filters = HashMap::from([("label".to_owned(), vec![label])]);
        let options = ListContainersOptionsBuilder::new()
            .filters(&filters)
            .build();
        let Ok(client) = self.engine.client().await else {
            return Ok(Vec::new());
        };
        let listed = match client.list_containers(Some(options)).await {
            Ok(listed) => listed,
            Err(error) => {
                let failed = self.engine.failed("list the containers", &error);
                return if failed.problem == Problem::Unreachable {
                    Ok(Vec::new())
                } else {
                    Err(failed)
                };
            }
        };
        let holding = |container: ContainerSummary| {
            let labels = container.labels?;
            let attempt = AttemptId::parse(labels.get(EXECUTION)?)?;
            let handle = name(attempt.as_str());
            Some(Holding { attempt, handle })
        };
        Ok(listed.into_iter().filter_map(holding).collect())
    }

    async fn inspect(&self, name: &str) -> Result<Option<ContainerState>, ProviderError> {
        let container = self.look_at(name).await?;
        Ok(container.map(|container| container.state.unwrap_or_default()))
    }

    /// Whether the container of this name was made for this data directory.
    async fn is_ours(&self, name: &str) -> Result<bool, ProviderError> {
        let container = self.look_at(name).await?;
        let config = container.and_then(|container| container.config);
        let labels = config.and_then(|config| config.labels).unwrap_or_default();
        Ok(labels.get(DATA_DIR).map(Path::new) == Some(self.data_dir.as_path()))
    }

    async fn look_at(&self, name: &str) -> Result<Option<ContainerInspectResponse>, ProviderError> {
        let client = self.engine.client().await?;
        let options = None::<InspectContainerOptions>;
        match client.inspect_container(name, options).await {
            Ok(container) => Ok(Some(container)),
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) => {
                Err(self.failed("inspect the container", name, "container.unseen", &error))
            }
        }
    }

    /// What the agent complained of before its container ended.
    async fn last_words(&self, name: &str) -> Option<String> {
        let client = self.engine.client().await.ok()?;
        let options = LogsOptionsBuilder::new()
            .stdout(true)
            .stderr(true)
            .tail("5")
            .build();
        let mut lines = Box::pin(client.logs(name, Some(options)));
        let mut text = String::new();
        let read = async {
            while let Some(Ok(line)) = lines.next().await {
                text.push_str(&line.to_string());
            }
        };
        // An engine may keep the log of a container that was killed open for ever.
        let _ = tokio::time::timeout(LAST_WORDS, read).await;
        last_lines(&text)
    }

    /// What the engine said, under `code` unless it has one already.
    fn failed(&self, verb: &str, name: &str, code: &'static str, error: &Error) -> ProviderError {
        let failed = self.engine.failed(format!("{verb} {name}"), error);
        match failed.code {
            Some(_) => failed,
            None => failed.with_code(code),
        }
    }
}

/// How a container is called.
fn name(execution: &str) -> String {
    format!("mycli-{execution}")
}

/// How a container ended, in the engine's words where it has some.
fn end_of(state: &ContainerState) -> String {
    let code = state.exit_code.unwrap_or_default();
    let words = state.error.as_deref().filter(|words| !words.is_empty());
    let words = words.map(|words| format!(", {words}")).unwrap_or_default();
    if state.oom_killed == Some(true) {
        format!("ran out of memory (OOMKilled, exit code {code}{words})")
    } else if code > 128 {
        format!(
            "was killed by signal {} (exit code {code}{words})",
            code - 128
        )
    } else {
        format!("ended (exit code {code}{words})")
    }
}
