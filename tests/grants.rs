//! A generated policy is enough, and no right of it is spare: tried on a real OpenBao, block by block.
//!
//! "Works" means: every command says exactly what it says to root. So a right that only made an
//! answer better (which key is missing, which version is the newest that lives) counts as needed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/openbao.rs"]
mod openbao;
#[path = "grants/shop.rs"]
mod shop;
#[path = "grants/written.rs"]
mod written;

use shop::Shop;
use written::{Written, without_each_right};

/// The folders with a secret of each sort.
const LOCKED: &[&str] = &["app", "preview"];
/// Its secrets are in a namespace below that of its login.
const BELOW: &str = "
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: orders, namespace: shop}
spec:
  delivery: VaultStaticSecret
  vault: {mount: kvv2, namespace: team-a/orders, auth: {method: approle, namespace: team-a}}
  secrets:
  - {name: orders-db, path: shop/db, keys: {PASSWORD: password}}
";

/// Gives a token of each policy to the work it is for; then of each policy with one right less.
#[track_caller]
fn is_exact(shop: &Shop, folders: &[&str], purpose: &str, work: &dyn Fn(&Shop, &str) -> String) {
    let found = Written::of(shop, folders, purpose);
    let wanted = work(shop, "root");
    let got = work(shop, &shop.token(&found.json.to_string()));
    assert_eq!(got, wanted, "{purpose}: JSON");
    let got = work(shop, &shop.token(&found.hcl));
    assert_eq!(got, wanted, "{purpose}: HCL");
    let less = without_each_right(&found.json);
    assert!(!less.is_empty());
    for (what, policy) in less {
        let got = work(shop, &shop.token(&policy.to_string()));
        assert_ne!(got, wanted, "{purpose} works without {what}");
    }
}

#[test]
fn locking_works_with_its_policy_and_with_no_right_less() {
    is_exact(&Shop::open(), LOCKED, "lock", &Shop::lock);
}

#[test]
fn rendering_works_with_its_policy_and_with_no_right_less() {
    is_exact(&Shop::open(), LOCKED, "render", &Shop::render);
}

#[test]
fn the_operator_reads_with_its_policy_and_with_no_right_less() {
    is_exact(&Shop::open(), LOCKED, "operator", &Shop::operate);
}

#[test]
fn who_fills_writes_with_that_policy_and_with_no_right_less() {
    is_exact(&Shop::open(), &["values"], "fill", &Shop::fill);
}

#[test]
fn who_fills_reads_no_value() {
    let shop = Shop::open();
    let found = Written::of(&shop, LOCKED, "fill");
    let token = shop.token(&found.json.to_string());
    for (path, status) in [("subkeys", 200), ("data", 403), ("metadata", 403)] {
        let path = format!("kvv2/{path}/shop/hash-key");
        assert_eq!(shop.get(&token, &path).0, status, "{path}");
    }
    let (status, _) = shop.get(&token, "kvv2/data/shop/orders-old");
    assert_eq!(status, 403);
}

#[test]
fn a_lock_without_values_is_made_without_a_right_to_values() {
    let shop = Shop::open();
    let found = Written::of(&shop, LOCKED, "lock");
    let token = shop.token(&found.json.to_string());
    let (status, _) = shop.get(&token, "kvv2/subkeys/shop/orders-db?version=2");
    assert_eq!(status, 200);
    for path in ["shop/orders-db", "shop/orders-all"] {
        assert_eq!(shop.get(&token, &format!("kvv2/data/{path}")).0, 403);
    }
}

#[test]
fn the_commands_in_the_comments_write_the_policies_and_their_roles() {
    let shop = Shop::open();
    shop.enable_logins();
    for purpose in ["lock", "render", "operator", "fill"] {
        let found = Written::of(&shop, LOCKED, purpose);
        let commands = found.names.len() + found.roles.len();
        assert_eq!(found.run_commands(&shop), commands, "{purpose}");
        for role in &found.roles {
            let (status, text) = shop.get("root", role);
            assert_eq!(status, 200, "{role}: {text}");
            let seconds = if purpose == "operator" { 1200 } else { 600 };
            assert!(
                text.contains(&format!(r#""token_ttl":{seconds}"#)),
                "{text}"
            );
            let named = |name: &String| text.contains(&format!(r#"["{name}"]"#));
            assert!(found.names.iter().any(named), "{text}");
        }
    }
}

#[test]
fn a_role_gives_out_a_token_that_is_enough_and_expires() {
    let shop = Shop::open();
    shop.enable_logins();
    let found = Written::of(&shop, LOCKED, "lock");
    found.run_commands(&shop);
    let role = found
        .roles
        .iter()
        .find(|role| role.contains("/approle/"))
        .unwrap();
    let id = shop.told("GET", &format!("{role}/role-id"), "", "role_id");
    let secret = shop.told("POST", &format!("{role}/secret-id"), "", "secret_id");
    let body = format!(r#"{{"role_id":"{id}","secret_id":"{secret}"}}"#);
    let token = shop.told("POST", "auth/approle/login", &body, "client_token");
    assert_eq!(shop.lock(&token), shop.lock("root"));
    let (_, text) = shop.get(&token, "auth/token/lookup-self");
    assert!(text.contains(r#""explicit_max_ttl":0"#) && text.contains(r#""creation_ttl":600"#));
}

#[test]
fn a_login_above_the_secrets_has_its_policy_there() {
    let shop = Shop::open();
    shop.must("POST", "sys/namespaces/orders", "");
    shop.bao.mount_v2_in("team-a/orders", "kvv2");
    let body = r#"{"data":{"password":"s3cr3t-below"}}"#;
    let (status, _) = shop
        .bao
        .api_in("team-a/orders", "POST", "kvv2/data/shop/db", body);
    assert_eq!(status, 200);
    shop.file("above/secrets.yaml", BELOW);
    let words = ["policy", "generate", "above", "--for=lock"];
    let policy = shop.succeeds(&words);
    assert!(policy.contains(r#"path "orders/kvv2/subkeys/shop/db""#));
    let token = shop.token(&policy);
    let words = ["lock", "above", "--dry-run"];
    assert_eq!(
        shop.countersign(&token, &words),
        shop.countersign("root", &words)
    );
    assert_eq!(shop.countersign(&token, &words).0, 0);
}
