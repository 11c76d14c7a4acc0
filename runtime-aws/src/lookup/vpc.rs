//! A VPC and its subnets, by the tags CDK gives them, else by where their routes lead.

use std::collections::BTreeSet;

use runtime::ProviderError;
use runtime::port::Problem;
use serde_json::{Map, Value, json};

use super::ask::ec2;
use super::xml::Element;
use super::{filters, refused, text};
use crate::cloud::Cloud;

const PROVIDER: &str = "vpc-provider";

/// What a subnet is for, with the words CDK has for it.
const PUBLIC: &str = "Public";
const PRIVATE: &str = "Private";
const ISOLATED: &str = "Isolated";

/// The one VPC that fits the filter, as CDK keeps it.
pub(super) async fn vpc(cloud: &Cloud, props: &Value) -> Result<Value, ProviderError> {
    let vpcs = ec2(cloud, "DescribeVpcs", &filters(props.get("filter"))).await?;
    let filter = props.get("filter").unwrap_or(&Value::Null);
    let hint = "choose exactly one by its id, its name or a tag";
    let vpc = match vpcs.list("vpcSet") {
        [vpc] => vpc,
        [] => {
            let message = format!("no VPC in {} fits {filter}", cloud.region());
            let error =
                ProviderError::new(Problem::NotFound, format!("look up `{PROVIDER}`"), message);
            return Err(error.with_hint(hint));
        }
        several => {
            let message = format!("{} VPCs in {} fit {filter}", several.len(), cloud.region());
            return Err(refused(PROVIDER, &message).with_hint(hint));
        }
    };
    let id = vpc.text("vpcId").unwrap_or_default();
    let of_vpc = filters(Some(&json!({ "vpc-id": id })));
    let subnets = ec2(cloud, "DescribeSubnets", &of_vpc).await?;
    let tables = ec2(cloud, "DescribeRouteTables", &of_vpc).await?;
    let gateway = match props.get("returnVpnGateways") {
        Some(Value::Bool(false)) => None,
        Some(_) | None => vpn_gateway(cloud, id).await?,
    };
    let subnets = subnets.list("subnetSet").iter();
    let tables = tables.list("routeTableSet");
    let subnets: Result<Vec<Subnet>, _> = subnets
        .map(|subnet| Subnet::new(subnet, tables, props))
        .collect();
    told(vpc, &grouped(subnets?), gateway.as_deref(), props)
}

async fn vpn_gateway(cloud: &Cloud, vpc: &str) -> Result<Option<String>, ProviderError> {
    let attached = json!({
        "attachment.vpc-id": vpc, "attachment.state": "attached", "state": "available",
    });
    let found = ec2(cloud, "DescribeVpnGateways", &filters(Some(&attached))).await?;
    Ok(match found.list("vpnGatewaySet") {
        [gateway] => gateway.text("vpnGatewayId").map(str::to_owned),
        _ => None,
    })
}

/// A subnet, sorted in.
#[derive(Debug, Clone, PartialEq)]
struct Subnet {
    id: String,
    zone: String,
    cidr: String,
    kind: &'static str,
    name: String,
    route_table: String,
}

/// Subnets of one kind and name, by zone.
struct Group {
    kind: &'static str,
    name: String,
    subnets: Vec<Subnet>,
}

impl Subnet {
    fn new(subnet: &Element, tables: &[Element], props: &Value) -> Result<Self, ProviderError> {
        let own = |name: &str| subnet.text(name).unwrap_or_default().to_owned();
        let id = own("subnetId");
        let wrong = |words: String| refused(PROVIDER, &format!("the subnet {id} {words}"));
        let of_subnet = |table: &&Element| {
            let mut associations = table.list("associationSet").iter();
            associations.any(|one| one.text("subnetId") == Some(&id))
        };
        let is_main = |table: &&Element| {
            let mut associations = table.list("associationSet").iter();
            associations.any(|one| one.text("main") == Some("true"))
        };
        let table = tables.iter().find(of_subnet);
        let table = table.or_else(|| tables.iter().find(is_main));
        let table = table.ok_or_else(|| wrong("has no route table".to_owned()))?;
        let kind = match subnet.tag("aws-cdk:subnet-type") {
            None => by_routes(subnet, table),
            Some(PUBLIC) => PUBLIC,
            Some(PRIVATE) => PRIVATE,
            Some(ISOLATED) => ISOLATED,
            Some(other) => {
                let words = format!("is tagged aws-cdk:subnet-type={other}");
                let hint = "the tag is Public, Private or Isolated";
                return Err(wrong(words).with_hint(hint));
            }
        };
        let name = match text(props, "subnetGroupNameTag").filter(|tag| !tag.is_empty()) {
            None => subnet.tag("aws-cdk:subnet-name"),
            Some(tag) => Some(
                subnet
                    .tag(tag)
                    .filter(|name| !name.is_empty())
                    .ok_or_else(|| wrong(format!("has no tag `{tag}`")))?,
            ),
        };
        Ok(Self {
            name: name
                .filter(|name| !name.is_empty())
                .unwrap_or(kind)
                .to_owned(),
            zone: own("availabilityZone"),
            cidr: own("cidrBlock"),
            route_table: table.text("routeTableId").unwrap_or_default().to_owned(),
            kind,
            id,
        })
    }
}

