//! Log groups.

use synth::logs::{
    DataIdentifier, DataProtection, Findings, LogGroup, LogGroupClass, LogGroupProps, Retention,
};
use synth::{DeletionPolicy, Id, Stack, Value, import_value};

use crate::show::{problems, resources};

fn log_group(props: LogGroupProps) -> impl FnOnce(&mut Stack) {
    move |stack| {
        LogGroup::new(stack.child("Output"), props);
    }
}

#[test]
fn a_log_group_keeps_30_days_and_is_retained() {
    insta::assert_snapshot!(resources(log_group(LogGroupProps::default())), @"
    OutputAB65CDDE AWS::Logs::LogGroup Retain Retain
      RetentionInDays 30
    ");
}

#[test]
fn a_log_group_with_everything() {
    let props = LogGroupProps {
        log_group_name: Some("/orders/output".into()),
        retention: Retention::Forever,
        class: LogGroupClass::InfrequentAccess,
        encryption_key: Some(Id::literal("arn:aws:kms:eu-west-1:123456789012:key/k").into()),
        removal: DeletionPolicy::Delete,
        tags: vec![("team".into(), "orders".into())],
        ..LogGroupProps::default()
    };
    insta::assert_snapshot!(resources(log_group(props)), @r#"
    OutputAB65CDDE AWS::Logs::LogGroup Delete Delete
      KmsKeyId "arn:aws:kms:eu-west-1:123456789012:key/k"
      LogGroupClass "INFREQUENT_ACCESS"
      LogGroupName "/orders/output"
      Tags [{"Key":"team","Value":"orders"}]
    "#);
}

#[test]
fn retention_is_one_of_the_lengths_that_cloudwatch_has() {
    assert_eq!(Retention::from_days(30), Some(Retention::OneMonth));
    assert_eq!(Retention::from_days(17), None);
    let days: Vec<u32> = Retention::ALL
        .into_iter()
        .filter_map(Retention::days)
        .collect();
    assert_eq!(
        days,
        [
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192,
            2_557, 2_922, 3_288, 3_653
        ]
    );
}

#[test]
fn a_name_that_cloudwatch_does_not_take() {
    let log_group_name = Some("my group".into());
    let told = problems(log_group(LogGroupProps {
        log_group_name,
        ..LogGroupProps::default()
    }));
    insta::assert_snapshot!(told, @"
    App/Output: CloudWatch Logs does not take this as the name of a log group
      value: my group
      allowed: 1 to 512 letters, digits and `_./#-`, not beginning with `aws/`
      fix: choose another name, or leave it out: CloudFormation then makes one
      code: logs.log-group-name
    ");
}

#[test]
fn a_log_group_that_masks_personal_data() {
    let protection = DataProtection {
        findings: Findings {
            log_group: Some(Id::literal("/aws/vendedlogs/findings").into()),
            bucket: Some(Id::literal("findings").into()),
            delivery_stream: Some("findings".into()),
        },
        ..DataProtection::new([DataIdentifier::Managed("EmailAddress".into())])
    };
    let props = LogGroupProps {
        data_protection: Some(protection),
        indexed_fields: vec!["requestId".into()],
        deletion_protection: true,
        ..LogGroupProps::default()
    };
    insta::assert_snapshot!(resources(log_group(props)), @r#"
    OutputAB65CDDE AWS::Logs::LogGroup Retain Retain
      DataProtectionPolicy {"Name":"data-protection-policy-cdk","Description":"cdk generated data protection policy","Version":"2021-06-01","Statement":[{"Sid":"audit-statement-cdk","DataIdentifier":[{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":dataprotection::aws:data-identifier/EmailAddress"]]}],"Operation":{"Audit":{"FindingsDestination":{"CloudWatchLogs":{"LogGroup":"/aws/vendedlogs/findings"},"S3":{"Bucket":"findings"},"Firehose":{"DeliveryStream":"findings"}}}}},{"Sid":"redact-statement-cdk","DataIdentifier":[{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":dataprotection::aws:data-identifier/EmailAddress"]]}],"Operation":{"Deidentify":{"MaskConfig":{}}}}],"Configuration":{"CustomDataIdentifier":[]}}
      DeletionProtectionEnabled true
      FieldIndexPolicies [{"Fields":["requestId"]}]
      RetentionInDays 30
    "#);
}

#[test]
fn a_log_group_that_is_declared_elsewhere() {
    let stars = "arn:aws:logs:eu-west-1:123456789012:log-group:/a:*";
    let with = LogGroup::from_arn(stars);
    assert_eq!(with, LogGroup::from_arn(stars.trim_end_matches(":*")));
    assert_eq!(with.name, Id::literal("/a").into());
    assert_eq!(with.arn, Id::literal(stars).into());
    let imported: Value<String> = import_value("GroupArn");
    let unknown = LogGroup::from_arn(imported);
    insta::assert_snapshot!(unknown.name.to_json().to_compact(), @r#"{"Fn::Select":[6,{"Fn::Split":[":",{"Fn::ImportValue":"GroupArn"}]}]}"#);
    let arn = unknown.arn.to_json().to_compact();
    assert!(arn.ends_with(&format!(
        "{},\"*\"]]}}",
        unknown.name.to_json().to_compact()
    )));
}
