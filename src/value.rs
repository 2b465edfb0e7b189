//! The one type that holds a secret value.
//!
//! It exists so that printing, copying or serialising a value does not compile. It must not learn
//! `Debug`, `Display`, `Clone` or `Serialize`; `expose` is greppable and `tests/tidy.rs` names the
//! few files that may call it.

use zeroize::Zeroizing;

/// Bytes of a secret, exactly as they will stand (decoded) in a Kubernetes Secret.
pub struct SecretValue(Zeroizing<Vec<u8>>);

impl SecretValue {
    /// Takes ownership of the bytes; they are wiped when the value is dropped.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. Only hashing and the writer of Secrets may ask.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes; not secret, needed for the 1 MiB limit.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the value has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
