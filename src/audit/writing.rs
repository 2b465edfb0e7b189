//! The same for a store that is written to: which version came to be, never what it holds.

use std::rc::Rc;

use super::event::{Event, Written};
use super::witness::{Witness, unlogged};
use crate::vault::writing::{Write, Writer};
use crate::vault::{Depth, Refusal, Store};

/// What stands between a run and whoever writes for it.
pub struct Scribe {
    /// Knows who was asked in whose name.
    pub witness: Rc<Witness>,
    /// Writes.
    pub writer: Rc<dyn Writer>,
}

impl Writer for Scribe {
    fn begin_anew(&self) {
        self.writer.begin_anew();
    }

    fn write(&self, write: &Write) -> Result<u64, Refusal> {
        let witness = &self.witness;
        witness.logins(std::iter::once(write.login.as_ref()));
        if witness.log.has_failed() {
            return Err(unlogged());
        }
        let written = self.writer.write(write);
        witness.log.note(&Event::Write(Written {
            secret: &write.secret,
            namespace: write.secret.namespace.as_deref().or(witness.namespace()),
            version: written.as_ref().ok().copied(),
            keys: write.keys.iter().map(|(key, _)| key.as_str()).collect(),
            wanted: witness
                .trail
                .wanted(&write.ask(Depth::Keys), witness.namespace()),
            error: written.as_ref().err().map(|refusal| refusal.code),
        }));
        written
    }
}
