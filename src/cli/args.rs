//! What was typed. Decides nothing; the comments are the help texts.

mod argocd;
mod doctor;
mod fill;
mod helm;
mod init;
mod plugin;
mod policy;

use std::path::PathBuf;
use std::time::Duration;

pub use argocd::ArgocdCommand;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
pub use fill::{BuildArgs, FillArgs, MissingArgs};
pub use helm::{HelmArgs, ReleaseArgs};

use super::login::LoginArgs;
use crate::vault::settings::duration;
pub use doctor::DoctorArgs;
pub use init::InitArgs;
pub use plugin::{Plugin, PluginCommand, PluginInstallArgs};
pub use policy::{GenerateArgs, PolicyCheckArgs, PolicyCommand, PolicyFor, PolicyForm};

/// Vault secrets in Kubernetes manifests, while they render: hashed names, and a config hash on every
/// workload, so that a secret change is a rollout somebody approved.
///
/// Without a command it is a KRM function: a `ResourceList` on stdin, as kustomize and kpt give it.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do; nothing: be a KRM function.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// For every command.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Args, Debug)]
pub struct Common {
    /// Where secrets are read: `vault` (also OpenBao), or `file:PATH` for a file that plays one
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_STORE",
        hide_env_values = true,
        default_value = "vault",
        value_name = "STORE"
    )]
    pub store: String,
    /// The lock: a file, or the directory that holds it; without it that of the folder that is built,
    /// for a stream that of the current directory
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_LOCK",
        hide_env_values = true,
        value_name = "FILE|DIR"
    )]
    pub lock: Option<PathBuf>,
    /// The policy of this machine: what the repository may ask for; whatever asks Vault or emits objects
    /// is held to it
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_POLICY",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub policy: Option<PathBuf>,
    /// Fail where a previous generation can no longer be made again, instead of leaving it out
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_STRICT",
        hide_env_values = true,
        value_parser = FalseyValueParser::new()
    )]
    pub strict: bool,
    /// How long everything that is asked of the store may take together, with logins and repetitions:
    /// `45`, `45s`, `1m30s`; 60 seconds without it
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_TIMEOUT",
        hide_env_values = true,
        value_name = "DURATION",
        value_parser = some_time
    )]
    pub timeout: Option<Duration>,
    /// How many requests are on their way to the store at once
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_CONCURRENCY",
        hide_env_values = true,
        default_value_t = 16,
        value_name = "N",
        value_parser = value_parser!(u16).range(1..=256)
    )]
    pub concurrency: u16,
    /// Write down what was read, in whose name, and what was made of it: JSON lines, appended by
    /// `render`, `lock`, `outdated`, `missing`, `fill`, `doctor` and the function; never a value
    #[arg(
        long,
        global = true,
        env = "COUNTERSIGN_AUDIT_LOG",
        hide_env_values = true,
        value_name = "FILE|stderr"
    )]
    pub audit_log: Option<PathBuf>,
    /// Say more about what is asked of the store; twice: also what is decided
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// As whom.
    #[command(flatten)]
    pub login: LoginArgs,
}

