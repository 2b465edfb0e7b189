//! `policy generate`: the least that Vault has to allow, from configs and locks.
//!
//! `needs` says what each purpose asks for, by the same tables that decide what the program asks;
//! the rest sorts, names and prints it. Asks nobody and knows no door.

pub mod hcl;
pub mod json;
mod literal;
pub mod needs;
mod policies;
mod roles;
mod shared;
pub mod uses;

use std::collections::{BTreeMap, BTreeSet};

pub use self::policies::policies;
pub use self::roles::{Role, Setting};

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// `countersign lock` and `countersign outdated`.
    Lock,
    /// `countersign render` and the other doors.
    Render,
    /// The Vault Secrets Operator, in one Kubernetes namespace.
    Operator,
    /// `countersign missing` and `countersign fill`.
    Fill,
}

impl Purpose {
    /// All of them, in the order of the output.
    pub const ALL: [Purpose; 4] = [
        Purpose::Lock,
        Purpose::Render,
        Purpose::Operator,
        Purpose::Fill,
    ];

    /// The word of `--for`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Purpose::Lock => "lock",
            Purpose::Render => "render",
            Purpose::Operator => "operator",
            Purpose::Fill => "fill",
        }
    }
}

/// What a token of one purpose may do in one Vault namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What it is for.
    pub purpose: Purpose,
    /// What it is called.
    pub name: String,
    /// The Vault namespace that it belongs to; `None`: none is named anywhere.
    pub vault_namespace: Option<String>,
    /// The Kubernetes namespace of the objects, for the operator; `None`: not known.
    pub kube_namespace: Option<String>,
    /// By path, as the server matches it.
    pub grants: BTreeMap<String, Grant>,
    /// Roles that give out tokens with it; one of them is enough.
    pub roles: Vec<Role>,
}

/// What is allowed on one path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// `read`, `create`, `patch`, `update`.
    pub capabilities: BTreeSet<&'static str>,
    /// What it is needed for: a word or two, and the secrets that need it.
    pub needed: BTreeMap<&'static str, BTreeSet<String>>,
}
