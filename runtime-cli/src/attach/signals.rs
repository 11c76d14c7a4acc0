//! What the person or the system wants while a command is being shown.

use std::io::IsTerminal;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{Failure, OwnError};

/// What to do about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// Ask the command to stop, and go on showing it.
    Cancel,
    /// Leave, and let the command go on. The exit code to leave with.
    Detach(u8),
}

impl Reaction {
    /// What a command ends with that has nothing to stop.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Detach(exit_code) => exit_code,
            Self::Cancel => 130,
        }
    }
}

/// A signal that is listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Interrupt,
    Terminate,
    HangUp,
}

/// Listens to signals instead of dying of them.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    /// Whether a wish to stop was heard, so that the next one is a wish to leave.
    stopped: bool,
    terminal: bool,
}

impl Signals {
    /// Starts to listen on behalf of a command that was just started.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(OwnError::doing("listen to signals"));
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
            stopped: false,
            terminal: std::io::stderr().is_terminal(),
        })
    }

    /// Starts to listen for somebody who only looks on, and leaves at the first signal.
    pub(crate) fn listen_to_leave() -> Result<Self, Failure> {
        Ok(Self {
            stopped: true,
            ..Self::listen()?
        })
    }

    /// What to do about the next signal. Never returns when there is none.
    pub(crate) async fn next(&mut self) -> Reaction {
        let heard = tokio::select! {
            _ = self.interrupt.recv() => Heard::Interrupt,
            _ = self.terminate.recv() => Heard::Terminate,
            _ = self.hang_up.recv() => Heard::HangUp,
        };
        let reaction = reaction(heard, self.stopped, self.terminal);
        self.stopped |= reaction == Reaction::Cancel;
        reaction
    }
}

/// The policy: the first wish to stop stops the command, the second one only the showing.
///
/// Without a terminal, SIGTERM is a CI job that was cancelled: its command must not go on blindly.
/// With one, and for a connection that is lost (SIGHUP), the person may come back to the command.
fn reaction(heard: Heard, stopped: bool, terminal: bool) -> Reaction {
    match heard {
        Heard::Interrupt if !stopped => Reaction::Cancel,
        Heard::Interrupt => Reaction::Detach(130),
        Heard::Terminate if !stopped && !terminal => Reaction::Cancel,
        Heard::Terminate => Reaction::Detach(143),
        Heard::HangUp => Reaction::Detach(129),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wish_stops_the_command_and_the_second_the_showing() {
        let table = [
            (Heard::Interrupt, false, true, Reaction::Cancel),
            (Heard::Interrupt, false, false, Reaction::Cancel),
            (Heard::Interrupt, true, true, Reaction::Detach(130)),
            (Heard::Terminate, false, false, Reaction::Cancel),
            (Heard::Terminate, true, false, Reaction::Detach(143)),
            (Heard::Terminate, false, true, Reaction::Detach(143)),
            (Heard::HangUp, false, true, Reaction::Detach(129)),
            (Heard::HangUp, false, false, Reaction::Detach(129)),
        ];
        for (heard, stopped, terminal, expected) in table {
            assert_eq!(reaction(heard, stopped, terminal), expected, "{heard:?}");
        }
    }
}
