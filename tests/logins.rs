//! Every login against the real backends of OpenBao: who gets in, what is refused and how, and that
//! no token of ours is left when a run is over.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "logins/agent.rs"]
mod agent;
#[path = "logins/app_role.rs"]
mod app_role;
#[path = "support/asking.rs"]
mod asking;
#[path = "logins/certificate.rs"]
mod certificate;
#[path = "logins/cluster.rs"]
mod cluster;
#[path = "logins/ended.rs"]
mod ended;
#[path = "logins/filling.rs"]
mod filling;
#[path = "logins/inspected.rs"]
mod inspected;
#[path = "logins/interrupted.rs"]
mod interrupted;
#[path = "logins/kubernetes.rs"]
mod kubernetes;
#[path = "support/openbao.rs"]
mod openbao;
#[path = "logins/password.rs"]
mod password;
#[path = "support/proxy/mod.rs"]
mod proxy;
#[path = "logins/server.rs"]
mod server;
#[path = "logins/signed.rs"]
mod signed;
#[path = "logins/signer.rs"]
mod signer;
