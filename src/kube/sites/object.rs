//! What a site of an object other than a pod is, and how the sites of a kind are found.
//!
//! Asking for a kind costs two binary searches; only its own rows are multiplied out, as a run sees
//! few of the kinds. Nothing here may depend on a particular kind.

use std::sync::LazyLock;

use super::row::Row;

/// In which namespace the named Secret stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// In the object's own.
    Own,
    /// In the one that this field beside the name gives (a key, not a path); where it is absent, in
    /// the object's own, and for an object without namespace in any. A template such as
    /// `${pvc.namespace}` means any as well.
    Sibling(&'static str),
    /// It depends on something that is not in the object: a controller's namespace, the consumer's.
    Any,
}

/// How the name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The bare name.
    Name,
    /// The bare name, or `namespace/name`, which then overrules `Namespace`.
    NamespaceSlashName,
}

/// The site counts only when the field beside the name (a key of the same map) has one of these
/// values; when the field is a list, only when one of its elements does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The field.
    pub field: &'static str,
    /// Its accepted values.
    pub is: &'static [&'static str],
    /// Whether an absent field is accepted.
    pub or_absent: bool,
}

/// One place in an object that is not part of a pod spec and names a Secret.
#[derive(Debug, PartialEq, Eq)]
pub struct ObjectSite {
    /// API group of the object; `""` is the core group.
    pub group: &'static str,
    /// Kind of the object.
    pub kind: &'static str,
    /// From the object to the scalar, or the list of scalars, that is the name; lists on the way
    /// are walked. See [`super::path`].
    pub path: String,
    /// Where the Secret stands.
    pub namespace: Namespace,
    /// How it is named.
    pub form: Form,
    /// All of them must hold.
    pub when: &'static [When],
}

/// Every table, one for each family of APIs.
pub(super) const TABLES: &[&[Row]] = &[
    super::cert_manager::ROWS,
    super::cnpg::ROWS,
    super::external_secrets::ROWS,
    super::flux::ROWS,
    super::keda::ROWS,
    super::kubernetes::ROWS,
    super::network::ROWS,
    super::prometheus::ROWS,
    super::rollouts::ROWS,
    super::strimzi::ROWS,
    super::vault::ROWS,
];

/// Group, kind and a row that speaks of it, sorted by group and kind.
static KINDS: LazyLock<Vec<(&str, &str, &Row)>> = LazyLock::new(|| {
    let rows = TABLES.iter().copied().flatten();
    let mut kinds: Vec<_> = rows.flat_map(Row::objects).collect();
    kinds.sort_by_key(|(group, kind, _)| (*group, *kind));
    kinds
});

/// Every place in an object of this kind, its pods left out.
pub fn object_sites(kind: &str, group: &str) -> impl Iterator<Item = ObjectSite> {
    let start = KINDS.partition_point(|(g, k, _)| (*g, *k) < (group, kind));
    let rest = &KINDS[start..];
    let len = rest.partition_point(|(g, k, _)| (*g, *k) == (group, kind));
    sites(&rest[..len])
}

/// Every place of every kind, sorted by group, kind and path.
pub(in crate::kube) fn all_object_sites() -> Vec<ObjectSite> {
    let mut all: Vec<ObjectSite> = sites(&KINDS).collect();
    all.sort_by(|a, b| (a.group, a.kind, &a.path).cmp(&(b.group, b.kind, &b.path)));
    all
}

fn sites(
    kinds: &'static [(&'static str, &'static str, &'static Row)],
) -> impl Iterator<Item = ObjectSite> {
    kinds
        .iter()
        .flat_map(|(group, kind, row)| row.sites(group, kind))
}
