//! What `doctor` asks: as whom it came in, and what that one may do. A login that it makes is revoked.

use countersign::vault::Store;
use countersign::vault::inspect::Asker;

use crate::password::{env, user};
use crate::server::{alive, shared, without_token};

#[test]
fn a_login_tells_who_it_is_and_what_it_may_do_and_is_revoked() {
    let bao = shared();
    user(&bao, "looked");
    let store = without_token(&bao.addr, &env("looked", "s3cr3t-password"));
    let inspector = store.inspector().unwrap();
    let asker = Asker {
        login: inspector.counts(None),
        namespace: None,
    };
    assert!(asker.login.is_some());
    let holder = inspector.holder(&asker).unwrap().unwrap();
    assert_eq!(holder.name, "looked-ci");
    assert!(holder.policies.contains(&"reader".to_owned()), "{holder:?}");
    assert!(holder.ttl.is_some_and(|ttl| ttl > 60), "{holder:?}");
    assert_eq!(holder.uses, None);
    let paths = ["secret/data/a", "secret/metadata/a"].map(str::to_owned);
    let can = inspector.capabilities(&asker, &paths).unwrap().unwrap();
    assert_eq!(can["secret/data/a"], ["read"]);
    assert_eq!(can["secret/metadata/a"], ["deny"]);
    assert_eq!(alive(&bao, "looked"), 1);
    drop(store);
    assert_eq!(alive(&bao, "looked"), 0);
}

#[test]
fn a_token_whose_requests_are_counted_says_how_many_are_left() {
    let bao = shared();
    let body = r#"{"policies":["reader"],"num_uses":3}"#;
    let token = crate::server::text(
        &bao.must("POST", "auth/token/create", body),
        "/auth/client_token",
    );
    let store = without_token(&bao.addr, &[("VAULT_TOKEN", &token)]);
    let inspector = store.inspector().unwrap();
    let asked = || inspector.holder(&Asker::default()).unwrap().unwrap().uses;
    assert_eq!([asked(), asked(), asked()], [Some(2), Some(1), Some(0)]);
    assert!(inspector.holder(&Asker::default()).is_err());
}

#[test]
fn a_namespace_that_is_not_there_is_named() {
    let bao = shared();
    let env = [("VAULT_TOKEN", "root"), ("VAULT_NAMESPACE", "nowhere")];
    let store = without_token(&bao.addr, &env);
    let asker = Asker {
        login: None,
        namespace: Some("nowhere".into()),
    };
    let refusal = store.inspector().unwrap().holder(&asker).unwrap_err();
    assert_eq!(refusal.message, "there is no namespace `nowhere`");
    let health = store.inspector().unwrap().health().unwrap();
    assert_eq!(health.product, Some("OpenBao"));
}
