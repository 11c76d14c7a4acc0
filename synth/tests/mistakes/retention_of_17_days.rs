use synth::logs::{LogGroupProps, Retention};

fn main() {
    let _props = LogGroupProps {
        retention: Retention::Days(17),
        ..LogGroupProps::default()
    };
}
