use synth::ecs::DiskGib;

const DISK: DiskGib = DiskGib::of::<5>();

fn main() {
    let _disk = DISK;
}
