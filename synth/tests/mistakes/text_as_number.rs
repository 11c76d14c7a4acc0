use synth::Value;
use synth::cfn::logs::LogGroup;

fn main() {
    let days: Value<String> = "seven".into();
    let _group = LogGroup {
        retention_in_days: days.into(),
        ..Default::default()
    };
}
