//! Plans and applies the stacks of an assembly.
//!
//! Reading order: `environment` is where a stack goes and with whose rights; `store` where its files and its template are
//! published, `images` where its images are, and `bootstrap` what that changes in the template; `prepare` takes these together to what is asked of CloudFormation; `outline` finds out what changes, stack by
//! stack in their order; `file` keeps that for later; `carry_out` does it, by `run`. `show` is what a person reads of it.
//! `destroy` takes stacks away again, `import` takes what exists into one.

mod bootstrap;
mod carry_out;
mod destroy;
mod environment;
mod error;
mod file;
mod images;
mod import;
mod outline;
mod prepare;
mod publish;
mod run;
mod show;
mod store;

/// How many stacks are asked for or destroyed at once. CloudFormation limits the calls of an account.
const AT_ONCE: usize = 8;

pub(crate) use carry_out::{carry_out, carry_out_alone};
pub(crate) use destroy::{Wanted, destroy};
pub(crate) use environment::Environments;
pub(crate) use file::{read, write};
pub(crate) use import::{Import, import};
pub(crate) use outline::{Outline, Standing, give_up, outline};
pub(crate) use prepare::{DeployArgs, parameter, prepare};
pub(crate) use run::Left;
pub(crate) use show::{outline as draw, outline_data};
