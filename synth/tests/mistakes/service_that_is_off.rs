fn main() {
    let _queue = synth::cfn::sqs::Queue::default();
}
