use super::fake::{Fake, resource};
use crate::deploy::{
    ChangeSetState, DATA_TYPES, DestroyError, Reach, SurveyRequest, destroy, survey,
};
use crate::diagnosis::Diagnosis;

fn full() -> Fake {
    let mut fake = Fake::with_stack("CREATE_COMPLETE");
    let mut task = resource("Task", "AWS::ECS::TaskDefinition");
    task.physical_id = "arn:task-definition/mycli:1".to_owned();
    fake.resources = vec![
        resource("Table", "AWS::DynamoDB::Table"),
        resource("Bucket", "AWS::S3::Bucket"),
        resource("Logs", "AWS::Logs::LogGroup"),
        resource("Cluster", "AWS::ECS::Cluster"),
        task,
    ];
    fake
}

async fn destroyed(fake: &Fake, keep: &[&str]) -> Result<Vec<String>, DestroyError> {
    destroyed_to(fake, keep, Reach::Everything).await
}

async fn destroyed_to(
    fake: &Fake,
    keep: &[&str],
    reach: Reach,
) -> Result<Vec<String>, DestroyError> {
    let keep = keep.iter().map(|name| (*name).to_owned()).collect();
    let stack = "mycli".to_owned();
    let families = vec!["mycli".to_owned()];
    let request = SurveyRequest {
        stack,
        keep,
        families: if reach == Reach::Everything {
            families
        } else {
            Vec::new()
        },
        reach,
    };
    let survey = survey(fake, fake, request).await?;
    let destroyed = destroy(fake, fake, survey, &mut |_| ()).await?;
    Ok(destroyed
        .kept
        .into_iter()
        .map(|kept| kept.logical_id)
        .collect())
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_neither_what_the_template_retains_nor_task_definitions() {
    let fake = full().then_events(&["1 mycli DELETE_IN_PROGRESS", "2 mycli DELETE_COMPLETE"]);
    assert!(destroyed(&fake, &[]).await.unwrap().is_empty());
    assert_eq!(
        fake.asked(),
        [
            "empty Cluster of 0",
            "empty Table of 0",
            "empty Bucket of 0",
            "empty Logs of 0",
            "empty Task of 0",
            "forget arn:task-definition/mycli-0a1b2c3d:1",
            "delete stack",
            "remove Logs",
            "forget arn:task-definition/mycli:1",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_not_emptied_and_is_retained_before_the_stack_goes() {
    let fake = full()
        .then_change_set(ChangeSetState::Ready)
        .then_events(&["1 mycli UPDATE_IN_PROGRESS", "2 mycli UPDATE_COMPLETE"])
        .then_events(&[])
        .then_events(&["3 mycli DELETE_IN_PROGRESS", "4 mycli DELETE_COMPLETE"]);
    assert_eq!(
        destroyed(&fake, &DATA_TYPES).await.unwrap(),
        ["Table", "Bucket"]
    );
    let asked = fake.asked();
    assert!(!asked.iter().any(|asked| asked.starts_with("empty Bucket")));
    let update = "change set to update, retains 3, previous \"Cidr\"";
    let steps: Vec<&str> = asked
        .iter()
        .map(String::as_str)
        .filter(|asked| !asked.starts_with("empty") && !asked.starts_with("forget"))
        .collect();
    assert_eq!(steps, [update, "execute", "delete stack", "remove Logs"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_filled_meanwhile_is_emptied_once_more() {
    let failed = [
        "1 mycli DELETE_IN_PROGRESS",
        "2 Bucket DELETE_FAILED The bucket you tried to delete is not empty",
        "3 mycli DELETE_FAILED The following resource(s) failed to delete: [Bucket].",
    ];
    let fake = full()
        .then_events(&failed)
        .then_events(&[])
        .then_events(&["4 mycli DELETE_IN_PROGRESS", "5 mycli DELETE_COMPLETE"]);
    fake.emptied.lock().unwrap().extend([0, 0, 2, 0, 0, 1]);
    destroyed(&fake, &[]).await.unwrap();
    assert_eq!(
        fake.asked()
            .iter()
            .filter(|asked| *asked == "delete stack")
            .count(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_cannot_be_deleted_is_named_once_and_for_all() {
    let fake = full().then_events(&[
        "1 mycli DELETE_IN_PROGRESS",
        "2 Vpc DELETE_FAILED it has dependencies",
        "3 mycli DELETE_FAILED The following resource(s) failed to delete: [Vpc].",
    ]);
    let error = destroyed(&fake, &[]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the stack `mycli` is now in DELETE_FAILED"
    );
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "`Vpc` (AWS::X::Y): it has dependencies");
}

#[tokio::test(start_paused = true)]
async fn a_protected_stack_a_busy_one_and_an_absent_one_are_refused_before_anything_is_lost() {
    let mut protected = super::fake::stack("CREATE_COMPLETE");
    protected.protected = true;
    let busy = super::fake::stack("UPDATE_IN_PROGRESS");
    for (stack, code) in [
        (Some(protected), "stack.not-ready"),
        (Some(busy), "stack.not-ready"),
        (None, "stack.missing"),
    ] {
        let fake = Fake {
            task_definitions_are_gone: true,
            ..Fake::default()
        };
        fake.stacks.lock().unwrap().push_back(stack);
        let error = destroyed(&fake, &[]).await.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.hint().is_some());
        assert!(fake.asked().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn task_definitions_that_a_stack_left_behind_are_found_when_it_is_gone() {
    let fake = Fake::default();
    destroyed(&fake, &[]).await.unwrap();
    let left = "forget arn:task-definition/mycli-0a1b2c3d:1";
    assert_eq!(fake.asked(), [left, left]);
}

#[tokio::test(start_paused = true)]
async fn a_stack_goes_without_what_its_template_retains_and_nothing_is_emptied_unasked() {
    let gone = ["1 mycli DELETE_IN_PROGRESS", "2 mycli DELETE_COMPLETE"];
    let fake = full().then_events(&gone);
    let reach = Reach::Stack { empty: false };
    assert_eq!(destroyed_to(&fake, &[], reach).await.unwrap(), ["Logs"]);
    assert_eq!(fake.asked(), ["delete stack"]);
    let fake = full().then_events(&gone);
    let reach = Reach::Stack { empty: true };
    destroyed_to(&fake, &[], reach).await.unwrap();
    let asked = fake.asked();
    assert!(asked.iter().any(|it| it.starts_with("empty ")), "{asked:?}");
    assert!(
        !asked.iter().any(|it| it.starts_with("remove ")),
        "{asked:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_deleted_is_left_behind_by_name() {
    let mut fake = full().then_events(&["1 mycli DELETE_COMPLETE"]);
    fake.stacks = Fake::with_stack("DELETE_FAILED").stacks;
    let reach = Reach::Stack { empty: false };
    let kept = destroyed_to(&fake, &["Bucket"], reach).await.unwrap();
    assert_eq!(kept, ["Bucket", "Logs"]);
    assert_eq!(fake.asked(), ["delete stack Bucket"]);
}

#[tokio::test]
async fn who_imports_its_values_is_told() {
    let fake = full();
    if let Some(Some(stack)) = fake.stacks.lock().unwrap().front_mut() {
        stack.exports = vec!["topic".to_owned()];
    }
    let request = SurveyRequest {
        stack: "mycli".to_owned(),
        keep: Vec::new(),
        families: Vec::new(),
        reach: Reach::Stack { empty: false },
    };
    let survey = survey(&fake, &fake, request).await.unwrap();
    assert_eq!(survey.dependants()["topic"], ["importer-of-topic"]);
}
