//! `countersign man`: the pages of the manual as files.

use std::path::Path;

use super::{Done, Output};
use crate::cli::manual::pages;
use crate::diag::safe;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::created::{self, Content};

/// Writes a page for each command.
///
/// # Errors
/// Another page is there, or the folder cannot be written to.
pub fn man(folder: &Path) -> Result<Done, Report> {
    let pages = pages()
        .map_err(|error| Diagnostic::error(Code::Internal, format!("no page: {}", error.kind())))?;
    let count = pages.len();
    let wanted: Vec<_> = pages
        .into_iter()
        .map(|page| (folder.join(page.file), Content::Bytes(page.roff)))
        .collect();
    created::all(&wanted).map_err(|diagnostics| Report { diagnostics })?;
    Ok(Done {
        output: Output::Text(format!(
            "{count} pages are in `{}`\n",
            safe::terminal(&folder.display().to_string())
        )),
        said: Vec::new(),
        exit: None,
    })
}
