//! EDGE: what was decided: flags first, then the environment. The only reader of the environment.

pub mod runner;
mod runner_policy;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::args::Common;
use super::login::LoginArgs;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::kustomize::TASK;
use crate::door::{files, journal};
use crate::policy::Policy;
use crate::stage::package::WRITE_SECRETS;
use crate::vault::file_store::FileStore;
use crate::vault::http::{HttpStore, Limits};
use crate::vault::settings::Settings;
use crate::vault::writing::{Write, Writer};
use crate::vault::{Ask, History, Reading, Refusal, Store};

const AUDIT_LOG: &str = "COUNTERSIGN_AUDIT_LOG";
/// How long everything that is asked of the store may take, unless somebody says otherwise.
const TIME: Duration = Duration::from_mins(1);

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

/// Whether a plugin of Helm runs us, or runs a Helm that does.
#[must_use]
pub fn helm_plugin() -> bool {
    std::env::var_os("HELM_PLUGIN_NAME").is_some()
}

/// Whether values may be written into the files of a package: no flag, because a package chooses the
/// arguments of its functions.
#[must_use]
pub fn write_secrets() -> bool {
    variable(WRITE_SECRETS).is_some_and(|text| text == "true")
}

/// Seconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// Where this run is taken down, if it is.
pub fn audit_log(common: &Common) -> Result<Option<&Path>, Diagnostic> {
    let Some(path) = common.audit_log.as_deref() else {
        return Ok(None);
    };
    let from_variable = std::env::var_os(AUDIT_LOG).is_some_and(|said| said == path.as_os_str());
    if from_variable && path.is_relative() && path != Path::new(journal::STDERR) {
        let message = format!("`{AUDIT_LOG}` is not an absolute path");
        return Err(Diagnostic::error(Code::Usage, message)
            .hint("a function runs in a folder of the repository, and would leave its log there: begin with `/`, or write `stderr`."));
    }
    Ok(Some(path))
}

/// The store of this run, and what has to be said about it.
pub struct Chosen {
    /// The store.
    pub store: Rc<dyn Store>,
    /// The same for whoever writes; `None`: nobody does.
    pub writer: Option<Rc<dyn Writer>>,
    /// Said on stderr when the store was needed.
    pub warnings: Vec<Diagnostic>,
    /// What the repository may ask for; `None`: everything.
    pub policy: Option<Policy>,
}

/// Makes the store that `--store` or `COUNTERSIGN_STORE` names, held to the runner's policy; a config
/// chooses neither. There is no way to a store but this.
pub fn store(common: &Common) -> Result<Chosen, Report> {
    runner_policy::hold(common.policy.as_deref(), chosen(common, time(common))?)
}

/// How long everything that is asked of the store may take.
#[must_use]
pub fn time(common: &Common) -> Duration {
    common.timeout.unwrap_or(TIME)
}

/// The same for whoever renders what others wrote: without a policy it answers no question. All that
/// is asked may take this `time`.
pub fn ruled(common: &Common, time: Duration) -> Result<Chosen, Report> {
    let chosen = chosen(common, time)?;
    runner_policy::insist(common.policy.as_deref(), chosen)
}

/// Whether the runner named a server, rather than leaving it at the usual address.
#[must_use]
pub fn names_a_server() -> bool {
    let names = [
        "VAULT_ADDR",
        "BAO_ADDR",
        "VAULT_AGENT_ADDR",
        "BAO_AGENT_ADDR",
    ];
    names
        .iter()
        .any(|name| variable(name).is_some_and(|text| !text.is_empty()))
}

/// A variable of the environment.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn chosen(common: &Common, time: Duration) -> Result<Chosen, Diagnostic> {
    let choice = common.store.as_str();
    let limits = Limits {
        run: time,
        parallel: common.concurrency.into(),
    };
    match choice.split_once(':') {
        None if choice == "vault" => Ok(vault(&common.login, limits)),
        Some(("file", path)) => Ok(file(Path::new(path))),
        _ => Err(Diagnostic::error(Code::Usage, format!("`{choice}` is no store"))
            .hint("write `--store vault` or `--store file:PATH`; the variable is `COUNTERSIGN_STORE`.")),
    }
}

/// The store of a run for whoever writes to it.
pub fn writer(common: &Common, chosen: &Chosen) -> Result<Rc<dyn Writer>, Diagnostic> {
    chosen.writer.clone().ok_or_else(|| {
        let path = common.store.trim_start_matches("file:");
        let message = format!("`{path}` is a file store, and those are edited by hand");
        Diagnostic::error(Code::CannotFill, message)
            .hint("add a version with the keys to the file; a program would lose its comments.")
    })
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
        store: Rc::new(File(path.to_owned())),
        writer: None,
        warnings: vec![warning],
        policy: None,
    }
}

/// Connects when it is first asked.
fn server(login: &LoginArgs, limits: Limits) -> Result<(HttpStore, Vec<Diagnostic>), Refusal> {
    let read = |path: &Path| std::fs::read_to_string(path);
    let variable = |name: &str| match login.variable(name) {
        Some(decided) => decided,
        None => std::env::var(name).ok(),
    };
    let settings = Settings::from_environment(&variable, &read)?;
    let warnings = settings.warnings();
    Ok((HttpStore::new(settings).within(limits), warnings))
}

fn vault(login: &LoginArgs, limits: Limits) -> Chosen {
    match server(login, limits) {
        Ok((store, warnings)) => of_server(Rc::new(store), warnings),
        // a wrong variable matters only when something is asked
        Err(refusal) => of_server(Rc::new(Unusable(refusal)), Vec::new()),
    }
}

fn of_server<S: Store + Writer + 'static>(server: Rc<S>, warnings: Vec<Diagnostic>) -> Chosen {
    Chosen {
        store: Rc::clone(&server) as Rc<dyn Store>,
        writer: Some(server),
        warnings,
        policy: None,
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

impl Writer for Unusable {
    fn begin_anew(&self) {}

    fn write(&self, _: &Write) -> Result<u64, Refusal> {
        Err(self.0.clone())
    }
}

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
