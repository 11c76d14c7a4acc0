//! What a plan would change, for programs, and what a survey says is lost, as a table.

use runtime::deploy::{Action, Change, Contents, Doomed, PropertyChange, Survey};

use serde_json::{Value, json};

use crate::render::table::Table;

/// The changes, for programs.
pub(crate) fn changes_data(changes: &[Change]) -> Vec<Value> {
    let data = |change: &Change| {
        let (action, certain) = match change.action {
            Action::Add => ("add", true),
            Action::Modify => ("modify", true),
            Action::Replace { certain } => ("replace", certain),
            Action::Remove { retained: false } => ("remove", true),
            Action::Remove { retained: true } => ("retain", true),
            Action::Import => ("import", true),
        };
        let property = |it: &PropertyChange| json!({ "name": it.name, "before": it.before, "after": it.after });
        json!({
            "action": action,
            "certain": certain,
            "logical_id": change.logical_id,
            "type": change.resource_type,
            "physical_id": change.physical_id,
            "loses_data": change.loses_data,
            "properties": change.properties.iter().map(property).collect::<Vec<_>>(),
        })
    };
    changes.iter().map(data).collect()
}

/// What is lost with the stack `name` in `region`.
pub(crate) fn survey(survey: &Survey, name: &str, region: &str) -> String {
    let what = match survey.stack() {
        Some(_) => "the stack",
        None => "what is left of the stack",
    };
    let table = doomed(survey.resources(), survey.task_definitions().len());
    format!("To remove {what} `{name}` in {region}:\n{table}")
}

/// What is lost, and what is kept, a line each.
pub(crate) fn doomed(resources: &[Doomed], task_definitions: usize) -> String {
    let mut table = Table::new(&[]);
    for doomed in resources {
        let contents = match &doomed.contents {
            Contents::Nothing => String::new(),
            Contents::Things {
                count,
                kind,
                or_more,
            } => {
                let more = if *or_more { " or more" } else { "" };
                format!("{kind}: {count}{more}")
            }
        };
        let fate = match (doomed.kept, &doomed.contents) {
            (true, _) => " (kept)",
            (false, Contents::Things { count: 1.., .. }) => " (lost)",
            (false, Contents::Things { .. } | Contents::Nothing) => "",
        };
        table.row(vec![
            if doomed.kept { "=" } else { "-" }.to_owned(),
            doomed.resource.logical_id.clone(),
            doomed.resource.resource_type.clone(),
            format!("{contents}{fate}").trim().to_owned(),
        ]);
    }
    if task_definitions > 0 {
        table.row(vec![
            "-".to_owned(),
            "(task definitions)".to_owned(),
            "AWS::ECS::TaskDefinition".to_owned(),
            format!("{task_definitions}, for the images that were used"),
        ]);
    }
    table.to_string()
}

/// What [`doomed`] says, for programs.
pub(crate) fn doomed_data(resources: &[Doomed]) -> Vec<Value> {
    let data = |doomed: &Doomed| {
        let contents = match &doomed.contents {
            Contents::Nothing => Value::Null,
            Contents::Things {
                count,
                kind,
                or_more,
            } => json!({ "count": count, "kind": kind, "or_more": or_more }),
        };
        json!({
            "logical_id": doomed.resource.logical_id,
            "type": doomed.resource.resource_type,
            "physical_id": doomed.resource.physical_id,
            "contents": contents,
            "kept": doomed.kept,
        })
    };
    resources.iter().map(data).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::deploy::StackResource;

    fn change(action: Action, logical_id: &str, resource_type: &str) -> Change {
        Change {
            action,
            logical_id: logical_id.to_owned(),
            resource_type: resource_type.to_owned(),
            physical_id: None,
            properties: Vec::new(),
            loses_data: false,
        }
    }

    #[test]
    fn a_replacement_says_that_what_it_holds_is_lost() {
        let renamed = PropertyChange {
            name: "Properties.BucketName".to_owned(),
            before: Some("one".to_owned()),
            after: Some("two".to_owned()),
            replaces: true,
        };
        let list = [Change {
            properties: vec![renamed],
            loses_data: true,
            ..change(
                Action::Replace { certain: true },
                "Bucket",
                "AWS::S3::Bucket",
            )
        }];
        let replaced = serde_json::to_string_pretty(&changes_data(&list)[0]).unwrap();
        insta::assert_snapshot!(replaced, @r#"
        {
          "action": "replace",
          "certain": true,
          "logical_id": "Bucket",
          "type": "AWS::S3::Bucket",
          "physical_id": null,
          "loses_data": true,
          "properties": [
            {
              "name": "Properties.BucketName",
              "before": "one",
              "after": "two"
            }
          ]
        }
        "#);
    }

    #[test]
    fn what_is_lost_is_counted_and_what_is_kept_is_marked() {
        let doomed = |logical_id: &str, count, kept| Doomed {
            resource: StackResource {
                logical_id: logical_id.to_owned(),
                resource_type: "AWS::S3::Bucket".to_owned(),
                physical_id: "b".to_owned(),
            },
            contents: Contents::Things {
                count,
                kind: "objects",
                or_more: count > 100,
            },
            kept,
        };
        let list = [
            doomed("A", 1000, false),
            doomed("B", 0, false),
            doomed("C", 5, true),
        ];
        insta::assert_snapshot!(super::doomed(&list, 2), @"
        -  A                   AWS::S3::Bucket           objects: 1000 or more (lost)
        -  B                   AWS::S3::Bucket           objects: 0
        =  C                   AWS::S3::Bucket           objects: 5 (kept)
        -  (task definitions)  AWS::ECS::TaskDefinition  2, for the images that were used
        ");
    }
}