/// A duration that leaves time for something.
fn some_time(text: &str) -> Result<Duration, &'static str> {
    let time = duration::parse(text).filter(|time| !time.is_zero());
    time.ok_or(
        "write seconds as `60`, or a duration as `1m30s`, of more than nothing; the variable is `COUNTERSIGN_TIMEOUT`",
    )
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first config from the manifests of a folder
    ///
    /// Finds what `secretGenerator:` makes from files, and Secrets that are named and not there. Asks
    /// nobody, reads no value, and overwrites no file; what it had to guess is marked in the new one.
    Init(InitArgs),
    /// Render manifests: a kustomization, files, directories, or a stream on stdin
    ///
    /// A folder with a kustomization is built with the real kustomize, a chart with the real Helm, plugins
    /// off. VaultSecrets
    /// objects stand among the manifests, or come by --config; they are never in the output.
    Render {
        /// Folders and files in the order of the output; `-` is stdin
        #[arg(required = true, value_name = "PATH|-")]
        paths: Vec<PathBuf>,
        /// A file that holds only VaultSecrets objects; may be given several times
        #[arg(long = "config", value_name = "FILE")]
        configs: Vec<PathBuf>,
        /// What charts are built with.
        #[command(flatten)]
        release: ReleaseArgs,
    },
    /// Render the stream of a Helm release: a post-renderer
    ///
    /// Helm 3: `--post-renderer countersign --post-renderer-args helm`. Helm 4: `--post-renderer
    /// countersign`, with the plugin of that name. VaultSecrets objects stand in the chart, or come by
    /// --config; they are never in the output.
    Helm(HelmArgs),
    /// Write which versions secrets stand at into `countersign.lock`
    ///
    /// Adds what is missing, moves nothing that is locked, and asks Vault only for what it must. Each
    /// folder is built as its render would be; its lock lies in it.
    Lock(LockArgs),
    /// Say what a merge would do: which secrets move, which workloads roll and why
    ///
    /// Both sides are rendered as their locks say; no value is read.
    Plan(PlanArgs),
    /// Say what Vault has newer than the locks, and which pins will not last
    ///
    /// Asks for the history of each path once; reads no value and changes nothing. Exit code 0:
    /// everything stands at the newest version; 10: there is something newer; 11: what stands in a
    /// lock was deleted, destroyed or written again, which somebody has to look at. Other codes are
    /// those of every command.
    Outdated(OutdatedArgs),
    /// Say who uses a path in Vault, at which version: the question before revoking anything
    ///
    /// Looks at locks, at configs and at manifests, rendered or not. For a cluster: `kubectl get
    /// deploy,rs,sts,ds,job,cronjob,pod,secret,vaultstaticsecret -A -o json | countersign uses
    /// MOUNT/PATH -`. Asks no Vault.
    Uses(UsesArgs),
    /// Say which previous generations nothing needs any more, and what is left over in a cluster
    ///
    /// `kubectl get deploy,rs,sts,ds,job,cronjob,pod,secret,vaultstaticsecret -A -o json |
    /// countersign prune FOLDER -`. Deletes nothing; prints the commands.
    Prune(PruneArgs),
    /// Say what Vault has to allow, and what this machine allows
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Say which paths and keys the configs expect and Vault lacks
    ///
    /// Each folder is built as its render would be. Reads no value without --placeholders. Exit code 0:
    /// nothing is missing; 12: something is. A path that may not be read is an error and not missing.
    Missing(MissingArgs),
    /// Set what is missing in Vault: asked for at the terminal, from stdin, or generated
    ///
    /// Writes one new version of each path, with check-and-set, and never overwrites a value. Nothing
    /// that is typed, given or generated is shown.
    Fill(FillArgs),
    /// Say what is right and what is wrong with this runner: its variables, the server, the token, the
    /// lock, the tools
    ///
    /// Looks at what `render` and `lock` of PATH would ask, and asks whether it may be asked. Shows no
    /// value, writes nothing, and revokes the login that it makes. Exit code 0: nothing is wrong; 13:
    /// there is a warning; 14: there is an error.
    Doctor(DoctorArgs),
    /// Be a plugin of Argo CD's config management server
    #[command(subcommand)]
    Argocd(ArgocdCommand),
    /// Print a JSON Schema: of what you write, for your editor, or of what commands print
    Schema {
        /// Of which file or answer
        #[arg(value_name = "OF", default_value = "vaultsecrets", value_parser = super::schemas::names())]
        of: String,
    },
    /// Put the files where kustomize, Helm and Argo CD look for plugins
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Print what a shell needs to complete commands and options
    Completions {
        /// For which shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    Man {
        /// A folder that is on the path of `man`, as `share/man/man1`
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Explain an error code, as printed in brackets
    Explain {
        /// `missing-key`
        #[arg(value_name = "CODE")]
        code: String,
    },
}

