//! The canonical text of a lock, made for whoever reviews its diff.
//!
//! One fact a line and one order, defaults left out, and nothing at the top that ever changes: moving
//! one secret by one version touches the lines of that secret alone. Knows nothing of how a lock is
//! read or where it lies.

use super::{Dress, Entry, Generation, KIND, Lock, Pinned, PinnedKey, Previous, Selection, order};
use crate::config::{API_VERSION, Decode, HashKind, Keep, Operator};
use crate::vault::{Engine, SecretPath};
use crate::yaml::scalar::{is_string, plain_or_quoted, quote};

const TOP: &str = "# Written by `countersign lock`: at which versions secrets stand. Review it; do not edit it.\n";

/// The whole file.
#[must_use]
pub fn write(lock: &Lock) -> String {
    let mut lock = lock.clone();
    order::lock(&mut lock);
    let mut text = Text::default();
    text.out.push_str(TOP);
    text.field("apiVersion", API_VERSION);
    text.field("kind", KIND);
    if lock.entries.is_empty() {
        text.field("secrets", "[]");
    }
    text.items("secrets", &lock.entries, Text::entry);
    text.out
}

/// Lines so far.
#[derive(Default)]
struct Text {
    out: String,
    /// Spaces before a field.
    indent: usize,
    /// The next line is the first of an item.
    dash: bool,
}

