//! Templates with which resources are taken in.

use serde_json::json;

use crate::deploy::import_template;

#[test]
fn an_import_adds_what_is_chosen_and_leaves_everything_else_as_it_is() {
    let deployed = json!({
        "Parameters": { "Size": { "Type": "String", "Default": "1" } },
        "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } },
        "Outputs": { "Topic": { "Value": { "Ref": "Topic" } } },
    });
    let wanted = json!({
        "Parameters": { "Size": { "Type": "String", "Default": "2" }, "Days": { "Type": "Number" } },
        "Resources": {
            "Topic": { "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": "new" } },
            "Letters": { "Type": "AWS::S3::Bucket" },
            "Orders": { "Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Delete" },
            "Later": { "Type": "AWS::SQS::Queue" },
        },
        "Outputs": { "Letters": { "Value": { "Ref": "Letters" } } },
    });
    let ids = ["Letters", "Orders"].into();
    assert_eq!(
        import_template(Some(&deployed), &wanted, &ids),
        json!({
            "Parameters": { "Size": { "Type": "String", "Default": "1" }, "Days": { "Type": "Number" } },
            "Resources": {
                "Topic": { "Type": "AWS::SNS::Topic" },
                "Letters": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" },
                "Orders": { "Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Delete" },
            },
            "Outputs": { "Topic": { "Value": { "Ref": "Topic" } } },
        })
    );
}

#[test]
fn a_new_stack_begins_without_outputs() {
    let wanted = json!({
        "Transform": "AWS::LanguageExtensions",
        "Resources": { "Letters": { "Type": "AWS::S3::Bucket" }, "Later": { "Type": "AWS::SQS::Queue" } },
        "Outputs": { "Letters": { "Value": { "Ref": "Letters" } } },
    });
    assert_eq!(
        import_template(None, &wanted, &["Letters"].into()),
        json!({
            "Transform": "AWS::LanguageExtensions",
            "Resources": { "Letters": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" } },
        })
    );
}
