//! The benchmark's stacks, declared with CDK and with this library.
