fn main() {
    // The block around this address is 10.0.0.0/16.
    let _ = synth::cidr!("10.0.1.0/16");
}
