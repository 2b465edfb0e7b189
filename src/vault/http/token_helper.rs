//! Runs an external token helper: `PROGRAM get` prints the token.
//!
//! It is named by the runner's own `~/.vault`, never by a repository. What it prints on stderr is
//! not shown, as nobody knows what that is.

use std::path::Path;
use std::time::Duration;

use crate::child;
use crate::diag::Code;
use crate::vault::Refusal;
use crate::vault::settings::{Token, why};

/// The token that the helper keeps for this user, if it has one and gives it within `limit`.
pub fn get(helper: &Path, limit: Duration) -> Result<Option<Token>, Refusal> {
    let shown = helper.display();
    let failed = |how: String| {
        Refusal::new(
            Code::StoreSetting,
            format!("the token helper `{shown}` {how}"),
            "run it with `get` to see why, or set `VAULT_TOKEN` instead.",
        )
    };
    let mut command = child::command(helper);
    command.arg("get");
    let stdout = child::credential(command, limit)
        .map_err(|error| failed(format!("cannot be run: {}", why(error.kind()))))?
        .ok_or_else(|| failed("fails".into()))?;
    let text = std::str::from_utf8(&stdout).unwrap_or("\0").trim();
    if text.is_empty() {
        return Ok(None);
    }
    Token::new(text.to_owned(), &shown.to_string()).map(Some)
}
