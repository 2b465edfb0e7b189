//! EDGE: Ctrl-C and SIGTERM while there are tokens of our own: these are revoked, then the process
//! ends.
//!
//! Signals are heard from the first login on; a run without one ends as the system does it.

use std::sync::Arc;

use super::keyring::Keyring;

/// Listens for signals from now on, for this one as well.
#[cfg(unix)]
pub fn watch(keyring: &Arc<Keyring>) {
    unix::watch(keyring);
}

/// Nothing to listen to: the token lives until its time is over.
#[cfg(not(unix))]
pub fn watch(_keyring: &Arc<Keyring>) {}

#[cfg(unix)]
mod unix {
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Mutex, Once, PoisonError, Weak};

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    use super::Keyring;

    static LISTENING: Once = Once::new();
    static WATCHED: Mutex<Vec<Weak<Keyring>>> = Mutex::new(Vec::new());

    pub fn watch(keyring: &Arc<Keyring>) {
        let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this = |one: &Weak<Keyring>| std::ptr::eq(one.as_ptr(), Arc::as_ptr(keyring));
        if !watched.iter().any(is_this) {
            watched.push(Arc::downgrade(keyring));
        }
        drop(watched);
        // where signals cannot be heard they end the process at once, and the token ends by itself
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
                for keyring in watched.iter().filter_map(Weak::upgrade) {
                    keyring.interrupt();
                }
                std::process::exit(128 + signal);
            }
        })?;
        Ok(())
    }
}
