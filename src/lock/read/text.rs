//! From the text of a lock to its tree, or the reason why there is none to look at.
//!
//! Finds conflicts that Git left behind before any reader trips over them. Knows nothing of what
//! stands in a lock.

use crate::diag::{Code, Diagnostic, Picture, Report};
use crate::yaml::picture::Located;
use crate::yaml::split::{documents, only_comments};
use crate::yaml::tree::Style;
use crate::yaml::{Kind, Tree};

/// What Git writes at the beginning of a line around and between the sides of a conflict.
const MARKERS: &[&str] = &["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
/// The way out where no entry is to blame.
pub const RESTORE: &str = "restore the lock from Git.";

/// The tree of the only document.
pub fn tree<'t>(located: &Located<'t>) -> Result<Tree<'t>, Report> {
    if let Some(conflict) = conflict(located) {
        return Err(conflict.into());
    }
    let text = located.text;
    let mut said = documents(text).filter(|unit| !only_comments(&text[unit.clone()]));
    if let Some(second) = said.nth(1) {
        let message = "the lock holds several YAML documents";
        return Err(broken(located, second.start, message).into());
    }
    let tree = Tree::parse(text).map_err(|error| {
        let message = format!("the lock cannot be read: {}", error.message);
        broken(located, error.at, &message)
    })?;
    // an alias could make much of little, and `write` writes none
    let mut nodes = (0..).map_while(|at| tree.node(at));
    let merge = |plain: &str| plain == "<<";
    let alias = nodes.find(|node| {
        let plain = node.style() == Style::Plain;
        node.kind() == Kind::Alias || (plain && node.scalar().is_some_and(merge))
    });
    if let Some(alias) = alias {
        let message = "a lock has no aliases and no merge keys";
        return Err(broken(located, alias.span().start, message).into());
    }
    Ok(tree)
}

/// Said of a text without any content.
pub fn empty(located: &Located<'_>) -> Diagnostic {
    broken(located, 0, "the lock is empty")
}

fn broken(located: &Located<'_>, at: usize, message: &str) -> Diagnostic {
    Diagnostic::error(Code::LockBroken, message)
        .at(located.place(at))
        .hint(RESTORE)
}

/// The first marker of a conflict, shown without the branch behind it.
fn conflict(located: &Located<'_>) -> Option<Diagnostic> {
    let mut start = 0;
    for line in located.text.split_inclusive('\n') {
        if let Some(marker) = MARKERS.iter().find(|marker| line.starts_with(**marker)) {
            let mut place = located.place(start);
            place.picture = Some(Picture {
                line: (*marker).to_owned(),
                start: 0,
                len: marker.len(),
            });
            let hint = "keep the entries of both sides, one of each secret; or take either side as a whole.\n\
                        Then run `countersign lock`: it adds what is missing and moves nothing else.";
            let said = Diagnostic::error(
                Code::LockConflict,
                "the lock has an unresolved merge conflict",
            );
            return Some(said.at(place).hint(hint));
        }
        start += line.len();
    }
    None
}
