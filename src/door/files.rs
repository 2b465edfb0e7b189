//! EDGE: files, directories and stdin become the inputs of a `Request`.
//!
//! Directories are walked in a stable order, links are not followed, and only YAML and JSON is
//! read. Devices, and pipes that nobody handed over, are refused.

mod stdin;

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};
use zeroize::Zeroizing;

use super::argocd::Kind;
use super::helm::chart::{self, Release};
use super::kustomize;
use crate::diag::{Code, Diagnostic, Report};
use crate::stage::Input;
use crate::stage::read::{LARGEST, too_large};

/// The name of stdin in messages.
pub const STDIN: &str = "<stdin>";

/// What makes a folder a package of kpt.
const PACKAGE: &str = "Kptfile";

/// More folders are not named in one message.
const NAMED: usize = 5;

/// A Secret holds no more.
const MOST_VALUES: usize = 1 << 20;

/// Reads what `render` was given: `-`, files, kustomizations and other directories, in that order.
pub fn inputs(paths: &[PathBuf], configs: &[PathBuf]) -> Result<Vec<Input>, Report> {
    built(paths, configs, Release::default())
}

/// The same, charts with what the runner says of their release.
///
/// # Errors
/// What cannot be read or built.
pub fn built(
    paths: &[PathBuf],
    configs: &[PathBuf],
    release: Release<'_>,
) -> Result<Vec<Input>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    for path in paths {
        match read_path(path, release) {
            Ok(inputs) => out.extend(inputs),
            Err(problems) => report.extend(problems),
        }
    }
    for path in configs {
        match read_file(path) {
            Ok(text) => out.push(Input {
                file: path.display().to_string().into(),
                text: text.into(),
                only_configs: true,
            }),
            Err(problem) => report.push(problem),
        }
    }
    report.check(out)
}

fn read_path(path: &Path, release: Release<'_>) -> Result<Vec<Input>, Report> {
    let input = |path: &Path, text: String| Input {
        file: path.display().to_string().into(),
        text: text.into(),
        only_configs: false,
    };
    if path == Path::new("-") {
        return Ok(vec![Input {
            file: STDIN.into(),
            text: stdin()?,
            only_configs: false,
        }]);
    }
    if path.is_dir() {
        let told = release.application.map(|one| one.kind(path));
        return match told.unwrap_or_else(|| Kind::of(path)) {
            Kind::Kustomize => Ok(vec![input(path, kustomize::build(path, None)?)]),
            Kind::Helm => Ok(vec![input(path, chart::build(path, release)?)]),
            Kind::Directory => directory(path),
        };
    }
    Ok(vec![input(path, read_file(path)?)])
}

fn directory(root: &Path) -> Result<Vec<Input>, Report> {
    let mut report = Report::default();
    let mut out = Vec::new();
    let mut apart = Vec::new();
    // all that lies in a package is a resource of it
    let is_package = root.join(PACKAGE).is_file();
    let walk = WalkDir::new(root).follow_links(false).sort_by_file_name();
    // a branch may be called like a manifest
    let mut walk = walk.into_iter().filter_entry(|e| e.file_name() != ".git");
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if entry.depth() > 0 && !is_package && is_built(&entry) => {
                apart.push(entry.into_path());
                walk.skip_current_dir();
            }
            Ok(entry) if entry.file_type().is_file() && is_manifest(entry.path()) => {
                match read_file(entry.path()) {
                    Ok(text) => out.push(Input {
                        file: entry.path().display().to_string().into(),
                        text: text.into(),
                        only_configs: false,
                    }),
                    Err(problem) => report.push(problem),
                }
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(root).display().to_string();
                report.push(failed(&path, error.io_error().map(io::Error::kind)));
            }
        }
    }
    if !apart.is_empty() {
        report.push(built_apart(root, &apart));
    } else if out.is_empty() && !report.has_errors() {
        report.push(
            Diagnostic::error(
                Code::ReadFailed,
                format!("there is no manifest in `{}`", root.display()),
            )
            .hint("give a folder with `.yaml`, `.yml` or `.json` files, or a kustomization."),
        );
    }
    report.check(out)
}

/// A folder that some tool builds.
fn is_built(entry: &DirEntry) -> bool {
    let folder = entry.path();
    let built = || kustomize::file_of(folder).is_some() || chart::is_chart(folder);
    entry.file_type().is_dir() && built()
}

