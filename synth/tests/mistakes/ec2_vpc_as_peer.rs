use synth::ec2::{Port, Rule, Vpc};
use synth::Id;

fn main() {
    let vpc = Vpc::from_ids(Id::literal("vpc-1"), []);
    // A network is no peer; its addresses are.
    let _ = Rule::new(&vpc, Port::HTTPS);
}
