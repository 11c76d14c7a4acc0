//! What became of the tasks of an ECS service that failed.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_ecs::primitives::DateTime;
use aws_sdk_ecs::types::{
    Container, ContainerDefinition, DesiredStatus, Service, Task, TaskDefinition,
};
use runtime::ProviderError;
use runtime::deploy::{ServiceReport, Services, StoppedContainer, StoppedTask};
use runtime::port::Problem;

use crate::cloud::Cloud;
use crate::service_cause::advice;

/// How many of a container's last lines are worth showing.
const LINES: i32 = 10;

/// How much of a line is worth showing, in characters.
const LINE: usize = 500;

/// How many ways of stopping are told of.
const WAYS: usize = 3;

/// How many messages of a service are told.
const MESSAGES: usize = 3;

/// How many tasks one request describes at most, and lists.
const PAGE: i32 = 100;

/// How many pages of a cluster's stopped tasks are looked through. ECS keeps a stopped task for an hour or so.
const PAGES: usize = 5;

#[async_trait]
impl Services for Cloud {
    async fn stopped(&self, service: &str) -> Result<ServiceReport, ProviderError> {
        let (cluster, name) = place(service);
        let tasks = tasks(self, cluster, name).await?;
        let mut report = ServiceReport::default();
        let mut definitions = HashMap::new();
        for (task, times) in ways(tasks) {
            let told = tell(self, &task, &mut definitions, &mut report.unread).await;
            report.tasks.push(StoppedTask { times, ..told });
        }
        if report.tasks.is_empty() {
            match messages(self, cluster, name).await {
                Ok(messages) => report.messages = messages,
                Err(error) => report.unread.push(error.to_string()),
            }
        }
        Ok(report)
    }
}

/// Cluster and name of a service, by `arn:…:service/CLUSTER/NAME` or, as it once was, `arn:…:service/NAME`.
fn place(service: &str) -> (&str, &str) {
    let mut parts = service.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let cluster = parts.next().filter(|part| !part.contains(':'));
    (cluster.unwrap_or("default"), name)
}

/// The tasks of a service that stopped, the youngest first.
///
/// Of a service that is deleted ECS lists none, but its tasks are still among those of the cluster.
async fn tasks(cloud: &Cloud, cluster: &str, name: &str) -> Result<Vec<Task>, ProviderError> {
    let mut tasks = Vec::new();
    for service in [Some(name), None] {
        let arns = match stopped(cloud, cluster, service).await {
            Err(error) if service.is_some() && error.problem != Problem::Denied => continue,
            arns => arns?,
        };
        for arns in arns.chunks(usize::try_from(PAGE).unwrap_or(1)) {
            let asked = cloud.tasks.describe_tasks().cluster(cluster);
            let answer = asked.set_tasks(Some(arns.to_vec())).send().await;
            let answer = answer.map_err(|error| {
                cloud.refusal(format!("ecs:DescribeTasks of `{cluster}`"), &error)
            });
            tasks.extend(answer?.tasks.unwrap_or_default());
        }
        tasks.retain(|task| task.group() == Some(&format!("service:{name}")));
        if !tasks.is_empty() {
            break;
        }
    }
    let at = |task: &Task| task.stopped_at().map(DateTime::as_nanos);
    tasks.sort_by_key(|task| std::cmp::Reverse(at(task)));
    Ok(tasks)
}

