//! What Helm alone makes of a chart, held against its configs: what is told of its templates.
//!
//! Knows a stream and who is meant by a name; how the stream came to be is a door's business.

use std::collections::BTreeSet;

use crate::config::KIND;
use crate::diag::{Code, Diagnostic, Place};
use crate::locking::Learned;
use crate::locking::objects::Objects;
use crate::stage::Input;

/// Configs that go to the cluster, and names that nobody asked for.
#[must_use]
pub fn said(chart: &str, stream: String, learned: &[Learned]) -> Vec<Diagnostic> {
    let mut out: Vec<Diagnostic> = given_away(&stream).into_iter().map(unguarded).collect();
    let objects = Objects::of(&[Input {
        file: chart.into(),
        text: stream.into(),
        only_configs: false,
    }]);
    let mut plain = BTreeSet::new();
    for one in learned {
        // without a suffix the plain name is the name
        if one.managed.follow || !one.managed.name_suffix {
            continue;
        }
        let name = &one.managed.name;
        for user in objects.users(std::slice::from_ref(name), one.namespace.as_deref()) {
            plain.insert((user.id.label(), name));
        }
    }
    out.extend(
        plain
            .into_iter()
            .map(|(user, name)| unasked(chart, user, name)),
    );
    out
}

/// Templates with configs, as Helm calls them.
fn given_away(stream: &str) -> Vec<&str> {
    let (mut source, mut out) = ("", Vec::new());
    for line in stream.lines() {
        if let Some(path) = line.strip_prefix("# Source: ") {
            source = path;
        }
        let is_config = line.split_once(':').is_some_and(|(key, kind)| {
            key == "kind" && kind.trim_matches([' ', '"', '\'']) == KIND
        });
        if is_config && out.last() != Some(&source) {
            out.push(source);
        }
    }
    out
}

fn unguarded(template: &str) -> Diagnostic {
    let message = format!("`{template}` gives its config to the cluster, which does not know it");
    Diagnostic::warning(Code::WrittenUnlisted, message)
        .hint("put it between `{{- if include \"countersign.locking\" . }}` and `{{- end }}`.")
}

fn unasked(chart: &str, user: String, name: &str) -> Diagnostic {
    let message = format!("`{user}` says the plain name `{name}`, and there is no Secret of it");
    let place = Place {
        file: Some(chart.into()),
        object: Some(user),
        ..Place::default()
    };
    Diagnostic::warning(Code::WrittenUnlisted, message)
        .at(place)
        .hint(format!(
            "write `{{{{ include \"countersign.name\" (list . \"{name}\") }}}}` in its template."
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_template_with_a_config_is_told_once() {
        let config = |kind: &str| format!("apiVersion: countersign.dev/v1alpha1\nkind: {kind}\n");
        let stream = format!(
            "---\n# Source: shop/templates/a.yaml\n{}---\n# Source: shop/templates/a.yaml\n{}---\n# Source: shop/templates/b.yaml\nkind: Pod\n---\n# Source: shop/templates/c.yaml\n{}",
            config("VaultSecrets"),
            config("\"VaultSecrets\""),
            config("'VaultSecrets' "),
        );
        assert_eq!(
            given_away(&stream),
            ["shop/templates/a.yaml", "shop/templates/c.yaml"]
        );
    }
}