impl Text {
    fn line(&mut self, text: &str) {
        let spaces = if self.dash {
            self.indent - 2
        } else {
            self.indent
        };
        self.out.push_str(&" ".repeat(spaces));
        if self.dash {
            self.out.push_str("- ");
            self.dash = false;
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// `key: value`, the value as it stands.
    fn field(&mut self, key: &str, value: &str) {
        self.line(&format!("{key}: {value}"));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.field(key, &plain_or_quoted(value));
    }

    fn optional(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// A text that is always quoted: a time.
    fn quoted(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.field(key, &quote(value));
        }
    }

    /// A suffix or a digest: letters and digits, plain unless all of them make a number.
    fn digits(&mut self, key: &str, value: &str) {
        let plain = is_string(value) && value.bytes().all(|b| b.is_ascii_alphanumeric());
        if plain {
            self.field(key, value);
        } else {
            self.field(key, &quote(value));
        }
    }

    /// Lines below a key.
    fn block(&mut self, key: &str, lines: impl FnOnce(&mut Self)) {
        self.line(&format!("{key}:"));
        self.indent += 2;
        lines(self);
        self.indent -= 2;
    }

    /// A list of mappings; nothing when there is none.
    fn items<T>(&mut self, key: &str, items: &[T], one: impl Fn(&mut Self, &T)) {
        if items.is_empty() {
            return;
        }
        self.block(key, |text| {
            for item in items {
                text.dash = true;
                one(text, item);
            }
        });
    }

    /// A mapping of texts; nothing when it is empty.
    fn texts(&mut self, key: &str, pairs: &[(String, String)]) {
        if pairs.is_empty() {
            return;
        }
        self.block(key, |text| {
            for (key, value) in pairs {
                text.text(&plain_or_quoted(key), value);
            }
        });
    }

    fn entry(&mut self, entry: &Entry) {
        self.text("name", &entry.name);
        self.text("config", &entry.config);
        self.optional("namespace", entry.namespace.as_deref());
        if let Some(current) = &entry.current {
            match &current.suffix {
                Some(suffix) => self.digits("generation", suffix),
                None => self.field("follow", "true"),
            }
            self.generation(current);
        }
        if entry.keep != Keep::default() {
            self.block("keep", |text| text.keep(entry.keep));
        }
        self.items("previous", &entry.previous, Text::previous);
    }

    fn keep(&mut self, keep: Keep) {
        let usual = Keep::default();
        if keep.count != usual.count {
            self.field("count", &keep.count.to_string());
        }
        if keep.at_least != usual.at_least {
            self.text("atLeast", &keep.time());
        }
    }

    fn previous(&mut self, previous: &Previous) {
        let suffix = previous.generation.suffix.as_deref();
        self.digits("generation", suffix.unwrap_or_default());
        self.quoted("since", Some(&previous.since));
        self.quoted("until", Some(&previous.until));
        self.generation(&previous.generation);
    }

    /// All but the suffix.
    fn generation(&mut self, generation: &Generation) {
        let followed = generation.suffix.is_none();
        self.field("delivery", generation.delivery.word());
        if generation.secret_type != "Opaque" {
            self.text("type", &generation.secret_type);
        }
        // a followed secret has no suffix that its name could carry
        if !generation.name_suffix && !followed {
            self.field("nameSuffix", "false");
        }
        if generation.object.immutable {
            self.field("immutable", "true");
        }
        if !followed || generation.hash != HashKind::Version {
            self.field("hash", generation.hash.word());
        }
        if !followed {
            self.field("scheme", &generation.scheme.to_string());
        }
        if let Some(digest) = &generation.digest {
            self.digits("digest", digest);
        }
        if let Some(key) = &generation.hash_key {
            self.block("hashKey", |text| text.hash_key(key));
        }
        self.items("sources", &generation.sources, Text::source);
        self.dress(&generation.object);
    }

    fn hash_key(&mut self, key: &PinnedKey) {
        self.secret(&key.secret, None);
        self.pin(key.version, key.created.as_deref());
        self.text("key", &key.key);
    }

    fn source(&mut self, source: &Pinned) {
        self.secret(&source.secret, source.runner_namespace.as_deref());
        self.pin(source.version, source.created.as_deref());
        match &source.keys {
            Selection::All(names) if names.is_empty() => self.field("allKeys", "[]"),
            Selection::All(names) => {
                self.line("allKeys:");
                for name in names {
                    self.line(&format!("- {}", plain_or_quoted(name)));
                }
            }
            Selection::Picked(picked) if picked.is_empty() => self.field("keys", "{}"),
            Selection::Picked(picked) => self.block("keys", |text| {
                for one in picked {
                    let (key, from) = (plain_or_quoted(&one.key), plain_or_quoted(&one.from));
                    match one.decode {
                        Decode::Text => text.field(&key, &from),
                        Decode::Base64 => {
                            text.field(&key, &format!("{{key: {from}, decode: base64}}"));
                        }
                    }
                }
            }),
        }
    }

    fn secret(&mut self, secret: &SecretPath, runner_namespace: Option<&str>) {
        self.text("mount", &secret.mount);
        self.text("path", &secret.path);
        if secret.engine != Engine::KvV2 {
            self.field("engine", secret.engine.word());
        }
        self.optional("namespace", secret.namespace.as_deref());
        self.optional("runnerNamespace", runner_namespace);
    }

    fn pin(&mut self, version: Option<u64>, created: Option<&str>) {
        if let Some(version) = version {
            self.field("version", &version.to_string());
        }
        self.quoted("created", created);
    }

    fn dress(&mut self, object: &Dress) {
        if object.operator != Operator::default() {
            self.block("operator", |text| text.operator(&object.operator));
        }
        self.texts("labels", &object.labels);
        self.texts("annotations", &object.annotations);
        if let Some(tool) = object.gitops {
            self.field("gitops", tool.word());
        }
    }

    fn operator(&mut self, operator: &Operator) {
        self.optional("vaultAuthRef", operator.auth_ref.as_deref());
        if operator.refresh_after != Operator::default().refresh_after {
            self.text("refreshAfter", &operator.refresh_after);
        }
        if let Some(hmac) = operator.hmac_secret_data {
            self.field("hmacSecretData", &hmac.to_string());
        }
        if !operator.labels.is_empty() || !operator.annotations.is_empty() {
            self.block("destination", |text| {
                text.texts("labels", &operator.labels);
                text.texts("annotations", &operator.annotations);
            });
        }
    }
}
