fn main() {
    // An address has 32 bits.
    let _ = synth::cidr!("10.0.0.0/33");
}
