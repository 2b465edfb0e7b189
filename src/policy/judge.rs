//! Whether a source may be read and delivered: the rule that allows it, or those that came nearest.

use std::cmp::Reverse;

use super::login::LoginPattern;
use super::pattern::Pattern;
use super::{Policy, ROOT, Rule, name};
use crate::config::Delivery;
use crate::config::fields::list;
use crate::vault::login::Login;
use crate::vault::{Engine, SecretPath};

/// So many rules are named in a denial.
const NEAREST: usize = 3;
/// What a KV 2 engine answers to before a path: a name with one of these means another secret there.
const API: &[&str] = &["data", "metadata", "subkeys"];

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Mount, path and engine.
    pub secret: &'a SecretPath,
    /// The Vault namespace; `None`: that of the runner.
    pub namespace: Option<&'a str>,
    /// How it is delivered.
    pub delivery: Delivery,
    /// The login that its config names.
    pub login: Option<&'a Login>,
}

/// The answer.
#[derive(Clone, Debug)]
pub enum Verdict<'p> {
    /// By this rule.
    Allowed(&'p Rule),
    /// By none.
    Denied(Denial<'p>),
}

/// Why not.
#[derive(Clone, Debug)]
pub enum Denial<'p> {
    /// It could mean two things, so no rule is asked.
    Unclear(String),
    /// These came nearest.
    NoRule(Vec<Near<'p>>),
}

/// A rule that does not allow it, and what it lacks.
#[derive(Clone, Debug)]
pub struct Near<'p> {
    rule: &'p Rule,
    path: bool,
    reaches: usize,
    lacks: Vec<Limit>,
}

/// What a rule limits besides paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Delivery,
    Namespace,
    Login,
}

impl Policy {
    /// Judges one source.
    #[must_use]
    pub fn judge(&self, wanted: &Wanted<'_>) -> Verdict<'_> {
        if let Some(why) = unclear(wanted) {
            return Verdict::Denied(Denial::Unclear(why));
        }
        let path = format!("{}/{}", wanted.secret.mount, wanted.secret.path);
        let namespace = self.namespace(wanted);
        let mut near: Vec<Near<'_>> = Vec::new();
        for rule in &self.rules {
            let login = wanted.login;
            let fits = [
                (Limit::Delivery, rule.deliveries.contains(&wanted.delivery)),
                (Limit::Namespace, self.in_namespace(rule, namespace)),
                (
                    Limit::Login,
                    login.is_none_or(|login| self.as_login(rule, login)),
                ),
            ];
            let lacks = fits.into_iter().filter(|(_, fits)| !fits);
            let one = Near {
                rule,
                path: any(&rule.paths, &path),
                reaches: rule
                    .paths
                    .iter()
                    .map(|p| p.reaches(&path))
                    .max()
                    .unwrap_or(0),
                lacks: lacks.map(|(limit, _)| limit).collect(),
            };
            if one.path && one.lacks.is_empty() {
                return Verdict::Allowed(rule);
            }
            near.push(one);
        }
        let rank = |one: &Near<'_>| (one.path, one.reaches, Reverse(one.lacks.len()));
        let best = near.iter().map(rank).max();
        near.retain(|one| Some(rank(one)) == best);
        near.truncate(NEAREST);
        Verdict::Denied(Denial::NoRule(near))
    }

    fn in_namespace(&self, rule: &Rule, namespace: &str) -> bool {
        match &rule.namespaces {
            Some(patterns) => any(patterns, namespace),
            None => namespace == root_or(self.own.as_deref()),
        }
    }

    fn as_login(&self, rule: &Rule, login: &Login) -> bool {
        let namespace = root_or(login.namespace.as_deref().or(self.own.as_deref()));
        name::fault(namespace).is_none()
            && self.in_namespace(rule, namespace)
            && rule.logins.iter().any(|one| one.matches(login))
    }

    /// The namespace as patterns name it.
    #[must_use]
    pub fn namespace<'a>(&'a self, wanted: &Wanted<'a>) -> &'a str {
        root_or(wanted.namespace.or(self.own.as_deref()))
    }

    /// The nearest rules, a sentence each, and what their variables stand for.
    #[must_use]
    pub fn explain(&self, denial: &Denial<'_>) -> Vec<String> {
        let near = match denial {
            Denial::Unclear(why) => return vec![why.clone()],
            Denial::NoRule(near) => near,
        };
        if near.is_empty() {
            return vec![format!("`{}` has no rule", self.name)];
        }
        let mut out: Vec<String> = near.iter().map(|one| self.sentence(one)).collect();
        let said = near.iter().flat_map(Near::said);
        for variable in self.used(&said.collect::<Vec<_>>()) {
            let value = variable.value.as_deref().unwrap_or_default();
            out.push(format!(
                "`{}` is `{value}`, as `{}` says",
                variable.name, variable.env
            ));
        }
        out
    }

    fn sentence(&self, near: &Near<'_>) -> String {
        let rule = near.rule;
        let paths = if near.path {
            "this path".to_owned()
        } else {
            written(&rule.paths)
        };
        let limits: Vec<String> = near
            .lacks
            .iter()
            .map(|one| self.limit(rule, *one))
            .collect();
        let only = if limits.is_empty() { "" } else { ", only " };
        let limits = limits.join(" and ");
        format!("rule `{}` allows {paths}{only}{limits}", rule.name)
    }

    fn limit(&self, rule: &Rule, limit: Limit) -> String {
        match (limit, &rule.namespaces) {
            (Limit::Delivery, _) => {
                let words: Vec<&str> = rule.deliveries.iter().map(|d| d.word()).collect();
                format!("as {}", list(&words))
            }
            (Limit::Namespace, Some(patterns)) => {
                let s = if patterns.len() == 1 { "" } else { "s" };
                format!("in the namespace{s} {}", written(patterns))
            }
            (Limit::Namespace, None) => format!(
                "in the runner's own namespace, `{}`",
                root_or(self.own.as_deref())
            ),
            (Limit::Login, _) if rule.logins.is_empty() => {
                "with a login that the runner chooses".to_owned()
            }
            (Limit::Login, _) => {
                let words: Vec<String> = rule.logins.iter().map(LoginPattern::words).collect();
                format!("with the login {}", words.join(" or "))
            }
        }
    }
}

impl Denial<'_> {
    /// Whether another namespace would do.
    #[must_use]
    pub fn is_about_the_namespace(&self) -> bool {
        match self {
            Denial::Unclear(_) => false,
            Denial::NoRule(near) => {
                let mut near = near.iter();
                near.any(|one| one.path && one.lacks.contains(&Limit::Namespace))
            }
        }
    }
}

