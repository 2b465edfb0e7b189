//! What the API server accepts as a name, a label or a key.
//!
//! The rules are those of k8s.io/apimachinery `pkg/util/validation`; kustomize checks none of them.

/// Longest name of an object.
pub const NAME_MAX: usize = 253;
/// Longest value of a label, and longest namespace.
pub const LABEL_MAX: usize = 63;
/// A Secret's data may have this many bytes in all (k8s.io/api core/v1 `MaxSecretSize`).
pub const SECRET_MAX: usize = 1024 * 1024;

/// Why `name` is no DNS-1123 subdomain.
#[must_use]
pub fn name_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if let Some(c) = name
        .chars()
        .find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-' | '.'))
    {
        return Some(if c.is_ascii_uppercase() {
            "it has an upper-case letter"
        } else {
            "only `a`–`z`, `0`–`9`, `-` and `.` are allowed"
        });
    }
    let edges = name
        .split('.')
        .any(|part| part.is_empty() || part.starts_with('-') || part.ends_with('-'));
    edges.then_some("each part between dots must start and end with a letter or digit")
}

/// Why `namespace` is no DNS-1123 label.
#[must_use]
pub fn namespace_fault(namespace: &str) -> Option<&'static str> {
    if namespace.contains('.') {
        return Some("a namespace has no `.`");
    }
    if namespace.len() > LABEL_MAX {
        return Some("it is longer than 63 characters");
    }
    name_fault(namespace)
}

/// Why `key` cannot be a key of a Secret's data.
#[must_use]
pub fn data_key_fault(key: &str) -> Option<&'static str> {
    if key.is_empty() {
        return Some("it is empty");
    }
    if key.len() > NAME_MAX {
        return Some("it is longer than 253 characters");
    }
    if key == "." || key.starts_with("..") {
        return Some("it must not be `.` or start with `..`");
    }
    let legal = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (!legal).then_some("only letters, digits, `-`, `_` and `.` are allowed")
}

/// Why `value` cannot be the value of a label.
#[must_use]
pub fn label_value_fault(value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return None;
    }
    if value.len() > LABEL_MAX {
        return Some("it is longer than 63 characters");
    }
    qualified_part_fault(value)
}

/// Why `key` cannot be the key of a label or an annotation.
#[must_use]
pub fn label_key_fault(key: &str) -> Option<&'static str> {
    let name = match key.split_once('/') {
        Some((prefix, name)) => {
            if let Some(fault) = name_fault(prefix) {
                return Some(fault);
            }
            name
        }
        None => key,
    };
    if name.is_empty() {
        return Some("its name part is empty");
    }
    if name.len() > LABEL_MAX {
        return Some("its name part is longer than 63 characters");
    }
    qualified_part_fault(name)
}

fn qualified_part_fault(text: &str) -> Option<&'static str> {
    let ends = |c: char| c.is_ascii_alphanumeric();
    if !text.starts_with(ends) || !text.ends_with(ends) {
        return Some("it must start and end with a letter or digit");
    }
    let legal = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (!legal).then_some("only letters, digits, `-`, `_` and `.` are allowed")
}

#[cfg(test)]
mod tests {
    use super::{data_key_fault, label_key_fault, label_value_fault, name_fault, namespace_fault};

    #[test]
    fn the_rules_of_the_api_server() {
        for good in ["a", "orders-db", "10.0.0.1", "a.b-c.d"] {
            assert_eq!(name_fault(good), None, "{good}");
        }
        for bad in ["", "A", "a_b", "-a", "a-", "a..b", ".a", "é"] {
            assert!(name_fault(bad).is_some(), "{bad}");
        }
        assert!(namespace_fault("a.b").is_some() && namespace_fault(&"a".repeat(64)).is_some());
        assert!(
            data_key_fault("..x").is_some()
                && data_key_fault("a b").is_some()
                && data_key_fault(".dockerconfigjson").is_none()
        );
        assert!(label_value_fault(&"a".repeat(64)).is_some() && label_value_fault("").is_none());
        assert!(
            label_key_fault("example.com/").is_some() && label_key_fault("example.com/a").is_none()
        );
    }
}
