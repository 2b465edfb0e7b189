//! Paths as kustomize writes them: keys joined by `/`, `\/` for a slash within a key.
//!
//! Lists are not mentioned in a path; whoever follows it walks into every element. This file knows
//! the notation only, neither the tables that use it nor the trees it is followed through.

/// The keys of a path, unescaped.
#[must_use]
pub fn segments(path: &str) -> Vec<String> {
    let mut segments = vec![String::new()];
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' => segments.push(String::new()),
            '\\' if chars.peek() == Some(&'/') => {
                chars.next();
                push(&mut segments, '/');
            }
            other => push(&mut segments, other),
        }
    }
    segments
}

/// Whether a path has at least one key, no empty key and no list markers.
#[must_use]
pub fn is_legal(path: &str) -> bool {
    segments(path).iter().all(|key| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
    })
}

fn push(segments: &mut [String], c: char) {
    if let Some(last) = segments.last_mut() {
        last.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_split_at_slashes() {
        assert_eq!(
            segments("spec/tls/secretName"),
            ["spec", "tls", "secretName"]
        );
    }

    #[test]
    fn an_escaped_slash_belongs_to_the_key() {
        assert_eq!(
            segments(r"metadata/annotations/ingress.kubernetes.io\/auth-secret"),
            [
                "metadata",
                "annotations",
                "ingress.kubernetes.io/auth-secret"
            ]
        );
    }

    #[test]
    fn a_backslash_elsewhere_is_an_ordinary_character() {
        assert_eq!(segments(r"a\b/c\"), [r"a\b", r"c\"]);
    }

    #[test]
    fn empty_keys_and_list_markers_are_not_legal() {
        for path in [
            "",
            "/spec",
            "spec/",
            "spec//name",
            "spec/tls[]/name",
            r"spec\name",
        ] {
            assert!(!is_legal(path), "{path}");
        }
        assert!(is_legal(
            r"parameters/csi.storage.k8s.io\/node-stage-secret-name"
        ));
    }
}
