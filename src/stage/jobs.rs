//! Jobs that use a renamed secret tell the tool that applies them to replace them.
//!
//! The pod template of a Job is immutable, so the tool could not apply the new name (argo-cd 5882,
//! flux2 3032). Where the config names the tool, the Job says what that tool has to be told.

use super::Bundle;
use super::plan::Plan;
use super::rewrite::{Links, Meaning};
use crate::config::GitOps;
use crate::kube::gitops::replacement;
use crate::yaml::Edit;

/// jobs → write: the Jobs that say it.
pub struct Jobs {
    /// (manifest, tool), in the order of the manifests.
    all: Vec<(usize, GitOps)>,
}

impl Jobs {
    /// The edits by which a Job says it.
    #[must_use]
    pub fn edits(&self, bundle: &Bundle<'_>, manifest: usize) -> Vec<Edit> {
        let found = self.all.binary_search_by_key(&manifest, |one| one.0);
        let edits = found.ok().and_then(|at| {
            let job = &bundle.manifests[manifest];
            let slot = job.replaced.as_deref()?;
            let entry = replacement(self.all[at].1, |key| slot.current(key))?;
            slot.set(bundle.text(job.unit), &[entry])
        });
        edits.unwrap_or_default()
    }
}

/// Finds the Jobs whose secrets change their names with every generation.
#[must_use]
pub fn jobs(bundle: &Bundle<'_>, plan: &Plan, links: &Links) -> Jobs {
    let tool = |meaning: &Option<Meaning>| match meaning {
        Some(Meaning::Minted(at)) => {
            let want = &plan.wants[*at];
            let renamed = want.secret(bundle).name_suffix;
            want.config(bundle).gitops.filter(|_| renamed)
        }
        _ => None,
    };
    let jobs = bundle.manifests.iter().enumerate();
    let jobs = jobs.filter(|(_, manifest)| manifest.replaced.is_some());
    let all = jobs.filter_map(|(at, _)| Some((at, links.of(at).iter().find_map(tool)?)));
    Jobs { all: all.collect() }
}