/// Bases, patches and templates next to each other are no manifests: nobody applies them like that.
fn built_apart(root: &Path, folders: &[PathBuf]) -> Diagnostic {
    let named = folders.iter().take(NAMED).map(|folder| {
        let folder = folder.strip_prefix(".").unwrap_or(folder);
        format!("`{}`", folder.display())
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    if folders.len() > NAMED {
        named += ", …";
    }
    let message = format!(
        "`{}` is neither a kustomization nor a chart, and folders below it are: {named}",
        root.display()
    );
    Diagnostic::error(Code::Usage, message)
        .hint("name what is applied: each overlay or chart, and not what it is made from.")
}

pub(super) fn is_manifest(path: &Path) -> bool {
    path.extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| matches!(e, "yaml" | "yml" | "json"))
}

/// Reads one regular file, or a pipe that the runner's shell made: the repository has no say in what
/// is called `/dev/…`, and whatever else is no file may have no end.
pub fn read_file(path: &Path) -> Result<String, Diagnostic> {
    let name = path.display().to_string();
    let unread = |error: io::Error| failed(&name, Some(error.kind()));
    let metadata = fs::metadata(path).map_err(unread)?;
    if !metadata.is_file() && path != Path::new("/dev/null") && !is_given_pipe(path, &metadata) {
        return Err(
            Diagnostic::error(Code::ReadFailed, format!("`{name}` is not a file"))
                .hint("give a file."),
        );
    }
    let mut bytes = Vec::new();
    let expected = metadata.len().min(LARGEST as u64);
    bytes
        .try_reserve_exact(usize::try_from(expected).unwrap_or(0))
        .map_err(|_| failed(&name, None))?;
    let file = fs::File::open(path).map_err(unread)?;
    let most = LARGEST as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() > LARGEST {
        return Err(too_large(&name));
    }
    String::from_utf8(bytes).map_err(|_| not_utf8(&name))
}

/// Process substitution and `/dev/stdin`.
#[cfg(unix)]
fn is_given_pipe(path: &Path, metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo() && (path.starts_with("/dev") || path.starts_with("/proc"))
}

#[cfg(not(unix))]
fn is_given_pipe(_: &Path, _: &fs::Metadata) -> bool {
    false
}

/// Gives a pipe as much room as the system allows everybody: of 64 KiB at a time the two sides do
/// little but wait for each other. Anything else than a pipe is left as it is.
#[cfg(target_os = "linux")]
pub fn widen(pipe: &impl std::os::fd::AsFd) {
    // a narrow pipe is only slower
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20);
}

/// Reads stdin to its end.
pub fn stdin() -> Result<Cow<'static, str>, Diagnostic> {
    let text = stdin::read().map_err(|error| failed(STDIN, Some(error.kind())))?;
    text.ok_or_else(|| not_utf8(STDIN))
}

/// Reads values from stdin: not kept until the process ends, as manifests are.
pub fn values() -> Result<Zeroizing<String>, Diagnostic> {
    let text = stdin::values(MOST_VALUES + 1).map_err(|error| failed(STDIN, Some(error.kind())))?;
    let text = text.ok_or_else(|| not_utf8(STDIN))?;
    if text.len() > MOST_VALUES {
        return Err(
            Diagnostic::error(Code::TooLarge, "the values on stdin are larger than 1 MiB")
                .hint("no Secret holds more: give the values of one secret at a time."),
        );
    }
    Ok(text)
}

fn failed(name: &str, kind: Option<io::ErrorKind>) -> Diagnostic {
    let why = match kind {
        Some(io::ErrorKind::NotFound) => "it does not exist",
        Some(io::ErrorKind::PermissionDenied) => "permission denied",
        Some(io::ErrorKind::IsADirectory) => "it is a directory",
        _ => "it cannot be read",
    };
    Diagnostic::error(Code::ReadFailed, format!("cannot read `{name}`: {why}"))
        .hint("check the path and its permissions.")
}

fn not_utf8(name: &str) -> Diagnostic {
    Diagnostic::error(Code::YamlDivergent, format!("`{name}` is not UTF-8"))
        .hint("save it as UTF-8.")
}
