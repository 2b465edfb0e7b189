//! How a line of a table is written: several kinds, prefixes and paths at once.
//!
//! APIs repeat themselves (every endpoint of the Prometheus operator takes the same credentials),
//! so a row stands for the product of its groups, kinds, prefixes and paths. Only the tables and
//! `object` know this notation.

use super::object::{Form, Namespace, ObjectSite, When};

/// One line of a table.
pub(super) struct Row {
    /// API groups that serve the kinds; `""` is the core group.
    pub groups: &'static [&'static str],
    /// The kinds.
    pub kinds: &'static [&'static str],
    /// Each is put before each of `paths`; empty when the paths are complete.
    pub under: &'static [&'static str],
    /// From there to the name.
    pub paths: &'static [&'static str],
    /// What holds for all of them.
    pub rule: Rule,
}

/// How the name at a site is understood.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    namespace: Namespace,
    form: Form,
    when: &'static [When],
}

/// A bare name in the object's own namespace.
pub(super) const OWN: Rule = in_namespace(Namespace::Own);
/// A bare name in a namespace that the object does not tell.
pub(super) const ANY: Rule = in_namespace(Namespace::Any);
/// A bare name with `namespace` beside it.
pub(super) const SIBLING: Rule = sibling("namespace");

/// A bare name with its namespace in this field beside it.
pub(super) const fn sibling(field: &'static str) -> Rule {
    in_namespace(Namespace::Sibling(field))
}

const fn in_namespace(namespace: Namespace) -> Rule {
    Rule {
        namespace,
        form: Form::Name,
        when: &[],
    }
}

impl Rule {
    /// The name may also be written `namespace/name`.
    pub(super) const fn or_slash(self) -> Self {
        Self {
            form: Form::NamespaceSlashName,
            ..self
        }
    }

    /// Only under these conditions.
    pub(super) const fn when(self, when: &'static [When]) -> Self {
        Self { when, ..self }
    }
}

impl Row {
    /// The kinds it speaks of, with their groups.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&'static str, &'static str, &Self)> {
        self.groups
            .iter()
            .flat_map(move |group| self.kinds.iter().map(move |kind| (*group, *kind, self)))
    }

    /// What it says of one of them.
    pub(super) fn sites(
        &self,
        group: &'static str,
        kind: &'static str,
    ) -> impl Iterator<Item = ObjectSite> {
        self.full_paths().into_iter().map(move |path| ObjectSite {
            group,
            kind,
            path,
            namespace: self.rule.namespace,
            form: self.rule.form,
            when: self.rule.when,
        })
    }

    fn full_paths(&self) -> Vec<String> {
        if self.under.is_empty() {
            return self.paths.iter().map(|path| (*path).to_owned()).collect();
        }
        self.under
            .iter()
            .flat_map(|prefix| {
                self.paths
                    .iter()
                    .map(move |path| format!("{prefix}/{path}"))
            })
            .collect()
    }
}

/// What a container names, for objects that list containers outside a pod spec.
pub(super) const CONTAINER: &[&str] =
    &["env/valueFrom/secretKeyRef/name", "envFrom/secretRef/name"];

/// What a pod's volume names, likewise.
pub(super) const VOLUME: &[&str] = &[
    "azureFile/secretName",
    "cephfs/secretRef/name",
    "cinder/secretRef/name",
    "csi/nodePublishSecretRef/name",
    "flexVolume/secretRef/name",
    "iscsi/secretRef/name",
    "projected/sources/secret/name",
    "rbd/secretRef/name",
    "scaleIO/secretRef/name",
    "secret/secretName",
    "storageos/secretRef/name",
];
