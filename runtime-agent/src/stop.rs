//! Hears whoever wants the execution to stop: a signal to the agent, or a mark in the store.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::diagnostics;
use crate::store::Store;
use crate::supervise::{Event, Wish};

/// Takes signals from now on; each is a wish to stop.
pub(crate) fn on_signals(events: Sender<Event>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let _ = events.send(Event::StopWanted(Wish::Signal(signal)));
        }
    });
    Ok(())
}

/// Looks for the mark in the store until it is there.
pub(crate) fn on_mark(store: Arc<dyn Store>, events: Sender<Event>) {
    std::thread::spawn(move || {
        let mut complained = false;
        loop {
            match store.stop_wanted() {
                Ok(true) => break,
                Ok(false) => complained = false,
                Err(error) if !complained => {
                    diagnostics::report(&error);
                    complained = true;
                }
                Err(_) => {}
            }
            std::thread::sleep(store.pace().look);
        }
        let _ = events.send(Event::StopWanted(Wish::Mark));
    });
}
