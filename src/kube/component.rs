//! The tables of sites in kustomize's own words: a `nameReference` configuration.
//!
//! kustomize fixes references at the very end of a build, after every prefix and suffix, but only
//! where a `nameReference` entry tells it to look. This file turns the tables into those entries;
//! `plugin/kustomize/name-references.yaml` is its output. It must not know any site of its own.

use std::fmt::Write as _;

use super::sites::{self, ObjectSite, Target, When, pod_sites};
use super::workload::{WORKLOADS, Workload};
use crate::config::Reference;
use crate::yaml::scalar::quote;

const HEADER: &str = "\
# Every place where Kubernetes objects name a Secret, for kustomize's last step: the fixing of
# references after all prefixes and suffixes. Generated from src/kube; do not edit. To write it again:
#   SNAPSHOTS=overwrite cargo test --test component
#
# Each entry names its kind: kustomize drops an entry without one when a listed entry has its path.
# Entries that kustomize has itself are listed again, which is harmless. A value `namespace/name` is
# no name to kustomize and is left as it is. At the end stand the sites that cannot be listed.
";

/// A `VaultStaticSecret` has the name of the Secret that it writes, so that it can be the target
/// where no Secret is among the manifests.
const STATIC_SECRET: &str = "\
- kind: VaultStaticSecret
  group: secrets.hashicorp.com
  fieldSpecs: *sites
";

/// Emitted objects name the `VaultAuth` of the user, which prefixes rename as well.
const AUTH: &str = "\
- kind: VaultAuth
  group: secrets.hashicorp.com
  fieldSpecs:
  - {kind: VaultStaticSecret, group: secrets.hashicorp.com, path: spec/vaultAuthRef}
";

/// The operator's objects among themselves.
const ACCESS: &str = "\
- kind: VaultConnection
  group: secrets.hashicorp.com
  fieldSpecs:
  - {kind: VaultAuth, group: secrets.hashicorp.com, path: spec/vaultConnectionRef}
  - {kind: VaultAuthGlobal, group: secrets.hashicorp.com, path: spec/vaultConnectionRef}
- kind: VaultAuthGlobal
  group: secrets.hashicorp.com
  fieldSpecs:
  - {kind: VaultAuth, group: secrets.hashicorp.com, path: spec/vaultAuthGlobalRef/name}
- kind: ServiceAccount
  version: v1
  fieldSpecs:
  - {kind: VaultAuth, group: secrets.hashicorp.com, path: spec/jwt/serviceAccount}
  - {kind: VaultAuth, group: secrets.hashicorp.com, path: spec/kubernetes/serviceAccount}
  - {kind: VaultAuthGlobal, group: secrets.hashicorp.com, path: spec/jwt/serviceAccount}
  - {kind: VaultAuthGlobal, group: secrets.hashicorp.com, path: spec/kubernetes/serviceAccount}
";

/// What kustomize lists itself for the Secrets of pods, in every version from 5.0 to 5.8.
const OWN_IN_PODS: &[&str] = &[
    "containers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "initContainers/envFrom/secretRef/name",
    "volumes/projected/sources/secret/name",
    "volumes/secret/secretName",
];
/// The same in other objects.
const OWN: &[(&str, &str)] = &[
    ("ClusterRole", "rules/resourceNames"),
    (
        "Ingress",
        "metadata/annotations/ingress.kubernetes.io\\/auth-secret",
    ),
    (
        "Ingress",
        "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret",
    ),
    (
        "Ingress",
        "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret",
    ),
    ("Ingress", "spec/tls/secretName"),
    ("PersistentVolume", "spec/azureFile/secretName"),
    ("Role", "rules/resourceNames"),
    (
        "Service",
        "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
    ),
    ("ServiceAccount", "imagePullSecrets/name"),
    ("StorageClass", "parameters/adminSecretName"),
    ("StorageClass", "parameters/secretName"),
    ("StorageClass", "parameters/secretRef"),
    ("StorageClass", "parameters/userSecretName"),
];

const LEFT_OUT: &str = "\
# Not listed, because the same field may name another kind of object and kustomize cannot look at
# the field beside it that says which:
";

/// The text of `plugin/kustomize/name-references.yaml`.
#[must_use]
pub fn name_references() -> String {
    let (listed, left_out): (Vec<_>, Vec<_>) =
        sites::all_object_sites().into_iter().partition(expressible);

    let mut text = String::from(HEADER);
    text.push_str("nameReference:\n- kind: Secret\n  version: v1\n  fieldSpecs: &sites\n");
    for workload in WORKLOADS {
        pod_entries(&mut text, workload, &|_| true);
    }
    for site in listed {
        entry(&mut text, "  - ", site.kind, site.group, &site.path);
    }
    text.push_str(STATIC_SECRET);
    text.push_str(AUTH);
    text.push_str(LEFT_OUT);
    for site in left_out {
        entry(&mut text, "# ", site.kind, site.group, &site.path);
    }
    text
}

