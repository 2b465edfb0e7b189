//! What a chart depends on and its folder lacks: fetched as its lock says, into a copy that nobody keeps.
//!
//! Argo CD does the same for charts that it builds itself. Only in private homes: a user's own folder is
//! hers. It must not know what is rendered afterwards.

use std::path::Path;

use super::{helm, text};
use crate::diag::{Code, Diagnostic};
use crate::door::files::read_file;
use crate::door::program::Ground;
use crate::door::program::private::Private;
use crate::yaml::{NodeRef, Tree};

/// What Helm says of a chart that lacks something.
const MISSING: &str = "missing in charts/ directory";
/// Where a chart says what it depends on, and the lock of that: now, and in charts of Helm 2.
const FILES: &[(&str, &str)] = &[
    ("Chart.yaml", "Chart.lock"),
    ("requirements.yaml", "requirements.lock"),
];
/// Where Helm looks for repositories.
const REPOSITORIES: &str = "HELM_CONFIG_HOME/repositories.yaml";

/// Whether this is why a chart was not built.
pub(super) fn are_missing(error: &Diagnostic) -> bool {
    error.code == Code::ToolFailed && error.message.contains(MISSING)
}

/// Fetches what the chart's lock names.
pub(super) fn fetch(
    ground: Ground<'_>,
    private: &Private,
    folder: &Path,
) -> Result<(), Diagnostic> {
    let Some((file, _)) = FILES.iter().find(|(_, lock)| folder.join(lock).is_file()) else {
        let message = "the chart depends on charts that its folder lacks, and no `Chart.lock` says which versions to fetch";
        return Err(Diagnostic::error(Code::ToolFailed, message)
            .hint("run `helm dependency update` there and commit `Chart.lock`; with `charts/` committed as well, nothing is fetched."));
    };
    private.file(REPOSITORIES, &repositories(&read_file(&folder.join(file))?))?;
    let mut command = helm(ground);
    command.args(["dependency", "build", "--"]);
    command.arg(Path::new(".").join(folder));
    let said = format!("helm dependency build {}", folder.display());
    text(ground, &mut command, &said).map_err(|error| {
        error.hint("commit `charts/`, or let the sidecar reach the repository; `HELM_REPOSITORY_CONFIG` and `HELM_REGISTRY_CONFIG` of the sidecar name files with its credentials.")
    })?;
    Ok(())
}

/// Helm fetches from repositories that it knows by a name, whatever that is.
fn repositories(chart: &str) -> String {
    let tree = Tree::parse(chart).ok();
    let root = tree.as_ref().and_then(Tree::root);
    let dependencies = root.and_then(|root| root.get("dependencies"));
    let mut urls: Vec<&str> = dependencies
        .into_iter()
        .flat_map(NodeRef::items)
        .filter_map(|one| one.get("repository")?.string())
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
        .collect();
    urls.sort_unstable();
    urls.dedup();
    let all: Vec<serde_json::Value> = urls
        .iter()
        .enumerate()
        .map(
            |(number, url)| serde_json::json!({"name": format!("repository-{number}"), "url": url}),
        )
        .collect();
    serde_json::json!({"apiVersion": "", "repositories": all}).to_string()
}

#[cfg(test)]
mod tests {
    use super::repositories;

    #[test]
    fn only_what_is_fetched_over_http_needs_a_name_and_each_one_once() {
        let chart = "dependencies:
- {name: a, repository: 'https://charts.example.com/\"x'}
- {name: b, repository: 'file://../b'}
- {name: c, repository: oci://registry.example.com/charts}
- {name: d, repository: 'https://charts.example.com/\"x'}
- {name: e}
";
        assert_eq!(
            repositories(chart),
            r#"{"apiVersion":"","repositories":[{"name":"repository-0","url":"https://charts.example.com/\"x"}]}"#
        );
        for nothing in ["", "dependencies: 1\n", "a: ["] {
            assert_eq!(
                repositories(nothing),
                r#"{"apiVersion":"","repositories":[]}"#
            );
        }
    }
}