impl<'p> Near<'p> {
    /// The patterns that its sentence shows.
    fn said(&self) -> Vec<&'p Pattern> {
        let rule = self.rule;
        let lacks = |limit: Limit| self.lacks.contains(&limit);
        let paths = rule.paths.iter().filter(|_| !self.path);
        let namespaces = rule.namespaces.iter().flatten();
        let namespaces = namespaces.filter(|_| lacks(Limit::Namespace));
        let logins = rule.logins.iter().filter(|_| lacks(Limit::Login));
        let logins = logins.flat_map(LoginPattern::patterns);
        paths.chain(namespaces).chain(logins).collect()
    }
}

fn any(patterns: &[Pattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(name))
}

fn written(patterns: &[Pattern]) -> String {
    let words: Vec<&str> = patterns.iter().map(|p| p.written.as_str()).collect();
    list(&words)
}

fn root_or(namespace: Option<&str>) -> &str {
    match namespace.map(|name| name.trim_matches('/')) {
        None | Some("") => ROOT,
        Some(name) => name,
    }
}

/// Why it cannot be held against any rule.
fn unclear(wanted: &Wanted<'_>) -> Option<String> {
    let SecretPath {
        mount,
        path,
        engine,
        ..
    } = wanted.secret;
    let namespace = root_or(wanted.namespace);
    let parts = [("namespace", namespace), ("mount", mount), ("path", path)];
    for (what, text) in parts {
        if let Some(fault) = name::fault(text) {
            return Some(format!("this {what} cannot be judged: {fault}"));
        }
    }
    // `kvv2/data/finance` as a mount, or read by the API of KV 1, is a path of `kvv2`
    let mut inner = mount.split('/').skip(1);
    let in_mount = inner.find(|segment| API.contains(segment));
    let mut segments = path.split('/').filter(|_| *engine == Engine::KvV1);
    let word = in_mount.or_else(|| segments.find(|segment| API.contains(segment)))?;
    Some(format!(
        "this path cannot be judged: where a kv-v2 is mounted, `{word}` in it belongs to the API and leads to another secret"
    ))
}

#[cfg(test)]
mod tests;
