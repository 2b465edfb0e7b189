//! What happens in the store between two runs, and what a file store looks like afterwards.
//!
//! The file store is kept up to date also where a real server plays the store: the laws know the
//! secrets of a story from it. What the server is told stands in `server`.

use libtest_mimic::Trial;
use serde::Deserialize;
use serde_yaml::{Mapping, Value};

/// One action on one secret of a kv-v2 mount.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Action {
    /// A new version; `created` is for the file store, a server makes its own.
    Put {
        #[serde(default = "kvv2")]
        mount: String,
        path: String,
        data: serde_json::Value,
        created: Option<String>,
    },
    /// Versions are deleted, and can come back.
    Delete {
        #[serde(default = "kvv2")]
        mount: String,
        path: String,
        versions: Vec<usize>,
    },
    /// They come back.
    Undelete {
        #[serde(default = "kvv2")]
        mount: String,
        path: String,
        versions: Vec<usize>,
    },
    /// Versions are gone for good.
    Destroy {
        #[serde(default = "kvv2")]
        mount: String,
        path: String,
        versions: Vec<usize>,
    },
    /// The secret is gone, and the next version is number 1 again.
    DeleteMetadata {
        #[serde(default = "kvv2")]
        mount: String,
        path: String,
    },
    /// How many versions are kept; only a server does this.
    MaxVersions {
        #[serde(default = "kvv2")]
        mount: String,
        path: String,
        n: u64,
    },
}

impl Action {
    /// What only a server does, or only a file store, is refused where it would do nothing.
    pub fn check(&self, server: bool) {
        match self {
            Action::Put { created, .. } => assert!(
                !server || created.is_none(),
                "a server makes its own `created`"
            ),
            Action::MaxVersions { .. } => assert!(server, "a file store forgets no version"),
            _ => {}
        }
    }
}

fn kvv2() -> String {
    "kvv2".to_owned()
}

/// A file store that actions change.
#[derive(Default)]
pub struct FileStore {
    store: Value,
    /// How many versions got a time from here.
    timed: usize,
}

impl FileStore {
    /// Takes another text for the old one.
    pub fn replace(&mut self, text: &str) {
        self.store = serde_yaml::from_str(text).unwrap();
    }

    /// The text after an action.
    pub fn act(&mut self, action: &Action) -> String {
        match action {
            Action::Put {
                mount,
                path,
                data,
                created,
            } => {
                let created = created.clone().unwrap_or_else(|| {
                    self.timed += 1;
                    assert!(self.timed < 60, "the minutes of the hour are used up");
                    format!("2026-11-10T09:{:02}:00Z", self.timed)
                });
                let mut version = Mapping::new();
                version.insert("created".into(), created.into());
                version.insert("data".into(), serde_yaml::to_value(data).unwrap());
                let versions = self.secrets(mount).entry(path.as_str().into());
                let versions = versions.or_insert(Value::Sequence(Vec::new()));
                versions.as_sequence_mut().unwrap().push(version.into());
            }
            Action::Delete {
                mount,
                path,
                versions,
            } => self.each(mount, path, versions, |version| {
                version.insert("deleted".into(), true.into());
            }),
            Action::Undelete {
                mount,
                path,
                versions,
            } => self.each(mount, path, versions, |version| {
                version.remove("deleted");
            }),
            Action::Destroy {
                mount,
                path,
                versions,
            } => self.each(mount, path, versions, |version| {
                version.remove("data");
                version.insert("destroyed".into(), true.into());
            }),
            Action::DeleteMetadata { mount, path } => {
                let gone = self.secrets(mount).remove(path.as_str());
                assert!(gone.is_some(), "there is no `{mount}/{path}`");
            }
            // a list of versions starts with the first; what a server forgets stays known here
            Action::MaxVersions { .. } => {}
        }
        serde_yaml::to_string(&self.store).unwrap()
    }

    fn secrets(&mut self, mount: &str) -> &mut Mapping {
        let content = &mut self.store["mounts"][mount];
        assert_eq!(
            content["engine"].as_str(),
            Some("kv-v2"),
            "`vault.yaml` has no kv-v2 at `{mount}`"
        );
        content["secrets"].as_mapping_mut().unwrap()
    }

    fn each(&mut self, mount: &str, path: &str, numbers: &[usize], change: impl Fn(&mut Mapping)) {
        let versions = self.secrets(mount).get_mut(path);
        let versions = versions.and_then(Value::as_sequence_mut);
        let versions = versions.unwrap_or_else(|| panic!("there is no `{mount}/{path}`"));
        for number in numbers {
            let version = number.checked_sub(1).and_then(|at| versions.get_mut(at));
            let version = version.and_then(Value::as_mapping_mut);
            change(version.unwrap_or_else(|| panic!("`{mount}/{path}` has no version {number}")));
        }
    }
}

/// An action that changes nothing tells no story.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: a file store goes through what a server does",
        || {
            let mut store = FileStore::default();
            store.replace("mounts: {kvv2: {engine: kv-v2, secrets: {}}}");
            let mut act = |action: &str| -> String {
                let action: serde_json::Value = serde_yaml::from_str(action).unwrap();
                let text = store.act(&serde_json::from_value(action).unwrap());
                let store: serde_json::Value = serde_yaml::from_str(&text).unwrap();
                store["mounts"]["kvv2"]["secrets"].to_string()
            };
            let timed = r#"{"created":"2026-11-10T09:01:00Z","data":{"k":"a"}"#;
            let given = r#"{"created":"2026-11-02T09:00:00Z","data":{"k":"b"}}"#;
            let put = "put: {path: p, data: {k: a}}";
            assert_eq!(act(put), format!(r#"{{"p":[{timed}}}]}}"#));
            act("put: {path: p, data: {k: b}, created: 2026-11-02T09:00:00Z}");
            assert_eq!(
                act("delete: {path: p, versions: [1]}"),
                format!(r#"{{"p":[{timed},"deleted":true}},{given}]}}"#)
            );
            assert_eq!(
                act("undelete: {path: p, versions: [1]}"),
                format!(r#"{{"p":[{timed}}},{given}]}}"#)
            );
            let destroyed = r#"{"created":"2026-11-10T09:01:00Z","destroyed":true}"#;
            assert_eq!(
                act("destroy: {path: p, versions: [1]}"),
                format!(r#"{{"p":[{destroyed},{given}]}}"#)
            );
            assert_eq!(act("deleteMetadata: {path: p}"), "{}");
            let second = act("put: {path: p, data: {k: c}}");
            assert!(second.contains("2026-11-10T09:02:00Z"), "{second}");
            Ok(())
        },
    )]
}
