use synth::ec2::{Nat, VpcProps};

fn main() {
    let _props = VpcProps {
        natGateway: Nat::One,
        ..VpcProps::default()
    };
}
