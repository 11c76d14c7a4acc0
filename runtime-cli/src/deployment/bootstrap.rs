//! What `cdk bootstrap` makes: naming its bucket, and doing without it.

use serde_json::Value;

/// The parameter by which a template asks for the version of what `cdk bootstrap` made.
const BOOTSTRAP_PARAMETER: &str = "BootstrapVersion";

/// The bucket of `cdk bootstrap`, where the template wants that to have been run.
pub(super) fn bootstrap_bucket(template: &Value) -> Option<String> {
    let parameter = template.get("Parameters")?.get(BOOTSTRAP_PARAMETER)?;
    let default = parameter.get("Default")?.as_str()?;
    let qualifier = default.strip_prefix("/cdk-bootstrap/")?;
    let qualifier = qualifier.strip_suffix("/version")?;
    Some(format!(
        "cdk-{qualifier}-assets-${{AWS::AccountId}}-${{AWS::Region}}"
    ))
}

/// Takes away what makes CloudFormation refuse the template where `cdk bootstrap` was not run.
pub(super) fn remove_bootstrap(template: &mut Value) {
    for (section, name) in [
        ("Parameters", BOOTSTRAP_PARAMETER),
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

/// Puts the bucket `own` wherever a text of `template` names the other one, resolved or not.
pub(super) fn rename(template: &mut Value, named: &str, there: &str, own: &str) {
    match template {
        Value::String(text) => {
            *text = text.replace(named, own).replace(there, own);
        }
        Value::Array(items) => {
            for item in items {
                rename(item, named, there, own);
            }
        }
        Value::Object(entries) => {
            for (_, entry) in entries.iter_mut() {
                rename(entry, named, there, own);
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
        assert_eq!(bootstrap_bucket(&template).as_deref(), Some(named));
        remove_bootstrap(&mut template);
        rename(&mut template, named, there, "own");
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
        assert_eq!(bootstrap_bucket(&template), None);
    }
}
