//! Names, and the text of AWS.

use super::*;

#[test]
fn names_are_split_where_a_reader_would() {
    let snake = |name: &str| names::snake(name);
    assert_eq!(snake("VPCGatewayAttachment"), "vpc_gateway_attachment");
    assert_eq!(snake("EnableECSManagedTags"), "enable_ecs_managed_tags");
    assert_eq!(snake("ProviderARNs"), "provider_arns");
    assert_eq!(snake("AssignIPv6Address"), "assign_ipv6_address");
    assert_eq!(snake("S3BucketName"), "s3_bucket_name");
    assert_eq!(snake("EnableDns64"), "enable_dns64");
    assert_eq!(names::identifier("Type"), "r#type");
    assert_eq!(names::identifier("Self"), "self_");
    assert_eq!(names::upper_camel("OIDCProvider"), "OidcProvider");
    assert_eq!(names::variant("X86_64"), "X86_64");
    assert_eq!(names::variant("aws:kms:dsse"), "AwsKmsDsse");
    assert_eq!(names::variant("1.0"), "V1_0");
    assert_eq!(names::variant("*"), "Any");
    assert_eq!(names::variant("Other"), "OtherValue");
    assert_eq!(
        names::owned("VPCEndpoint", "VpcEndpointType"),
        "VpcEndpointType"
    );
    assert_eq!(names::owned("FlowLog", "TrafficType"), "FlowLogTrafficType");
}

#[test]
fn text_of_aws_becomes_neither_a_tag_nor_a_link_nor_a_test() {
    let text = "Give `a` . See [the <guide>](https://e.com/g) or https://e.com/x.\n\n    code [0]\n```\nraw <b>\n";
    insta::assert_snapshot!(markdown::lines(text).join("\n"), @r"
    Give `a`. See [the \<guide>](https://e.com/g) or <https://e.com/x>.

    code \[0\]
    ```text
    raw <b>
    ```
    ");
}

#[test]
fn a_long_line_is_broken_where_no_markup_begins() {
    let text = format!("{} 12. nights `a b` - end", "word ".repeat(17).trim());
    for line in markdown::lines(&text) {
        assert!(line.len() < 100, "{line}");
        assert!(!line.starts_with("12.") && !line.starts_with('-'), "{line}");
    }
}

#[test]
fn products_and_units_are_one_word() {
    assert_eq!(names::snake("MemoryGiBPerVCpu"), "memory_gib_per_vcpu");
    assert_eq!(names::snake("GraphQLApi"), "graphql_api");
    assert_eq!(names::upper_camel("GraphQLApi"), "GraphQlApi");
    assert_eq!(names::snake("DynamoDBv2Action"), "dynamodb_v2_action");
    assert_eq!(names::snake("OAuth2Properties"), "oauth2_properties");
    assert_eq!(names::snake("FSxONTAP"), "fsx_ontap");
}

#[test]
fn two_things_of_one_name_are_an_error() {
    let mut database = database();
    let names = BTreeSet::from(["AWS::Demo::VPCThing"]);
    let clash = |database: &Database| {
        let model = build(database, &names, &[], |_| Ok(None)).unwrap().model;
        super::super::clashes::check(&model)
    };
    assert_eq!(clash(&database), Ok(()));
    let node = database.definitions.get_mut("7").unwrap();
    let next = node.properties.get("Next").unwrap().clone();
    node.properties.insert("NEXT".to_owned(), next);
    assert_eq!(
        clash(&database).unwrap_err(),
        "AWS::Demo::VPCThing, Node: `next` is NEXT and Next"
    );
}

#[test]
fn an_attribute_of_a_divided_name_gives_way() {
    let names = ["Authority.Data", "AuthorityData", "Endpoint.Port"].map(str::to_owned);
    assert_eq!(
        names::attributes(names.iter()),
        ["data_of_authority", "authority_data", "endpoint_port"]
    );
}
