//! A scratch directory with everything a run may see: the user's files, a home, a PATH, a store.
//!
//! Nothing of the machine gets in, and what differs from run to run is put back into fixed words by
//! `settle`, so that `want/` holds what a user would see.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{env, fs};

use tempfile::TempDir;

use super::action::FileStore;
use super::folder::{Scene, Step, Store, Story, Token};
use super::git;
use super::proxy::fault::{Fault, Trouble};
use super::proxy::{Manner, Proxy};
use super::server::Namespace;
use super::times::Numbers;
use super::versions;

/// What stands for the store's address in `want/`, and may be written in `in/`.
const ADDRESS: &str = "http://openbao.example:8200";
/// How the program calls itself.
const VERSION: &str = concat!("countersign ", env!("CARGO_PKG_VERSION"));
/// Nothing ever listens on port 0.
const NOBODY: &str = "http://127.0.0.1:0";
/// What stands for the namespace of a story.
const NAMESPACE: &str = "team-story";

/// The world of one story.
pub struct World {
    root: TempDir,
    story: PathBuf,
    store: Store,
    namespace: Option<Namespace>,
    /// What stands in front of each store that is asked over the network.
    proxies: BTreeMap<Store, Proxy>,
    /// What every run sees.
    always: BTreeMap<String, String>,
    /// Text of this run, and what stands for it; longest first.
    words: Vec<(String, String)>,
    numbers: RefCell<Numbers>,
    file_store: RefCell<FileStore>,
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
        // a program for Helm 3, which is given no plugins; its plugin for Helm 4
        fs::create_dir(at("plugins")).unwrap();
        if story.tools.iter().any(|tool| tool == "helm4") {
            let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin/helm");
            symlink(plugin, at("plugins/countersign")).unwrap();
        }
        let always = [
            ("HOME", at("home").display().to_string()),
            ("PATH", at("bin").display().to_string()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("VAULT_MAX_RETRIES", "0".to_owned()),
        ];
        let mut words = vec![
            (format!("{}/", at("store").display()), String::new()),
            (format!("{}/", at("app").display()), String::new()),
            (at("app").display().to_string(), "[folder]".to_owned()),
            (at("home").display().to_string(), "~".to_owned()),
            (VERSION.to_owned(), "countersign [version]".to_owned()),
        ];
        let stores: BTreeSet<Store> = story.stores().into_iter().collect();
        let is_real = |store: &Store| matches!(store, Store::Openbao | Store::Busy);
        let namespace = stores.iter().any(is_real);
        let namespace = namespace.then(|| Namespace::new(&story.name));
        if namespace.is_some() {
            words.push((story.name.clone(), NAMESPACE.to_owned()));
        }
        let server = namespace.as_ref().map_or("", Namespace::address);
        let proxies = stores
            .into_iter()
            .filter_map(|store| Some((store, stand_in(store, server)?)));
        let proxies: BTreeMap<Store, Proxy> = proxies.collect();
        words.extend(
            proxies
                .values()
                .map(|proxy| proxy.address.as_str())
                .chain([NOBODY])
                .map(|address| (address.to_owned(), ADDRESS.to_owned())),
        );
        let numbers = Numbers::new(namespace.is_some(), story.many_steps);
        let world = Self {
            root,
            story: story.path.clone(),
            store: story.store,
            namespace,
            proxies,
            always: always.map(|(name, value)| (name.to_owned(), value)).into(),
            words,
            numbers: RefCell::new(numbers),
            file_store: RefCell::default(),
            stores: RefCell::default(),
        };
        world.lay("in", "vault.yaml");
        world
    }

    /// Does what happens in a step before its run.
    pub fn moves_on(&self, number: usize, step: &Step) {
        for action in &step.vault {
            action.check(self.namespace.is_some());
            self.holds(self.file_store.borrow_mut().act(action));
            if let Some(namespace) = &self.namespace {
                namespace.act(action);
            }
        }
        if let Some(files) = &step.files {
            self.lay(files, &format!("{files}/vault.yaml"));
        }
        for file in &step.remove {
            fs::remove_file(self.app().join(file)).unwrap_or_else(|e| panic!("`{file}`: {e}"));
        }
        if let Some(message) = &step.git {
            git::commit(&self.app(), &self.root.path().join("home"), message);
        }
        self.numbers.borrow_mut().clock.begin(number);
    }

    fn lay(&self, files: &str, store: &str) {
        let (files, store) = (self.story.join(files), self.story.join(store));
        if files.is_dir() {
            copy(&files, &self.app(), &store);
        }
        if let Ok(text) = fs::read_to_string(store) {
            self.file_store.borrow_mut().replace(&text);
            if let Some(namespace) = &self.namespace {
                namespace.fill(&text);
            }
            self.holds(text);
        }
    }

    fn holds(&self, text: String) {
        fs::write(self.root.path().join("store/vault.yaml"), &text).unwrap();
        self.stores.borrow_mut().push(text);
    }

    /// The directory of the user's files.
    pub fn app(&self) -> PathBuf {
        self.root.path().join("app")
    }

