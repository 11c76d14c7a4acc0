//! Ways to S3 and `DynamoDB` that do not cross the internet.

use super::network::name_tag;
use super::subnet::{Subnet, SubnetKind};
use super::vpc::Vpc;
use crate::cfn::ec2::VpcEndpoint;
use crate::cfn::refs::ec2::RouteTableId;
use crate::{Handle, Id, Problem, Scope, Value, join, pseudo};

/// The services that have gateway endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayService {
    /// S3.
    S3,
    /// `DynamoDB`.
    DynamoDb,
}

/// What a [`GatewayEndpoint`] needs to know.
#[derive(Debug, Clone)]
pub struct GatewayEndpointProps<'a> {
    /// The VPC it is in.
    pub vpc: &'a Vpc,
    /// Where it leads.
    pub service: GatewayService,
    /// The subnets that use it. Default: all of them.
    pub subnets: Option<Vec<Subnet>>,
}

impl<'a> GatewayEndpointProps<'a> {
    /// For every subnet of `vpc`.
    pub const fn new(vpc: &'a Vpc, service: GatewayService) -> Self {
        Self {
            vpc,
            service,
            subnets: None,
        }
    }
}

/// A way to S3 or `DynamoDB`, free of charge.
///
/// Declares `Resource` (`AWS::EC2::VPCEndpoint`), which writes itself into the subnets' route tables.
///
/// ```
/// use synth::ec2::{GatewayEndpoint, GatewayEndpointProps, GatewayService, Vpc, VpcProps};
/// # let mut stack = synth::Stack::new("Orders", synth::StackProps::default());
///
/// let vpc = Vpc::new(stack.child("Vpc"), VpcProps::default());
/// let props = GatewayEndpointProps::new(&vpc, GatewayService::S3);
/// GatewayEndpoint::new(stack.child("S3"), props);
/// # stack.synthesize()?;
/// # Ok::<(), synth::Problems>(())
/// ```
#[derive(Debug, Clone)]
pub struct GatewayEndpoint {
    /// The resource.
    pub endpoint: Handle<VpcEndpoint>,
}

impl GatewayEndpoint {
    /// Adds the endpoint to `scope`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "props are given away, as to every construct"
    )]
    pub fn new(mut scope: Scope<'_>, props: GatewayEndpointProps<'_>) -> Self {
        let subnets = props.subnets.as_ref().unwrap_or(&props.vpc.subnets);
        let mut tables: Vec<Value<Id<RouteTableId>>> = Vec::new();
        // Kind by kind, as AWS CDK writes them.
        for kind in [
            SubnetKind::PrivateWithEgress,
            SubnetKind::Public,
            SubnetKind::Isolated,
        ] {
            let subnets = subnets.iter().filter(|subnet| subnet.kind == kind);
            for table in subnets.filter_map(|subnet| subnet.route_table.as_ref()) {
                if !tables.contains(table) {
                    tables.push(table.clone());
                }
            }
        }
        if tables.is_empty() {
            scope.problem(Problem {
                code: "ec2.no-route-table",
                message: "a gateway endpoint writes to route tables, and none is known".to_owned(),
                value: String::new(),
                allowed: String::new(),
                fix: "set `route_table` on the subnets".to_owned(),
            });
        }
        let service = match props.service {
            GatewayService::S3 => "s3",
            GatewayService::DynamoDb => "dynamodb",
        };
        let endpoint = VpcEndpoint {
            route_table_ids: tables.into(),
            service_name: service_name(service).into(),
            tags: name_tag(&scope),
            vpc_endpoint_type: "Gateway".into(),
            ..VpcEndpoint::new(&props.vpc.id)
        };
        Self {
            endpoint: scope.add("Resource", &endpoint),
        }
    }
}

/// The name of a service of AWS in the region of the stack.
pub(super) fn service_name(service: &str) -> Value<String> {
    join(
        "",
        [
            "com.amazonaws.".into(),
            pseudo::region(),
            format!(".{service}").into(),
        ],
    )
}
