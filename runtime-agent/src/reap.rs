//! Takes in processes that ended: the command, and whatever it left behind.

use std::sync::mpsc::Sender;

use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, WaitStatus};

use crate::supervise::Event;

/// Makes this process the parent of whatever the command leaves behind, as PID 1 is by itself.
pub(crate) fn adopt_orphans() {
    // Without it an orphan goes to another parent, and is only not waited for.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Waits for all children until there are none; sends how `leader` ended.
pub(crate) fn reap(leader: Pid, events: Sender<Event>) {
    std::thread::spawn(move || {
        loop {
            match rustix::process::wait(WaitOptions::empty()) {
                Ok(Some((pid, status))) if pid == leader => {
                    let _ = events.send(Event::Exited(status));
                }
                Ok(_) | Err(Errno::INTR) => {}
                // No children are left, and who had none cannot leave any to us.
                Err(_) => return,
            }
        }
    });
}

/// The outcome that a status of the command stands for.
pub(crate) fn outcome(status: WaitStatus) -> runtime_wire::Outcome {
    use runtime_wire::Outcome;
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Outcome::exited(u8::try_from(code).unwrap_or(u8::MAX)),
        (None, Some(signal)) => Outcome::signaled(signal),
        (None, None) => Outcome::lost(format!("the command ended as nothing known: {status:?}")),
    }
}
