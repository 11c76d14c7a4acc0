//! Every mistake about tasks, clusters and log groups that is caught at synthesis, as one document.

mod clusters;
mod containers;
mod tasks;
mod together;

use std::fmt::Write as _;

use synth::ecs::{Container, Image, TaskDefinition, TaskDefinitionProps};
use synth::{Stack, StackProps, Text};

const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf";
const ROLE: &str = "arn:aws:iam::123456789012:role/start";

/// The document, and what each entry is checked for.
struct Mistakes(String);

impl Mistakes {
    /// One mistake, which is one problem and nothing else.
    fn add(&mut self, title: &str, describe: impl FnOnce(&mut Stack)) {
        let mut stack = Stack::new("App", StackProps::default());
        describe(&mut stack);
        let problems = stack
            .synthesize()
            .map_or_else(|problems| problems.0, |_| Vec::new());
        assert_eq!(problems.len(), 1, "{title}: {problems:?}");
        let problem = problems.first().unwrap();
        assert!(!problem.problem.fix.is_empty(), "{title} has no fix");
        writeln!(self.0, "# {title}\n{problem}\n").unwrap();
    }

    fn task(&mut self, title: &str, props: TaskDefinitionProps) {
        self.add(title, |stack| {
            TaskDefinition::new(stack.child("Task"), props);
        });
    }

    fn containers<const N: usize>(&mut self, title: &str, containers: [Container; N]) {
        self.task(title, TaskDefinitionProps::new(containers));
    }

    /// A mistake in one container.
    fn one(&mut self, title: &str, change: impl FnOnce(&mut Container)) {
        let mut container = named("web");
        change(&mut container);
        self.containers(title, [container]);
    }
}

fn named(name: impl Into<Text>) -> Container {
    Container::new(name, Image::registry("nginx"))
}

#[test]
fn no_mistake_is_silent() {
    let mut mistakes = Mistakes(String::new());
    tasks::tasks(&mut mistakes);
    tasks::roles(&mut mistakes);
    containers::settings(&mut mistakes);
    containers::kernel(&mut mistakes);
    together::ports(&mut mistakes);
    together::volumes(&mut mistakes);
    containers::output(&mut mistakes);
    together::windows(&mut mistakes);
    clusters::clusters_and_groups(&mut mistakes);
    snapshots::assert_file("synth/ecs-mistakes.txt", mistakes.0.trim_start());
}
