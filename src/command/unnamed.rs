//! Locks below a folder that no config names any more: what they keep for old pods is emitted by nobody.
//!
//! Known by their text and their place alone, so that asking costs no build. A lock of the usual name
//! belongs to the folder that it lies in, whether or not that is built now.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Place};
use crate::door::locks::is_same;
use crate::door::{below, builds};
use crate::lock::FILE;

/// A warning for each lock below these folders that is none of `known` and that no config names.
pub fn unnamed(folders: &[PathBuf], known: &[&PathBuf]) -> Vec<Diagnostic> {
    let folders = folders.iter().filter(|path| path.is_dir());
    // what cannot be read below a folder is no question of the locks that are checked
    let found = folders.flat_map(|folder| below::locks(folder).unwrap_or_default());
    let unnamed = found.filter(|lock| {
        let path = Path::new(&*lock.name);
        path.file_name() != Some(OsStr::new(FILE))
            && !known.iter().any(|known| is_same(known, path))
            && builds::folder_of(path).is_none()
    });
    let said = unnamed.map(|lock| {
        let place = Place {
            file: Some(lock.name.clone()),
            ..Place::default()
        };
        Diagnostic::warning(Code::LockUnnamed, format!("no config names the lock `{}`", lock.name))
            .at(place)
            .hint("what it keeps for old pods is not emitted any more; delete the file once they are gone, or name it in `spec.lock.file`. A lock that only `--lock` names is better kept outside of the folder that is built.")
    });
    said.collect()
}
