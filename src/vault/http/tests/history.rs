//! How often a history asks, and what it asks next when it is refused.

use super::*;

const DENIED: &str = r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#;
const LIST: &str = r#"{"data":{"current_version":2,"max_versions":0,"oldest_version":1,"versions":{
    "1":{"created_time":"A","deletion_time":"","destroyed":false},
    "2":{"created_time":"B","deletion_time":"2026-11-02T00:00:00Z","destroyed":false}}}}"#;
const GONE: &str = r#"{"data":{"subkeys":null,"metadata":{"created_time":"B","deletion_time":"2026-11-02T00:00:00Z","destroyed":false,"version":2}}}"#;

fn secret(mount: &str, path: &str) -> Ask {
    Ask::history(SecretPath {
        mount: mount.into(),
        ..ask(path).secret
    })
}

#[test]
fn each_distinct_path_and_each_mount_is_asked_once() {
    let fake = Fake::start(|_, request| {
        if request.contains("/config ") {
            return response(200, "", r#"{"data":{"max_versions":4}}"#);
        }
        response(200, "", LIST)
    });
    let paths: Vec<Ask> = (0..40)
        .map(|i| secret(["kv", "other"][i % 2], &format!("p{}", i % 10)))
        .collect();
    let histories = store(&fake).history(&paths);
    assert_eq!(histories.len(), 40);
    for history in histories {
        let history = history.unwrap();
        assert_eq!(history.max_versions, Some(4));
        assert_eq!(history.newest_live().map(|v| v.version), Some(1));
    }
    let requests = fake.requests();
    assert_eq!(requests[0], "GET /v1/kv/metadata/p0");
    let config = requests.iter().filter(|line| line.ends_with("/config"));
    assert_eq!((config.count(), requests.len()), (2, 12));
}

#[test]
fn no_request_is_made_for_an_engine_without_versions() {
    let store = store_with("http://127.0.0.1:1", &[]);
    let mut plain = secret("kv", "a");
    plain.secret.engine = Engine::KvV1;
    assert_eq!(store.history(&[plain]), [Ok(History::default())]);
    assert!(store.history(&[]).is_empty());
    assert!(store.connection.get().is_none());
}

#[test]
fn a_policy_without_the_list_leads_to_what_shows_least() {
    let fake = Fake::start(|_, request| match request {
        _ if request.contains("/data/") => response(200, "", SECRET),
        _ => response(403, "", DENIED),
    });
    let history = store(&fake).history(&[secret("kv", "a")]).remove(0);
    let history = history.unwrap();
    assert!(history.partial);
    assert_eq!(history.newest_live().map(|v| v.version), Some(1));
    let asked = ["metadata", "subkeys", "data"].map(|part| format!("GET /v1/kv/{part}/a"));
    assert_eq!(fake.requests(), asked);
}

#[test]
fn a_newest_version_that_is_gone_needs_the_list() {
    let fake = Fake::start(|_, request| match request {
        _ if request.contains("/subkeys/") => response(404, "", GONE),
        _ => response(403, "", DENIED),
    });
    let mut secret = secret("kv", "a");
    secret.secret.namespace = Some("team-a".into());
    let refusal = store(&fake).history(&[secret]).remove(0).unwrap_err();
    assert_eq!(refusal.code, Code::VersionDeleted);
    assert_eq!(
        refusal.message,
        "version 2, the newest of `kv/a` in namespace `team-a`, was deleted at `2026-11-02T00:00:00Z`"
    );
    assert_eq!(
        refusal.hint,
        "grant `read` on `kv/metadata/a` in namespace `team-a`: only the list of versions tells which is the newest that can be read. Or write a new version."
    );
    assert_eq!(fake.requests().len(), 2);
}

#[test]
fn a_policy_that_grants_nothing_should_grant_the_list() {
    let fake = Fake::start(|_, _| response(403, "", DENIED));
    let refusal = store(&fake).history(&[secret("kv", "a")]).remove(0);
    let refusal = refusal.unwrap_err();
    assert_eq!(refusal.code, Code::Denied);
    assert!(
        refusal.hint.starts_with("grant `read` on `kv/metadata/a`."),
        "{}",
        refusal.hint
    );
}

#[test]
fn a_failure_of_the_whole_store_stops_the_questions() {
    let fake = Fake::start(|_, _| response(403, "", r#"{"errors":["permission denied"]}"#));
    let paths: Vec<Ask> = (0..20).map(|i| secret("kv", &format!("p{i}"))).collect();
    for refusal in store(&fake).history(&paths) {
        assert_eq!(refusal.unwrap_err().code, Code::BadToken);
    }
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn passing_failures_of_a_list_are_tried_again() {
    let fake = Fake::start(|number, request| match number {
        0 => response(503, "", BUSY),
        _ if request.contains("/config ") => response(403, "", DENIED),
        _ => response(200, "", LIST),
    });
    let history = store(&fake).history(&[secret("kv", "a")]).remove(0);
    assert_eq!(history.unwrap().max_versions, Some(2));
    assert_eq!(fake.requests().len(), 3);
}
