use synth::cfn::logs::LogGroup;

fn main() {
    let _group = LogGroup {
        retention_days: 7.into(),
        ..Default::default()
    };
}