/// What written files need of the tables, and what a config adds: there a Secret stands for every generation.
/// What kustomize lists itself is left out: it would follow such a name twice, and where one instance of an app is
/// built on another, the second time to the Secret of the other.
#[must_use]
pub fn written_references(more: &[&Reference]) -> String {
    let listed = sites::all_object_sites().into_iter().filter(expressible);
    let listed: Vec<_> = listed
        .filter(|site| !is_own(site.kind, &site.path))
        .collect();
    let mut text = String::from("nameReference:\n- kind: Secret\n  version: v1\n  fieldSpecs:\n");
    for workload in WORKLOADS {
        pod_entries(&mut text, workload, &|path| !is_own(workload.kind, path));
    }
    for site in &listed {
        entry(&mut text, "  - ", site.kind, site.group, &site.path);
    }
    for Reference { kind, group, path } in more {
        let known = listed.iter().any(|site| {
            let same_group = group.as_ref().is_none_or(|group| group == site.group);
            site.kind == kind && site.path == *path && same_group
        });
        if known || is_own(kind, path) {
            continue;
        }
        let group = group
            .as_ref()
            .map_or_else(String::new, |group| format!(", group: {}", quote(group)));
        let (kind, path) = (quote(kind), quote(path));
        let _ = writeln!(text, "  - {{kind: {kind}{group}, path: {path}}}");
    }
    text.push_str(AUTH);
    text.push_str(ACCESS);
    text
}

/// Whether kustomize lists it itself.
fn is_own(kind: &str, path: &str) -> bool {
    let in_pod = |spec: &str| {
        let site = path.strip_prefix(spec);
        site.is_some_and(|site| OWN_IN_PODS.contains(&site))
    };
    match kind {
        "Pod" => in_pod("spec/"),
        "PodTemplate" => in_pod("template/spec/"),
        "CronJob" => in_pod("spec/jobTemplate/spec/template/spec/"),
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" | "Job" => {
            in_pod("spec/template/spec/")
        }
        _ => OWN.contains(&(kind, path)),
    }
}

/// kustomize cannot look at a sibling. Where the sibling may be absent, a Secret is what the field
/// means by default, and an entry is right far more often than its lack.
fn expressible(site: &ObjectSite) -> bool {
    site.when.iter().all(|When { or_absent, .. }| *or_absent)
}

fn pod_entries(text: &mut String, workload: &Workload, wanted: &dyn Fn(&str) -> bool) {
    let spec = match workload.template {
        "" => "spec".to_owned(),
        template => format!("{template}/spec"),
    };
    for group in workload.groups {
        for site in pod_sites()
            .iter()
            .filter(|site| site.target == Target::Secret)
        {
            let path = format!("{spec}/{}", site.path);
            if wanted(&path) {
                entry(text, "  - ", workload.kind, group, &path);
            }
        }
    }
}

/// One line. The core group cannot be said: to kustomize an empty group is any group.
fn entry(text: &mut String, indent: &str, kind: &str, group: &str, path: &str) {
    let group = match group {
        "" => String::new(),
        group => format!(", group: {group}"),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{indent}{{kind: {kind}{group}, path: {path}}}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<String> {
        name_references().lines().map(str::to_owned).collect()
    }

    #[test]
    fn pods_are_listed_below_their_template() {
        for line in [
            "  - {kind: Pod, path: spec/volumes/secret/secretName}",
            "  - {kind: Rollout, group: argoproj.io, path: spec/template/spec/imagePullSecrets/name}",
            "  - {kind: Revision, group: serving.knative.dev, path: spec/containers/envFrom/secretRef/name}",
        ] {
            assert!(lines().iter().any(|found| found == line), "{line}");
        }
    }

    #[test]
    fn a_destination_is_a_site() {
        let line = "  - {kind: VaultStaticSecret, group: secrets.hashicorp.com, path: spec/destination/name}";
        assert!(lines().iter().any(|found| found == line));
    }

    #[test]
    fn a_field_that_may_name_a_config_map_is_a_comment() {
        let line = "{kind: HelmRelease, group: helm.toolkit.fluxcd.io, path: spec/valuesFrom/name}";
        assert!(lines().contains(&format!("# {line}")));
        assert!(!lines().contains(&format!("  - {line}")));
    }

    #[test]
    fn config_maps_are_not_listed() {
        assert!(!name_references().contains("configMap"));
    }

    #[test]
    fn no_entry_is_listed_twice() {
        let mut entries = lines();
        entries.retain(|line| line.starts_with("  - "));
        let all = entries.len();
        entries.sort();
        entries.dedup();
        assert_eq!(entries.len(), all);
    }
}
