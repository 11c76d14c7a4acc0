use synth::ecs::{Container, Image};

fn main() {
    let _container = Container {
        privileged: true,
        ..Container::new("web", Image::registry("nginx"))
    };
}
