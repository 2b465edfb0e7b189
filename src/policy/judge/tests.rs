//! What rules allow, and which rules a denial names.

use super::*;
use crate::policy::read::read;
use crate::vault::login::Method;

const POLICY: &str = "apiVersion: countersign.dev/v1alpha1
kind: RunnerPolicy
variables: {project: {env: PROJECT}}
rules:
- name: own
  paths: ['kvv2/{{ project }}/**']
  deliveries: [VaultStaticSecret, Secret]
- name: shared
  namespaces: [root, team-*]
  paths: [kvv2/shared/*, kvv1/shared/*]
  deliveries: [VaultStaticSecret]
";

fn policy(own: Option<&str>) -> Policy {
    let env = |name: &str| (name == "PROJECT").then(|| "shop".to_owned());
    let mut policy = read("policy.yaml", POLICY, &env).expect("it is right");
    policy.own = own.map(str::to_owned);
    policy
}

/// The name of the rule that allows it, or the sentences of the denial.
fn said(
    own: Option<&str>,
    namespace: Option<&str>,
    path: (&str, &str),
    delivery: Delivery,
) -> String {
    let engine = if path.0 == "kvv1" {
        Engine::KvV1
    } else {
        Engine::KvV2
    };
    let secret = SecretPath {
        namespace: namespace.map(str::to_owned),
        mount: path.0.to_owned(),
        path: path.1.to_owned(),
        engine,
    };
    let policy = policy(own);
    let wanted = Wanted {
        secret: &secret,
        namespace,
        delivery,
        login: None,
    };
    match policy.judge(&wanted) {
        Verdict::Allowed(rule) => rule.name.clone(),
        Verdict::Denied(denial) => policy.explain(&denial).join("\n"),
    }
}

const VSS: Delivery = Delivery::VaultStaticSecret;

#[test]
fn a_rule_allows_path_namespace_and_delivery_together() {
    assert_eq!(
        said(None, None, ("kvv2", "shop/db"), Delivery::Secret),
        "own"
    );
    assert_eq!(said(None, None, ("kvv2", "shared/ca"), VSS), "shared");
    assert_eq!(
        said(None, Some("team-a"), ("kvv2", "shared/ca"), VSS),
        "shared"
    );
    assert_eq!(
        said(None, Some("team-a"), ("kvv2", "shop/db"), VSS),
        "rule `own` allows this path, only in the runner's own namespace, `root`"
    );
    assert_eq!(
        said(None, Some("ops"), ("kvv2", "shared/ca"), Delivery::Both),
        "rule `shared` allows this path, only as `VaultStaticSecret` and in the namespaces `root` and `team-*`"
    );
    assert_eq!(
        said(None, None, ("kvv2", "finance/db"), VSS),
        "rule `own` allows `kvv2/{{ project }}/**`\n\
         rule `shared` allows `kvv2/shared/*` and `kvv1/shared/*`\n\
         `project` is `shop`, as `PROJECT` says"
    );
}

#[test]
fn without_a_namespace_the_runner_s_own_counts() {
    assert_eq!(said(Some("team-b"), None, ("kvv2", "shop/db"), VSS), "own");
    assert_eq!(
        said(Some("team-b"), Some("team-b"), ("kvv2", "shop/db"), VSS),
        "own"
    );
    assert_eq!(
        said(Some("/team-b/"), Some("team-b/"), ("kvv2", "shop/db"), VSS),
        "own"
    );
    assert_eq!(
        said(Some("team-b"), Some(""), ("kvv2", "shop/db"), VSS),
        "rule `own` allows this path, only in the runner's own namespace, `team-b`"
    );
    // a pattern has to name it
    assert_eq!(
        said(Some("ops"), None, ("kvv2", "shared/ca"), VSS),
        "rule `shared` allows this path, only in the namespaces `root` and `team-*`"
    );
}

#[test]
fn what_could_mean_another_secret_is_not_judged() {
    let unclear = [
        (("kvv2", "shop/../finance/db"), None),
        (("kvv2", "shop//db"), None),
        (("kvv2", "shop/%2e%2e/db"), None),
        (("kvv2", "sh\u{43e}p/db"), None),
        (("kvv2", "shop/db "), None),
        (("kvv2/", "shop/db"), None),
        (("kvv2", "shop/db"), Some("team-a/../ops")),
        (("kvv2", "shop/db"), Some("team\u{2010}a")),
        // the API of KV 2 under another name
        (("kvv2/shop/data/x", "db"), None),
        (("kvv1", "shared/data"), None),
        (("kvv1", "metadata/shared"), None),
    ];
    for (path, namespace) in unclear {
        let said = said(None, namespace, path, VSS);
        assert!(
            said.contains("cannot be judged"),
            "{path:?} {namespace:?}: {said}"
        );
    }
    // under its own name it is only a word
    assert_eq!(said(None, None, ("kvv2", "shop/data"), VSS), "own");
}

#[test]
fn a_login_that_the_config_names_has_to_be_the_rule_s() {
    let text = POLICY.replace(
        ", Secret]\n",
        ", Secret]\n  logins: [{method: jwt, mount: gitlab, role: 'shop-{{ project }}'}]\n",
    );
    let env = |name: &str| (name == "PROJECT").then(|| "shop".to_owned());
    let policy = read("policy.yaml", &text, &env).expect("it is right");
    let said = |path: &str, role: &str, namespace: Option<&str>| {
        let secret = SecretPath {
            namespace: None,
            mount: "kvv2".to_owned(),
            path: path.to_owned(),
            engine: Engine::KvV2,
        };
        let login = Login {
            mount: Some("gitlab".to_owned()),
            role: Some(role.to_owned()),
            namespace: namespace.map(str::to_owned),
            ..Login::new(Method::Jwt)
        };
        let wanted = Wanted {
            secret: &secret,
            namespace: None,
            delivery: VSS,
            login: Some(&login),
        };
        match policy.judge(&wanted) {
            Verdict::Allowed(rule) => rule.name.clone(),
            Verdict::Denied(denial) => policy.explain(&denial).join("\n"),
        }
    };
    assert_eq!(said("shop/db", "shop-shop", None), "own");
    let denied = "rule `own` allows this path, only with the login `jwt` at `gitlab` as `shop-{{ project }}`\n\
        `project` is `shop`, as `PROJECT` says";
    assert_eq!(said("shop/db", "shop-admin", None), denied);
    assert_eq!(said("shop/db", "shop-shop", Some("ops")), denied);
    assert_eq!(
        said("shared/ca", "shop-shop", None),
        "rule `shared` allows this path, only with a login that the runner chooses"
    );
}

#[test]
fn a_policy_without_rules_says_so() {
    let empty = POLICY.split("rules:").next().unwrap_or_default().to_owned() + "rules: []\n";
    let policy = read("policy.yaml", &empty, &|_| None).expect("it is right");
    assert_eq!(
        policy.explain(&Denial::NoRule(Vec::new())),
        ["`policy.yaml` has no rule"]
    );
}
