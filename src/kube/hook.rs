//! Helm's hooks: objects that run before or after the rest of a release, by their own annotations.
//!
//! Which of its Secrets are not there yet when a hook runs follows from when it runs (helm
//! pkg/action): before a release is applied nothing of it is, after it was deleted nothing is left. It
//! knows neither streams nor how Helm calls us.

use crate::yaml::NodeRef;
use crate::yaml::emit::Value;

const HOOK: &str = "helm.sh/hook";
const WEIGHT: &str = "helm.sh/hook-weight";
const DELETE_POLICY: &str = "helm.sh/hook-delete-policy";

/// Events at which the objects of a release are not there.
const APART: &[&str] = &["post-delete", "pre-install", "pre-rollback", "pre-upgrade"];

/// A copy is taken away before it is made and after the hooks that need it ran: until then Helm knows
/// nothing of it, and it must not stand in the way of the object of the release that has its name.
const POLICY: &str = "before-hook-creation,hook-succeeded";

/// A hook that runs while the objects of its release are not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    events: Vec<&'static str>,
    weight: i64,
}

impl Hook {
    /// Reads the annotations of an object.
    #[must_use]
    pub fn of(annotations: Option<NodeRef<'_, '_>>) -> Option<Self> {
        let said = |key: &str| annotations?.get(key)?.scalar();
        let named: Vec<&str> = said(HOOK)?.split(',').map(str::trim).collect();
        let events = APART.iter().filter(|event| named.contains(event));
        let events: Vec<&str> = events.copied().collect();
        let weight = said(WEIGHT).and_then(|text| text.trim().parse().ok());
        (!events.is_empty()).then_some(Self {
            events,
            weight: weight.unwrap_or(0),
        })
    }

    /// What serves both.
    pub fn join(&mut self, other: &Self) {
        self.events.extend(&other.events);
        self.events.sort_unstable();
        self.events.dedup();
        self.weight = self.weight.min(other.weight);
    }

    /// One that is there before this one.
    #[must_use]
    pub fn before(&self) -> Self {
        Self {
            events: self.events.clone(),
            weight: self.weight.saturating_sub(1),
        }
    }

    /// Makes an object a hook that is there before this one.
    pub fn precede(&self, object: &mut Value) {
        let weight = self.before().weight.to_string();
        for (key, text) in [
            (HOOK, self.events.join(",")),
            (DELETE_POLICY, POLICY.to_owned()),
            (WEIGHT, weight),
        ] {
            object.annotate(key, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Tree;

    fn hook(annotations: &str) -> Option<Hook> {
        let tree = Tree::parse(annotations).expect("it is YAML");
        Hook::of(tree.root())
    }

    #[test]
    fn only_hooks_that_run_without_the_release_need_anything() {
        for apart in APART {
            assert!(hook(&format!("{HOOK}: {apart}")).is_some(), "{apart}");
        }
        for beside in ["post-install", "post-upgrade,pre-delete", "test", ""] {
            assert_eq!(hook(&format!("{HOOK}: \"{beside}\"")), None, "{beside}");
        }
        assert_eq!(hook(&format!("{WEIGHT}: \"3\"")), None);
    }

    #[test]
    fn what_a_copy_needs_comes_before_it() {
        let hook =
            hook(&format!("{{{HOOK}: pre-install, {WEIGHT}: '5'}}")).expect("it runs before");
        let metadata = Value::Mapping(vec![("annotations".into(), Value::texts([("z", "last")]))]);
        let mut object = Value::Mapping(vec![("metadata".into(), metadata)]);
        hook.before().precede(&mut object);
        assert!(object.to_yaml(0, "\n").contains("hook-weight: \"3\""));
    }

    #[test]
    fn a_copy_comes_before_the_first_hook_and_at_the_events_of_all() {
        let first = format!("{{{HOOK}: 'pre-install, post-install', {WEIGHT}: '5'}}");
        let mut both = hook(&first).expect("it runs before");
        let other = format!("{{{HOOK}: 'pre-upgrade,pre-install', {WEIGHT}: '-3'}}");
        both.join(&hook(&other).expect("so does this"));
        let metadata = Value::Mapping(vec![("annotations".into(), Value::texts([("z", "last")]))]);
        let mut object = Value::Mapping(vec![("metadata".into(), metadata)]);
        both.precede(&mut object);
        assert_eq!(
            object.to_yaml(0, "\n"),
            "metadata:\n  annotations:\n    helm.sh/hook: \"pre-install,pre-upgrade\"\n    helm.sh/hook-delete-policy: \"before-hook-creation,hook-succeeded\"\n    helm.sh/hook-weight: \"-4\"\n    z: \"last\"\n"
        );
    }
}
