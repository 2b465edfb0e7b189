//! The table of places where a pod names a Secret or a `ConfigMap`.
//!
//! Paths start at the pod *spec* (`kube::workload` says where that is). `ConfigMaps` are listed
//! because the stamp counts what a pod reads; they are never renamed. The table must not know
//! which kinds embed pods.

/// What a site names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A Secret.
    Secret,
    /// A `ConfigMap`.
    ConfigMap,
}

/// Which keys of the named object the pod takes. Fields stand beside the name, in the same map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The whole object.
    All,
    /// The one key that this field names.
    Key(&'static str),
    /// The keys in this list of `{key, path}`; all of them where the list is absent.
    Items(&'static str),
}

/// One place in a pod spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodSite {
    /// What is named.
    pub target: Target,
    /// From the pod spec to the scalar that is the name; lists on the way are walked.
    pub path: &'static str,
    /// What is used of it.
    pub keys: Keys,
}

const KEY: Keys = Keys::Key("key");
const ITEMS: Keys = Keys::Items("items");

const fn secret(path: &'static str, keys: Keys) -> PodSite {
    PodSite {
        target: Target::Secret,
        path,
        keys,
    }
}

const fn config_map(path: &'static str, keys: Keys) -> PodSite {
    PodSite {
        target: Target::ConfigMap,
        path,
        keys,
    }
}

/// Sorted by path.
const POD_SITES: &[PodSite] = &[
    config_map("containers/env/valueFrom/configMapKeyRef/name", KEY),
    secret("containers/env/valueFrom/secretKeyRef/name", KEY),
    config_map("containers/envFrom/configMapRef/name", Keys::All),
    secret("containers/envFrom/secretRef/name", Keys::All),
    config_map(
        "ephemeralContainers/env/valueFrom/configMapKeyRef/name",
        KEY,
    ),
    secret("ephemeralContainers/env/valueFrom/secretKeyRef/name", KEY),
    config_map("ephemeralContainers/envFrom/configMapRef/name", Keys::All),
    secret("ephemeralContainers/envFrom/secretRef/name", Keys::All),
    secret("imagePullSecrets/name", Keys::All),
    config_map("initContainers/env/valueFrom/configMapKeyRef/name", KEY),
    secret("initContainers/env/valueFrom/secretKeyRef/name", KEY),
    config_map("initContainers/envFrom/configMapRef/name", Keys::All),
    secret("initContainers/envFrom/secretRef/name", Keys::All),
    secret("volumes/azureFile/secretName", Keys::All),
    secret("volumes/cephfs/secretRef/name", Keys::All),
    secret("volumes/cinder/secretRef/name", Keys::All),
    config_map("volumes/configMap/name", ITEMS),
    secret("volumes/csi/nodePublishSecretRef/name", Keys::All),
    secret("volumes/flexVolume/secretRef/name", Keys::All),
    secret("volumes/iscsi/secretRef/name", Keys::All),
    config_map("volumes/projected/sources/configMap/name", ITEMS),
    secret("volumes/projected/sources/secret/name", ITEMS),
    secret("volumes/rbd/secretRef/name", Keys::All),
    secret("volumes/scaleIO/secretRef/name", Keys::All),
    secret("volumes/secret/secretName", ITEMS),
    secret("volumes/storageos/secretRef/name", Keys::All),
];

/// Every place in a pod spec, sorted by path.
#[must_use]
pub fn pod_sites() -> &'static [PodSite] {
    POD_SITES
}
