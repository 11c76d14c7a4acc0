use synth::ec2::{Egress, Peer, Port, Rule};

fn main() {
    let _egress = Egress::All(vec![Rule::new(Peer::ANY_IPV4, Port::HTTPS)]);
}
