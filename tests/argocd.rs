//! The plugin of Argo CD, called as its servers call it, and read as they read it.

#[path = "argocd/application.rs"]
mod application;
#[path = "argocd/charts.rs"]
mod charts;
#[path = "support/go_yaml.rs"]
mod go_yaml;
#[path = "argocd/health.rs"]
mod health;
#[path = "argocd/hostile.rs"]
mod hostile;
#[path = "argocd/manifests.rs"]
mod manifests;
#[path = "argocd/processes.rs"]
mod processes;
#[path = "argocd/server.rs"]
mod server;
#[path = "argocd/sidecar.rs"]
mod sidecar;
#[path = "argocd/stream.rs"]
mod stream;
