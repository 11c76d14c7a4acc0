//! Tasks as a whole, and their roles.

use synth::Id;
use synth::ecs::{
    AwsLogs, Container, Dependency, DependencyCondition, ExecutionRole, Secret, TaskDefinition,
    TaskDefinitionProps,
};
use synth::iam::{Role, RoleProps, Trust};

use super::{Mistakes, ROLE, SECRET, named};

fn sidecar(name: &'static str) -> Container {
    Container {
        essential: false,
        ..named(name)
    }
}

fn waits(name: &'static str, other: &'static str, condition: DependencyCondition) -> Container {
    Container {
        depends_on: vec![Dependency::new(other, condition)],
        ..sidecar(name)
    }
}

pub(super) fn tasks(mistakes: &mut Mistakes) {
    mistakes.containers("a task without containers", []);
    mistakes.containers("no essential container", [sidecar("a"), sidecar("b")]);
    let many: Vec<_> = (0..11).map(|number| named(format!("c{number}"))).collect();
    mistakes.task("eleven containers", TaskDefinitionProps::new(many));
    mistakes.containers("two containers of one name", [named("a"), named("a")]);
    mistakes.containers("a name with a space", [named("a b")]);
    mistakes.task(
        "a family with a slash",
        TaskDefinitionProps {
            family: Some("a/b".into()),
            ..TaskDefinitionProps::new([named("web")])
        },
    );
    mistakes.containers(
        "containers that wait for each other",
        [
            named("main"),
            waits("a", "b", DependencyCondition::Start),
            waits("b", "a", DependencyCondition::Start),
        ],
    );
    mistakes.containers(
        "waiting for a container of another task",
        [
            named("main"),
            waits("a", "elsewhere", DependencyCondition::Start),
        ],
    );
    mistakes.containers(
        "waiting for health without a health check",
        [
            named("main"),
            waits("a", "main", DependencyCondition::Healthy),
        ],
    );
    mistakes.containers(
        "waiting for the success of an essential container",
        [
            named("main"),
            waits("a", "main", DependencyCondition::Success),
        ],
    );
    mistakes.containers(
        "waiting for the end of an essential container",
        [
            named("main"),
            waits("a", "main", DependencyCondition::Complete),
        ],
    );
    let keeps = |name, cpu_units, memory_mib| Container {
        cpu_units,
        memory_reservation_mib: memory_mib,
        ..named(name)
    };
    let both = |cpu, memory| [keeps("a", cpu, memory), keeps("b", cpu, memory)];
    mistakes.containers("more CPU than the task", both(Some(200), None));
    mistakes.containers("more memory than the task, together", both(None, Some(300)));
    mistakes.one("more memory than the task", |web| {
        web.memory_mib = Some(1024);
    });
    mistakes.one("hardly any memory", |web| web.memory_mib = Some(5));
    mistakes.one("more memory kept than used", |web| {
        web.memory_mib = Some(128);
        web.memory_reservation_mib = Some(256);
    });
    let large = "x".repeat(70_000);
    mistakes.one("70,000 characters of variables", |web| {
        web.environment = vec![("LARGE".into(), large.into())];
    });
}

pub(super) fn roles(mistakes: &mut Mistakes) {
    for (title, is_task_role) in [
        ("a task role that trusts Lambda", true),
        ("an execution role that trusts Lambda", false),
    ] {
        mistakes.add(title, |stack| {
            let trust = Trust::service("lambda.amazonaws.com");
            let role = Role::new(stack.child("Role"), RoleProps::new(trust)).arn();
            let mut props = TaskDefinitionProps::new([named("web")]);
            if is_task_role {
                props.task_role = role.into();
            } else {
                props.execution_role = role.into();
            }
            TaskDefinition::new(stack.child("Task"), props);
        });
    }
    mistakes.add("a log group that the execution role cannot know", |stack| {
        let trust = Trust::service("ecs-tasks.amazonaws.com");
        let role = Role::new(stack.child("Role"), RoleProps::new(trust)).arn();
        let web = Container {
            logging: Some(AwsLogs::own("web").into()),
            ..named("web")
        };
        let props = TaskDefinitionProps {
            execution_role: role.into(),
            ..TaskDefinitionProps::new([web])
        };
        TaskDefinition::new(stack.child("Task"), props);
    });
    let needy = Container {
        secrets: vec![("TOKEN".into(), Secret::secrets_manager(SECRET))],
        ..named("web")
    };
    mistakes.task(
        "an execution role that nothing here can change",
        TaskDefinitionProps {
            execution_role: ExecutionRole::Given(Id::literal(ROLE).into()),
            ..TaskDefinitionProps::new([needy])
        },
    );
}
