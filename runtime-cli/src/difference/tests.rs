use super::*;

fn printer() -> Printer {
    crate::command::Output::default().printer()
}

fn wanted(what: &[&Path]) -> Wanted {
    Wanted {
        what: what.iter().map(|path| path.display().to_string()).collect(),
        app: AppArgs::default(),
        template: None,
        stack: None,
        show_toolkit: false,
    }
}

#[tokio::test]
async fn two_files_are_compared_whatever_they_are_written_in() {
    let directory = tempfile::tempdir().unwrap();
    let (old, new) = (
        directory.path().join("old.yaml"),
        directory.path().join("new.json"),
    );
    std::fs::write(
        &old,
        "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: !Sub a}\n",
    )
    .unwrap();
    std::fs::write(&new, r#"{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}"#).unwrap();
    let compared = compare(wanted(&[&old, &new]), printer()).await.unwrap();
    assert_eq!(compared[0].changes.tally().replace, 1);
    let compared = compare(wanted(&[&new, &new]), printer()).await.unwrap();
    assert!(compared[0].changes.is_empty());
}

#[tokio::test]
async fn what_cannot_be_compared_is_told_with_the_next_step() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("template.json");
    std::fs::write(&file, "{}").unwrap();
    let text = |failure: Failure| {
        let directory = directory.path().display().to_string();
        failure.text(false).replace(&directory, "DIR")
    };
    let alone = compare(wanted(&[&file]), printer()).await.unwrap_err();
    insta::assert_snapshot!(text(alone), @r"
    error: there is nothing to compare `DIR/template.json` with
      hint: name the old file before it, or the deployed stack: `mycli diff --stack NAME DIR/template.json`
      code: diff.nothing-to-compare
    ");
    std::fs::write(&file, "[").unwrap();
    let broken = compare(wanted(&[&file, &file]), printer())
        .await
        .unwrap_err();
    assert!(text(broken).contains("DIR/template.json is not a template"));
}
