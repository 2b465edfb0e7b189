//! What a function's own annotation may say.
//!
//! `config.kubernetes.io/function` comes from the repository. Its `envs` and `args` would let the
//! repository choose the runner's environment (another Vault with the runner's token), so they are
//! refused; facts: kustomize kyaml/runfn `mergeExecEnv`.

use crate::diag::{Code, Diagnostic, Place, Report};
use crate::yaml::picture::Located;
use crate::yaml::{NodeRef, Tree};

const ANNOTATIONS: &[&str] = &["config.kubernetes.io/function", "config.k8s.io/function"];

/// Refuses `envs` and `args` in the annotation of a function's config.
#[must_use]
pub fn check(config: NodeRef<'_, '_>, located: &Located<'_>) -> Report {
    let mut report = Report::default();
    let Some(annotations) = config.at("metadata/annotations") else {
        return report;
    };
    for name in ANNOTATIONS {
        let Some(text) = annotations.get(name).and_then(NodeRef::scalar) else {
            continue;
        };
        let Ok(tree) = Tree::parse(text) else {
            continue;
        };
        for way in ["exec", "container"] {
            let Some(node) = tree.root().and_then(|root| root.get(way)) else {
                continue;
            };
            for field in ["envs", "args"] {
                if node.get(field).is_none_or(NodeRef::is_null) {
                    continue;
                }
                let kind = config
                    .get("kind")
                    .and_then(NodeRef::scalar)
                    .unwrap_or_default();
                let object = config
                    .at("metadata/name")
                    .and_then(NodeRef::scalar)
                    .unwrap_or_default();
                let place = Place {
                    object: Some(format!("{kind}/{object}")),
                    field: Some(format!("metadata.annotations.{name}")),
                    ..located.place(config.span().start)
                };
                report.push(
                    Diagnostic::error(
                        Code::FunctionEnvironment,
                        format!("the function's annotation sets `{way}.{field}`"),
                    )
                    .at(place)
                    .hint(format!(
                        "take `{field}` out; set the environment where the build runs."
                    )),
                );
            }
        }
    }
    report
}
