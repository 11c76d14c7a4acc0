//! What `mycli init` and `mycli destroy` do, besides reading their arguments.

pub(crate) mod ask;
mod destroy;
mod init;
mod interrupt;
pub(crate) mod progress;
mod show;
mod teller;
pub(crate) mod version;

pub(crate) use destroy::destroy;
pub(crate) use init::init;
pub(crate) use interrupt::{left, unchanged, unless_left};
pub(crate) use show::{changes_data, doomed, doomed_data};
pub(crate) use teller::Teller;
