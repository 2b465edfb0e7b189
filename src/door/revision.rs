//! Another revision of the repository, laid out beside the user's checkout for `plan`.
//!
//! The checkout, its index and its hooks are left alone: the tree is read
//! into an index of its own and written below a private temporary folder, which goes when `Laid`
//! does. Line ends become what the user's checkout has; filters (LFS, encryption) do not run,
//! because a plan must not run programs on the content of a pull request: such files are laid out as
//! they are stored, and that is said. Knows nothing of manifests.

mod git;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::scratch;
use crate::diag::{Code, Diagnostic, Report};
use git::Git;

/// A revision on disk, as long as this lives.
#[derive(Debug)]
pub struct Laid {
    folder: TempDir,
    path: Option<PathBuf>,
    /// The commit, in full.
    pub commit: String,
    /// What is missing or different there, one sentence each.
    pub notes: Vec<String>,
}

impl Laid {
    /// What corresponds to the user's path; `None`: it is not in that revision.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The root of what was laid out.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        tree(&self.folder)
    }
}

fn tree(folder: &TempDir) -> PathBuf {
    folder.path().join("tree")
}

/// Lays out `revision` of the repository around `path`.
pub fn lay_out(path: &Path, revision: &str) -> Result<Laid, Report> {
    lay_out_with("git", path, revision).map_err(Report::of)
}

fn lay_out_with(program: &str, path: &Path, revision: &str) -> Result<Laid, Diagnostic> {
    if revision.starts_with('-') {
        let message = format!("`{revision}` is no revision: it starts with `-`");
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("give a branch, a tag or a commit, for example `origin/main`."));
    }
    let path = path.canonicalize().map_err(|error| {
        let message = format!("cannot read `{}`: {}", path.display(), error.kind());
        Diagnostic::error(Code::ReadFailed, message).hint("check the path and its permissions.")
    })?;
    let around = if path.is_dir() {
        path.as_path()
    } else {
        path.parent().unwrap_or(&path)
    };
    let mut git = Git::around(program, around);
    let top = git.top(&path)?;
    let commit = git.commit(revision)?;
    git.folder.clone_from(&top);
    git.filters = git.filters()?;

    let folder = scratch::folder().map_err(|error| {
        let message = format!("there is no temporary folder: {}", error.kind());
        Diagnostic::error(Code::WriteFailed, message)
            .hint("set `TMPDIR` to a folder that can be written to.")
    })?;
    git.index = Some(folder.path().join("index"));
    git.done(&["read-tree", &commit])?;
    let mut prefix = OsString::from("--prefix=");
    prefix.push(tree(&folder));
    prefix.push("/");
    let arguments = ["checkout-index", "--all", "--force", "--quiet"].map(OsString::from);
    git.done(&[arguments.as_slice(), &[prefix]].concat())?;

    let inside = path.strip_prefix(&top).unwrap_or(Path::new(""));
    let laid = tree(&folder).join(inside);
    let mut notes: Vec<String> = git.submodules()?.into_iter().collect();
    notes.extend(git.filtered()?);
    git.index = None;
    notes.extend(git.untracked(inside)?);
    Ok(Laid {
        // a link that leads nowhere is there all the same
        path: laid.symlink_metadata().is_ok().then_some(laid),
        folder,
        commit,
        notes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_git_there_is_a_way_out() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let problem = lay_out_with("countersign-finds-no-git", here, "HEAD").unwrap_err();
        assert_eq!(problem.code, Code::ToolMissing);
        assert_eq!(problem.message, "`countersign-finds-no-git` is not on PATH");
    }

    #[test]
    fn a_revision_is_never_a_flag() {
        let problem = lay_out(Path::new("."), "--upload-pack=x").unwrap_err();
        assert_eq!(problem.diagnostics[0].code, Code::Usage);
    }
}
