//! EDGE: temporary folders of one run, into which no other user of the machine looks.
//!
//! What lies in them is not known here.

use std::io;

use tempfile::TempDir;

/// Makes one below TMPDIR; it goes when what is returned does.
///
/// # Errors
/// There is no room.
pub fn folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("countersign-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}
