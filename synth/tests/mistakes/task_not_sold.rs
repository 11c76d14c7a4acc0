use synth::ecs::FargateSize;

const SIZE: FargateSize = FargateSize::of::<256, 8192>();

fn main() {
    let _size = SIZE;
}
