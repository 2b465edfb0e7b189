//! EDGE: what was decided: flags first, then the environment. The only reader of the environment.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::diag::{Code, Diagnostic};
use crate::door::files;
use crate::door::kustomize::TASK;
use crate::vault::file_store::FileStore;
use crate::vault::http::HttpStore;
use crate::vault::settings::Settings;
use crate::vault::{Ask, History, Reading, Refusal, SecretPath, Store};

/// What a function is to do that runs within a build of `lock` or `plan`.
pub enum Task {
    /// Keep its configs in this folder and emit placeholders.
    Record(PathBuf),
    /// Emit what a reviewer compares.
    Review,
}

/// The task of this process, if it has one.
#[must_use]
pub fn task() -> Option<Task> {
    let task = std::env::var(TASK).ok()?;
    match task.split_once(':') {
        Some(("record", folder)) => Some(Task::Record(folder.into())),
        None if task == "review" => Some(Task::Review),
        _ => None,
    }
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// The store of this run, and what has to be said about it.
pub struct Chosen {
    /// The store.
    pub store: Box<dyn Store>,
    /// Said on stderr when the store was needed.
    pub warnings: Vec<Diagnostic>,
}

/// Makes the store that `--store` or `COUNTERSIGN_STORE` names; a config never does.
pub fn store(choice: &str) -> Result<Chosen, Diagnostic> {
    match choice.split_once(':') {
        None if choice == "vault" => Ok(vault()),
        Some(("file", path)) => file(Path::new(path)),
        _ => Err(Diagnostic::error(Code::Usage, format!("`{choice}` is no store"))
            .hint("write `--store vault` or `--store file:PATH`; the variable is `COUNTERSIGN_STORE`.")),
    }
}

fn file(path: &Path) -> Result<Chosen, Diagnostic> {
    let text = zeroize::Zeroizing::new(files::read_file(path)?);
    let name = path.display().to_string();
    let store = FileStore::parse(&name, &text)
        .map_err(|refusal| Diagnostic::error(refusal.code, refusal.message).hint(refusal.hint))?;
    let warning = Diagnostic::warning(
        Code::FileStore,
        format!("secrets come from the file `{name}`, not from Vault"),
    );
    Ok(Chosen {
        store: Box::new(store),
        warnings: vec![warning],
    })
}

fn vault() -> Chosen {
    let read = |path: &Path| std::fs::read_to_string(path);
    match Settings::from_environment(&|name| std::env::var(name).ok(), &read) {
        Ok(settings) => {
            let warnings = settings.warnings();
            Chosen {
                store: Box::new(HttpStore::new(settings)),
                warnings,
            }
        }
        // a wrong variable matters only when something is asked
        Err(refusal) => Chosen {
            store: Box::new(Unusable(refusal)),
            warnings: Vec::new(),
        },
    }
}

/// A store that cannot be reached because its settings are wrong.
struct Unusable(Refusal);

impl Store for Unusable {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        asks.iter().map(|_| Err(self.0.clone())).collect()
    }

    fn history(&self, secrets: &[SecretPath]) -> Vec<Result<History, Refusal>> {
        secrets.iter().map(|_| Err(self.0.clone())).collect()
    }

    fn address(&self) -> Option<&str> {
        None
    }

    fn namespace(&self) -> Option<&str> {
        None
    }
}
