//! What was typed after `argocd`: words of a plugin's manifest, not of a person.

use clap::Subcommand;

/// The commands of `argocd`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum ArgocdCommand {
    /// Build the application in the current directory and print its manifests
    ///
    /// A kustomization, a chart, or a folder of manifests, as found or as the parameter `type` says. Reads
    /// no Vault without a runner's policy; without `--timeout` the whole takes 45 seconds at most.
    Generate,
    /// Print `countersign` where the current directory has a lock or a VaultSecrets object, else nothing
    Discover,
    /// Print the parameters that an Application can set, for Argo CD's form
    Parameters,
    /// Fail where `generate` could not begin: parameters, the kind of application, the runner's policy
    Init,
}
