use synth::ecs::FargateSize;

const SIZE: FargateSize = FargateSize::of::<300, 512>();

fn main() {
    let _size = SIZE;
}
