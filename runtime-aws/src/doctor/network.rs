//! The network that tasks start in, as EC2 tells it.

use std::collections::BTreeSet;

use runtime::ProviderError;
use runtime::doctor::{Network, Subnet, WayOut};

use crate::cloud::Cloud;
use crate::lookup::ask::ec2;
use crate::lookup::xml::Element;

impl Cloud {
    /// What there is of `subnets`, their routes, and the endpoints of their VPC.
    ///
    /// Whether an endpoint's firewall lets tasks in is not looked at.
    pub async fn network(
        &self,
        subnets: &[String],
        public_address: bool,
    ) -> Result<Network, ProviderError> {
        // By a filter: one that is gone is left out then, and not refused with all others.
        let described = ec2(self, "DescribeSubnets", &filter("subnet-id", subnets)).await?;
        let described = described.list("subnetSet");
        let vpcs = described.iter().filter_map(|subnet| subnet.text("vpcId"));
        let vpcs: BTreeSet<String> = vpcs.map(str::to_owned).collect();
        let vpcs: Vec<String> = vpcs.into_iter().collect();
        let of_vpcs = filter("vpc-id", &vpcs);
        if vpcs.is_empty() {
            return Ok(read(subnets, public_address, &[], &[], &[]));
        }
        let (tables, endpoints) = tokio::join!(
            ec2(self, "DescribeRouteTables", &of_vpcs),
            ec2(self, "DescribeVpcEndpoints", &of_vpcs),
        );
        let (tables, endpoints) = (tables?, endpoints?);
        Ok(read(
            subnets,
            public_address,
            described,
            tables.list("routeTableSet"),
            endpoints.list("vpcEndpointSet"),
        ))
    }
}

fn filter(name: &str, values: &[String]) -> Vec<(String, String)> {
    let values = values.iter().enumerate();
    let values =
        values.map(|(place, value)| (format!("Filter.1.Value.{}", place + 1), value.clone()));
    let name = ("Filter.1.Name".to_owned(), name.to_owned());
    std::iter::once(name).chain(values).collect()
}

fn read(
    subnets: &[String],
    public_address: bool,
    described: &[Element],
    tables: &[Element],
    endpoints: &[Element],
) -> Network {
    let subnets = subnets.iter().map(|id| {
        let found = described.iter().find(|it| it.text("subnetId") == Some(id));
        let free = found.and_then(|it| it.text("availableIpAddressCount"));
        let free = free.and_then(|count| count.parse().ok());
        Subnet {
            id: id.clone(),
            free: found.map(|_| free.unwrap_or_default()),
            way_out: way_out(id, found.and_then(|it| it.text("vpcId")), tables),
        }
    });
    let available = |it: &&Element| {
        it.text("state")
            .is_none_or(|state| state.eq_ignore_ascii_case("available"))
    };
    let endpoints = endpoints.iter().filter(available);
    let names = endpoints.filter_map(|it| it.text("serviceName"));
    Network {
        subnets: subnets.collect(),
        public_address,
        endpoints: names.map(|name| service(name).to_owned()).collect(),
    }
}

/// `ecr.api` of `com.amazonaws.eu-central-1.ecr.api`; in China such names begin with `cn.`.
fn service(name: &str) -> &str {
    let name = name.strip_prefix("cn.").unwrap_or(name);
    name.splitn(4, '.').nth(3).unwrap_or(name)
}

