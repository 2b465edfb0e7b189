//! Choices read from bytes, so that a property may invent documents by ordinary code and still shrink.
//!
//! Zero is always the simplest choice, and a tape that has run out says zero: a shorter tape with smaller bytes makes
//! a simpler document.

/// Bytes that decide.
pub struct Tape<'b> {
    bytes: &'b [u8],
}

impl<'b> Tape<'b> {
    /// From the bytes of a case.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// One of `0..n`.
    pub fn choose(&mut self, n: usize) -> usize {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        usize::from(*first) % n
    }

    /// Two bytes' worth of choice.
    pub fn choose_wide(&mut self, n: usize) -> usize {
        (self.choose(256) * 256 + self.choose(256)) % n.max(1)
    }

    /// One of these.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.choose(of.len())]
    }

    /// Yes, one time in `n`; the simple answer is no.
    pub fn rarely(&mut self, n: usize) -> bool {
        self.choose(n) == n - 1
    }
}
