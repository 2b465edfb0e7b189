//! The tables of sites: every place where a Kubernetes object names a Secret.
//!
//! A secret that is renamed must be renamed everywhere, so what is missing here breaks a
//! workload. Pods have one table of their own, because every workload kind embeds them; all other
//! kinds are rows of `sites/*.rs`, one file for each family of APIs. Adding a place is adding a
//! row. The tables are data: they must not know YAML trees, managed names or namespaces in use.
//!
//! Only inputs are sites. A field that tells an operator which Secret to *write* (cert-manager's
//! `Certificate` `spec.secretName`, `ExternalSecret` `spec.target.name`) names somebody else's
//! object. Maps with free keys on the way to a name (`proxyConnectHeader` of the Prometheus
//! operator) cannot be written as a path and are left to `spec.references` of the user.

mod cert_manager;
mod cnpg;
mod external_secrets;
mod flux;
mod keda;
mod kubernetes;
mod network;
mod object;
pub mod path;
mod pod;
mod prometheus;
mod rollouts;
mod row;
mod strimzi;
mod vault;

#[cfg(test)]
mod tests;

pub(super) use object::all_object_sites;
pub use object::{Form, Namespace, ObjectSite, When, object_sites};
pub use pod::{Keys, PodSite, Target, pod_sites};
