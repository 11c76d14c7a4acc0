//! Whether a task that starts in a subnet can reach what it needs.

use std::collections::BTreeSet;

use super::{Check, Finding, Verdict};

/// What an execution talks to, as the last part of the name that an endpoint's service has.
const NEEDED: [&str; 6] = ["dynamodb", "ecr.api", "ecr.dkr", "logs", "s3", "sts"];

/// Below this many free addresses executions may soon not start. Each takes one.
const FEW: u32 = 8;

/// What there is of the network that tasks start in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The subnets of the installation, in its order.
    pub subnets: Vec<Subnet>,
    /// Whether tasks get a public address.
    pub public_address: bool,
    /// What the VPC has endpoints for, without `com.amazonaws.<region>.`.
    pub endpoints: BTreeSet<String>,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subnet {
    /// Its id.
    pub id: String,
    /// How many of its addresses are free; nothing when there is no such subnet.
    pub free: Option<u32>,
    /// Where its default route leads.
    pub way_out: WayOut,
}

/// Where the route for all addresses (`0.0.0.0/0`) leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayOut {
    /// There is none.
    None,
    /// To an internet gateway, which takes only what has a public address.
    InternetGateway,
    /// To a NAT gateway.
    Nat,
    /// To something else, of that id: what is behind it is not to be seen from here.
    Other(String),
    /// To something that is gone, of that id.
    Gone(String),
}

/// Whether tasks can reach what they need. The worst subnet decides.
pub fn network(network: &Network) -> Finding {
    let check = Check::Network;
    let told = network
        .subnets
        .iter()
        .map(|subnet| of_subnet(subnet, network));
    let mut worst: Option<Finding> = None;
    let mut ways = BTreeSet::new();
    for one in told {
        if one.verdict == Verdict::Ok {
            ways.insert(one.what);
        } else if worst
            .as_ref()
            .is_none_or(|worst| one.verdict > worst.verdict)
        {
            worst = Some(one);
        }
    }
    if let Some(worst) = worst {
        return worst;
    }
    if ways.is_empty() {
        return Finding::fail(
            check,
            "the installation has no subnet",
            "`mycli init` adds them",
        );
    }
    let count = match network.subnets.len() {
        1 => "one subnet".to_owned(),
        count => format!("{count} subnets"),
    };
    let ways: Vec<String> = ways.into_iter().collect();
    let free = network
        .subnets
        .iter()
        .filter_map(|subnet| subnet.free)
        .min();
    let free = free.unwrap_or_default();
    let what = format!(
        "{count}, out {}; at least {free} free addresses in each",
        ways.join(" and ")
    );
    Finding::ok(check, what)
}

fn of_subnet(subnet: &Subnet, network: &Network) -> Finding {
    let check = Check::Network;
    let id = &subnet.id;
    let Some(free) = subnet.free else {
        let fix = "`mycli init` puts the installation into subnets that exist";
        return Finding::fail(check, format!("there is no subnet {id}"), fix);
    };
    let why = match &subnet.way_out {
        WayOut::InternetGateway if network.public_address => None,
        WayOut::Nat | WayOut::Other(_) => None,
        WayOut::InternetGateway => {
            Some("leads out only for tasks with a public address".to_owned())
        }
        WayOut::None => Some("has no way out".to_owned()),
        WayOut::Gone(what) => Some(format!("leads to {what}, which is gone")),
    };
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .filter(|it| !network.endpoints.contains(*it))
        .collect();
    if let Some(why) = why.as_ref().filter(|_| !missing.is_empty()) {
        let missing = missing.join(", ");
        let what = format!("the subnet {id} {why}, and its VPC has no endpoint for {missing}");
        let fix = "route 0.0.0.0/0 to a NAT gateway, add the endpoints, or set `assign_public_ip` beside an internet gateway";
        return Finding::fail(check, what, fix);
    }
    let fix = "wait for executions to end, or use larger subnets";
    if free == 0 {
        return Finding::fail(check, format!("the subnet {id} has no free address"), fix);
    }
    if free < FEW {
        return Finding::warn(
            check,
            format!("the subnet {id} has {free} free addresses"),
            fix,
        );
    }
    Finding::ok(
        check,
        match &subnet.way_out {
            _ if why.is_some() => "through endpoints".to_owned(),
            WayOut::InternetGateway => "through an internet gateway".to_owned(),
            WayOut::Nat => "through NAT".to_owned(),
            WayOut::Other(what) => {
                format!("through {what}, behind which nothing is seen from here")
            }
            WayOut::None | WayOut::Gone(_) => String::new(),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::Verdict::{Fail, Ok, Warn};
    use super::*;

    fn told(
        way_out: WayOut,
        free: Option<u32>,
        public_address: bool,
        endpoints: &[&str],
    ) -> Finding {
        let subnet = Subnet {
            id: "subnet-1".to_owned(),
            free,
            way_out,
        };
        super::network(&Network {
            subnets: vec![subnet],
            public_address,
            endpoints: endpoints.iter().map(|it| (*it).to_owned()).collect(),
        })
    }

    #[test]
    fn a_task_needs_an_address_and_a_way_out() {
        let all = &NEEDED[..];
        let other = || WayOut::Other("tgw-1".to_owned());
        let gone = || WayOut::Gone("nat-1".to_owned());
        for (way_out, free, public, endpoints, verdict, says) in [
            (
                WayOut::InternetGateway,
                Some(99),
                true,
                &[][..],
                Ok,
                "internet gateway",
            ),
            (
                WayOut::InternetGateway,
                Some(99),
                false,
                &[],
                Fail,
                "public address",
            ),
            (
                WayOut::InternetGateway,
                Some(99),
                false,
                all,
                Ok,
                "endpoints",
            ),
            (WayOut::Nat, Some(99), false, &[], Ok, "NAT"),
            (WayOut::Nat, Some(0), false, &[], Fail, "no free address"),
            (WayOut::Nat, Some(7), false, &[], Warn, "7 free addresses"),
            (WayOut::Nat, None, false, &[], Fail, "no subnet subnet-1"),
            (WayOut::None, Some(99), true, &[], Fail, "no way out"),
            (WayOut::None, Some(99), true, all, Ok, "endpoints"),
            (
                WayOut::None,
                Some(99),
                true,
                &all[1..],
                Fail,
                "endpoint for dynamodb",
            ),
            (gone(), Some(99), true, &[], Fail, "nat-1, which is gone"),
            (other(), Some(99), false, &[], Ok, "tgw-1"),
        ] {
            let found = told(way_out, free, public, endpoints);
            assert_eq!(found.verdict, verdict, "{found:?}");
            assert!(found.what.contains(says), "{found:?}");
        }
    }

    #[test]
    fn the_worst_subnet_decides() {
        let subnet = |id: &str, free| Subnet {
            id: id.to_owned(),
            free: Some(free),
            way_out: WayOut::Nat,
        };
        let mut network = Network {
            subnets: vec![subnet("a", 99), subnet("b", 3), subnet("c", 0)],
            public_address: false,
            endpoints: BTreeSet::new(),
        };
        assert_eq!(
            super::network(&network).what,
            "the subnet c has no free address"
        );
        network.subnets.truncate(1);
        let found = super::network(&network);
        assert_eq!(
            found.what,
            "one subnet, out through NAT; at least 99 free addresses in each"
        );
        network.subnets.clear();
        assert_eq!(super::network(&network).verdict, Fail);
    }
}
