//! A token that ends in the middle of a run, and one that was given.

use countersign::diag::Code;

use crate::asking::{read, store, values};
use crate::password::{env, user};
use crate::proxy::fault::{Fault, Trouble};
use crate::proxy::{Manner, Proxy};
use crate::server::{alive, read_all, shared, without_token};

#[test]
fn a_login_that_burns_nothing_is_made_again_once() {
    let bao = shared();
    user(&bao, "twice");
    let trouble = |which| Trouble {
        fault: Fault::TokenEnds,
        path: "secret/data/b",
        which,
    };
    let proxy = Proxy::start(Manner::Faulty(bao.addr.clone(), trouble(0..1)));
    let store = without_token(&proxy.address, &env("twice", "s3cr3t-password"));
    for path in ["a", "b", "c"] {
        assert!(read(&store, values("secret", path, None)).is_ok(), "{path}");
    }
    let asked = proxy.asked();
    assert_eq!(
        asked.matches("POST auth/twice/login/ci").count(),
        2,
        "{asked}"
    );
    assert_eq!(
        asked.matches("GET auth/token/lookup-self").count(),
        1,
        "{asked}"
    );
    drop(store);
    assert_eq!(alive(&bao, "twice"), 0);

    let proxy = Proxy::start(Manner::Faulty(bao.addr.clone(), trouble(0..9)));
    let store = without_token(&proxy.address, &env("twice", "s3cr3t-password"));
    let refusal = read(&store, values("secret", "b", None)).err().unwrap();
    assert_eq!(refusal.code, Code::BadToken);
    let asked = proxy.asked();
    assert_eq!(
        asked.matches("POST auth/twice/login/ci").count(),
        2,
        "{asked}"
    );
}

#[test]
fn a_token_that_was_given_is_neither_renewed_nor_revoked() {
    let bao = shared();
    let token = bao.token_with(
        "given",
        r#"path "secret/data/*" { capabilities = ["read"] }"#,
    );
    let proxy = Proxy::start(Manner::Forward(bao.addr.clone()));
    let env = [
        ("VAULT_ADDR", proxy.address.as_str()),
        ("VAULT_TOKEN", &token),
    ];
    let given = store(&env);
    read_all(&given).unwrap();
    drop(given);
    let asked = proxy.asked();
    assert!(
        asked
            .lines()
            .all(|line| line.starts_with("GET secret/data/")),
        "{asked}"
    );
    let body = format!(r#"{{"token":"{token}"}}"#);
    assert_eq!(bao.api("POST", "auth/token/lookup", &body).0, 200);
}
