//! How the runner proves to Vault or OpenBao who it is, as names: no credential is in here.
//!
//! A config may choose a login by these fields and by nothing else, because whoever writes to the
//! repository must not decide which file, variable or program of the runner is read.

pub mod answer;
pub mod audience;
pub mod echo;
pub mod refuse;
pub mod request;
pub mod wrapped;

use std::fmt;

/// A way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// No login: the runner has a token.
    Token,
    /// `RoleID` and `SecretID`.
    AppRole,
    /// The token of a Kubernetes service account.
    Kubernetes,
    /// As a service account, which may ask for the `SecretID` of a role, and then as that role.
    KubernetesAppRole,
    /// A signed token of a CI system.
    Jwt,
    /// User and password that the server keeps.
    Userpass,
    /// User and password of a directory.
    Ldap,
    /// The client certificate of the connection.
    Cert,
}

/// All methods, by the words of `method`.
pub const METHODS: &[(&str, Method)] = &[
    ("token", Method::Token),
    ("approle", Method::AppRole),
    ("kubernetes", Method::Kubernetes),
    ("kubernetes-approle", Method::KubernetesAppRole),
    ("jwt", Method::Jwt),
    ("userpass", Method::Userpass),
    ("ldap", Method::Ldap),
    ("cert", Method::Cert),
];

/// One login: what tells it from another one at the same server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Login {
    /// How.
    pub method: Method,
    /// Where the method is mounted, without `auth/`; `None`: where it usually is.
    pub mount: Option<String>,
    /// As what.
    pub role: Option<String>,
    /// Of Vault or OpenBao; `None`: the runner's own.
    pub namespace: Option<String>,
    /// For whom the signed token has to be made.
    pub audience: Option<String>,
    /// For `kubernetes-approle`: the role of the second login; `None`: it is called like the first.
    pub app_role: Option<String>,
    /// For `kubernetes-approle`: where the second method is mounted.
    pub app_role_mount: Option<String>,
}

impl Method {
    /// The word in a config and in a variable.
    #[must_use]
    pub fn word(self) -> &'static str {
        let row = METHODS.iter().find(|(_, method)| *method == self);
        row.map_or("token", |(word, _)| word)
    }

    /// Where it is mounted unless somebody says otherwise.
    #[must_use]
    pub fn mount(self) -> &'static str {
        match self {
            Method::KubernetesAppRole => Method::Kubernetes.word(),
            method => method.word(),
        }
    }
}

impl Login {
    /// A login that says nothing but its method.
    #[must_use]
    pub fn new(method: Method) -> Self {
        Self {
            method,
            mount: None,
            role: None,
            namespace: None,
            audience: None,
            app_role: None,
            app_role_mount: None,
        }
    }

    /// Where it is done.
    #[must_use]
    pub fn mount(&self) -> &str {
        self.mount.as_deref().unwrap_or(self.method.mount())
    }
}

/// `auth/gitlab`, with its namespace: how messages name a login.
impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`auth/{}`", self.mount())?;
        match self.namespace.as_deref() {
            None | Some("") => Ok(()),
            Some(namespace) => write!(f, " in namespace `{namespace}`"),
        }
    }
}
