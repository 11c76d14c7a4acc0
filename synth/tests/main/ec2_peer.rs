//! Networks with the ids and contents that AWS CDK (aws-cdk-lib 2.276.0) writes for the same paths.

use synth::ec2::{
    CidrLayout, Connections, Egress, FlowLog, FlowLogDestination, FlowLogInterval, FlowLogProps,
    FlowLogTraffic, GatewayEndpoint, GatewayEndpointProps, GatewayService, InterfaceEndpoint,
    InterfaceEndpointProps, InterfaceService, IpAddresses, IpProtocol, LogField, Nat, Peer, Port,
    Rule, SecurityGroup, SecurityGroupAttributes, SecurityGroupProps, SubnetChoice, SubnetGroup,
    SubnetKind, SubnetSelection, Vpc, VpcProps, Zones,
};
use synth::logs::{LogGroup, LogGroupProps};
use synth::s3::{Bucket, BucketProps};
use synth::{Id, Stack, cidr};

use crate::show::{logical_ids, resources};

fn sized(prefix: u8, group: SubnetGroup) -> SubnetGroup {
    SubnetGroup {
        prefix: Some(prefix),
        ..group
    }
}

fn network(stack: &mut Stack) {
    let props = VpcProps {
        groups: vec![
            sized(24, SubnetGroup::public("Public")),
            sized(20, SubnetGroup::private_with_egress("Private")),
            sized(24, SubnetGroup::isolated("Db")),
            SubnetGroup {
                reserved: true,
                ..sized(24, SubnetGroup::isolated("Later"))
            },
        ],
        nat: Nat::Count(1),
        layout: CidrLayout::Sequential,
        ..VpcProps::default()
    };
    let vpc = Vpc::new(stack.child("Vpc"), props);
    let mut below = stack.child("Vpc");
    GatewayEndpoint::new(
        below.child("S3"),
        GatewayEndpointProps::new(&vpc, GatewayService::S3),
    );
    FlowLog::new(below.child("Log"), FlowLogProps::new(&vpc));
    let databases = SubnetChoice::Kind(SubnetKind::Isolated).into();
    let endpoint = GatewayEndpointProps {
        subnets: Some(vpc.select_subnets(&mut below, &databases)),
        ..GatewayEndpointProps::new(&vpc, GatewayService::DynamoDb)
    };
    GatewayEndpoint::new(below.child("Ddb"), endpoint);
    let endpoint = InterfaceEndpointProps::new(&vpc, InterfaceService::ECR);
    InterfaceEndpoint::new(below.child("Ecr"), endpoint);
    let bucket = BucketProps {
        enforce_tls: false,
        ..BucketProps::default()
    };
    let bucket = Bucket::new(stack.child("Bucket"), bucket);
    let to_bucket = FlowLogProps {
        destination: FlowLogDestination::Bucket {
            bucket,
            prefix: "flow/".into(),
        },
        traffic: FlowLogTraffic::Reject,
        interval: FlowLogInterval::OneMinute,
        ..FlowLogProps::new(&vpc)
    };
    FlowLog::new(stack.child("Vpc").child("ToS3"), to_bucket);
    let group = LogGroup::new(stack.child("LG"), LogGroupProps::default());
    let to_group = FlowLogProps {
        destination: FlowLogDestination::LogGroup(group),
        ..FlowLogProps::new(&vpc)
    };
    FlowLog::new(stack.child("Vpc").child("ToLg"), to_group);
    let of_subnet = FlowLogProps {
        fields: vec![LogField::SRC_PORT, LogField::DST_PORT],
        ..FlowLogProps::new(vpc.public_subnets().next().unwrap())
    };
    FlowLog::new(stack.child("SubnetLog"), of_subnet);
}

