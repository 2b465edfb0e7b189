//! EDGE: random bytes of the operating system, through the library that TLS uses.

use crate::diag::{Code, Diagnostic};

/// Fills a buffer.
///
/// # Errors
/// The system gives none.
pub fn fill(bytes: &mut [u8]) -> Result<(), Diagnostic> {
    let provider = rustls::crypto::ring::default_provider();
    provider.secure_random.fill(bytes).map_err(|_| {
        Diagnostic::error(Code::ReadFailed, "the system gives no random bytes")
            .hint("check that this process may read `/dev/urandom`.")
    })
}
