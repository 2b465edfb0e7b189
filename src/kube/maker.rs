//! The table of kinds that make a Secret, and where each says what it is called.
//!
//! So that a name which is no managed secret any more is not taken for a mistake when something else
//! makes the Secret now. A kind that is not here and ends in `Secret` is taken to make one of its own
//! name.

use super::id::ObjectId;
use crate::yaml::NodeRef;

struct Maker {
    group: &'static str,
    kind: &'static str,
    /// Where the name of the Secret stands; the object's own where it says nothing there.
    name: &'static str,
    /// Where `true` has to stand for a Secret to be made at all; empty: nowhere.
    when: &'static str,
}

const MAKERS: &[Maker] = &[
    maker("bitnami.com", "SealedSecret", "spec/template/metadata/name"),
    maker("cert-manager.io", "Certificate", "spec/secretName"),
    maker("external-secrets.io", "ExternalSecret", "spec/target/name"),
    operator("VaultDynamicSecret"),
    operator("VaultPKISecret"),
    operator("VaultStaticSecret"),
];

const fn maker(group: &'static str, kind: &'static str, name: &'static str) -> Maker {
    Maker {
        group,
        kind,
        name,
        when: "",
    }
}

const fn operator(kind: &'static str) -> Maker {
    Maker {
        group: "secrets.hashicorp.com",
        kind,
        name: "spec/destination/name",
        when: "spec/destination/create",
    }
}

/// What the Secret is called that is there because of this object.
#[must_use]
pub fn made(root: NodeRef<'_, '_>, id: &ObjectId<'_>) -> Option<String> {
    let own = || Some(id.name.to_string()).filter(|name| !name.is_empty());
    let row = MAKERS
        .iter()
        .find(|row| (row.group, row.kind) == (id.group(), &*id.kind));
    let Some(row) = row else {
        return own().filter(|_| id.kind.ends_with("Secret"));
    };
    let said = |path: &str| root.at(path).and_then(NodeRef::scalar);
    if !row.when.is_empty() && said(row.when) != Some("true") {
        return None;
    }
    said(row.name).map(str::to_owned).or_else(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Tree;

    fn of(text: &str) -> Option<String> {
        let tree = Tree::parse(text).expect("YAML");
        let root = tree.root().expect("an object");
        made(root, &ObjectId::of(root))
    }

    #[test]
    fn each_kind_says_the_name_at_its_own_place() {
        let named = "metadata: {name: own}";
        let cases = [
            ("{apiVersion: v1, kind: Secret, NAMED}", Some("own")),
            ("{apiVersion: v1, kind: ConfigMap, NAMED}", None),
            (
                "{apiVersion: cert-manager.io/v1, kind: Certificate, NAMED, spec: {secretName: a}}",
                Some("a"),
            ),
            (
                "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, NAMED, spec: {target: {name: a}}}",
                Some("a"),
            ),
            (
                "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, NAMED}",
                Some("own"),
            ),
            (
                "{apiVersion: secrets.infisical.com/v1alpha1, kind: InfisicalSecret, NAMED}",
                Some("own"),
            ),
            (
                "{apiVersion: secrets.hashicorp.com/v1beta1, kind: VaultStaticSecret, NAMED, spec: {destination: {name: a, create: true}}}",
                Some("a"),
            ),
            (
                "{apiVersion: secrets.hashicorp.com/v1beta1, kind: VaultStaticSecret, NAMED, spec: {destination: {name: a}}}",
                None,
            ),
        ];
        for (text, name) in cases {
            let text = text.replace("NAMED", named);
            assert_eq!(of(&text).as_deref(), name, "{text}");
        }
    }
}
