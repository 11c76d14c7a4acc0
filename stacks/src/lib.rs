//! The stacks that `mycli init` deploys. Each file declares its outputs and reads them back.

pub mod platform;
