//! Secret types that the API server checks: which keys each must have.
//!
//! Source: k8s.io/kubernetes pkg/apis/core/validation `ValidateSecret`.

/// (type, keys of which at least one of each group must be there).
const TYPES: &[(&str, &[&[&str]])] = &[
    ("kubernetes.io/tls", &[&["tls.crt"], &["tls.key"]]),
    ("kubernetes.io/dockerconfigjson", &[&[".dockerconfigjson"]]),
    ("kubernetes.io/dockercfg", &[&[".dockercfg"]]),
    ("kubernetes.io/basic-auth", &[&["username", "password"]]),
    ("kubernetes.io/ssh-auth", &[&["ssh-privatekey"]]),
];

/// The first key that a Secret of this type lacks.
#[must_use]
pub fn missing_key(secret_type: &str, has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let (_, groups) = TYPES.iter().find(|(name, _)| *name == secret_type)?;
    groups
        .iter()
        .find(|group| !group.iter().any(|key| has(key)))
        .map(|group| group[0])
}
