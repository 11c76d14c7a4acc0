//! Every mistake about networks that is caught at synthesis, as one document.

use std::fmt::Write as _;

use synth::ec2::{
    Cidr, CidrLayout, CidrV6, Connections, Egress, ExistingSubnets, FlowLog, FlowLogDestination,
    FlowLogProps, GatewayEndpoint, GatewayEndpointProps, GatewayService, InterfaceEndpoint,
    InterfaceEndpointProps, InterfaceService, IpAddresses, IpProtocol, Nat, Peer, Port, Rule,
    SecurityGroup, SecurityGroupProps, Subnet, SubnetChoice, SubnetGroup, SubnetKind,
    SubnetSelection, Vpc, VpcAttributes, VpcProps, Zones,
};
use synth::s3::{Bucket, BucketProps};
use synth::{Id, Stack, StackProps, cidr};

/// The document.
struct Mistakes(String);

impl Mistakes {
    /// One mistake, which is one problem and nothing else.
    fn add(&mut self, title: &str, describe: impl FnOnce(&mut Stack)) {
        let mut stack = Stack::new("App", StackProps::default());
        describe(&mut stack);
        let mut problems = stack
            .synthesize()
            .map_or_else(|problems| problems.0, |_| Vec::new());
        // A network that exists already declares nothing.
        problems.retain(|placed| placed.problem.code != "core.empty-stack");
        assert_eq!(problems.len(), 1, "{title}: {problems:?}");
        let problem = problems.first().unwrap();
        assert!(!problem.problem.fix.is_empty(), "{title} has no fix");
        writeln!(self.0, "# {title}\n{problem}\n").unwrap();
    }

    fn vpc(&mut self, title: &str, props: VpcProps) {
        self.add(title, |stack| {
            Vpc::new(stack.child("Vpc"), props);
        });
    }

    fn groups<const N: usize>(&mut self, title: &str, groups: [SubnetGroup; N]) {
        let props = VpcProps {
            groups: groups.into(),
            ..VpcProps::default()
        };
        self.vpc(title, props);
    }

