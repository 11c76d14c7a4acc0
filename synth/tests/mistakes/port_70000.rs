use synth::ecs::PortMapping;

fn main() {
    let _mapping = PortMapping::tcp(70000);
}
