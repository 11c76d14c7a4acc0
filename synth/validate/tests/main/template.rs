//! Each mistake that a template as a whole can have, in its smallest form.

use synth_validate::source::read;
use synth_validate::{Severity, template};

/// A template of one queue and whatever else is said.
fn with(more: &str) -> String {
    format!("Resources:\n  Inbox:\n    Type: AWS::SQS::Queue\n{more}")
}

/// Every finding as severity, code, path, value and fix.
fn told(yaml: &str) -> Vec<String> {
    let source = read(yaml.as_bytes()).unwrap();
    let found = template::check(&source.template).into_iter();
    let lines = found.map(|one| {
        let severity = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let id = if one.logical_id.is_empty() {
            String::new()
        } else {
            format!("Resources/{}/", one.logical_id)
        };
        let problem = one.problem;
        format!(
            "{severity} {} at {id}{}: {} | {}",
            problem.code, one.property_path, problem.value, problem.fix
        )
    });
    lines.collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table is as long as what it tells")]
fn each_mistake_is_told_once_where_it_is() {
    let many =
        |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let cases: Vec<(String, &[&str])> = vec![
        ("[]".into(), &["error template.kind at : [] | "]),
        (
            "Resources: {}".into(),
            &["error core.empty-stack at Resources:  | add a resource under `Resources`"],
        ),
        (
            with(
                "  Worker:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n          Effect: Allow\n          Action: sts:AssumeRole\n          Principal: {Service: ecs-task.amazonaws.com}\n      Policies:\n        - PolicyName: own\n          PolicyDocument:\n            Statement:\n              - {Effect: Allow, Resource: '*', Action: [s3:GetObjekt, 's3:Get*', dynamodbb:PutItem, 'ec2:*', newservice:Go]}\n",
            ),
            &[
                "warning iam.unknown-service-principal at Resources/Worker/Properties/AssumeRolePolicyDocument/Statement/Principal/Service: ecs-task.amazonaws.com | did you mean `ecs-tasks.amazonaws.com`?",
                "warning iam.unknown-action at Resources/Worker/Properties/Policies/0/PolicyDocument/Statement/0/Action/0: s3:GetObjekt | did you mean `getobject`?",
                "warning iam.unknown-action at Resources/Worker/Properties/Policies/0/PolicyDocument/Statement/0/Action/2: dynamodbb:PutItem | did you mean `dynamodb:`?",
            ],
        ),
        (
            with("Outptus: {}"),
            &["error template.unknown-section at Outptus:  | did you mean `Outputs`?"],
        ),
        (
            with("AWSTemplateFormatVersion: 2012-10-17"),
            &[
                "error template.format at AWSTemplateFormatVersion: 2012-10-17 | write '2010-09-09', or leave it out",
            ],
        ),
        (
            with("Description: {Ref: A}"),
            &["error template.kind at Description:  | write a text that needs no function"],
        ),
        (
            with(&format!("Description: {}", "a".repeat(1025))),
            &["error core.limit at Description: 1025 | move a part of it to another template"],
        ),
        (
            format!(
                "Resources:\n{}",
                many(501, &|at| format!("  A{at}: {{Type: 'Custom::A'}}\n"))
            ),
            &["error core.limit at Resources: 501 | move a part of it to another template"],
        ),
        (
            with(&format!(
                "Outputs:\n{}",
                many(201, &|at| format!("  A{at}: {{Value: a}}\n"))
            )),
            &["error core.limit at Outputs: 201 | move a part of it to another template"],
        ),
        (
            with("  Out-box: {Type: 'Custom::A'}"),
            &[
                "error template.name at Resources/Out-box: Out-box | take everything else out of the name",
            ],
        ),
        (
            with("  Outbox: []"),
            &["error template.kind at Resources/Outbox: [] | write an object"],
        ),
        (
            with("  Outbox: {}"),
            &[
                "error resource.type at Resources/Outbox/Type:  | add `Type`, such as `AWS::S3::Bucket`",
            ],
        ),
        (
            with("    DependOn: A"),
            &[
                "error resource.unknown-name at Resources/Inbox/DependOn: A | did you mean `DependsOn`?",
            ],
        ),
        (
            with("    DependsOn: Inbx"),
            &["error core.dangling-reference at Resources/Inbox/DependsOn: Inbx | take it out"],
        ),
        (
            with("    DependsOn: [Inbox]"),
            &["error core.dangling-reference at Resources/Inbox/DependsOn/0: Inbox | take it out"],
        ),
        (
            with("    Condition: IsProd"),
            &[
                "error core.dangling-condition at Resources/Inbox/Condition: IsProd | add it to `Conditions`",
            ],
        ),
        (
            with("    DeletionPolicy: Keep"),
            &["error resource.policy at Resources/Inbox/DeletionPolicy: Keep | write one of these"],
        ),
        (
            with("    DeletionPolicy: Snapshot"),
            &["error resource.policy at Resources/Inbox/DeletionPolicy: Snapshot | write `Retain`"],
        ),
        (
            with("    UpdateReplacePolicy: RetainExceptOnCreate"),
            &[
                "error resource.policy at Resources/Inbox/UpdateReplacePolicy: RetainExceptOnCreate | write one of these",
            ],
        ),
        (
            with("    Properties: {QueueName: !Ref Nmae}\nParameters: {Name: {Type: String}}"),
            &[
                "error core.dangling-reference at Resources/Inbox/Properties/QueueName/Ref: Nmae | did you mean `Name`?",
                "warning template.unused-parameter at Parameters/Name: Name | take it out",
            ],
        ),
        (
            with("    Properties: {QueueName: !Sub 'a-${AWS::Regoin}-${!b}'}"),
            &[
                "error core.dangling-reference at Resources/Inbox/Properties/QueueName/Fn::Sub: AWS::Regoin | did you mean `AWS::Region`?",
            ],
        ),
        (
            with("    Properties: {QueueName: !Sub ['${A}', {A: x, B: y}]}"),
            &[
                "warning function.unused-variable at Resources/Inbox/Properties/QueueName/Fn::Sub/1/B: B | take it out",
            ],
        ),
        (
            with("Outputs: {A: {Value: !GetAtt Inbox.Arm}}"),
            &[
                "error reference.attribute at Outputs/A/Value/Fn::GetAtt/1: Arm | did you mean `Arn`?",
            ],
        ),
        (
            with("Outputs: {A: {Value: !If [Is, a, b]}}"),
            &[
                "error core.dangling-condition at Outputs/A/Value/Fn::If/0: Is | add it to `Conditions`",
            ],
        ),
        (
            with("Outputs: {A: {Value: !FindInMap [M, a, b]}}"),
            &[
                "error core.dangling-mapping at Outputs/A/Value/Fn::FindInMap/0: M | add it to `Mappings`",
            ],
        ),
        (
            with("Outputs: {A: {Value: !FindInMap [M, a, b]}}\nMappings: {M: {a: {bb: 1}}}"),
            &[
                "error reference.mapping-key at Outputs/A/Value/Fn::FindInMap/2: b | did you mean `bb`?",
            ],
        ),
        (
            with("Mappings: {M: {a: b}}"),
            &[
                "error template.kind at Mappings/M/a: b | put the value under another name",
                "warning template.unused-mapping at Mappings/M: M | take it out",
            ],
        ),
        (
            with("Outputs: {A: {Value: !Join [a]}}"),
            &[
                r#"error function.malformed at Outputs/A/Value/Fn::Join: ["a"] | give it a list of a separator and a list of values"#,
            ],
        ),
        (
            with("Outputs: {A: {Value: {'Fn::Jion': []}}}"),
            &[
                "error function.unknown at Outputs/A/Value/Fn::Jion: Fn::Jion | did you mean `Fn::Join`?",
            ],
        ),
        (
            with("Outputs: {A: {Value: {'Fn::Sub': a, B: c}}}"),
            &[
                "error function.alone at Outputs/A/Value/Fn::Sub: a | take the other names out, or put the function below one of its own",
            ],
        ),
        (
            with("Outputs: {A: {Value: !Not [a]}}"),
            &[
                "error function.place at Outputs/A/Value/Fn::Not:  | make it an entry of `Conditions`, and choose with `Fn::If`",
            ],
        ),
        (
            with("Outputs: {A: {Value: {'Fn::ToJsonString': [a]}}}"),
            &[
                "error function.place at Outputs/A/Value/Fn::ToJsonString:  | add `Transform: AWS::LanguageExtensions` to the template",
            ],
        ),
        (
            with("Conditions: {C: !Equals [!Ref Inbox, a]}"),
            &[
                "error core.condition-on-resource at Conditions/C/Fn::Equals/0/Ref: Inbox | decide on a parameter instead",
                "warning template.unused-condition at Conditions/C: C | take it out",
            ],
        ),
        (
            with("    Properties: {QueueName: 'a-${AWS::Region}'}"),
            &[
                "warning function.lacks-sub at Resources/Inbox/Properties/QueueName: a-${AWS::Region} | use `Fn::Sub`",
            ],
        ),
        (
            with("  'Fn::ForEach::A': [B, [c], {}]"),
            &[
                "error function.place at Resources/Fn::ForEach::A:  | add `Transform: AWS::LanguageExtensions` to the template",
            ],
        ),
        (
            with("Outputs: {A: {}}"),
            &["error output.value at Outputs/A:  | add `Value`"],
        ),
        (
            with("Outputs: {A: {Value: [a]}}"),
            &[
                r#"error output.value at Outputs/A/Value: ["a"] | join the parts with `Fn::Join`, or write several outputs"#,
            ],
        ),
        (
            with("Outputs: {A: {Value: a, Exprot: {Name: b}}}"),
            &["error output.unknown-name at Outputs/A/Exprot:  | did you mean `Export`?"],
        ),
        (
            with("Outputs: {A: {Value: a, Export: b}}"),
            &["error output.export at Outputs/A/Export: b | write `Export: {Name: …}`"],
        ),
        (
            with("Outputs: {A: {Value: a, Export: {Name: x}}, B: {Value: a, Export: {Name: x}}}"),
            &["error core.taken-export at Outputs/B/Export/Name: x | change one of the two names"],
        ),
        (
            with(
                "    Properties: {QueueName: !Ref B}\n  B:\n    Type: AWS::SQS::Queue\n    DependsOn: Inbox\n",
            ),
            &[
                "error core.cycle at Resources/Inbox/Properties/QueueName/Ref: Inbox -(Properties/QueueName/Ref)-> B -(DependsOn)-> Inbox | take one of these references out, or move it to a resource of its own",
            ],
        ),
    ];
    for (yaml, expected) in cases {
        assert_eq!(
            told(&yaml),
            expected,
            "{}",
            yaml.get(..400).unwrap_or(&yaml)
        );
    }
}

#[test]
fn a_parameter_fits_its_own_constraints() {
    let cases = [
        ("{Default: a}", "parameter.type at Parameters/P: "),
        (
            "{Type: string}",
            "parameter.type at Parameters/P/Type: string",
        ),
        (
            "{Type: String, Defualt: a}",
            "parameter.unknown-name at Parameters/P/Defualt: a",
        ),
        (
            "{Type: Number, Default: a}",
            "parameter.default at Parameters/P/Default: a",
        ),
        (
            "{Type: Number, Default: 5, MaxValue: 4}",
            "parameter.default at Parameters/P/Default: 5",
        ),
        (
            "{Type: String, Default: a, MinLength: 2}",
            "parameter.default at Parameters/P/Default: a",
        ),
        (
            "{Type: String, Default: c, AllowedValues: [a, b]}",
            "parameter.default at Parameters/P/Default: c",
        ),
        (
            "{Type: String, Default: A1, AllowedPattern: '[a-z]+'}",
            "parameter.default at Parameters/P/Default: A1",
        ),
        (
            "{Type: CommaDelimitedList, Default: 'a,c', AllowedValues: [a, b]}",
            "parameter.default at Parameters/P/Default: a,c",
        ),
        (
            "{Type: String, MinLength: 5, MaxLength: 4}",
            "parameter.constraint at Parameters/P/MinLength: 5",
        ),
        (
            "{Type: String, Default: [a]}",
            r#"parameter.default at Parameters/P/Default: ["a"]"#,
        ),
        (
            "{Type: 'AWS::SSM::Parameter::Value<Sting>'}",
            "parameter.type at Parameters/P/Type: AWS::SSM::Parameter::Value<Sting>",
        ),
    ];
    let used = "Outputs: {A: {Value: !Ref P}}\n";
    for (parameter, expected) in cases {
        let found = told(&with(&format!("{used}Parameters: {{P: {parameter}}}")));
        let [one] = found.as_slice() else {
            panic!("{parameter}: {found:?}")
        };
        assert!(
            one.starts_with(&format!("error {expected} |")),
            "{parameter}: {one}"
        );
    }
    for fine in [
        "{Type: String}",
        "{Type: Number, Default: 5}",
        "{Type: 'List<AWS::EC2::Subnet::Id>'}",
        "{Type: 'AWS::SSM::Parameter::Value<List<AWS::EC2::Image::Id>>', Default: /a/b, AllowedPattern: '[0-9]'}",
        "{Type: CommaDelimitedList, Default: 'a, b', AllowedValues: [a, b]}",
        "{Type: String, Default: true, AllowedValues: ['true', 'false']}",
        "{Type: String, AllowedPattern: '(?<x', Default: a}",
    ] {
        let found = told(&with(&format!("{used}Parameters: {{P: {fine}}}")));
        assert!(found.is_empty(), "{fine}: {found:?}");
    }
}

#[test]
fn what_a_macro_or_a_loop_adds_is_not_missed() {
    for more in [
        "    Condition: A\n    DependsOn: B\n    Properties: {QueueName: !Ref C}\nTransform: Macro\n",
        "    Condition: A\n    DependsOn: B\nTransform: AWS::Serverless-2016-10-31\n",
        "  'Fn::ForEach::Each': [Name, [a, b], {'Q${Name}': {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Ref Name}}}]\nTransform: AWS::LanguageExtensions\n",
    ] {
        assert!(
            told(&with(more)).is_empty(),
            "{more}: {:?}",
            told(&with(more))
        );
    }
}

#[test]
fn a_good_template_passes() {
    let yaml = include_str!("good.yaml");
    assert!(told(yaml).is_empty(), "{:#?}", told(yaml));
}
