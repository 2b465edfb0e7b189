//! As whom a rule lets a config read: logins that the repository names, never the runner's own.
//!
//! What a pattern leaves out has to be left out by the config as well. Knows names, no credential.

use super::name;
use super::pattern::Pattern;
use crate::vault::login::{Login, Method};

/// One entry of `logins`.
#[derive(Clone, Debug)]
pub struct LoginPattern {
    /// How.
    pub method: Method,
    /// Where it is mounted; `None`: where it usually is.
    pub mount: Option<Pattern>,
    /// As what; `None`: the config names no role.
    pub role: Option<Pattern>,
    /// For `kubernetes-approle`: the second role; `None`: the config names none.
    pub app_role: Option<Pattern>,
    /// For `kubernetes-approle`: where the second method is mounted; `None`: where it usually is.
    pub app_role_mount: Option<Pattern>,
}

impl LoginPattern {
    /// Whether a rule means this login; its namespace is the rule's business.
    #[must_use]
    pub fn matches(&self, login: &Login) -> bool {
        let usual = |pattern: Option<&Pattern>, said: Option<&str>, usual: &str| match pattern {
            None => said.is_none_or(|said| said == usual),
            Some(pattern) => fits(pattern, said.unwrap_or(usual)),
        };
        let named = |pattern: Option<&Pattern>, said: Option<&str>| match (pattern, said) {
            (None, said) => said.is_none(),
            (Some(pattern), Some(said)) => fits(pattern, said),
            (Some(_), None) => false,
        };
        let role = login.role.as_deref();
        let app_role = login.app_role.as_deref();
        // without one it is called like the first
        let second = app_role.or(role.filter(|_| self.app_role.is_some()));
        self.method == login.method
            && usual(
                self.mount.as_ref(),
                login.mount.as_deref(),
                login.method.mount(),
            )
            && named(self.role.as_ref(), role)
            && named(self.app_role.as_ref(), second)
            && usual(
                self.app_role_mount.as_ref(),
                login.app_role_mount.as_deref(),
                Method::AppRole.word(),
            )
    }

    /// All patterns in it.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let first = self.mount.iter().chain(&self.role);
        first.chain(&self.app_role).chain(&self.app_role_mount)
    }

    /// For messages: "`jwt` at `gitlab` as `orders-*`"
    #[must_use]
    pub fn words(&self) -> String {
        let mut out = format!("`{}`", self.method.word());
        let more = [
            ("at", &self.mount),
            ("as", &self.role),
            ("then as", &self.app_role),
            ("there at", &self.app_role_mount),
        ];
        for (word, pattern) in more {
            if let Some(pattern) = pattern {
                out.push_str(&format!(" {word} `{}`", pattern.written));
            }
        }
        out
    }
}

fn fits(pattern: &Pattern, said: &str) -> bool {
    name::fault(said).is_none() && pattern.matches(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::pattern::Lookup;

    fn pattern(text: &str) -> Pattern {
        Pattern::read(text, &|_| Lookup::Undeclared).expect("it is a pattern")
    }

    fn login(method: Method, role: &str) -> Login {
        Login {
            role: (!role.is_empty()).then(|| role.to_owned()),
            ..Login::new(method)
        }
    }

    fn rule(method: Method) -> LoginPattern {
        LoginPattern {
            method,
            mount: None,
            role: Some(pattern("shop-*")),
            app_role: None,
            app_role_mount: None,
        }
    }

    #[test]
    fn what_a_pattern_leaves_out_a_config_leaves_out_too() {
        let rule = rule(Method::Jwt);
        assert!(rule.matches(&login(Method::Jwt, "shop-build")));
        for other in [
            login(Method::Jwt, "finance-build"),
            login(Method::Jwt, "shop-a/../finance"),
            login(Method::Jwt, ""),
            login(Method::Kubernetes, "shop-build"),
            Login {
                mount: Some("gitlab".to_owned()),
                ..login(Method::Jwt, "shop-build")
            },
        ] {
            assert!(!rule.matches(&other), "{other:?}");
        }
        let usual = Login {
            mount: Some("jwt".to_owned()),
            ..login(Method::Jwt, "shop-build")
        };
        assert!(rule.matches(&usual));
        let anybody = LoginPattern { role: None, ..rule };
        assert!(anybody.matches(&login(Method::Jwt, "")));
        assert!(!anybody.matches(&login(Method::Jwt, "shop-build")));
    }

    #[test]
    fn a_second_role_is_called_like_the_first_unless_it_is_named() {
        let once = rule(Method::KubernetesAppRole);
        let plain = login(Method::KubernetesAppRole, "shop-a");
        let named = Login {
            app_role: Some("finance".to_owned()),
            ..plain.clone()
        };
        assert!(once.matches(&plain));
        assert!(!once.matches(&named));
        let twice = LoginPattern {
            app_role: Some(pattern("finance")),
            ..once
        };
        assert!(!twice.matches(&plain));
        assert!(twice.matches(&named));
        let elsewhere = Login {
            app_role_mount: Some("other".to_owned()),
            ..named
        };
        assert!(!twice.matches(&elsewhere));
    }
}
