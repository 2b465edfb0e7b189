//! EDGE: what was decided: flags first, then the environment. The only reader of the environment.

mod runner_policy;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::args::Common;
use super::login::LoginArgs;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::files;
use crate::door::kustomize::TASK;
use crate::policy::Policy;
use crate::vault::file_store::FileStore;
use crate::vault::http::{HttpStore, Limits};
use crate::vault::settings::Settings;
use crate::vault::{Ask, History, Reading, Refusal, Store};

/// What a function is to do that runs within a build of `lock` or `plan`.
pub enum Task {
    /// Keep its configs in this folder and emit placeholders.
    Record(PathBuf),
    /// Emit what a reviewer compares, and keep the configs as well: they say which locks count.
    Review(PathBuf),
}

/// The task of this process, if it has one.
#[must_use]
pub fn task() -> Option<Task> {
    let task = std::env::var(TASK).ok()?;
    match task.split_once(':') {
        Some(("record", folder)) => Some(Task::Record(folder.into())),
        Some(("review", folder)) => Some(Task::Review(folder.into())),
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
    /// What the repository may ask for; `None`: everything.
    pub policy: Option<Policy>,
}

/// Makes the store that `--store` or `COUNTERSIGN_STORE` names, held to the runner's policy; a config
/// chooses neither. There is no way to a store but this.
pub fn store(common: &Common) -> Result<Chosen, Report> {
    runner_policy::hold(common.policy.as_deref(), chosen(common)?)
}

fn chosen(common: &Common) -> Result<Chosen, Diagnostic> {
    let choice = common.store.as_str();
    let limits = Limits {
        run: common.timeout,
        parallel: common.concurrency.into(),
    };
    match choice.split_once(':') {
        None if choice == "vault" => Ok(vault(&common.login, limits)),
        Some(("file", path)) => Ok(file(Path::new(path))),
        _ => Err(Diagnostic::error(Code::Usage, format!("`{choice}` is no store"))
            .hint("write `--store vault` or `--store file:PATH`; the variable is `COUNTERSIGN_STORE`.")),
    }
}

fn file(path: &Path) -> Chosen {
    let warning = Diagnostic::warning(
        Code::FileStore,
        format!(
            "secrets come from the file `{}`, not from Vault",
            path.display()
        ),
    );
    Chosen {
        store: Box::new(File(path.to_owned())),
        warnings: vec![warning],
        policy: None,
    }
}

fn vault(login: &LoginArgs, limits: Limits) -> Chosen {
    let read = |path: &Path| std::fs::read_to_string(path);
    let variable = |name: &str| match login.variable(name) {
        Some(decided) => decided,
        None => std::env::var(name).ok(),
    };
    match Settings::from_environment(&variable, &read) {
        Ok(settings) => {
            let warnings = settings.warnings();
            Chosen {
                store: Box::new(HttpStore::new(settings).within(limits)),
                warnings,
                policy: None,
            }
        }
        // a wrong variable matters only when something is asked
        Err(refusal) => Chosen {
            store: Box::new(Unusable(refusal)),
            warnings: Vec::new(),
            policy: None,
        },
    }
}

/// A file store that is read when something is asked; a run that needs no secret touches none.
struct File(PathBuf);

impl File {
    fn open(&self) -> Result<FileStore, Refusal> {
        let text = files::read_file(&self.0).map_err(|problem| {
            Refusal::new(
                problem.code,
                problem.message,
                problem.hint.unwrap_or_default(),
            )
        })?;
        let text = zeroize::Zeroizing::new(text);
        FileStore::parse(&self.0.display().to_string(), &text)
    }
}

impl Store for File {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        match self.open() {
            Ok(store) => store.read(asks),
            Err(refusal) => Unusable(refusal).read(asks),
        }
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        match self.open() {
            Ok(store) => store.history(asks),
            Err(refusal) => Unusable(refusal).history(asks),
        }
    }

    fn address(&self) -> Option<&str> {
        None
    }

    fn namespace(&self) -> Option<&str> {
        None
    }
}

/// A store that cannot be reached because its settings are wrong.
struct Unusable(Refusal);

impl Store for Unusable {
    fn read(&self, asks: &[Ask]) -> Vec<Result<Reading, Refusal>> {
        asks.iter().map(|_| Err(self.0.clone())).collect()
    }

    fn history(&self, asks: &[Ask]) -> Vec<Result<History, Refusal>> {
        asks.iter().map(|_| Err(self.0.clone())).collect()
    }

    fn address(&self) -> Option<&str> {
        None
    }

    fn namespace(&self) -> Option<&str> {
        None
    }
}