/// ARNs of the tasks that stopped, of a service or of the whole cluster.
async fn stopped(
    cloud: &Cloud,
    cluster: &str,
    service: Option<&str>,
) -> Result<Vec<String>, ProviderError> {
    let mut arns = Vec::new();
    let mut token = None;
    for _ in 0..PAGES {
        let asked = cloud.tasks.list_tasks().cluster(cluster);
        let asked = asked.set_service_name(service.map(str::to_owned));
        let asked = asked.desired_status(DesiredStatus::Stopped);
        let page = asked.max_results(PAGE).set_next_token(token).send().await;
        let page =
            page.map_err(|error| cloud.refusal(format!("ecs:ListTasks of `{cluster}`"), &error))?;
        arns.extend(page.task_arns.unwrap_or_default());
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    Ok(arns)
}

/// Each way in which tasks stopped once, by the youngest that did, and how many did.
fn ways(tasks: Vec<Task>) -> Vec<(Task, usize)> {
    let way = |task: &Task| {
        let containers = task.containers().iter();
        let containers: Vec<_> = containers
            .map(|one| {
                (
                    one.name().map(str::to_owned),
                    one.exit_code(),
                    one.reason().map(general),
                )
            })
            .collect();
        (
            task.stop_code().cloned(),
            task.stopped_reason().map(general),
            containers,
        )
    };
    let mut ways: Vec<(Task, usize)> = Vec::new();
    for task in tasks {
        match ways.iter_mut().find(|(other, _)| way(other) == way(&task)) {
            Some((_, times)) => *times += 1,
            None => ways.push((task, 1)),
        }
    }
    ways.truncate(WAYS);
    ways
}

/// A reason without what is different for each task: ids and addresses have digits.
fn general(reason: &str) -> String {
    let words = reason.split_whitespace();
    let general = words.filter(|word| !word.bytes().any(|byte| byte.is_ascii_digit()));
    general.collect::<Vec<_>>().join(" ")
}

/// What there is to say of a task that stopped.
async fn tell(
    cloud: &Cloud,
    task: &Task,
    definitions: &mut HashMap<String, Option<TaskDefinition>>,
    unread: &mut Vec<String>,
) -> StoppedTask {
    let id = task.task_arn().and_then(|arn| arn.rsplit('/').next());
    let id = id.unwrap_or_default();
    let arn = task.task_definition_arn().unwrap_or_default();
    if !definitions.contains_key(arn) {
        let definition = definition(cloud, arn).await;
        let definition = definition.map_err(|error| unread.push(error.to_string()));
        definitions.insert(arn.to_owned(), definition.ok().flatten());
    }
    let definition = definitions.get(arn).and_then(Option::as_ref);
    let mut containers = Vec::new();
    for container in telling(task.containers()) {
        let name = container.name().unwrap_or_default();
        let defined = definition.and_then(|definition| {
            let mut defined = definition.container_definitions().iter();
            defined.find(|one| one.name() == Some(name))
        });
        let mut told = StoppedContainer {
            name: name.to_owned(),
            exit_code: container.exit_code(),
            reason: container.reason().map(str::to_owned),
            last_lines: Vec::new(),
        };
        // What never ran has printed nothing.
        if let Some(defined) = defined.filter(|_| told.exit_code.is_some()) {
            match last_lines(cloud, defined, id).await {
                Ok(lines) => told.last_lines = lines,
                Err(why) => unread.push(format!("the log of the container `{name}`: {why}")),
            }
        }
        containers.push(told);
    }
    let code = task.stop_code().map_or("", |code| code.as_str());
    let mut told = StoppedTask {
        id: id.to_owned(),
        times: 1,
        code: code.to_owned(),
        reason: task.stopped_reason().unwrap_or_default().to_owned(),
        advice: None,
        containers,
    };
    told.advice = advice(&told);
    told
}

/// Containers that failed by themselves; all of them where none did.
fn telling(containers: &[Container]) -> Vec<&Container> {
    let failed =
        |one: &&Container| one.reason().is_some() || one.exit_code().is_some_and(|it| it != 0);
    let telling: Vec<&Container> = containers.iter().filter(failed).collect();
    if telling.is_empty() {
        containers.iter().collect()
    } else {
        telling
    }
}

async fn definition(cloud: &Cloud, arn: &str) -> Result<Option<TaskDefinition>, ProviderError> {
    let asked = cloud.tasks.describe_task_definition().task_definition(arn);
    let answer = asked.send().await;
    let answer = answer.map_err(|error| cloud.refusal("ecs:DescribeTaskDefinition", &error));
    Ok(answer?.task_definition)
}

/// The last lines of a container in CloudWatch Logs; none where it logs elsewhere. Or why they could not be read.
///
/// Streams are called `PREFIX/CONTAINER/TASK`:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html>.
async fn last_lines(
    cloud: &Cloud,
    container: &ContainerDefinition,
    task: &str,
) -> Result<Vec<String>, String> {
    let Some(options) = container.log_configuration().and_then(|it| it.options()) else {
        return Ok(Vec::new());
    };
    let group = options.get("awslogs-group");
    let prefix = options.get("awslogs-stream-prefix");
    let (Some(group), Some(prefix)) = (group, prefix) else {
        return Ok(Vec::new());
    };
    if let Some(region) = options
        .get("awslogs-region")
        .filter(|it| *it != cloud.region())
    {
        return Err(format!("it is in the group `{group}` in {region}"));
    }
    let name = container.name().unwrap_or_default();
    let asked = cloud.logs.get_log_events().log_group_name(group);
    let asked = asked
        .log_stream_name(format!("{prefix}/{name}/{task}"))
        .limit(LINES);
    match asked.send().await {
        Ok(answer) => {
            let lines = answer.events().iter().filter_map(|event| event.message());
            Ok(lines.map(short).collect())
        }
        Err(error) => match cloud.refusal(format!("logs:GetLogEvents of `{group}`"), &error) {
            // A container that printed nothing has no stream.
            refusal if refusal.problem == Problem::NotFound => Ok(Vec::new()),
            refusal => Err(refusal.to_string()),
        },
    }
}

fn short(line: &str) -> String {
    let line = line.trim_end();
    match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// What the service says last.
async fn messages(cloud: &Cloud, cluster: &str, name: &str) -> Result<Vec<String>, ProviderError> {
    let asked = cloud
        .tasks
        .describe_services()
        .cluster(cluster)
        .services(name);
    let answer = asked.send().await;
    let answer = answer.map_err(|error| cloud.refusal("ecs:DescribeServices", &error))?;
    let services = answer.services().iter();
    let messages = services.flat_map(Service::events);
    let messages = messages.filter_map(|event| event.message());
    Ok(messages.take(MESSAGES).map(short).collect())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::refusal::tests::at;

    const TASK: &str = r#"{"taskArn":"arn:aws:ecs:eu-west-1:1:task/c/TASK","group":"service:web",
        "stopCode":"EssentialContainerExited","stoppedReason":"Essential container in task exited","stoppedAt":AT,
        "taskDefinitionArn":"arn:aws:ecs:eu-west-1:1:task-definition/web:1","containers":[
            {"name":"web","exitCode":1},{"name":"idle","exitCode":0}]}"#;

    /// An AWS that knows these answers by the action that is asked for, and refuses all others.
    async fn answering(answers: Vec<(&'static str, String)>) -> Cloud {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                let mut request = vec![0; 65536];
                let read = caller.read(&mut request).await.unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let known = answers.iter().find(|(action, _)| request.contains(action));
                let denied = r#"{"__type":"AccessDeniedException","message":"you may not"}"#;
                let (status, body) = known.map_or((400, denied), |(_, body)| (200, body));
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = caller.write_all(answer.as_bytes()).await;
            }
        });
        at(&endpoint, true)
    }

    fn task(id: &str, at: u32) -> String {
        TASK.replace("TASK", id).replace("AT", &at.to_string())
    }

    #[tokio::test]
    async fn tasks_of_a_service_are_told_with_their_last_lines() {
        let tasks = [task("old", 1), task("young", 2)].join(",");
        let cloud = answering(vec![
            (".ListTasks", r#"{"taskArns":["a","b"]}"#.to_owned()),
            (".DescribeTasks", format!(r#"{{"tasks":[{tasks}]}}"#)),
            (
                ".DescribeTaskDefinition",
                r#"{"taskDefinition":{"containerDefinitions":[{"name":"web","logConfiguration":{"logDriver":"awslogs",
                    "options":{"awslogs-group":"g","awslogs-stream-prefix":"p"}}}]}}"#
                    .to_owned(),
            ),
            (
                ".GetLogEvents",
                r#"{"events":[{"message":"starting\n"},{"message":"\u001b[31mno DATABASE_URL"}]}"#.to_owned(),
            ),
        ])
        .await;
        let report = cloud
            .stopped("arn:aws:ecs:eu-west-1:1:service/c/web")
            .await
            .unwrap();
        let told = "the task `young` stopped, and 1 more like it: EssentialContainerExited: Essential container in \
                    task exited\nthe container `web` exited with 1; its last lines:\n| starting\n| \u{1b}[31mno \
                    DATABASE_URL";
        assert_eq!(report.to_string(), told);
        assert_eq!(
            report.advice().map(|advice| advice.code),
            Some("task.exited")
        );
    }

    #[tokio::test]
    async fn what_may_not_be_read_is_told_and_the_rest_all_the_same() {
        let cloud = answering(vec![
            (".ListTasks", r#"{"taskArns":["a"]}"#.to_owned()),
            (
                ".DescribeTasks",
                format!(r#"{{"tasks":[{}]}}"#, task("one", 1)),
            ),
        ])
        .await;
        let report = cloud
            .stopped("arn:aws:ecs:eu-west-1:1:service/web")
            .await
            .unwrap();
        let told = "the task `one` stopped: EssentialContainerExited: Essential container in task exited\n\
                    the container `web` exited with 1\n\
                    not read: ecs:DescribeTaskDefinition: you may not";
        assert_eq!(report.to_string(), told);
        let nothing = answering(Vec::new()).await;
        let refused = nothing
            .stopped("arn:aws:ecs:eu-west-1:1:service/c/web")
            .await;
        assert_eq!(refused.unwrap_err().problem, Problem::Denied);
    }

    #[test]
    fn the_cluster_is_in_the_arn_or_it_is_the_default() {
        assert_eq!(place("arn:aws:ecs:eu-west-1:1:service/c/web"), ("c", "web"));
        assert_eq!(
            place("arn:aws:ecs:eu-west-1:1:service/web"),
            ("default", "web")
        );
    }
}
