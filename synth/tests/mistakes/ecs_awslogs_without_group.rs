use synth::ecs::{AwsLogs, LogMode, Multiline};

fn main() {
    let _logs = AwsLogs {
        stream_prefix: "web".into(),
        multiline: Multiline::None,
        mode: LogMode::AsAccountSays,
    };
}
