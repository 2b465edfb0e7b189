//! The files of the plugins, as they stand in `plugin/`: what `countersign plugin install` writes.
//!
//! Names and texts; where a tool looks for them is not known here.

/// A file of a plugin.
#[derive(Clone, Copy)]
pub struct File {
    /// Below the folder of the plugin.
    pub name: &'static str,
    /// What stands in it.
    pub text: &'static str,
}

macro_rules! files {
    ($folder:literal $($name:literal)*) => {
        &[$(File {
            name: $name,
            text: include_str!(concat!("../../plugin/", $folder, "/", $name)),
        },)*]
    };
}

/// The plugin of Helm 4.
pub const HELM: &[File] = files!("helm" "plugin.yaml");

/// The Component for Argo CD's repo server.
pub const ARGOCD: &[File] = files!(
    "argocd/component"
    "kustomization.yaml" "plugin.yaml" "sidecar.yaml" "health.yaml" "policy.yaml"
);

/// How kustomize looks for its plugins: by group, version and kind of an object.
pub const KUSTOMIZE: &[&str] = &[
    "countersign.dev/v1alpha1/vaultsecrets/VaultSecrets",
    "countersign.dev/v1alpha1/countersign/Countersign",
];
