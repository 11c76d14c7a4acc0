use synth::ec2::Port;

fn main() {
    // There are 65,536 ports.
    let _ = Port::Tcp(70_000);
}