    fn security_group(&mut self, title: &str, change: impl FnOnce(&mut SecurityGroupProps<'_>)) {
        let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
        self.add(title, |stack| {
            let mut props = SecurityGroupProps::new(&vpc);
            change(&mut props);
            SecurityGroup::new(stack.child("Group"), props);
        });
    }

    fn rule(&mut self, title: &str, rule: Rule) {
        self.security_group(title, |props| props.ingress = vec![rule]);
    }
}

fn of(addresses: impl Into<IpAddresses>) -> VpcProps {
    VpcProps {
        addresses: addresses.into(),
        ..VpcProps::default()
    }
}

fn sized(prefix: u8, name: &'static str) -> SubnetGroup {
    SubnetGroup {
        prefix: Some(prefix),
        ..SubnetGroup::public(name)
    }
}

fn addresses(mistakes: &mut Mistakes) {
    mistakes.vpc("a VPC that is too large", of(cidr!("10.0.0.0/8")));
    mistakes.vpc("a VPC that is too small", of(cidr!("10.0.0.0/29")));
    let pool = IpAddresses::Ipam {
        pool: "ipam-pool-1".into(),
        prefix: 8,
    };
    mistakes.vpc("a pool is asked for too much", of(pool));
    mistakes.vpc("addresses of the machine itself", of(cidr!("127.0.0.0/16")));
    mistakes.vpc("a VPC without room for its slots", of(cidr!("10.0.0.0/24")));
    mistakes.groups("a subnet larger than its slot", [sized(20, "Public")]);
    mistakes.groups("a subnet that is too small", [sized(29, "Public")]);
    let sequential = VpcProps {
        groups: vec![sized(25, "A"), sized(26, "B")],
        layout: CidrLayout::Sequential,
        ..of(cidr!("10.0.0.0/24"))
    };
    mistakes.vpc("subnets that do not fit", sequential);
    let zones = |zones| VpcProps {
        zones,
        ..VpcProps::default()
    };
    mistakes.vpc("no zone", zones(Zones::First(0)));
    let twice = Zones::Named(vec!["eu-west-1a".into(), "eu-west-1a".into()]);
    mistakes.vpc("a zone twice", zones(twice));
    mistakes.vpc("more zones than slots", zones(Zones::First(9)));
    let reserved = VpcProps {
        reserved_zones: 7,
        ..VpcProps::default()
    };
    mistakes.vpc("more reserved zones than slots", reserved);
    let names = ["A", "B", "C", "D", "E"].map(SubnetGroup::public);
    mistakes.groups("more groups than slots", names);
    let slot = |name, slot| SubnetGroup {
        slot: Some(slot),
        ..SubnetGroup::public(name)
    };
    mistakes.groups("two groups in one slot", [slot("A", 1), slot("B", 1)]);
    let last = SubnetGroup {
        slot: Some(32),
        ..SubnetGroup::public("Last")
    };
    let ipv6 = VpcProps {
        groups: vec![last],
        ip_protocol: IpProtocol::DualStack,
        layout: CidrLayout::Slots {
            groups: 64,
            zones: 8,
        },
        ..VpcProps::default()
    };
    mistakes.vpc("more subnets than blocks of IPv6", ipv6);
}

fn ways_out(mistakes: &mut Mistakes) {
    let private = || SubnetGroup::private_with_egress("Private");
    let public = || SubnetGroup::public("Public");
    mistakes.groups("private subnets without a way out", [private()]);
    let nat = |nat, groups| VpcProps {
        nat,
        groups,
        ..VpcProps::default()
    };
    mistakes.vpc("nowhere for a NAT gateway", nat(Nat::One, vec![private()]));
    mistakes.vpc("a NAT gateway for nobody", nat(Nat::One, vec![public()]));
    let both = || vec![public(), private()];
    mistakes.vpc("too many NAT gateways", nat(Nat::Count(3), both()));
    mistakes.vpc("a count of no NAT gateway", nat(Nat::Count(0), both()));
    let elsewhere = VpcProps {
        nat_group: Some("Private".into()),
        ..nat(Nat::One, both())
    };
    mistakes.vpc("NAT gateways in a group that is not public", elsewhere);
    let dns = VpcProps {
        dns_support: false,
        ..VpcProps::default()
    };
    mistakes.vpc("names without resolution", dns);
}

fn subnets(mistakes: &mut Mistakes) {
    let select = |choice: SubnetSelection| {
        move |stack: &mut Stack| {
            let props = VpcProps {
                zones: Zones::Named(vec!["eu-west-1a".into()]),
                ..VpcProps::default()
            };
            let vpc = Vpc::new(stack.child("Vpc"), props);
            vpc.select_subnets(&mut stack.child("Tasks"), &choice);
        }
    };
    let isolated = SubnetChoice::Kind(SubnetKind::Isolated);
    mistakes.add(
        "subnets of a kind that is not there",
        select(isolated.into()),
    );
    let databases = SubnetChoice::Group("Db".into());
    mistakes.add(
        "subnets of a group that is not there",
        select(databases.into()),
    );
    let zone = SubnetSelection {
        zones: vec!["eu-west-1b".into()],
        ..SubnetSelection::default()
    };
    mistakes.add("subnets of a zone that is not there", select(zone));
    mistakes.add("fewer subnets than zones", |stack| {
        let attributes = VpcAttributes {
            zones: vec!["a".into(), "b".into()],
            groups: vec![ExistingSubnets::new(SubnetKind::Public, ["subnet-0a"])],
            ..VpcAttributes::new(Id::literal("vpc-0c"))
        };
        Vpc::from_attributes(&mut stack.child("Vpc"), attributes);
    });
}

fn rules(mistakes: &mut Mistakes) {
    let open = |port| Rule::new(Cidr::ANY, port);
    mistakes.rule(
        "a range that ends before it starts",
        open(Port::TcpRange(90, 80)),
    );
    let described = |text: String| Rule {
        description: text.into(),
        ..open(Port::HTTPS)
    };
    mistakes.rule(
        "a rule described in letters EC2 has not",
        described("for Zoë".into()),
    );
    mistakes.rule("a rule described at length", described("a".repeat(256)));
    let list = Peer::PrefixList(Id::literal("com.amazonaws.eu-west-1.s3").into());
    mistakes.rule("the name of a prefix list", Rule::new(list, Port::HTTPS));
    let group = Peer::SecurityGroup(Id::literal("web").into());
    mistakes.rule(
        "the name of a security group",
        Rule::new(group, Port::HTTPS),
    );
    mistakes.security_group("a description in letters EC2 has not", |props| {
        props.description = "it's mine".into();
    });
    mistakes.security_group("a name like an id", |props| {
        props.security_group_name = Some("sg-web".into());
    });
    mistakes.security_group("a rule twice", |props| {
        let why = Rule {
            description: "again".into(),
            ..open(Port::HTTPS)
        };
        props.ingress = vec![open(Port::HTTPS), why];
    });
    mistakes.security_group("more rules than a group has", |props| {
        props.ingress = (1..=61).map(|port| open(Port::Udp(port))).collect();
    });
    mistakes.security_group("more rules out than a group has", |props| {
        let rules = (1..=61).map(|port| Rule::new(CidrV6::ANY, Port::Udp(port)));
        props.egress = Egress::Only(rules.collect());
    });
    let group = |stack: &mut Stack, id: &str| {
        let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
        SecurityGroup::new(stack.child(id), SecurityGroupProps::new(&vpc))
    };
    mistakes.add("a rule that changes nothing", |stack| {
        let rule = Rule::new(Cidr::ANY, Port::HTTPS);
        group(stack, "Group").allow_to(&mut stack.scope(), "Out", &rule);
    });
    mistakes.add("a connection that changes nothing", |stack| {
        let connections = group(stack, "Group").connections();
        connections.allow_to(&mut stack.scope(), &Cidr::ANY, Port::HTTPS);
    });
    mistakes.add("a rule to nothing", |stack| {
        let connections = group(stack, "Group").connections();
        connections.allow_from(&mut stack.scope(), &Connections::new([]), Port::HTTPS);
    });
    mistakes.add("no port to connect to", |stack| {
        let (group, other) = (group(stack, "Group"), group(stack, "Other"));
        let connections = group.connections();
        connections.allow_default_port_from(&mut stack.scope(), &other);
    });
}

fn endpoints(mistakes: &mut Mistakes) {
    let within = |props: VpcProps, change: fn(&mut InterfaceEndpointProps<'_>)| {
        move |stack: &mut Stack| {
            let vpc = Vpc::new(stack.child("Vpc"), props);
            let mut props = InterfaceEndpointProps::new(&vpc, InterfaceService::ECR);
            change(&mut props);
            InterfaceEndpoint::new(stack.child("Ecr"), props);
        }
    };
    let silent = VpcProps {
        dns_hostnames: false,
        ..VpcProps::default()
    };
    mistakes.add("an endpoint that no name leads to", within(silent, |_| {}));
    let name = |props: &mut InterfaceEndpointProps<'_>| {
        props.service = InterfaceService("com.amazonaws.eu-west-1.ecr.api".into());
    };
    mistakes.add(
        "the whole name of a service",
        within(VpcProps::default(), name),
    );
    let nothing = |props: &mut InterfaceEndpointProps<'_>| {
        props.service = InterfaceService("ECR".into());
    };
    mistakes.add("no name of a service", within(VpcProps::default(), nothing));
    let two = VpcProps {
        groups: vec![SubnetGroup::isolated("A"), SubnetGroup::isolated("B")],
        ..VpcProps::default()
    };
    let twice = |props: &mut InterfaceEndpointProps<'_>| {
        let all = props.vpc.subnets.iter();
        props.subnets = Some(all.step_by(2).cloned().collect());
    };
    mistakes.add("two subnets of a zone", within(two, twice));
    let groups = |props: &mut InterfaceEndpointProps<'_>| {
        let groups = (0..6).map(|_| SecurityGroup::from_id(Id::literal("sg-1")));
        props.security_groups = groups.collect();
    };
    mistakes.add("six security groups", within(VpcProps::default(), groups));
    mistakes.add("an endpoint without subnets", |stack| {
        let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
        let props = InterfaceEndpointProps {
            security_groups: vec![SecurityGroup::from_id(Id::literal("sg-1"))],
            ..InterfaceEndpointProps::new(&vpc, InterfaceService::LOGS)
        };
        InterfaceEndpoint::new(stack.child("Logs"), props);
    });
    let existing = || {
        let subnet = Subnet::from_id(SubnetKind::Isolated, Id::literal("subnet-1"));
        Vpc::from_ids(Id::literal("vpc-1"), [subnet])
    };
    mistakes.add("an endpoint for addresses nobody knows", |stack| {
        let vpc = existing();
        let props = InterfaceEndpointProps::new(&vpc, InterfaceService::LOGS);
        InterfaceEndpoint::new(stack.child("Logs"), props);
    });
    mistakes.add("a gateway endpoint without route tables", |stack| {
        let vpc = existing();
        let props = GatewayEndpointProps::new(&vpc, GatewayService::S3);
        GatewayEndpoint::new(stack.child("S3"), props);
    });
    mistakes.add("a flow log where EC2 puts its own", |stack| {
        let bucket = Bucket::new(stack.child("Bucket"), BucketProps::default());
        let destination = FlowLogDestination::Bucket {
            bucket,
            prefix: "AWSLogs/".into(),
        };
        let props = FlowLogProps {
            destination,
            ..FlowLogProps::new(&existing())
        };
        FlowLog::new(stack.child("FlowLog"), props);
    });
}

