//! Networks that the account knows.

use super::subnet::{Subnet, SubnetKind};
use super::vpc::Vpc;
use crate::lookup::Lookup;
use crate::{Id, Json, Problem, Scope, Text};

impl Vpc {
    /// The network of the stack's account and region that all of `filter` fits, such as `("tag:Name", "shared")`,
    /// `("vpc-id", "vpc-0c")` or `("isDefault", "true")`: names of EC2's `DescribeVpcs`.
    ///
    /// Until the `cdk` CLI has looked it up, a network called `vpc-12345` without subnets stands for it.
    ///
    /// ```
    /// use synth::ec2::{SubnetKind, Vpc};
    /// use synth::{Context, Environment, Stack, StackProps};
    ///
    /// let key = "vpc-provider:account=123456789012:filter.vpc-id=vpc-0c:region=eu-west-1:returnAsymmetricSubnets=true";
    /// let subnet = r#"{"subnetId": "subnet-0a", "availabilityZone": "eu-west-1a", "routeTableId": "rtb-0b"}"#;
    /// let groups = format!(r#"[{{"name": "Web", "type": "Public", "subnets": [{subnet}]}}]"#);
    /// let answer = format!(r#"{{"vpcId": "vpc-0c", "vpcCidrBlock": "10.0.0.0/16", "subnetGroups": {groups}}}"#);
    /// let mut stack = Stack::new("Network", StackProps {
    ///     environment: Environment { account: Some("123456789012".into()), region: Some("eu-west-1".into()) },
    ///     context: Context::parse(&format!(r#"{{"{key}": {answer}}}"#))?,
    ///     ..StackProps::default()
    /// });
    /// let vpc = Vpc::from_lookup(&mut stack.child("Vpc"), [("vpc-id", "vpc-0c")]);
    /// assert_eq!(vpc.subnets_in("Web").count(), 1);
    /// # Ok::<(), synth::ParseError>(())
    /// ```
    pub fn from_lookup<const N: usize>(
        scope: &mut Scope<'_>,
        filter: [(&'static str, &str); N],
    ) -> Self {
        let filter = filter.map(|(name, value)| (name, Json::Text(value.to_owned().into())));
        let answer = scope.lookup(Lookup {
            provider: "vpc-provider".into(),
            props: vec![
                ("filter".into(), Json::object(filter)),
                ("returnAsymmetricSubnets".into(), true.into()),
            ],
        });
        let Some(answer) = answer else {
            return Self::from_ids(Id::literal("vpc-12345"), []);
        };
        let id = answer.get("vpcId").and_then(Json::as_text);
        let Some(id) = id else {
            scope.problem(Problem {
                code: "ec2.vpc-lookup",
                message: "what was looked up is no network".to_owned(),
                value: answer.to_compact(),
                allowed: "an object with `vpcId` and `subnetGroups`".to_owned(),
                fix: "remove it from cdk.context.json, so that it is looked up again".to_owned(),
            });
            return Self::from_ids(Id::literal("vpc-12345"), []);
        };
        let groups = answer.get("subnetGroups").and_then(Json::items);
        let subnets = groups.unwrap_or_default().iter().flat_map(of_group);
        let cidr = answer.get("vpcCidrBlock").and_then(Json::as_text);
        Self {
            cidr: cidr.and_then(|block| block.parse().ok()),
            ..Self::from_ids(Id::literal(id), subnets)
        }
    }
}

/// The subnets of one group of the answer.
fn of_group(group: &Json) -> Vec<Subnet> {
    let text = |json: &Json, name| json.get(name).and_then(Json::as_text).map(str::to_owned);
    let kind = match text(group, "type").as_deref() {
        Some("Public") => SubnetKind::Public,
        Some("Isolated") => SubnetKind::Isolated,
        Some(_) | None => SubnetKind::PrivateWithEgress,
    };
    let subnets = group.get("subnets").and_then(Json::items);
    let subnets = subnets.unwrap_or_default().iter().filter_map(|subnet| {
        Some(Subnet {
            group: Text::Owned(text(group, "name").unwrap_or_default()),
            zone: text(subnet, "availabilityZone").map(Into::into),
            cidr: text(subnet, "cidr").and_then(|block| block.parse().ok()),
            route_table: text(subnet, "routeTableId").map(|id| Id::literal(id).into()),
            ..Subnet::from_id(kind, Id::literal(text(subnet, "subnetId")?))
        })
    });
    subnets.collect()
}
