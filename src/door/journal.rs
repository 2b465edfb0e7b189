//! EDGE: the audit log: a file that is only ever appended to, or stderr.
//!
//! Each line is one write, so that lines of runs at the same time do not mix. What is no regular file
//! is refused: behind a link or a device somebody else may have put it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::diag::{Code, Diagnostic};

/// The word for stderr; a file of that name is `./stderr`.
pub const STDERR: &str = "stderr";

/// Where lines go.
pub struct Journal {
    name: String,
    /// `None`: stderr.
    file: Option<File>,
}

impl Journal {
    /// Opens a file to append to, which is made if there is none.
    ///
    /// # Errors
    /// It is no regular file, or may not be written.
    pub fn open(path: &Path) -> Result<Self, Diagnostic> {
        let name = path.display().to_string();
        let file = if path == Path::new(STDERR) {
            None
        } else {
            Some(regular(path).map_err(|why| failed(&name, why))?)
        };
        Ok(Self { name, file })
    }

    /// Writes one line.
    ///
    /// # Errors
    /// It cannot be written as a whole.
    pub fn line(&self, line: &str) -> Result<(), Diagnostic> {
        let written = match &self.file {
            Some(file) => (&*file).write(line.as_bytes()),
            None => io::stderr().write_all(line.as_bytes()).map(|()| line.len()),
        };
        match written {
            Ok(length) if length == line.len() => Ok(()),
            Ok(_) => Err(failed(&self.name, "there is no room")),
            Err(error) => Err(failed(&self.name, &error.kind().to_string())),
        }
    }
}

fn regular(path: &Path) -> Result<File, &'static str> {
    // opening some devices does something
    if let Ok(there) = path.symlink_metadata()
        && !there.is_file()
    {
        return Err(if there.is_symlink() {
            "it is a link"
        } else {
            "it is no regular file"
        });
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;
        // what has come there since is neither followed nor waited for
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "its folder does not exist",
        io::ErrorKind::PermissionDenied => "permission denied",
        _ => "it cannot be opened",
    })?;
    match file.metadata() {
        Ok(there) if there.is_file() => Ok(file),
        _ => Err("it is no regular file"),
    }
}

fn failed(name: &str, why: &str) -> Diagnostic {
    Diagnostic::error(
        Code::AuditLog,
        format!("the audit log `{name}` cannot be written: {why}"),
    )
    .hint(
        "name a file that this run may append to, or `stderr`; without its log nothing is printed.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_file_is_made_for_its_owner_alone_and_grows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        for line in ["one\n", "two\n"] {
            Journal::open(&path).unwrap().line(line).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn lines_of_many_runs_do_not_mix() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let line = |run: usize| format!("{}\n", run.to_string().repeat(9000));
        std::thread::scope(|scope| {
            for run in 0..8 {
                let (path, line) = (&path, line(run));
                scope.spawn(move || {
                    let journal = Journal::open(path).unwrap();
                    for _ in 0..20 {
                        journal.line(&line).unwrap();
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.split_inclusive('\n').count(), 160);
        for found in text.split_inclusive('\n') {
            assert!((0..8).any(|run| found == line(run)), "{}", &found[..20]);
        }
    }

    #[test]
    fn what_is_no_regular_file_is_refused_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("there"), "").unwrap();
        symlink(at("there"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        let pipe = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(pipe.unwrap().success());
        for (path, why) in [
            (at("link"), "it is a link"),
            (at("dangling"), "it is a link"),
            (at("pipe"), "it is no regular file"),
            (folder.path().to_owned(), "it is no regular file"),
            ("/dev/full".into(), "it is no regular file"),
            (at("absent/log"), "its folder does not exist"),
        ] {
            let refused = Journal::open(&path).err().unwrap();
            assert!(refused.message.ends_with(why), "{}", refused.message);
        }
        assert!(!at("nowhere").exists());
    }
}
