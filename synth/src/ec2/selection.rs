//! Some of the subnets of a network.

use super::subnet::{Subnet, SubnetKind};
use super::vpc::Vpc;
use crate::{Problem, Scope, Text, Value};

/// Which subnets of a [`Vpc`]. Default: all of the most private kind that reaches the internet, if there is one.
///
/// ```
/// use synth::ec2::{SubnetChoice, SubnetKind, SubnetSelection, Vpc, VpcProps};
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
///
/// let vpc = Vpc::new(stack.child("Vpc"), VpcProps::default());
/// let public = SubnetSelection { one_per_zone: true, ..SubnetChoice::Kind(SubnetKind::Public).into() };
/// assert_eq!(vpc.select_subnets(&mut stack.scope(), &public).len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct SubnetSelection {
    /// Which of them. Default: [`SubnetChoice::MostPrivate`].
    pub choice: SubnetChoice,
    /// Of these, only those in these zones, as [`Subnet::zone`] has them. Default (empty): all zones.
    pub zones: Vec<Value<String>>,
    /// Of these, only the first in each zone. Default: no.
    pub one_per_zone: bool,
}

/// What subnets are chosen by.
#[derive(Debug, Clone, Default)]
pub enum SubnetChoice {
    /// Those of the first of these kinds that there are: private with egress, isolated, public.
    #[default]
    MostPrivate,
    /// Those of one kind.
    Kind(SubnetKind),
    /// Those of the group of this name.
    Group(Text),
    /// These.
    These(Vec<Subnet>),
}

impl From<SubnetChoice> for SubnetSelection {
    fn from(choice: SubnetChoice) -> Self {
        Self {
            choice,
            ..Self::default()
        }
    }
}

impl Vpc {
    /// The chosen subnets, in the order of the VPC. When there is none it is a problem at `scope`.
    pub fn select_subnets(
        &self,
        scope: &mut Scope<'_>,
        selection: &SubnetSelection,
    ) -> Vec<Subnet> {
        let mut chosen: Vec<Subnet> = match &selection.choice {
            SubnetChoice::MostPrivate => self.most_private(),
            SubnetChoice::Kind(kind) => self.subnets_of(*kind).cloned().collect(),
            SubnetChoice::Group(name) => self.subnets_in(name).cloned().collect(),
            SubnetChoice::These(subnets) => subnets.clone(),
        };
        if chosen.is_empty() {
            scope.problem(self.no_such_subnets(&selection.choice));
            return chosen;
        }
        if !selection.zones.is_empty() {
            let is_in = |subnet: &Subnet| {
                let zone = subnet.zone.as_ref();
                zone.is_some_and(|zone| selection.zones.contains(zone))
            };
            let there: Vec<_> = chosen
                .iter()
                .filter_map(|subnet| subnet.zone.clone())
                .collect();
            for zone in selection.zones.iter().filter(|zone| !there.contains(zone)) {
                scope.problem(Problem {
                    code: "ec2.no-subnet-in-zone",
                    message: "none of the chosen subnets is in this zone".to_owned(),
                    value: shown(zone),
                    allowed: distinct(there.iter().map(shown)),
                    fix: "name one of these zones, or give the VPC subnets there".to_owned(),
                });
            }
            chosen.retain(is_in);
        }
        if selection.one_per_zone {
            chosen = one_in_each_zone(&chosen);
        }
        chosen
    }

    pub(super) fn most_private(&self) -> Vec<Subnet> {
        let kinds = [
            SubnetKind::PrivateWithEgress,
            SubnetKind::Isolated,
            SubnetKind::Public,
        ];
        let of = |kind| self.subnets_of(kind).cloned().collect::<Vec<_>>();
        let mut groups = kinds.into_iter().map(of);
        groups
            .find(|subnets| !subnets.is_empty())
            .unwrap_or_default()
    }

    fn no_such_subnets(&self, choice: &SubnetChoice) -> Problem {
        let groups = |subnet: &Subnet| match subnet.group.as_ref() {
            "" => format!("{:?}", subnet.kind),
            name => format!("{name} ({:?})", subnet.kind),
        };
        Problem {
            code: "ec2.no-such-subnets",
            message: "the VPC has no such subnets".to_owned(),
            value: match choice {
                SubnetChoice::Kind(kind) => format!("{kind:?}"),
                SubnetChoice::Group(name) => name.to_string(),
                SubnetChoice::MostPrivate | SubnetChoice::These(_) => String::new(),
            },
            allowed: distinct(self.subnets.iter().map(groups)),
            fix: "choose subnets that it has, or add a `SubnetGroup`".to_owned(),
        }
    }
}

/// The first subnet in each zone; of subnets whose zone nobody said, all.
pub(super) fn one_in_each_zone(subnets: &[Subnet]) -> Vec<Subnet> {
    let mut chosen: Vec<Subnet> = Vec::new();
    for subnet in subnets {
        if subnet.zone.is_none() || !chosen.iter().any(|other| other.zone == subnet.zone) {
            chosen.push(subnet.clone());
        }
    }
    chosen
}

fn shown(zone: &Value<String>) -> String {
    match zone {
        Value::Known(name) => name.clone(),
        Value::Unknown(_) => zone.to_json().to_compact(),
    }
}

fn distinct(names: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all.join(", ")
}
