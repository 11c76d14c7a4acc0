use synth::cidr;
use synth::ec2::Cidr;

// An address has 32 bits.
const TOO_LONG: Cidr = cidr!("10.0.0.0/33");
// The block around this address is 10.0.0.0/16.
const INSIDE: Cidr = cidr!("10.0.1.0/16");

fn main() {
    let _ = (TOO_LONG, INSIDE);
}