/// Where the default route of the subnet leads: by its own table, else the main one of its VPC.
fn way_out(subnet: &str, vpc: Option<&str>, tables: &[Element]) -> WayOut {
    let has = |table: &&Element, name: &str, value: &str| {
        let mut associations = table.list("associationSet").iter();
        associations.any(|one| one.text(name) == Some(value))
    };
    let own = tables.iter().find(|table| has(table, "subnetId", subnet));
    let main = || {
        let mut of_vpc = tables.iter().filter(|table| table.text("vpcId") == vpc);
        of_vpc.find(|table| has(table, "main", "true"))
    };
    let Some(table) = own.or_else(main) else {
        return WayOut::None;
    };
    let mut routes = table.list("routeSet").iter();
    let default = |route: &&Element| route.text("destinationCidrBlock") == Some("0.0.0.0/0");
    let Some(route) = routes.find(default) else {
        return WayOut::None;
    };
    let target = |name: &str| route.text(name).filter(|id| !id.is_empty());
    let others = [
        "transitGatewayId",
        "networkInterfaceId",
        "instanceId",
        "vpcPeeringConnectionId",
        "localGatewayId",
        "carrierGatewayId",
        "coreNetworkArn",
    ];
    let other = || others.iter().find_map(|name| target(name));
    let (nat, gateway) = (target("natGatewayId"), target("gatewayId"));
    let Some(leads_to) = nat.or(gateway).or_else(other) else {
        return WayOut::None;
    };
    if route.text("state") == Some("blackhole") {
        return WayOut::Gone(leads_to.to_owned());
    }
    match (nat, gateway) {
        (Some(_), _) => WayOut::Nat,
        (None, Some(gateway)) if gateway.starts_with("igw-") => WayOut::InternetGateway,
        (None, _) => WayOut::Other(leads_to.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::xml::parse;

    const TABLES: &str = "<R><routeTableSet>\
        <item><vpcId>v</vpcId><routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>\
        <gatewayId>igw-1</gatewayId><state>active</state></item></routeSet>\
        <associationSet><item><main>true</main></item></associationSet></item>\
        <item><vpcId>v</vpcId><routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>\
        <natGatewayId>nat-1</natGatewayId><state>active</state></item></routeSet>\
        <associationSet><item><subnetId>s-nat</subnetId></item></associationSet></item>\
        <item><vpcId>v</vpcId><routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>\
        <natGatewayId>nat-2</natGatewayId><state>blackhole</state></item></routeSet>\
        <associationSet><item><subnetId>s-gone</subnetId></item></associationSet></item>\
        <item><vpcId>v</vpcId><routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock>\
        <gatewayId>local</gatewayId></item></routeSet>\
        <associationSet><item><subnetId>s-alone</subnetId></item></associationSet></item>\
        <item><vpcId>v</vpcId><routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock>\
        <transitGatewayId>tgw-1</transitGatewayId></item></routeSet>\
        <associationSet><item><subnetId>s-transit</subnetId></item></associationSet></item>\
        </routeTableSet></R>";

    #[test]
    fn a_subnet_goes_out_by_its_own_table_or_the_main_one() {
        let tables = parse(TABLES).unwrap();
        let tables = tables.list("routeTableSet");
        for (subnet, wanted) in [
            ("s-any", WayOut::InternetGateway),
            ("s-nat", WayOut::Nat),
            ("s-gone", WayOut::Gone("nat-2".to_owned())),
            ("s-alone", WayOut::None),
            ("s-transit", WayOut::Other("tgw-1".to_owned())),
        ] {
            assert_eq!(way_out(subnet, Some("v"), tables), wanted, "{subnet}");
        }
        assert_eq!(way_out("s-any", Some("other"), tables), WayOut::None);
    }

    #[test]
    fn what_is_gone_has_no_addresses_and_endpoints_go_by_their_service() {
        let answer = parse(
            "<R><subnetSet><item><subnetId>a</subnetId><vpcId>v</vpcId>\
             <availableIpAddressCount>250</availableIpAddressCount></item></subnetSet><vpcEndpointSet>\
             <item><serviceName>com.amazonaws.us-east-1.ecr.api</serviceName><state>available</state></item>\
             <item><serviceName>cn.com.amazonaws.cn-north-1.s3</serviceName></item>\
             <item><serviceName>com.amazonaws.us-east-1.logs</serviceName><state>pending</state></item>\
             </vpcEndpointSet></R>",
        )
        .unwrap();
        let ids = ["a".to_owned(), "b".to_owned()];
        let endpoints = answer.list("vpcEndpointSet");
        let network = read(&ids, true, answer.list("subnetSet"), &[], endpoints);
        let free: Vec<_> = network.subnets.iter().map(|it| it.free).collect();
        assert_eq!(free, [Some(250), None]);
        assert_eq!(
            network.endpoints,
            ["ecr.api", "s3"].map(str::to_owned).into()
        );
    }
}