/// Options of `lock`.
#[derive(Args, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag that a user may set"
)]
pub struct LockArgs {
    /// Folders that are built, files, or `-` for a stream; the current directory if there is none
    #[arg(value_name = "PATH|-")]
    pub paths: Vec<PathBuf>,
    /// A file that holds only VaultSecrets objects; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,
    /// Move to the newest version: everything, or NAME (may be given several times), or to VERSION,
    /// which may be an older one
    #[arg(long, value_name = "NAME[@VERSION]", num_args = 0..=1, default_missing_value = "")]
    pub upgrade: Option<Vec<String>>,
    /// Upgrade whatever uses this path of Vault, in every lock below PATH
    #[arg(long, value_name = "MOUNT/PATH", requires = "upgrade")]
    pub path: Option<String>,
    /// Keep no previous generation of what moves: after a leak
    #[arg(long)]
    pub drop_previous: bool,
    /// Write nothing; fail where the lock is not what `lock` would leave as it is
    #[arg(long, conflicts_with_all = ["upgrade", "drop_previous", "dry_run"])]
    pub check: bool,
    /// With --check: also ask Vault whether every pin still is what it was
    #[arg(long, requires = "check")]
    pub online: bool,
    /// Write nothing; say what would change
    #[arg(long)]
    pub dry_run: bool,
    /// Also write what a build needs that runs no plugin: for a kustomization a Component, for a chart templates.
    /// It holds no value, so each secret needs an operator; there are no stamps, and the templates of a chart
    /// have to ask for each name. Undoes edits of these files
    #[arg(long, conflicts_with = "check")]
    pub write: bool,
    /// Let kustomize run the functions that the kustomization lists: they run with your environment
    #[arg(long)]
    pub enable_exec: bool,
    /// What charts are built with.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// Options of `plan`.
#[derive(Args, Debug)]
pub struct PlanArgs {
    /// What would be merged: a folder that is built, a file, or `-`
    #[arg(value_name = "PATH|-", default_value = ".")]
    pub path: PathBuf,
    /// What it is compared with: a revision of the repository, another folder, or a file of
    /// manifests that were rendered before
    #[arg(long, value_name = "REVISION|DIR|FILE", default_value = "HEAD")]
    pub against: String,
    /// A file that holds only VaultSecrets objects; may be given several times
    #[arg(long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,
    /// For a terminal, for a program, or for the comment of a pull request
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub format: PlanFormat,
    /// End with 0 where nothing rolls, 2 where something does, and 1 after any failure
    #[arg(long)]
    pub exit_code: bool,
    /// Let kustomize run the functions that the kustomizations list: they run with your environment
    #[arg(long)]
    pub enable_exec: bool,
    /// What charts are built with.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// The words of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For a terminal
    Text,
    /// For a program
    Json,
    /// For a comment
    Markdown,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What a bot proposes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GroupBy {
    /// Each secret for itself
    Secret,
    /// Secrets that roll a common workload; PATHs are then folders that are built
    Workload,
}

/// Options of `outdated`.
#[derive(Args, Debug)]
pub struct OutdatedArgs {
    /// Locks, or folders with locks anywhere below them
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How the answer is written; `docs/outdated.schema.json` describes the JSON
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
    /// What is proposed together
    #[arg(long, value_enum, default_value = "secret", value_name = "WHAT")]
    pub group_by: GroupBy,
    /// With --group-by workload: let kustomize run the functions that the kustomization lists: they
    /// run with your environment
    #[arg(long)]
    pub enable_exec: bool,
    /// What charts are built with.
    #[command(flatten)]
    pub release: ReleaseArgs,
}

/// Options of `uses`.
#[derive(Args, Debug)]
pub struct UsesArgs {
    /// As in a config, without `data/`
    #[arg(value_name = "MOUNT/PATH")]
    pub path: String,
    /// Folders with locks and manifests, single files, or `-` for manifests on stdin
    #[arg(value_name = "DIR|-", default_value = ".")]
    pub dirs: Vec<PathBuf>,
    /// How the answer is written
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
}

/// Options of `prune`.
#[derive(Args, Debug)]
pub struct PruneArgs {
    /// Locks, or folders with locks anywhere below them (the current one if there is none), and what
    /// they are held against: files of rendered manifests, or `-` for those on stdin
    #[arg(value_name = "PATH|-")]
    pub paths: Vec<PathBuf>,
}