    /// Where Helm 4 finds the plugin; Helm 3 cannot read it.
    pub fn plugins(&self) -> PathBuf {
        self.root.path().join("plugins")
    }

    /// The program of that name that the child sees.
    pub fn program(&self, name: &str) -> PathBuf {
        self.root.path().join("bin").join(name)
    }

    /// All variables of a run; a limited token or `SecretID` is a new one.
    pub fn env(&self, scene: &Scene) -> BTreeMap<String, String> {
        let mut env = self.always.clone();
        let mut put = |name: &str, value: &str| env.insert(name.to_owned(), value.to_owned());
        let proxy = match scene.store.unwrap_or(self.store) {
            Store::File => {
                let path = self.root.path().canonicalize().unwrap();
                let path = path.join("store/vault.yaml");
                put("COUNTERSIGN_STORE", &format!("file:{}", path.display()));
                return with(env, &scene.env);
            }
            store => self.proxies.get(&store),
        };
        put("VAULT_ADDR", proxy.map_or(NOBODY, |proxy| &proxy.address));
        let namespace = self.namespace.as_ref();
        if let Some(namespace) = namespace {
            put("VAULT_NAMESPACE", &namespace.name);
        }
        match (scene.token, namespace) {
            (Token::Root, _) => put("VAULT_TOKEN", "root"),
            (Token::Unknown, _) => put("VAULT_TOKEN", "s.unknown"),
            (Token::Limited, Some(namespace)) => {
                let policy = scene.policy.as_deref().unwrap_or_default();
                put("VAULT_TOKEN", &namespace.token(policy))
            }
            (Token::AppRole | Token::Opened, Some(namespace)) => {
                let policy = scene.policy.as_deref().unwrap_or_default();
                let (role_id, secret_id) = namespace.app_role(policy);
                put("COUNTERSIGN_AUTH_ROLE_ID", &role_id);
                if scene.token == Token::Opened {
                    put("COUNTERSIGN_AUTH_SECRET_ID_WRAPPED", "true");
                    put("COUNTERSIGN_AUTH_SECRET_ID", &namespace.opened())
                } else {
                    put("COUNTERSIGN_AUTH_SECRET_ID", &secret_id)
                }
            }
            (Token::Limited | Token::AppRole | Token::Opened, None) => {
                panic!("only OpenBao gives out limited tokens")
            }
            (Token::None, _) => None,
        };
        with(env, &scene.env)
    }

    /// What was asked of the store since the last call.
    pub fn asked(&self) -> String {
        self.proxies.values().map(Proxy::asked).collect()
    }

    /// What stands at the paths that were written by these requests.
    pub fn written(&self, requests: &[u8]) -> Vec<String> {
        let requests = String::from_utf8_lossy(requests);
        let namespace = self.namespace.as_ref();
        let namespace = namespace.expect("`fills` is for a store that can be written to");
        let paths = requests.lines().filter_map(written_path);
        paths.flat_map(|path| namespace.texts(path)).collect()
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
        let text = versions::settled(text);
        self.numbers.borrow_mut().put_in(&text).into_bytes()
    }
}

/// What plays a store over the network.
fn stand_in(store: Store, server: &str) -> Option<Proxy> {
    let faulty = |fault, which| {
        let trouble = Trouble {
            fault,
            path: "",
            which,
        };
        Manner::Faulty(server.to_owned(), trouble)
    };
    let always = 0..usize::MAX;
    let manner = match store {
        Store::File | Store::Nobody => return None,
        Store::Openbao => Manner::Forward(server.to_owned()),
        Store::Sealed => faulty(Fault::SEALED, always),
        Store::Busy => faulty(Fault::says(429, r#"{"errors":["busy"]}"#), 0..1),
        Store::Silent => faulty(Fault::HangBeforeHeaders, always),
        Store::Elsewhere => faulty(Fault::Redirect("https://active.example.com{path}"), always),
    };
    Some(Proxy::start(manner))
}

/// The path of a request that writes.
pub fn written_path(request: &str) -> Option<&str> {
    let (verb, path) = request.split_once(' ')?;
    (verb != "GET" && verb != "LIST" && path.contains("/data/")).then_some(path)
}

fn with(
    mut env: BTreeMap<String, String>,
    more: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    env.extend(more.clone());
    env
}

/// A tool that `make test` installed, or the machine's Git.
fn tool_path(tool: &str) -> PathBuf {
    if tool == "git" {
        let path = env::var_os("PATH").unwrap_or_default();
        let found = env::split_paths(&path).map(|folder| folder.join(tool));
        return found
            .into_iter()
            .find(|file| file.is_file())
            .expect("git is on PATH");
    }
    let variable = format!("COUNTERSIGN_TEST_{}", tool.to_uppercase());
    let Some(path) = env::var_os(&variable) else {
        panic!("`{variable}` is not set: run the tests with `make test`, which installs {tool}");
    };
    fs::canonicalize(&path).unwrap_or_else(|e| panic!("`{variable}`: {e}"))
}

fn copy(from: &Path, to: &Path, except: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target, except);
        } else if entry.path() != except {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}
