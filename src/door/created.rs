//! EDGE: files that a command makes for the user; what is there is never overwritten.
//!
//! A file appears whole or not at all. Knows nothing of what stands in it.

use std::io::{self, Write};
use std::path::Path;

use crate::diag::{Code, Diagnostic};

/// Makes a new file.
///
/// # Errors
/// It is there, or it cannot be made.
pub fn file(path: &Path, text: &str) -> Result<(), Diagnostic> {
    make(path, text).map_err(|error| {
        let name = path.display();
        if error.kind() == io::ErrorKind::AlreadyExists {
            let message = format!("`{name}` is there already");
            return Diagnostic::error(Code::WriteFailed, message)
                .hint("nothing is overwritten: move it away, or take what `--print` prints.");
        }
        let message = format!("cannot write `{name}`: {}", error.kind());
        Diagnostic::error(Code::WriteFailed, message).hint("check the folder and its permissions.")
    })
}

fn make(path: &Path, text: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".countersign-new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}
