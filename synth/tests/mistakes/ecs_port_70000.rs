use synth::ecs::PortMapping;

fn main() {
    let _port = PortMapping::tcp(70_000);
}
