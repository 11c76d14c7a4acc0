//! What `mycli init` and `mycli destroy` do, besides reading their arguments.

mod ask;
mod destroy;
mod init;
mod interrupt;
mod progress;
mod show;

pub(crate) use destroy::destroy;
pub(crate) use init::init;
