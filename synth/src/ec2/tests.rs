use super::*;
use crate::{Id, Json, Problems, Scope, Stack, StackProps, cidr};

/// What a stack with these constructs declares, a resource a line.
fn declared(describe: impl FnOnce(&mut Scope<'_>)) -> String {
    let mut stack = Stack::new("App", StackProps::default());
    describe(&mut stack.scope());
    let template = match stack.synthesize() {
        Ok(template) => template,
        Err(problems) => return problems.to_string(),
    };
    let resources = template
        .body()
        .get("Resources")
        .and_then(Json::entries)
        .unwrap();
    let line = |(id, resource): &(crate::Text, Json)| {
        let kind = resource.get("Type").and_then(Json::as_text).unwrap();
        let depends_on = resource
            .get("DependsOn")
            .map(Json::to_compact)
            .unwrap_or_default();
        let properties = resource
            .get("Properties")
            .map(Json::to_compact)
            .unwrap_or_default();
        format!("{id} {kind} {properties} {depends_on}")
            .trim_end()
            .to_owned()
    };
    resources.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The codes of what is wrong.
fn codes(describe: impl FnOnce(&mut Scope<'_>)) -> Vec<&'static str> {
    let mut stack = Stack::new("App", StackProps::default());
    describe(&mut stack.scope());
    let Problems(placed) = stack.synthesize().unwrap_err();
    placed.iter().map(|placed| placed.problem.code).collect()
}

fn codes_of(props: VpcProps) -> Vec<&'static str> {
    codes(|scope| {
        Vpc::new(scope.child("Vpc"), props);
    })
}

#[test]
fn a_vpc_without_settings_has_two_public_subnets_and_costs_nothing() {
    insta::assert_snapshot!(declared(|scope| {
        Vpc::new(scope.child("Vpc"), VpcProps::default());
    }), @r#"
    Vpc8378EB38 AWS::EC2::VPC {"CidrBlock":"10.0.0.0/16","EnableDnsHostnames":true,"EnableDnsSupport":true,"InstanceTenancy":"default","Tags":[{"Key":"Name","Value":"App/Vpc"}]}
    VpcIGWD7BA715C AWS::EC2::InternetGateway {"Tags":[{"Key":"Name","Value":"App/Vpc"}]}
    VpcVPCGWBF912B6E AWS::EC2::VPCGatewayAttachment {"InternetGatewayId":{"Ref":"VpcIGWD7BA715C"},"VpcId":{"Ref":"Vpc8378EB38"}}
    VpcPublicSubnet1Subnet5C2D37C4 AWS::EC2::Subnet {"AvailabilityZone":{"Fn::Select":[0,{"Fn::GetAZs":""}]},"CidrBlock":"10.0.0.0/21","MapPublicIpOnLaunch":true,"Tags":[{"Key":"aws-cdk:subnet-name","Value":"Public"},{"Key":"aws-cdk:subnet-type","Value":"Public"},{"Key":"Name","Value":"App/Vpc/PublicSubnet1"}],"VpcId":{"Ref":"Vpc8378EB38"}}
    VpcPublicSubnet1RouteTable6C95E38E AWS::EC2::RouteTable {"Tags":[{"Key":"Name","Value":"App/Vpc/PublicSubnet1"}],"VpcId":{"Ref":"Vpc8378EB38"}}
    VpcPublicSubnet1RouteTableAssociation97140677 AWS::EC2::SubnetRouteTableAssociation {"RouteTableId":{"Ref":"VpcPublicSubnet1RouteTable6C95E38E"},"SubnetId":{"Ref":"VpcPublicSubnet1Subnet5C2D37C4"}}
    VpcPublicSubnet1DefaultRoute3DA9E72A AWS::EC2::Route {"DestinationCidrBlock":"0.0.0.0/0","GatewayId":{"Ref":"VpcIGWD7BA715C"},"RouteTableId":{"Ref":"VpcPublicSubnet1RouteTable6C95E38E"}} ["VpcVPCGWBF912B6E"]
    VpcPublicSubnet2Subnet691E08A3 AWS::EC2::Subnet {"AvailabilityZone":{"Fn::Select":[1,{"Fn::GetAZs":""}]},"CidrBlock":"10.0.8.0/21","MapPublicIpOnLaunch":true,"Tags":[{"Key":"aws-cdk:subnet-name","Value":"Public"},{"Key":"aws-cdk:subnet-type","Value":"Public"},{"Key":"Name","Value":"App/Vpc/PublicSubnet2"}],"VpcId":{"Ref":"Vpc8378EB38"}}
    VpcPublicSubnet2RouteTable94F7E489 AWS::EC2::RouteTable {"Tags":[{"Key":"Name","Value":"App/Vpc/PublicSubnet2"}],"VpcId":{"Ref":"Vpc8378EB38"}}
    VpcPublicSubnet2RouteTableAssociationDD5762D8 AWS::EC2::SubnetRouteTableAssociation {"RouteTableId":{"Ref":"VpcPublicSubnet2RouteTable94F7E489"},"SubnetId":{"Ref":"VpcPublicSubnet2Subnet691E08A3"}}
    VpcPublicSubnet2DefaultRoute97F91067 AWS::EC2::Route {"DestinationCidrBlock":"0.0.0.0/0","GatewayId":{"Ref":"VpcIGWD7BA715C"},"RouteTableId":{"Ref":"VpcPublicSubnet2RouteTable94F7E489"}} ["VpcVPCGWBF912B6E"]
    "#);
}

#[test]
fn each_private_subnet_leaves_by_the_nat_gateway_of_its_zone() {
    let groups = vec![
        SubnetGroup::private_with_egress("Private"),
        SubnetGroup::public("Public"),
    ];
    let props = VpcProps {
        groups,
        nat: Nat::PerZone,
        ..VpcProps::default()
    };
    let text = declared(|scope| {
        Vpc::new(scope.child("Vpc"), props);
    });
    let routes: Vec<_> = text
        .lines()
        .filter(|line| line.contains("NatGatewayId"))
        .collect();
    insta::assert_snapshot!(routes.join("\n"), @r#"
    VpcPrivateSubnet1DefaultRouteBE02A9ED AWS::EC2::Route {"DestinationCidrBlock":"0.0.0.0/0","NatGatewayId":{"Ref":"VpcPublicSubnet1NATGateway4D7517AA"},"RouteTableId":{"Ref":"VpcPrivateSubnet1RouteTableB2C5B500"}}
    VpcPrivateSubnet2DefaultRoute060D2087 AWS::EC2::Route {"DestinationCidrBlock":"0.0.0.0/0","NatGatewayId":{"Ref":"VpcPublicSubnet2NATGateway9182C01D"},"RouteTableId":{"Ref":"VpcPrivateSubnet2RouteTableA678073B"}}
    "#);
}

#[test]
fn settings_that_make_no_network_are_refused() {
    let private = || SubnetGroup::private_with_egress("Private");
    let of = |groups, nat| {
        codes_of(VpcProps {
            groups,
            nat,
            ..VpcProps::default()
        })
    };
    assert_eq!(of(vec![private()], Nat::None), ["ec2.no-way-out"]);
    assert_eq!(
        of(vec![private()], Nat::One),
        ["ec2.nat-without-public-subnet"]
    );
    assert_eq!(
        of(vec![SubnetGroup::public("Public")], Nat::One),
        ["ec2.unused-nat"]
    );
    let twice = vec![
        SubnetGroup::public("A"),
        SubnetGroup {
            slot: Some(0),
            ..SubnetGroup::public("B")
        },
    ];
    assert_eq!(of(twice, Nat::None), ["ec2.duplicate-slot"]);
    let named = vec![SubnetGroup::public("A"), SubnetGroup::public("A")];
    assert!(of(named, Nat::None).contains(&"ec2.duplicate-group"));
    let zones = |zones| {
        codes_of(VpcProps {
            zones,
            ..VpcProps::default()
        })
    };
    assert_eq!(zones(Zones::First(0)), ["ec2.no-zone"]);
    assert_eq!(zones(Zones::Named(Vec::new())), ["ec2.no-zone"]);
    assert_eq!(
        zones(Zones::Named(vec!["a".into(), "a".into()])),
        ["ec2.duplicate-zone"]
    );
    assert_eq!(zones(Zones::First(9)), ["ec2.no-slot-left"]);
    assert_eq!(
        codes_of(VpcProps {
            dns_support: false,
            ..VpcProps::default()
        }),
        ["ec2.dns"]
    );
    assert_eq!(
        codes_of(VpcProps {
            addresses: cidr!("10.0.0.0/8").into(),
            ..VpcProps::default()
        }),
        ["ec2.vpc-size"]
    );
}

#[test]
fn a_group_that_says_its_slot_stays_when_another_goes() {
    let block = |groups| {
        let mut stack = Stack::new("App", StackProps::default());
        let vpc = Vpc::new(
            stack.child("Vpc"),
            VpcProps {
                groups,
                ..VpcProps::default()
            },
        );
        vpc.subnets_in("B")
            .map(|subnet| subnet.cidr)
            .collect::<Vec<_>>()
    };
    let before = block(vec![SubnetGroup::public("A"), SubnetGroup::isolated("B")]);
    let after = block(vec![SubnetGroup {
        slot: Some(1),
        ..SubnetGroup::isolated("B")
    }]);
    assert_eq!(before, after);
}

#[test]
fn a_security_group_lets_everything_out_and_nothing_in() {
    let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
    insta::assert_snapshot!(declared(|scope| {
        SecurityGroup::new(scope.child("Group"), SecurityGroupProps::new(&vpc));
        let egress = Egress::Only(Vec::new());
        let closed = SecurityGroupProps { egress, description: "closed".into(), ..SecurityGroupProps::new(&vpc) };
        SecurityGroup::new(scope.child("Closed"), closed);
    }), @r#"
    GroupC77FDACD AWS::EC2::SecurityGroup {"GroupDescription":"App/Group","SecurityGroupEgress":[{"CidrIp":"0.0.0.0/0","Description":"Allow all outbound traffic by default","IpProtocol":"-1"}],"VpcId":"vpc-1"}
    ClosedBAF26A78 AWS::EC2::SecurityGroup {"GroupDescription":"closed","SecurityGroupEgress":[{"CidrIp":"255.255.255.255/32","Description":"Disallow all traffic","FromPort":252,"IpProtocol":"icmp","ToPort":86}],"VpcId":"vpc-1"}
    "#);
}

#[test]
fn groups_that_refer_to_each_other_have_rules_of_their_own() {
    let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
    let text = declared(|scope| {
        let first = SecurityGroup::new(scope.child("First"), SecurityGroupProps::new(&vpc));
        let egress = Egress::Only(vec![Rule::new(CidrV6::ANY, Port::HTTPS)]);
        let second = SecurityGroupProps {
            egress,
            ..SecurityGroupProps::new(&vpc)
        };
        let second = SecurityGroup::new(scope.child("Second"), second);
        first.allow_from(
            scope,
            "FromSecond",
            &Rule::new(&second, Port::TcpRange(8000, 8010)),
        );
        second.allow_from(scope, "FromFirst", &Rule::new(&first, Port::PING));
        second.allow_to(
            scope,
            "ToList",
            &Rule::new(Peer::PrefixList(Id::literal("pl-1").into()), Port::All),
        );
    });
    let apart: Vec<_> = text
        .lines()
        .filter(|line| !line.contains("::SecurityGroup "))
        .collect();
    insta::assert_snapshot!(apart.join("\n"), @r#"
    FromSecond AWS::EC2::SecurityGroupIngress {"FromPort":8000,"GroupId":{"Fn::GetAtt":["First8D4707F1","GroupId"]},"IpProtocol":"tcp","SourceSecurityGroupId":{"Fn::GetAtt":["Second394350F9","GroupId"]},"ToPort":8010}
    FromFirst AWS::EC2::SecurityGroupIngress {"FromPort":8,"GroupId":{"Fn::GetAtt":["Second394350F9","GroupId"]},"IpProtocol":"icmp","SourceSecurityGroupId":{"Fn::GetAtt":["First8D4707F1","GroupId"]},"ToPort":-1}
    ToList AWS::EC2::SecurityGroupEgress {"Description":"to pl-1:ALL TRAFFIC","DestinationPrefixListId":"pl-1","GroupId":{"Fn::GetAtt":["Second394350F9","GroupId"]},"IpProtocol":"-1"}
    "#);
}

#[test]
fn rules_that_ec2_would_refuse_are_refused() {
    let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
    let of = |rule: Rule| {
        codes(|scope| {
            let props = SecurityGroupProps {
                ingress: vec![rule],
                ..SecurityGroupProps::new(&vpc)
            };
            SecurityGroup::new(scope.child("Group"), props);
        })
    };
    assert_eq!(
        of(Rule::new(Cidr::ANY, Port::TcpRange(90, 80))),
        ["ec2.port-range"]
    );
    let described = |text: String| Rule {
        description: text.into(),
        ..Rule::new(Cidr::ANY, Port::SSH)
    };
    assert_eq!(of(described("for Zoë".to_owned())), ["ec2.description"]);
    assert_eq!(of(described("a".repeat(256))), ["ec2.description"]);
    let useless = codes(|scope| {
        let group = SecurityGroup::new(scope.child("Group"), SecurityGroupProps::new(&vpc));
        group.allow_to(scope, "Out", &Rule::new(Cidr::ANY, Port::HTTPS));
    });
    assert_eq!(useless, ["ec2.useless-rule"]);
}

#[test]
fn endpoints_are_reached_from_the_whole_vpc() {
    let props = VpcProps {
        groups: vec![SubnetGroup::isolated("Inner")],
        ..VpcProps::default()
    };
    let text = declared(|scope| {
        let vpc = Vpc::new(scope.child("Vpc"), props);
        let gateway = GatewayEndpointProps::new(&vpc, GatewayService::DynamoDb);
        GatewayEndpoint::new(scope.child("Table"), gateway);
        let interface = InterfaceEndpointProps::new(&vpc, InterfaceService::ECR);
        InterfaceEndpoint::new(scope.child("Ecr"), interface);
    });
    let endpoints: Vec<_> = text
        .lines()
        .skip_while(|line| !line.starts_with("Table"))
        .collect();
    insta::assert_snapshot!(endpoints.join("\n"), @r#"
    TableCD117FA1 AWS::EC2::VPCEndpoint {"RouteTableIds":[{"Ref":"VpcInnerSubnet1RouteTable8C1BDCDC"},{"Ref":"VpcInnerSubnet2RouteTable8FFAC0DA"}],"ServiceName":{"Fn::Join":["",["com.amazonaws.",{"Ref":"AWS::Region"},".dynamodb"]]},"Tags":[{"Key":"Name","Value":"App/Table"}],"VpcEndpointType":"Gateway","VpcId":{"Ref":"Vpc8378EB38"}}
    EcrSecurityGroupA8DD17D4 AWS::EC2::SecurityGroup {"GroupDescription":"App/Ecr/SecurityGroup","SecurityGroupEgress":[{"CidrIp":"0.0.0.0/0","Description":"Allow all outbound traffic by default","IpProtocol":"-1"}],"SecurityGroupIngress":[{"CidrIp":"10.0.0.0/16","Description":"from 10.0.0.0/16:443","FromPort":443,"IpProtocol":"tcp","ToPort":443}],"VpcId":{"Ref":"Vpc8378EB38"}}
    EcrF2C6ABFC AWS::EC2::VPCEndpoint {"PrivateDnsEnabled":true,"SecurityGroupIds":[{"Fn::GetAtt":["EcrSecurityGroupA8DD17D4","GroupId"]}],"ServiceName":{"Fn::Join":["",["com.amazonaws.",{"Ref":"AWS::Region"},".ecr.api"]]},"SubnetIds":[{"Ref":"VpcInnerSubnet1SubnetF984816C"},{"Ref":"VpcInnerSubnet2Subnet16F9DA8B"}],"Tags":[{"Key":"Name","Value":"App/Ecr"}],"VpcEndpointType":"Interface","VpcId":{"Ref":"Vpc8378EB38"}}
    "#);
}

#[test]
fn endpoints_that_nothing_would_reach_are_refused() {
    let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
    let gateway = codes(|scope| {
        GatewayEndpoint::new(
            scope.child("S3"),
            GatewayEndpointProps::new(&vpc, GatewayService::S3),
        );
    });
    assert_eq!(gateway, ["ec2.no-route-table"]);
    let interface = codes(|scope| {
        let props = InterfaceEndpointProps::new(&vpc, InterfaceService::LOGS);
        InterfaceEndpoint::new(scope.child("Logs"), props);
    });
    assert_eq!(interface, ["ec2.no-subnet", "ec2.unknown-addresses"]);
}
