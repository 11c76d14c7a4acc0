use synth::ecs::FargateSize;

const NO_SUCH_CPU: FargateSize = FargateSize::of::<300, 512>();
const NO_SUCH_PAIR: FargateSize = FargateSize::of::<256, 4096>();

fn main() {
    let _sizes = [NO_SUCH_CPU, NO_SUCH_PAIR];
}