#[test]
fn no_mistake_is_silent() {
    let mut mistakes = Mistakes(String::new());
    addresses(&mut mistakes);
    ways_out(&mut mistakes);
    subnets(&mut mistakes);
    rules(&mut mistakes);
    endpoints(&mut mistakes);
    snapshots::assert_file("synth/ec2-mistakes.txt", mistakes.0.trim_start());
}

/// Two groups of one name are two places of one path, and so two resources of one id each.
#[test]
fn two_groups_of_one_name_are_refused() {
    let codes = crate::show::codes(|stack| {
        let groups = vec![SubnetGroup::public("A"), SubnetGroup::public("A")];
        let props = VpcProps {
            groups,
            zones: Zones::First(1),
            ..VpcProps::default()
        };
        Vpc::new(stack.child("Vpc"), props);
    });
    assert_eq!(codes.first(), Some(&"ec2.duplicate-group"));
}

#[test]
fn a_shell_that_is_open_to_everybody_is_a_warning_until_somebody_says_why() {
    let warnings = |acknowledged: bool| {
        let mut stack = Stack::new("App", StackProps::default());
        if acknowledged {
            let reason = "a bastion that asks for a certificate";
            stack.scope().acknowledge("ec2.open-shell", reason);
        }
        let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
        let ingress = [
            Rule::new(Cidr::ANY, Port::SSH),
            Rule::new(CidrV6::ANY, Port::TcpRange(3000, 4000)),
            Rule::new(cidr!("10.0.0.0/8"), Port::SSH),
            Rule::new(Cidr::ANY, Port::HTTPS),
        ];
        let props = SecurityGroupProps {
            ingress: ingress.into(),
            ..SecurityGroupProps::new(&vpc)
        };
        SecurityGroup::new(stack.child("Group"), props);
        let template = stack.synthesize().unwrap();
        let warnings = template.warnings();
        let lines = warnings.iter().map(ToString::to_string);
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(warnings(false));
    assert_eq!(warnings(true), "");
}
