use synth::cidr;
use synth::ec2::Cidr;

const BLOCK: Cidr = cidr!("10.0.0.0/33");

fn main() {
    let _block = BLOCK;
}
