//! EDGE: Ctrl-C and SIGTERM while something has to be set right before the process ends: a token of our own is
//! revoked, a terminal echoes again.
//!
//! Signals are heard from the first thing of this kind on; a run without one ends as the system does it. It must
//! not know what these things are.

use std::sync::Arc;

/// What is set right when a signal ends the process.
pub trait Interrupt: Send + Sync {
    /// Sets it right; the process ends after this.
    fn interrupt(&self);
}

/// Listens for signals from now on, for this one as well, as long as somebody holds it.
#[cfg(unix)]
pub fn watch<I: Interrupt + 'static>(one: &Arc<I>) {
    let one: std::sync::Weak<I> = Arc::downgrade(one);
    unix::watch(one);
}

/// Nothing to listen to: a token lives until its time is over.
#[cfg(not(unix))]
pub fn watch<I: Interrupt + 'static>(_one: &Arc<I>) {}

#[cfg(unix)]
mod unix {
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Mutex, Once, PoisonError, Weak};

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    use super::Interrupt;

    static LISTENING: Once = Once::new();
    static WATCHED: Mutex<Vec<Weak<dyn Interrupt>>> = Mutex::new(Vec::new());

    pub fn watch(one: Weak<dyn Interrupt>) {
        let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        if !watched.iter().any(|known| known.ptr_eq(&one)) {
            watched.push(one);
        }
        drop(watched);
        // where signals cannot be heard they end the process at once, and a token ends by itself
        LISTENING.call_once(|| {
            let _ = listen();
        });
    }

    fn listen() -> std::io::Result<()> {
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        // the second signal of an impatient person ends the process at once
        let first = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&first))?;
            flag::register(signal, Arc::clone(&first))?;
        }
        std::thread::Builder::new().spawn(move || {
            if let Some(signal) = signals.forever().next() {
                let watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
                // the last first: a terminal does not wait for a server
                for one in watched.iter().rev().filter_map(Weak::upgrade) {
                    one.interrupt();
                }
                std::process::exit(128 + signal);
            }
        })?;
        Ok(())
    }
}
