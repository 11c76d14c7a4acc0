use synth::cfn::ec2::{Subnet, SubnetRouteTableAssociation, Vpc};
use synth::{Stack, StackProps};

fn main() {
    let mut stack = Stack::new("Network", StackProps::default());
    let vpc = stack.scope().add("Vpc", &Vpc::default());
    let subnet = stack.scope().add("Subnet", &Subnet::new(&vpc));
    // A subnet is not a network.
    stack.scope().add("Other", &Subnet::new(&subnet));
    // A network is not a route table.
    SubnetRouteTableAssociation::new(&vpc, &subnet);
}
