//! What a template says of `cdk bootstrap`, and how that is taken out of it.

use serde_json::Value;

/// The parameter with the version of the bootstrap stack.
const PARAMETER: &str = "BootstrapVersion";

/// The bucket of `cdk bootstrap`, where the template wants that to have been run.
pub(super) fn bucket(template: &Value) -> Option<String> {
    let parameter = template.get("Parameters")?.get(PARAMETER)?;
    let default = parameter.get("Default")?.as_str()?;
    let qualifier = default.strip_prefix("/cdk-bootstrap/")?;
    let qualifier = qualifier.strip_suffix("/version")?;
    Some(format!(
        "cdk-{qualifier}-assets-${{AWS::AccountId}}-${{AWS::Region}}"
    ))
}

/// Takes away what makes CloudFormation refuse the template where `cdk bootstrap` was not run.
pub(super) fn remove(template: &mut Value) {
    for (section, name) in [
        ("Parameters", PARAMETER),
        ("Rules", "CheckBootstrapVersion"),
    ] {
        let Some(entries) = template.get_mut(section).and_then(Value::as_object_mut) else {
            continue;
        };
        entries.shift_remove(name);
        if entries.is_empty()
            && let Some(template) = template.as_object_mut()
        {
            template.shift_remove(section);
        }
    }
}

/// Changes every text of a template.
pub(super) fn rewrite(template: &mut Value, change: &dyn Fn(&str) -> String) {
    match template {
        Value::String(text) => *text = change(text),
        Value::Array(items) => {
            for item in items {
                rewrite(item, change);
            }
        }
        Value::Object(entries) => {
            for (_, entry) in entries.iter_mut() {
                rewrite(entry, change);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn without_bootstrap_nothing_of_it_is_left_in_the_template() {
        let named = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}";
        let there = "cdk-hnb659fds-assets-1-eu-west-1";
        let mut template = json!({
            "Parameters": { "BootstrapVersion": { "Default": "/cdk-bootstrap/hnb659fds/version" } },
            "Rules": { "CheckBootstrapVersion": {}, "Mine": {} },
            "Resources": { "F": { "Properties": { "Code": [
                { "Fn::Sub": named },
                there,
                { "Fn::Sub": format!("https://s3.${{AWS::Region}}.amazonaws.com/{named}/key") },
            ] } } },
        });
        assert_eq!(bucket(&template).as_deref(), Some(named));
        remove(&mut template);
        rewrite(&mut template, &|text| {
            text.replace(named, "own").replace(there, "own")
        });
        assert_eq!(
            template,
            json!({
                "Rules": { "Mine": {} },
                "Resources": { "F": { "Properties": { "Code": [
                    { "Fn::Sub": "own" },
                    "own",
                    { "Fn::Sub": "https://s3.${AWS::Region}.amazonaws.com/own/key" },
                ] } } },
            })
        );
        assert_eq!(bucket(&template), None);
    }
}
