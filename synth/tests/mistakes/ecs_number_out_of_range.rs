use synth::ecs::{DiskGib, GraceSeconds, InRange};

const DISK_OF_5_GIB: DiskGib = InRange::of::<5>();
const STOP_AFTER_300_SECONDS: GraceSeconds = InRange::of::<300>();

fn main() {
    let _numbers = (DISK_OF_5_GIB, STOP_AFTER_300_SECONDS);
}