/// Sorted, because the order of a template means nothing.
fn sorted(ids: &str) -> Vec<&str> {
    let mut ids: Vec<_> = ids.split_whitespace().collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_network_with_everything_has_the_ids_of_cdk() {
    let cdk = include_str!("ec2_peer/network.txt");
    assert_eq!(sorted(&logical_ids(network)), sorted(cdk));
}

#[test]
fn what_belongs_to_a_network_says_what_cdk_says() {
    let text = resources(network);
    let start = text.find("VpcS3A5408339").unwrap();
    insta::assert_snapshot!(&text[start..]);
}

#[test]
fn a_network_of_both_protocols_is_that_of_cdk() {
    insta::assert_snapshot!(resources(|stack| {
        let groups = vec![
            SubnetGroup::public("Public"),
            SubnetGroup::private_with_egress("Private"),
            SubnetGroup::isolated("Iso"),
        ];
        let props = VpcProps {
            groups,
            nat: Nat::One,
            ip_protocol: IpProtocol::DualStack,
            layout: CidrLayout::Sequential,
            zones: Zones::First(1),
            ..VpcProps::default()
        };
        Vpc::new(stack.child("Vpc"), props);
    }));
}

#[test]
fn a_pool_gives_the_addresses_at_deployment() {
    let text = resources(|stack| {
        let groups = vec![
            SubnetGroup::public("Public"),
            sized(28, SubnetGroup::isolated("Iso")),
        ];
        let addresses = IpAddresses::Ipam {
            pool: "ipam-pool-1".into(),
            prefix: 16,
        };
        let props = VpcProps {
            groups,
            addresses,
            zones: Zones::First(1),
            ..VpcProps::default()
        };
        Vpc::new(stack.child("Vpc"), props);
    });
    let blocks = |line: &&str| line.contains("CidrBlock\"") || line.contains("Ipv4");
    let blocks: Vec<_> = text.lines().filter(blocks).collect();
    insta::assert_snapshot!(blocks.join("\n"));
}

fn groups(stack: &mut Stack) {
    let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
    let props = || SecurityGroupProps::new(&vpc);
    let closed = || Egress::Only(Vec::new());
    let named = SecurityGroupProps {
        description: "first".into(),
        security_group_name: Some("named".into()),
        ingress: vec![
            Rule::new(Peer::ANY_IPV4, Port::HTTPS),
            Rule::new(Peer::ANY_IPV6, Port::AllIcmpV6),
        ],
        ..props()
    };
    let first = SecurityGroup::new(stack.child("A"), named);
    let second = Egress::Only(vec![Rule::new(cidr!("10.0.0.0/8"), Port::Tcp(1))]);
    let second = SecurityGroupProps {
        egress: second,
        ..props()
    };
    let second = SecurityGroup::new(stack.child("B"), second);
    let third = SecurityGroupProps {
        egress: Egress::AllDualStack,
        ..props()
    };
    SecurityGroup::new(stack.child("C"), third);
    let fourth = SecurityGroupProps {
        inline_rules: false,
        ingress: vec![
            Rule::new(Peer::ANY_IPV4, Port::Udp(53)),
            Rule::new(cidr!("10.0.0.0/8"), Port::PING),
        ],
        ..props()
    };
    let fourth = SecurityGroup::new(stack.child("D"), fourth);
    let fifth = SecurityGroupProps {
        inline_rules: false,
        egress: closed(),
        ..props()
    };
    let fifth = SecurityGroup::new(stack.child("E"), fifth);
    let sixth = SecurityGroupProps {
        egress: Egress::Only(vec![Rule::new(Peer::ANY_IPV6, Port::All)]),
        ..props()
    };
    let sixth = SecurityGroup::new(stack.child("F"), sixth);
    let seventh = SecurityGroupAttributes::new(Id::literal("sg-12345"));
    let seventh = SecurityGroup::from_attributes(&stack.child("G"), seventh);

    let scope = &mut stack.scope();
    first
        .connections()
        .allow_from(scope, &second, Port::Tcp(80));
    first.connections().allow_internally(scope, Port::Tcp(5));
    let list = Peer::PrefixList(Id::literal("pl-12345678").into());
    first
        .connections()
        .allow_from(scope, &list, Port::TcpRange(1, 2));
    second.connections().allow_internally(scope, Port::All);
    first.connections().allow_to(scope, &fourth, Port::Tcp(9));
    seventh
        .connections()
        .allow_from(scope, &first, Port::Tcp(7));
    seventh
        .connections()
        .allow_from(scope, &Peer::ANY_IPV4, Port::Tcp(7));
    fifth.connections().allow_from(scope, &sixth, Port::Tcp(1));
}

#[test]
fn security_groups_and_their_rules_have_the_ids_of_cdk() {
    let cdk = "ACCC8ACD5 AfromAppBE13E35AD80F305FBCD AfromAppAC2993939572F3A1FE Afrompl1234567812CDCF5711 \
        B08E7C7AF BtoAppAC2993939806302BC5C BfromAppBE13E35ADALLTRAFFIC5FE4DA83 BtoAppBE13E35ADALLTRAFFIC0134B4E0 \
        C375D67C5 DCB28BBFE Dto00000ALLTRAFFICA43C9134 Dfrom00000UDP530E0FF8D0 Dfrom100008ICMPType8472DC096 \
        DfromAppAC2993939954BF4C7F E80549084 Eto25525525525532ICMPType252Code865D6E8D34 \
        EfromAppF6DC8DB341091B3656 FC4345940 FtoAppEF73023E21C1FA354A GfromAppAC299393978D4F3F14 Gfrom00000791DEF030";
    assert_eq!(sorted(&logical_ids(groups)), sorted(cdk));
}

#[test]
fn security_groups_and_their_rules_say_what_cdk_says() {
    insta::assert_snapshot!(resources(groups));
}

#[test]
fn connections_of_several_groups_have_the_ids_of_cdk() {
    let ids = logical_ids(|stack| {
        let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
        let open = || SecurityGroupProps::new(&vpc);
        let a = SecurityGroup::new(stack.child("A"), open());
        let b = SecurityGroup::new(stack.child("B"), open());
        let c = SecurityGroupProps {
            egress: Egress::Only(Vec::new()),
            ..open()
        };
        let c = SecurityGroup::new(stack.child("C"), c);
        let service = Connections {
            default_port: Some(Port::POSTGRES),
            ..Connections::new([a, b])
        };
        let scope = &mut stack.scope();
        service.allow_default_port_from(scope, &c);
        service.allow_internally(scope, Port::Tcp(1));
        c.connections().allow_to(scope, &service, Port::Tcp(2));
    });
    let cdk = "ACCC8ACD5 AfromAppCFBBE25025432AA950112 AfromAppAC29939391B4E76448 AfromAppBE13E35AD12A841186 \
        AfromAppCFBBE250227C4A99D6 B08E7C7AF BfromAppCFBBE25025432E626A192 BfromAppAC299393911620A902 \
        BfromAppBE13E35AD1ED5E7D61 BfromAppCFBBE250222E689C02 C375D67C5 CtoAppAC2993939543240728628 \
        CtoAppBE13E35AD5432D03997AF CtoAppAC29939392ABA3A0FA CtoAppBE13E35AD2D1E18E53";
    assert_eq!(sorted(&ids), sorted(cdk));
}

#[test]
fn a_selection_takes_what_it_says() {
    let mut stack = Stack::new("App", synth::StackProps::default());
    let groups = vec![
        SubnetGroup::public("Web"),
        SubnetGroup::isolated("Db"),
        SubnetGroup::isolated("Cache"),
    ];
    let zones = Zones::Named(vec!["a".into(), "b".into()]);
    let props = VpcProps {
        groups,
        zones,
        ..VpcProps::default()
    };
    let vpc = Vpc::new(stack.child("Vpc"), props);
    let mut names = |selection: SubnetSelection| {
        let chosen = vpc.select_subnets(&mut stack.scope(), &selection);
        let paths = chosen
            .iter()
            .map(|subnet| subnet.construct.as_ref().unwrap());
        let paths: Vec<_> = paths.map(|place| place.path().to_owned()).collect();
        paths.join(" ")
    };
    let default = SubnetSelection::default;
    assert_eq!(
        names(default()),
        "Vpc/DbSubnet1 Vpc/DbSubnet2 Vpc/CacheSubnet1 Vpc/CacheSubnet2"
    );
    let one = SubnetSelection {
        one_per_zone: true,
        ..default()
    };
    assert_eq!(names(one), "Vpc/DbSubnet1 Vpc/DbSubnet2");
    let zone = SubnetSelection {
        zones: vec!["b".into()],
        ..SubnetChoice::Group("Cache".into()).into()
    };
    assert_eq!(names(zone), "Vpc/CacheSubnet2");
    let public = SubnetChoice::Kind(SubnetKind::Public);
    assert_eq!(names(public.into()), "Vpc/WebSubnet1 Vpc/WebSubnet2");
}