fn by_routes(subnet: &Element, table: &Element) -> &'static str {
    let everywhere = |route: &Element| route.text("destinationCidrBlock") == Some("0.0.0.0/0");
    let leads = |name: &str, route: &Element| route.text(name).is_some_and(|id| !id.is_empty());
    let routes = table.list("routeSet");
    let to_internet = routes.iter().any(|route| {
        let gateway = route.text("gatewayId");
        gateway.is_some_and(|id| id.starts_with("igw-"))
    });
    let to_gateway = routes.iter().any(|route| {
        everywhere(route) && (leads("natGatewayId", route) || leads("transitGatewayId", route))
    });
    if subnet.text("mapPublicIpOnLaunch") == Some("true") || to_internet {
        PUBLIC
    } else if to_gateway {
        PRIVATE
    } else {
        ISOLATED
    }
}

/// The subnets by kind and name, in the order these come first.
fn grouped(subnets: Vec<Subnet>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for subnet in subnets {
        let same = |group: &&mut Group| group.kind == subnet.kind && group.name == subnet.name;
        match groups.iter_mut().find(same) {
            Some(group) => group.subnets.push(subnet),
            None => groups.push(Group {
                kind: subnet.kind,
                name: subnet.name.clone(),
                subnets: vec![subnet],
            }),
        }
    }
    for group in &mut groups {
        group
            .subnets
            .sort_by(|one, other| one.zone.cmp(&other.zone));
    }
    groups
}

/// The VPC in the shape of `cdk.context.json`. A list that would be empty is left out, as CDK does.
fn told(
    vpc: &Element,
    groups: &[Group],
    gateway: Option<&str>,
    props: &Value,
) -> Result<Value, ProviderError> {
    let asymmetric = props.get("returnAsymmetricSubnets") == Some(&Value::Bool(true));
    let mut told = Map::new();
    let mut put = |name: &str, value: Value| {
        told.insert(name.to_owned(), value);
    };
    put("vpcId", json!(vpc.text("vpcId")));
    put("vpcCidrBlock", json!(vpc.text("cidrBlock")));
    if let Some(owner) = vpc.text("ownerId") {
        put("ownerAccountId", json!(owner));
    }
    put("availabilityZones", json!([]));
    if !asymmetric {
        put("availabilityZones", json!(zones(groups)?));
        for (kind, prefix) in [
            (ISOLATED, "isolated"),
            (PRIVATE, "private"),
            (PUBLIC, "public"),
        ] {
            let of_kind = || groups.iter().filter(|group| group.kind == kind);
            if of_kind().next().is_none() {
                continue;
            }
            let subnets = || of_kind().flat_map(|group| &group.subnets);
            let ids: Vec<&str> = subnets().map(|subnet| &*subnet.id).collect();
            let names: Vec<&str> = of_kind().map(|group| &*group.name).collect();
            let tables: Vec<&str> = subnets().map(|subnet| &*subnet.route_table).collect();
            put(&format!("{prefix}SubnetIds"), json!(ids));
            put(&format!("{prefix}SubnetNames"), json!(names));
            put(&format!("{prefix}SubnetRouteTableIds"), json!(tables));
        }
    }
    if let Some(gateway) = gateway {
        put("vpnGatewayId", json!(gateway));
    }
    if asymmetric {
        let groups: Vec<Value> = groups.iter().map(view).collect();
        put("subnetGroups", json!(groups));
    }
    Ok(Value::Object(told))
}

fn view(group: &Group) -> Value {
    let subnets = group.subnets.iter().map(|subnet| {
        json!({
            "subnetId": subnet.id,
            "cidr": subnet.cidr,
            "availabilityZone": subnet.zone,
            "routeTableId": subnet.route_table,
        })
    });
    let subnets: Vec<Value> = subnets.collect();
    json!({ "name": group.name, "type": group.kind, "subnets": subnets })
}

/// The zones, which have to be the same for every group where the question is the old one.
fn zones(groups: &[Group]) -> Result<Vec<String>, ProviderError> {
    let of = |group: &Group| -> Vec<String> {
        let subnets = group.subnets.iter();
        subnets.map(|subnet| subnet.zone.clone()).collect()
    };
    let kinds: BTreeSet<Vec<String>> = groups.iter().map(of).collect();
    if kinds.len() > 1 {
        let kinds: Vec<String> = kinds.iter().map(|zones| zones.join(", ")).collect();
        let message = format!("its subnets are in different zones: {}", kinds.join("; "));
        return Err(refused(PROVIDER, &message));
    }
    Ok(kinds.into_iter().next().unwrap_or_default())
}
