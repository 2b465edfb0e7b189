//! A scratch directory with everything a run may see: the user's files, a home, a PATH, a store.
//!
//! Nothing of the machine gets in, and what differs from run to run is put back into fixed words by
//! `settle`, so that `want/` holds what a user would see.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{env, fs};

use tempfile::TempDir;

use super::folder::{Store, Story, Token};
use super::proxy::{Manner, Proxy};
use super::server::Namespace;

/// What stands for the store's address in `want/`, and may be written in `in/`.
const ADDRESS: &str = "http://openbao.example:8200";
/// Nothing ever listens on port 0.
const NOBODY: &str = "http://127.0.0.1:0";
/// What stands for the namespace of a story.
const NAMESPACE: &str = "team-story";

/// The world of one story.
pub struct World {
    root: TempDir,
    story: PathBuf,
    namespace: Option<Namespace>,
    proxy: Option<Proxy>,
    env: BTreeMap<String, String>,
    /// Text of this run, and what stands for it; longest first.
    words: Vec<(String, String)>,
    /// All versions of `vault.yaml` so far.
    stores: RefCell<Vec<String>>,
}

impl World {
    /// Lays everything out.
    pub fn of(story: &Story) -> Self {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().canonicalize().unwrap().join(name);
        for name in ["app", "store", "home", "bin"] {
            fs::create_dir(at(name)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_countersign"), at("bin/countersign")).unwrap();
        for tool in &story.tools {
            symlink(tool_path(tool), at("bin").join(tool)).unwrap();
        }
        let mut env = BTreeMap::from([
            ("HOME".to_owned(), at("home").display().to_string()),
            ("PATH".to_owned(), at("bin").display().to_string()),
            ("VAULT_MAX_RETRIES".to_owned(), "0".to_owned()),
        ]);
        let mut words = vec![
            (format!("{}/", at("store").display()), String::new()),
            (format!("{}/", at("app").display()), String::new()),
            (at("home").display().to_string(), "~".to_owned()),
        ];
        let mut put = |name: &str, value: &str| env.insert(name.to_owned(), value.to_owned());
        let (mut namespace, mut proxy) = (None, None);
        match story.store {
            Store::File => {
                put(
                    "COUNTERSIGN_STORE",
                    &format!("file:{}", at("store/vault.yaml").display()),
                );
            }
            Store::Nobody => {
                put("VAULT_ADDR", NOBODY);
                put("VAULT_TOKEN", "root");
                words.push((NOBODY.to_owned(), ADDRESS.to_owned()));
            }
            Store::Sealed => {
                put("VAULT_TOKEN", "root");
                proxy = Some(Proxy::start(Manner::Sealed));
            }
            Store::Openbao => {
                let own = Namespace::new(&story.name);
                let token = match story.token {
                    Token::Root => Some("root".to_owned()),
                    Token::Unknown => Some("s.unknown".to_owned()),
                    Token::Limited => Some(own.token(story.policy.as_deref().unwrap_or_default())),
                    Token::None => None,
                };
                if let Some(token) = token {
                    put("VAULT_TOKEN", &token);
                }
                put("VAULT_NAMESPACE", &story.name);
                words.push((story.name.clone(), NAMESPACE.to_owned()));
                proxy = Some(Proxy::start(Manner::Forward(own.address().to_owned())));
                namespace = Some(own);
            }
        }
        if let Some(proxy) = &proxy {
            put("VAULT_ADDR", &proxy.address);
            words.push((proxy.address.clone(), ADDRESS.to_owned()));
        }
        let world = Self {
            root,
            story: story.path.clone(),
            namespace,
            proxy,
            env,
            words,
            stores: RefCell::default(),
        };
        world.lay("in", "vault.yaml");
        world
    }

    /// Lays `then/` over what is there.
    pub fn moves_on(&self) {
        self.lay("then", "then/vault.yaml");
    }

    fn lay(&self, files: &str, store: &str) {
        let files = self.story.join(files);
        if files.is_dir() {
            copy(&files, &self.app());
        }
        if let Ok(text) = fs::read_to_string(self.story.join(store)) {
            fs::write(self.root.path().join("store/vault.yaml"), &text).unwrap();
            if let Some(namespace) = &self.namespace {
                namespace.fill(&text);
            }
            self.stores.borrow_mut().push(text);
        }
    }

    /// The directory of the user's files.
    pub fn app(&self) -> PathBuf {
        self.root.path().join("app")
    }

    /// The program of that name that the child sees.
    pub fn program(&self, name: &str) -> PathBuf {
        self.root.path().join("bin").join(name)
    }

    /// All variables of the child.
    pub fn env(&self) -> &BTreeMap<String, String> {
        &self.env
    }

    /// What was asked of the store since the last call.
    pub fn asked(&self) -> String {
        self.proxy.as_ref().map(Proxy::asked).unwrap_or_default()
    }

    /// Everything the store ever held.
    pub fn stores(&self) -> Vec<String> {
        self.stores.borrow().clone()
    }

    /// Fixed words for what differs from run to run.
    pub fn settle(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(mut text) = String::from_utf8(bytes.to_vec()) else {
            return bytes.to_vec();
        };
        for (from, to) in &self.words {
            text = text.replace(from, to);
        }
        if self.namespace.is_some() {
            text = super::times::numbered(&text);
        }
        text.into_bytes()
    }
}

/// A tool that `make test` installed.
fn tool_path(tool: &str) -> PathBuf {
    let variable = format!("COUNTERSIGN_TEST_{}", tool.to_uppercase());
    let Some(path) = env::var_os(&variable) else {
        panic!("`{variable}` is not set: run the tests with `make test`, which installs {tool}");
    };
    fs::canonicalize(&path).unwrap_or_else(|e| panic!("`{variable}`: {e}"))
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else if entry.path() != from.join("vault.yaml") || from.ends_with("in") {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
