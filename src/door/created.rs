//! EDGE: files that a command makes for the user; what is there is never overwritten.
//!
//! A file appears whole or not at all. Knows nothing of what stands in it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic};

/// What is to be at a place.
pub enum Content {
    /// A file with these bytes.
    Bytes(Vec<u8>),
    /// A file that says its version in a line `version:`, and takes the place of another version.
    Versioned(&'static str),
    /// A link to this program, which takes the place of a link to another one of the name.
    Link(PathBuf),
}

/// What was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing: it was made.
    Nothing,
    /// The same: it was left alone.
    TheSame,
    /// Another version of it: it was replaced.
    Another,
    /// Something else.
    Foreign,
}

/// Makes a new file.
///
/// # Errors
/// It is there, or it cannot be made.
pub fn file(path: &Path, text: &str) -> Result<(), Diagnostic> {
    make(path, text.as_bytes()).map_err(|error| refusal(path, &error))
}

/// Makes all of them, with their folders, or none where something else stands in the way.
///
/// # Errors
/// Something that differs is there, or cannot be looked at; or one of them cannot be made.
pub fn all(wanted: &[(PathBuf, Content)]) -> Result<Vec<Before>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for (path, content) in wanted {
        match before(path, content) {
            Ok(Before::Foreign) => problems.push(in_the_way(path)),
            Ok(before) => found.push(before),
            Err(error) => problems.push(refusal(path, &error)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for ((path, content), before) in wanted.iter().zip(&found) {
        if *before != Before::TheSame {
            let replace = *before == Before::Another;
            put(path, content, replace).map_err(|error| vec![refusal(path, &error)])?;
        }
    }
    Ok(found)
}

fn before(path: &Path, content: &Content) -> io::Result<Before> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Before::Nothing),
        Err(error) => return Err(error),
    };
    let (same, another) = match content {
        Content::Bytes(bytes) if found.is_file() => (fs::read(path)? == *bytes, false),
        Content::Versioned(text) if found.is_file() => {
            let there = fs::read(path)?;
            let there = String::from_utf8_lossy(&there);
            (there == *text, unversioned(&there) == unversioned(text))
        }
        Content::Link(target) if found.is_symlink() => {
            let there = fs::read_link(path)?;
            (there == *target, there.file_name() == target.file_name())
        }
        _ => (false, false),
    };
    Ok(match (same, another) {
        (true, _) => Before::TheSame,
        (false, true) => Before::Another,
        (false, false) => Before::Foreign,
    })
}

fn unversioned(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines.filter(|line| !line.starts_with("version:")).collect()
}

fn put(path: &Path, content: &Content, replace: bool) -> io::Result<()> {
    fs::create_dir_all(folder(path))?;
    match content {
        Content::Bytes(bytes) => make(path, bytes),
        Content::Versioned(text) if replace => written(path, text.as_bytes())?
            .persist(path)
            .map(|_| ())
            .map_err(|error| error.error),
        Content::Versioned(text) => make(path, text.as_bytes()),
        Content::Link(target) => {
            if replace {
                fs::remove_file(path)?;
            }
            link(path, target)
        }
    }
}

fn in_the_way(path: &Path) -> Diagnostic {
    let message = format!("`{}` is there, and is something else", path.display());
    Diagnostic::error(Code::WriteFailed, message).hint(
        "nothing was written: move it away, and run this again; `--print` shows what it would be.",
    )
}

fn refusal(path: &Path, error: &io::Error) -> Diagnostic {
    let name = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        let message = format!("`{name}` is there already");
        return Diagnostic::error(Code::WriteFailed, message)
            .hint("nothing is overwritten: move it away, or take what `--print` prints.");
    }
    let message = format!("cannot write `{name}`: {}", error.kind());
    Diagnostic::error(Code::WriteFailed, message).hint("check the folder and its permissions.")
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn link(path: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

/// A plugin of kustomize is found by a name without `.exe`, so that none works there.
#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn make(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = written(path, bytes)?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// All of it, under another name beside the place where it belongs.
fn written(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".countersign-new-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}
