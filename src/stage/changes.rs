//! All changes of one document, made when they are asked for.
//!
//! Part of `write`, which asks twice: to prove them and to print them. Kept in between they would
//! take more memory than the documents. What a name or a stamp is was decided by the stages before.

use std::collections::BTreeMap;

use super::Bundle;
use super::jobs::Jobs;
use super::rewrite::Links;
use super::stamp::Stamps;
use crate::yaml::Edit;
use crate::yaml::edit::sort;

/// Where the changes of all documents come from. May hold secrets: neither Debug nor Clone.
pub struct Changes {
    /// Which secret a mention means.
    pub links: Links,
    /// Stamps of workloads.
    pub stamps: Stamps,
    /// Jobs that have to be replaced.
    pub jobs: Jobs,
    /// What becomes of lists, by their unit: edits that take items out void others within them.
    pub lists: BTreeMap<usize, Vec<Edit>>,
}

impl Changes {
    /// Units that something may have to be changed in, in order.
    pub fn units(&self, bundle: &Bundle<'_>) -> Vec<usize> {
        let users = (0..bundle.manifests.len()).filter(|at| self.links.is_user(*at));
        let mut units: Vec<usize> = users.map(|at| bundle.manifests[at].unit).collect();
        units.extend(self.lists.keys());
        units.sort_unstable();
        units.dedup();
        units
    }

    /// The edits of a unit, in the order of their bytes.
    pub fn of(&self, bundle: &Bundle<'_>, unit: usize) -> Vec<Edit> {
        let mut edits = Vec::new();
        for manifest in bundle.manifests_in(unit) {
            edits.extend(self.links.edits(bundle, manifest));
            edits.extend(self.stamps.edits(bundle, manifest));
            edits.extend(self.jobs.edits(bundle, manifest));
        }
        if let Some(list) = self.lists.get(&unit) {
            // they stand in order and apart
            let before = |edit: &Edit| {
                list.partition_point(|removal| removal.node <= edit.node)
                    .checked_sub(1)
            };
            edits.retain(|edit| !before(edit).is_some_and(|at| list[at].takes(edit)));
            edits.extend_from_slice(list);
        }
        sort(&mut edits);
        edits
    }
}
