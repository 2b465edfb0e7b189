//! What the program itself says to a text of each kind: the mistakes it finds.

use countersign::cli::schemas;
use countersign::config::decode::decode;
use countersign::diag::{Report, Severity};
use countersign::vault::file_store::FileStore;
use countersign::yaml::Tree;
use countersign::yaml::picture::Located;
use serde_json::Value;

/// A kind of file that people or the program write.
pub struct Kind {
    /// The name of its schema.
    pub name: &'static str,
    /// `kind:` of the object.
    pub says: &'static str,
    /// Files that together have every mapping.
    pub complete: &'static [&'static str],
    /// Every mistake in a text, each with its way out.
    pub mistakes: fn(&str) -> Vec<String>,
}

pub const KINDS: &[Kind] = &[
    Kind {
        name: "vaultsecrets",
        says: "VaultSecrets",
        complete: &["fixtures/schema/vaultsecrets.yaml"],
        mistakes: config,
    },
    Kind {
        name: "policy",
        says: "RunnerPolicy",
        complete: &["fixtures/schema/policy.yaml"],
        mistakes: policy,
    },
    Kind {
        name: "file-store",
        says: "FileStore",
        complete: &["fixtures/schema/file-store.yaml"],
        mistakes: file_store,
    },
    Kind {
        name: "lock",
        says: "Lock",
        complete: &[
            "fixtures/locks/every-field.lock",
            "fixtures/locks/after-a-rotation.lock",
        ],
        mistakes: lock,
    },
];

impl Kind {
    pub fn schema(&self) -> Value {
        let text = schemas::schema(self.name).expect("it has a schema");
        serde_json::from_str(text).expect("a schema is JSON")
    }
}

fn config(text: &str) -> Vec<String> {
    let located = Located {
        file: "complete.yaml".into(),
        first_line: 1,
        text,
    };
    let tree = Tree::parse(text).expect("YAML");
    let none = std::collections::BTreeMap::new();
    said(decode(tree.root().expect("an object"), &located, &none).err())
}

fn policy(text: &str) -> Vec<String> {
    let env = |_: &str| Some("shop".to_owned());
    said(countersign::policy::read::read("policy.yaml", text, &env).err())
}

fn lock(text: &str) -> Vec<String> {
    said(countersign::lock::read::read("countersign.lock", text).err())
}

fn file_store(text: &str) -> Vec<String> {
    let refusal = FileStore::parse("vault.yaml", text).err();
    refusal.into_iter().map(|refusal| refusal.message).collect()
}

fn said(report: Option<Report>) -> Vec<String> {
    let diagnostics = report.into_iter().flat_map(|report| report.diagnostics);
    let errors = diagnostics.filter(|said| said.severity == Severity::Error);
    errors
        .map(|said| format!("{}\n{}", said.message, said.hint.unwrap_or_default()))
        .collect()
}
