//! The server as all tests of logins want it: something to read, a policy that allows it, and the
//! question whose tokens are alive.

use std::sync::Arc;

use countersign::vault::http::HttpStore;
use countersign::vault::{Ask, Refusal, Store};
use serde_json::Value;

use crate::asking::{store, values};
use crate::openbao::OpenBao;

/// The shared server with `secret/a` to `secret/e`, and the policy `reader` for them. A test has it
/// alone or with others; what is written again is the same.
pub fn shared() -> Arc<OpenBao> {
    let bao = OpenBao::shared();
    prepare(&bao);
    bao
}

/// Writes the secrets and the policy.
pub fn prepare(bao: &OpenBao) {
    for path in ["a", "b", "c", "d", "e"] {
        bao.write("secret", path, r#"{"k":"v"}"#);
    }
    policy(
        bao,
        "reader",
        r#"path "secret/data/*" { capabilities = ["read"] }"#,
    );
}

/// Writes a policy.
pub fn policy(bao: &OpenBao, name: &str, hcl: &str) {
    let body = serde_json::json!({ "policy": hcl }).to_string();
    bao.must("POST", &format!("sys/policies/acl/{name}"), &body);
}

/// Mounts an auth method.
pub fn mount(bao: &OpenBao, mount: &str, kind: &str) {
    let body = format!(r#"{{"type":"{kind}"}}"#);
    bao.must("POST", &format!("sys/auth/{mount}"), &body);
}

/// One text of an answer, by its JSON pointer.
pub fn text(answer: &str, pointer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap();
    answer
        .pointer(pointer)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

/// How many tokens are alive that logins at a mount made.
pub fn alive(bao: &OpenBao, mount: &str) -> usize {
    let list = bao.must("LIST", "auth/token/accessors", "");
    let list: Value = serde_json::from_str(&list).unwrap();
    let accessors = list["data"]["keys"].as_array().unwrap();
    let made_there = accessors.iter().filter(|accessor| {
        let body = serde_json::json!({ "accessor": accessor }).to_string();
        // another test may have ended it meanwhile
        let (status, answer) = bao.api("POST", "auth/token/lookup-accessor", &body);
        status == 200 && text(&answer, "/data/path").starts_with(&format!("auth/{mount}/login"))
    });
    made_there.count()
}

/// A store without a token.
pub fn without_token(address: &str, env: &[(&str, &str)]) -> HttpStore {
    let mut all = vec![("VAULT_ADDR", address), ("VAULT_MAX_RETRIES", "0")];
    all.extend_from_slice(env);
    store(&all)
}

/// The five secrets, asked at once.
pub fn read_all(store: &HttpStore) -> Result<(), Refusal> {
    let asks: Vec<Ask> = ["a", "b", "c", "d", "e"]
        .map(|path| values("secret", path, None))
        .into();
    store
        .read(&asks)
        .into_iter()
        .try_for_each(|answer| answer.map(|_| ()))
}

/// Asserts that a login works, is made once, and leaves nothing behind.
pub fn comes_and_goes(bao: &OpenBao, mount: &str, env: &[(&str, &str)]) {
    let store = without_token(&bao.addr, env);
    read_all(&store).unwrap_or_else(|refusal| panic!("{mount}: {refusal:?}"));
    assert_eq!(alive(bao, mount), 1, "{mount}");
    drop(store);
    assert_eq!(alive(bao, mount), 0, "{mount}");
}

/// What is said of a login that fails; nothing of it is left either.
pub fn fails(bao: &OpenBao, mount: &str, env: &[(&str, &str)]) -> Refusal {
    let store = without_token(&bao.addr, env);
    let refusal = read_all(&store).expect_err("a refusal");
    assert!(!format!("{refusal:?}").contains("s3cr3t"), "{refusal:?}");
    drop(store);
    assert_eq!(alive(bao, mount), 0, "{mount}");
    refusal
}

/// An authority of the server's own, at a mount: its certificate.
pub fn authority(bao: &OpenBao, mount: &str) -> String {
    bao.must("POST", &format!("sys/mounts/{mount}"), r#"{"type":"pki"}"#);
    let kind = "root";
    let path = format!("{mount}/{kind}/generate/internal");
    let answer = bao.must(
        "POST",
        &path,
        r#"{"common_name":"an authority","key_type":"ec"}"#,
    );
    text(&answer, "/data/certificate")
}
