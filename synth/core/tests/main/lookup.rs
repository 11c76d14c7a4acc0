//! Looking up what only the account knows.

use synth_core::{
    Assembly, Context, Environment, Json, Lookup, Options, Raw, Stack, StackProps, lookup, parse,
};

fn stack(context: Context) -> Stack {
    let mut stack = Stack::new(
        "Web",
        StackProps {
            environment: Environment {
                account: Some("123456789012".into()),
                region: Some("eu-west-1".into()),
            },
            context,
            ..StackProps::default()
        },
    );
    let thing = Raw {
        type_name: "Custom::Thing".into(),
        properties: Json::Null,
    };
    stack.scope().add_raw("Thing", thing, Options::default());
    stack
}

#[test]
fn keys_are_those_of_cdk_and_each_question_is_asked_once() {
    let mut stack = stack(Context::default());
    let mut scope = stack.scope();
    assert_eq!(lookup::ssm_parameter(&mut scope, "/a:b/$c"), None);
    assert_eq!(lookup::ssm_parameter(&mut scope, "/a:b/$c"), None);
    assert_eq!(lookup::ami(&mut scope, "al2023-*", ["amazon".into()]), None);
    let props = vec![("returnAsymmetricSubnets".into(), true.into())];
    let provider = "vpc-provider".into();
    assert_eq!(scope.lookup(Lookup { provider, props }), None);
    let assembly = Assembly::synthesize([stack]).unwrap();
    let manifest = parse(&assembly.files()["manifest.json"]).unwrap();
    let missing = manifest.get("missing").and_then(Json::items).unwrap();
    let keys = missing
        .iter()
        .map(|one| one.get("key").unwrap().as_text().unwrap());
    assert_eq!(
        keys.collect::<Vec<_>>(),
        [
            "ssm:account=123456789012:parameterName=/a$:b/$c:region=eu-west-1",
            "ami:account=123456789012:filters.image-type.0=machine:filters.name.0=al2023-*:\
             filters.state.0=available:owners.0=amazon:region=eu-west-1",
            "vpc-provider:account=123456789012:region=eu-west-1:returnAsymmetricSubnets=true",
        ]
    );
    assert_eq!(
        missing[0].to_compact(),
        concat!(
            r#"{"key":"ssm:account=123456789012:parameterName=/a$:b/$c:region=eu-west-1","provider":"ssm","#,
            r#""props":{"account":"123456789012","region":"eu-west-1","parameterName":"/a:b/$c"}}"#,
        )
    );
}

#[test]
fn what_was_looked_up_is_used_and_what_failed_is_told() {
    let known = r#"{"ssm:account=123456789012:parameterName=good:region=eu-west-1": "ami-1",
        "ssm:account=123456789012:parameterName=bad:region=eu-west-1": {"$providerError": "no such parameter"}}"#;
    let mut stack = stack(Context::parse(known).unwrap());
    let mut scope = stack.scope();
    assert_eq!(
        lookup::ssm_parameter(&mut scope, "good").as_deref(),
        Some("ami-1")
    );
    assert_eq!(lookup::ssm_parameter(&mut scope, "bad"), None);
    insta::assert_snapshot!(Assembly::synthesize([stack]).unwrap_err(), @r#"
    Web: looking this up failed: no such parameter
      value: ssm:account=123456789012:parameterName=bad:region=eu-west-1
      fix: correct what is looked up, or the account's permissions
      code: core.lookup-failed
    "#);
}

#[test]
fn a_context_is_an_object() {
    assert!(Context::parse("[]").is_err());
    assert!(Context::parse("{").is_err());
}
