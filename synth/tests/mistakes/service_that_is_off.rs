fn main() {
    let _queue = synth::cfn::alexaask::Skill::default();
}
