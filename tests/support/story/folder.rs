//! A story as types: its steps, and what each of them runs.
//!
//! How `run.yaml` is spelt stands in `told`, what a story must not get wrong in `check`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::action::Action;

/// A way in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// `countersign render ARGS`.
    Render,
    /// `countersign` with a `ResourceList` on stdin.
    Krm,
    /// `kustomize build --enable-alpha-plugins --enable-exec ARGS`.
    Kustomize,
    /// `kustomize build ARGS | countersign render -`; arguments after a `|` are countersign's.
    Pipe,
    /// `kustomize build ARGS` and `kubectl kustomize ARGS`, no plugins, on a PATH without countersign.
    Stock,
    /// `helm ARGS --post-renderer countersign …`; arguments after a `|` are countersign's.
    Helm3,
    /// `helm4 ARGS --post-renderer countersign`, which is the plugin.
    Helm4,
    /// `countersign ARGS`.
    Plain,
}

/// Who plays the store.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// `vault.yaml` itself.
    #[default]
    File,
    /// The shared OpenBao, in a namespace of the story's own that holds what `vault.yaml` says.
    Openbao,
    /// A server that says it is sealed.
    Sealed,
    /// OpenBao, which refuses the first request of each run: it was asked too much.
    Busy,
    /// A server that takes a request and never answers.
    Silent,
    /// A server that sends everybody to another one.
    Elsewhere,
    /// An address where nobody listens.
    Nobody,
}

/// Whom OpenBao sees.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Token {
    /// May do anything.
    #[default]
    Root,
    /// No token at all.
    None,
    /// A token that was never given out.
    Unknown,
    /// A token with the story's policy.
    Limited,
    /// No token, but an `AppRole` that may do what the story's policy says.
    AppRole,
    /// The same with a wrapped `SecretID` that somebody opened before.
    Opened,
}

/// One run of the program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The way in.
    pub door: Door,
    /// Other ways in, with their arguments, that must give the same objects.
    #[serde(default)]
    pub same: BTreeMap<Door, Vec<String>>,
    /// Arguments; `in/` is the working directory.
    #[serde(default)]
    pub args: Vec<String>,
    /// A file of `in/`.
    pub stdin: Option<String>,
    /// The exit code.
    #[serde(default)]
    pub exit: u8,
    /// A report that ends with a code other than 0 is printed nevertheless.
    #[serde(default)]
    pub prints: bool,
    /// More variables.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Who plays the store, where it is not the story's.
    pub store: Option<Store>,
    /// Whom it sees.
    #[serde(default)]
    pub token: Token,
    /// What a limited token may do.
    pub policy: Option<String>,
    /// It writes into the store: a second run finds nothing left to be written.
    #[serde(default)]
    pub fills: bool,
    /// Another pass over the output still has something to do; after it nothing changes.
    #[serde(default)]
    pub unfinished: bool,
}

impl Scene {
    /// The file that the run is taken down in, which grows whatever else holds.
    pub fn audit_log(&self) -> Option<&str> {
        let mut args = self.args.iter();
        args.find_map(|arg| arg.strip_prefix("--audit-log="))
    }
}

/// Files of `want/` that show one run.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Which run it is, in front of what a person reads.
    pub run: String,
    /// What it printed.
    pub stdout: String,
    /// Or how this differs from an earlier run.
    pub changes: String,
    /// What it said.
    pub stderr: String,
    /// What it asked.
    pub requests: String,
    /// What it did to the user's files.
    pub files: String,
}

/// What happens, one after the other, and then a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// A word or two, for the names in `want/`.
    pub name: Option<String>,
    /// In the store.
    pub vault: Vec<Action>,
    /// A folder that is laid over the user's files.
    pub files: Option<String>,
    /// Files that the user removes.
    pub remove: Vec<String>,
    /// The message of a commit of everything.
    pub git: Option<String>,
    /// The command.
    pub run: Option<Scene>,
    /// It prints byte for byte what this step printed.
    pub same: Option<usize>,
    /// Only the difference from what this step printed is kept.
    pub changes: Option<usize>,
    /// Where it is kept.
    #[serde(skip)]
    pub shown: Shown,
}

/// A folder.
pub struct Story {
    /// Its name.
    pub name: String,
    /// The folder.
    pub path: PathBuf,
    /// What happens.
    pub steps: Vec<Step>,
    /// It is told in `steps`.
    pub many_steps: bool,
    /// Who plays the store.
    pub store: Store,
    /// Programs on PATH beside countersign.
    pub tools: Vec<String>,
}

impl Story {
    /// Every store that one of its runs sees.
    pub fn stores(&self) -> Vec<Store> {
        let runs = self.steps.iter().filter_map(|step| step.run.as_ref());
        runs.map(|scene| scene.store.unwrap_or(self.store))
            .chain([self.store])
            .collect()
    }
}

/// All stories, by name.
pub fn all(folder: &Path) -> Vec<Story> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    assert!(!paths.is_empty(), "there are no stories");
    paths.into_iter().map(super::told::read).collect()
}
