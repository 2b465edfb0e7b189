//! A VaultStaticSecret as an object; never sees a value.
//!
//! One object a generation, pinned. Every key goes through a template that fails when the key is
//! gone or the version was not created when it should have been, because the operator otherwise
//! empties the Secret when a pinned version is deleted and calls that healthy (VSO issue 756), or
//! takes the value of a rewritten path for the old one. `excludeRaw` and `excludes` keep everything
//! out that has no template (VSO helpers/secrets.go).

use super::secret::{Metadata, sorted};
use crate::config::{Decode, Operator};
use crate::lock::Pinned;
use crate::vault::Engine;
use crate::yaml::emit::Value;
use crate::yaml::scalar::quote;

/// One key of the Secret that the operator makes.
pub struct Key {
    /// Its name there.
    pub key: String,
    /// Its name in Vault.
    pub from: String,
    /// How the stored text becomes bytes.
    pub decode: Decode,
}

/// A VaultStaticSecret of one source, which a followed secret does not pin; `keys` may then be empty,
/// which lets every key through.
#[must_use]
pub fn static_secret(
    metadata: &Metadata<'_>,
    operator: &Operator,
    source: Option<&Pinned>,
    keys: &[Key],
) -> Value {
    let mut spec = Vec::new();
    let mut put = |key: &str, value: Value| spec.push((key.to_owned(), value));
    if let Some(auth) = &operator.auth_ref {
        put("vaultAuthRef", Value::text(auth.as_str()));
    }
    if let Some(source) = source {
        if let Some(namespace) = &source.secret.namespace {
            put("namespace", Value::text(namespace.as_str()));
        }
        put("mount", Value::text(source.secret.mount.as_str()));
        put("path", Value::text(source.secret.path.as_str()));
        put("type", Value::text(source.secret.engine.word()));
        if source.secret.engine == Engine::KvV2
            && let Some(version) = source.version
        {
            put("version", Value::Integer(version));
        }
    }
    put("refreshAfter", Value::text(operator.refresh_after.as_str()));
    if let Some(hmac) = operator.hmac_secret_data {
        put("hmacSecretData", Value::Bool(hmac));
    }
    put("destination", destination(metadata, operator, source, keys));
    Value::Mapping(vec![
        (
            "apiVersion".to_owned(),
            Value::text("secrets.hashicorp.com/v1beta1"),
        ),
        ("kind".to_owned(), Value::text("VaultStaticSecret")),
        ("metadata".to_owned(), metadata.value()),
        ("spec".to_owned(), Value::Mapping(spec)),
    ])
}

fn destination(
    metadata: &Metadata<'_>,
    operator: &Operator,
    source: Option<&Pinned>,
    keys: &[Key],
) -> Value {
    let managed = metadata.managed;
    // with a Secret of our own the operator only repairs it
    let create = !managed.delivery.has_secret();
    let mut pairs = vec![
        ("name".to_owned(), Value::text(metadata.name)),
        ("create".to_owned(), Value::Bool(create)),
    ];
    if create {
        pairs.push(("type".to_owned(), Value::text(managed.secret_type.as_str())));
        let labels = sorted(operator.labels.iter().cloned().chain(metadata.labels()));
        let annotations = sorted(
            operator
                .annotations
                .iter()
                .cloned()
                .chain(metadata.annotations()),
        );
        pairs.push(("labels".to_owned(), Value::texts(labels)));
        pairs.push(("annotations".to_owned(), Value::texts(annotations)));
    }
    let mut transformation = vec![("excludeRaw".to_owned(), Value::Bool(true))];
    if !keys.is_empty() {
        transformation.push((
            "excludes".to_owned(),
            Value::Sequence(vec![Value::text(".*")]),
        ));
        let created = source.and_then(|s| s.created.as_deref());
        let templates = keys.iter().map(|Key { key, from, decode }| {
            (
                key.clone(),
                Value::Mapping(vec![(
                    "text".to_owned(),
                    Value::text(template(from, created, *decode)),
                )]),
            )
        });
        transformation.push(("templates".to_owned(), Value::Mapping(templates.collect())));
    }
    pairs.push(("transformation".to_owned(), Value::Mapping(transformation)));
    Value::Mapping(pairs)
}

/// A Go template that yields exactly the bytes the operator would write for the key, or fails.
fn template(key: &str, created: Option<&str>, decode: Decode) -> String {
    // our double-quoted form is also a Go string literal
    let key = quote(key);
    let created = created.map_or_else(String::new, |created| {
        let created = quote(created);
        format!(
            "{{{{- if ne (print .Metadata.created_time) {created} }}}}{{{{ fail \"the pinned version was written again\" }}}}{{{{ end }}}}"
        )
    });
    let present = format!(
        "{{{{- if not (hasKey .Secrets {key}) }}}}{{{{ fail \"the pinned version or its key is gone\" }}}}{{{{ end }}}}{{{{ $v := index .Secrets {key} }}}}"
    );
    let value = match decode {
        Decode::Text => "{{ if kindIs \"string\" $v }}{{ $v }}{{ else }}{{ toJson $v }}{{ end -}}",
        // b64dec prints its error instead of failing: encode again and compare
        Decode::Base64 => {
            "{{ $t := $v | toString | replace \"\\r\" \"\" | replace \"\\n\" \"\" }}{{ $d := b64dec $t }}{{ if ne (b64enc $d) $t }}{{ fail \"the value is not base64\" }}{{ end }}{{ $d -}}"
        }
    };
    format!("{created}{present}{value}")
}
