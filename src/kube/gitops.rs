//! What emitted objects say to the tool that applies them, so that it does not take a generation from
//! pods that still use it.
//!
//! Argo CD prunes before it applies, unless the live object says `PruneLast=true` (gitops-engine
//! `sync_context.go`); a wave of its own lets workloads wait for what the operator makes. Helm deletes
//! right after it applied, unless the live object says `keep` (helm pkg/kube/client.go). Flux has
//! nothing between "at once" and "never", so nothing is said to it. A Job that uses a renamed secret has
//! to be replaced as a whole, which Argo CD and Flux do where the Job says so.

use crate::config::GitOps;

const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";
const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";
const RESOURCE_POLICY: &str = "helm.sh/resource-policy";
const FORCE: &str = "kustomize.toolkit.fluxcd.io/force";

/// The annotations of an emitted object with the tool's protection; what the user says wins.
#[must_use]
pub fn protected(
    gitops: Option<GitOps>,
    mut annotations: Vec<(String, String)>,
) -> Vec<(String, String)> {
    match gitops {
        Some(GitOps::ArgoCd) => {
            option(&mut annotations, "PruneLast=true");
            absent(&mut annotations, SYNC_WAVE, "-1");
        }
        Some(GitOps::Helm) => absent(&mut annotations, RESOURCE_POLICY, "keep"),
        Some(GitOps::Flux) | None => {}
    }
    annotations.sort();
    annotations
}

/// What an object whose change the API server refuses says so that the tool replaces it: one
/// annotation, with what `current` finds there.
#[must_use]
pub fn replacement<'c>(
    gitops: GitOps,
    current: impl Fn(&str) -> Option<&'c str>,
) -> Option<(&'static str, String)> {
    match gitops {
        GitOps::ArgoCd => {
            let own = current(SYNC_OPTIONS).map(|own| (SYNC_OPTIONS.to_owned(), own.to_owned()));
            let mut annotations: Vec<_> = own.into_iter().collect();
            option(&mut annotations, "Force=true");
            option(&mut annotations, "Replace=true");
            annotations
                .pop()
                .map(|(_, options)| (SYNC_OPTIONS, options))
        }
        GitOps::Flux => {
            let said = current(FORCE).unwrap_or("enabled");
            Some((FORCE, said.to_owned()))
        }
        // `helm upgrade --force` is the user's to decide
        GitOps::Helm => None,
    }
}

/// The annotations that `replacement` may set.
pub const REPLACEMENT: &[&str] = &[SYNC_OPTIONS, FORCE];

/// Adds one of Argo CD's options, which stand in one comma-separated annotation, unless the user
/// decided on it already.
fn option(annotations: &mut Vec<(String, String)>, option: &str) {
    let word = option.split('=').next().unwrap_or(option);
    match annotations.iter_mut().find(|(key, _)| key == SYNC_OPTIONS) {
        Some((_, options)) => {
            let said = options
                .split(',')
                .any(|one| one.trim().split('=').next() == Some(word));
            if !said {
                options.push(',');
                options.push_str(option);
            }
        }
        None => annotations.push((SYNC_OPTIONS.to_owned(), option.to_owned())),
    }
}

fn absent(annotations: &mut Vec<(String, String)>, key: &str, value: &str) {
    if annotations.iter().all(|(known, _)| known != key) {
        annotations.push((key.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(gitops: GitOps, own: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = own.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        protected(Some(gitops), own.collect())
    }

    #[test]
    fn an_option_joins_those_of_the_user() {
        let annotations = said(GitOps::ArgoCd, &[(SYNC_OPTIONS, "ServerSideApply=true")]);
        assert_eq!(annotations[0].1, "ServerSideApply=true,PruneLast=true");
        assert_eq!(annotations[1].1, "-1");
    }

    #[test]
    fn what_the_user_decided_stays() {
        let own = [(SYNC_OPTIONS, "PruneLast=false"), (SYNC_WAVE, "3")];
        let annotations = said(GitOps::ArgoCd, &own);
        assert_eq!(annotations[0].1, "PruneLast=false");
        assert_eq!(annotations[1].1, "3");
        let annotations = said(GitOps::Helm, &[(RESOURCE_POLICY, "delete")]);
        assert_eq!(annotations[0].1, "delete");
    }

    #[test]
    fn a_job_is_replaced_where_the_tool_can() {
        let nothing = |_: &str| None;
        let argo = replacement(GitOps::ArgoCd, nothing);
        assert_eq!(
            argo,
            Some((SYNC_OPTIONS, "Force=true,Replace=true".to_owned()))
        );
        let own = |key: &str| (key == SYNC_OPTIONS).then_some("Replace=false");
        let argo = replacement(GitOps::ArgoCd, own);
        assert_eq!(
            argo,
            Some((SYNC_OPTIONS, "Replace=false,Force=true".to_owned()))
        );
        let flux = replacement(GitOps::Flux, nothing);
        assert_eq!(flux, Some((FORCE, "enabled".to_owned())));
        assert_eq!(replacement(GitOps::Helm, nothing), None);
    }

    #[test]
    fn nothing_is_said_to_flux() {
        assert!(said(GitOps::Flux, &[]).is_empty());
    }
}
