//! A story folder as types: what `run.yaml` says, and which files belong to it.
//!
//! A misspelt field or a file that nothing reads is a mistake here, so that no story tests less than
//! it seems to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

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
    /// `kustomize build ARGS | countersign render -`.
    Pipe,
    /// `countersign ARGS`.
    Plain,
}

/// Who plays the store.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// `vault.yaml` itself.
    #[default]
    File,
    /// The shared OpenBao, in a namespace of the story's own that holds what `vault.yaml` says.
    Openbao,
    /// A server that says it is sealed.
    Sealed,
    /// An address where nobody listens.
    Nobody,
}

/// Whom OpenBao sees.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
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
}

/// `run.yaml` as it is written; what is absent in `then` is as before.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Run {
    door: Door,
    #[serde(default)]
    same: BTreeMap<Door, Vec<String>>,
    #[serde(default)]
    args: Vec<String>,
    stdin: Option<String>,
    #[serde(default)]
    exit: u8,
    #[serde(default)]
    store: Store,
    #[serde(default)]
    token: Token,
    policy: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    #[serde(default)]
    tools: Vec<String>,
    #[serde(default)]
    unfinished: bool,
    then: Option<Then>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Then {
    args: Option<Vec<String>>,
    exit: Option<u8>,
}

/// One run of the program.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The way in.
    pub door: Door,
    /// Other ways in, with their arguments, that must give the same objects.
    pub same: BTreeMap<Door, Vec<String>>,
    /// Arguments; `in/` is the working directory.
    pub args: Vec<String>,
    /// A file of `in/`.
    pub stdin: Option<String>,
    /// The exit code.
    pub exit: u8,
    /// More variables.
    pub env: BTreeMap<String, String>,
    /// Another pass over the output still has something to do; after it nothing changes.
    pub unfinished: bool,
}

/// A folder.
pub struct Story {
    /// Its name.
    pub name: String,
    /// The folder.
    pub path: PathBuf,
    /// The first run.
    pub scene: Scene,
    /// The second one, after the files of `then/` were laid over the others.
    pub then: Option<Scene>,
    /// Who plays the store.
    pub store: Store,
    /// Whom it sees.
    pub token: Token,
    /// What a limited token may do.
    pub policy: Option<String>,
    /// Programs on PATH beside countersign.
    pub tools: Vec<String>,
}

/// All stories, by name.
pub fn all(folder: &Path) -> Vec<Story> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_dir());
    paths.sort();
    assert!(!paths.is_empty(), "there are no stories");
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Story {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path.join("run.yaml"))
        .unwrap_or_else(|e| panic!("{name}/run.yaml: {e}"));
    let run: Run = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{name}/run.yaml: {e}"));
    let scene = Scene {
        door: run.door,
        same: run.same,
        args: run.args,
        stdin: run.stdin,
        exit: run.exit,
        env: run.env,
        unfinished: run.unfinished,
    };
    let then = run.then.map(|then| Scene {
        args: then.args.unwrap_or_else(|| scene.args.clone()),
        exit: then.exit.unwrap_or(scene.exit),
        ..scene.clone()
    });
    Story {
        name,
        path,
        scene,
        then,
        store: run.store,
        token: run.token,
        policy: run.policy,
        tools: run.tools,
    }
}

/// Every story is told in a few lines, and has no file that nobody reads.
pub fn check(story: &Story) -> Result<(), String> {
    let told = fs::read_to_string(story.path.join("story.md")).unwrap_or_default();
    let lines = told.lines().count();
    if !(3..=8).contains(&lines) {
        return Err(format!("story.md has {lines} lines; 3 to 8 are right"));
    }
    for entry in fs::read_dir(&story.path).unwrap() {
        let file = entry.unwrap().file_name().to_string_lossy().into_owned();
        let known = ["story.md", "run.yaml", "vault.yaml", "in", "want"].contains(&file.as_str());
        if !known && (file != "then" || story.then.is_none()) {
            return Err(format!("`{file}`: nothing reads this"));
        }
    }
    Ok(())
}
