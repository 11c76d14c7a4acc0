use synth::logs::LogGroupProps;

fn main() {
    let _props = LogGroupProps {
        retention: 17,
        ..LogGroupProps::default()
    };
}
