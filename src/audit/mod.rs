//! The audit log: what a run did, a line for each thing that happened, without any value.
//!
//! Pure: it decides what a line says and who is asked for it. `door::journal` writes the lines, and
//! no stage knows that somebody does.

pub mod event;
pub mod line;
pub mod trail;
pub mod witness;
pub mod writing;

use event::Event;

/// Where events go at once, so that what was read is known also of a run that did not end.
pub trait Log {
    /// Takes down one event. A failure is kept.
    fn note(&self, event: &Event<'_>);

    /// Whether something could not be taken down: then nothing more may happen.
    fn has_failed(&self) -> bool;
}
