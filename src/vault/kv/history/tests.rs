//! Lists of versions as Vault and OpenBao write them, and what is left without a list.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use zeroize::Zeroizing;

use super::*;

/// 2026-11-21T22:26:40Z.
const NOW: Instant = (1_795_300_000, 0);

fn answer(body: &str) -> Answer {
    Answer {
        status: 200,
        body: Zeroizing::new(body.as_bytes().to_vec()),
    }
}

fn at(endpoint: Endpoint, data: &str) -> History {
    let body = format!(r#"{{"lease_id":"","data":{data},"auth":null}}"#);
    let told = told(endpoint, &answer(&body));
    told.ok().unwrap().history(NOW, None)
}

fn list(versions: &str) -> History {
    let data = format!(r#"{{"current_version":12,"versions":{{{versions}}}}}"#);
    at(Endpoint::Metadata, &data)
}

fn author(created_by: &str) -> Option<String> {
    let version =
        format!(r#""1":{{"created_time":"T","deletion_time":"","created_by":{created_by}}}"#);
    list(&version).versions[0].created_by.clone()
}

#[test]
fn vault_tells_who_wrote_each_version() {
    let history = at(
        Endpoint::Metadata,
        r#"{"cas_required":false,"created_time":"2026-11-01T09:00:00.1Z","current_version":3,"custom_metadata":null,"delete_version_after":"0s",
            "last_updated_by":{"actor":"root","client_id":"c0","operation":"delete"},"max_versions":0,"oldest_version":0,"updated_time":"2026-11-03T09:00:00Z",
            "versions":{
              "1":{"created_by":{"actor":"userpass-alice","client_id":"c1","entity_id":"e1","operation":"create"},"created_time":"2026-11-01T09:00:00.100000000Z","deleted_by":null,"deletion_time":"","destroyed":true},
              "2":{"created_by":null,"created_time":"2026-11-02T09:00:00Z","deleted_by":null,"deletion_time":"","destroyed":false},
              "3":{"created_by":{"actor":"token-ci","client_id":"c2","operation":"update"},"created_time":"2026-11-03T09:00:00Z","deleted_by":{"actor":"root","client_id":"c0","operation":"delete"},"deletion_time":"2026-11-04T09:00:00Z","destroyed":false}}}"#,
    );
    let fact = |version, created: &str, created_by: Option<&str>| VersionFact {
        version,
        created: created.into(),
        deleted: version == 3,
        destroyed: version == 1,
        created_by: created_by.map(str::to_owned),
        deletes_at: None,
    };
    let versions = vec![
        fact(1, "2026-11-01T09:00:00.100000000Z", Some("userpass-alice")),
        fact(2, "2026-11-02T09:00:00Z", None),
        fact(3, "2026-11-03T09:00:00Z", Some("token-ci")),
    ];
    assert_eq!(history.versions, versions);
    assert!(!history.partial);
    assert_eq!(history.newest_live(), history.version(2));
    assert_eq!(history.version(4), None);
}

#[test]
fn openbao_does_not_tell_and_numbers_are_ordered_as_numbers() {
    let history = at(
        Endpoint::Metadata,
        r#"{"cas_required":false,"created_time":"2026-11-21T08:06:00.4Z","current_metadata_version":0,"current_version":10,"custom_metadata":null,
            "delete_version_after":"0s","max_versions":2,"metadata_cas_required":false,"oldest_version":9,"updated_time":"2026-11-21T08:06:00.7Z",
            "versions":{"10":{"created_time":"B","deletion_time":"","destroyed":false},"9":{"created_time":"A","deletion_time":"","destroyed":false}}}"#,
    );
    let numbers: Vec<u64> = history.versions.iter().map(|v| v.version).collect();
    assert_eq!(numbers, [9, 10]);
    assert_eq!(history.newest_live().map(|v| v.version), Some(10));
    assert!(history.versions.iter().all(|v| v.created_by.is_none()));
    assert_eq!(history.max_versions, Some(2));
}

#[test]
fn a_deletion_that_lies_ahead_is_told_and_one_that_passed_is_a_deletion() {
    let history = list(
        r#""1":{"created_time":"A","deletion_time":"2026-11-21T22:26:39Z","destroyed":false},
           "2":{"created_time":"B","deletion_time":"2026-11-21T22:26:41Z","destroyed":false},
           "3":{"created_time":"C","deletion_time":"2026-11-21T22:26:41Z","destroyed":true},
           "4":{"created_time":"D","deletion_time":"soon","destroyed":false}"#,
    );
    let seen: Vec<_> = history
        .versions
        .iter()
        .map(|v| (v.deleted, v.destroyed, v.live(), v.deletes_at.as_deref()))
        .collect();
    let when = "2026-11-21T22:26:41Z";
    assert_eq!(
        seen,
        [
            (true, false, false, None),
            (false, false, true, Some(when)),
            (false, true, false, None),
            (true, false, false, None),
        ]
    );
    assert_eq!(history.newest_live().map(|v| v.version), Some(2));
}

#[test]
fn an_author_is_one_printable_line_or_nothing() {
    #[rustfmt::skip]
    let rows = [
        (r#"{"actor":"root","client_id":"c"}"#, Some("root")),
        (r#"{"entity_id":"e1","client_id":"c1"}"#, Some("entity e1")),
        (r#"{"actor":"","client_id":"c1"}"#, Some("client c1")),
        (r#"{"actor":"\u001b[31mbob\r\n::error:: `x`\u202e"}"#, Some("[31mbob ::error:: x")),
        (r#"{"actor":"\u0007\n","entity_id":"e"}"#, Some("entity e")),
        (r"{}", None),
        ("null", None),
        (r#""root""#, None),
        (r#"{"actor":{"name":"root"}}"#, None),
    ];
    for (written, shown) in rows {
        assert_eq!(author(written).as_deref(), shown, "{written}");
    }
    let long = author(&format!(r#"{{"actor":"{}"}}"#, "é".repeat(500))).unwrap();
    assert!(long.chars().count() == 201 && long.ends_with('…'));
}

#[test]
fn the_larger_of_the_secret_s_number_and_the_mount_s_is_kept() {
    let kept = |own: u64, oldest: u64, current: u64, mount: Option<u64>| {
        let body = format!(
            r#"{{"data":{{"current_version":{current},"oldest_version":{oldest},"max_versions":{own},"versions":{{}}}}}}"#
        );
        let told = told(Endpoint::Metadata, &answer(&body));
        told.ok().unwrap().history(NOW, mount).max_versions
    };
    assert_eq!(kept(0, 0, 1, Some(0)), Some(10));
    assert_eq!(kept(0, 0, 1, Some(3)), Some(3));
    assert_eq!(kept(6, 0, 1, Some(4)), Some(6));
    assert_eq!(kept(2, 5, 8, Some(4)), Some(4));
    // without the mount's number: what the list proves, and never more
    assert_eq!(kept(0, 0, 4, None), None);
    assert_eq!(kept(0, 3, 12, None), Some(10));
    assert_eq!(kept(2, 5, 8, None), Some(4));
    assert_eq!(kept(6, 0, 1, None), Some(6));
    assert_eq!(kept(2, 0, 5, None), Some(6));
    assert_eq!(kept(0, u64::MAX, 0, None), Some(0));
}

#[test]
fn a_secret_with_metadata_and_no_version_has_an_empty_history() {
    let history = list("");
    assert_eq!(history, History::default());
    assert_eq!(history.newest_live(), None);
}

#[test]
fn without_a_list_the_newest_version_is_all_that_is_known() {
    let metadata = r#"{"created_time":"2026-11-01T09:00:00.10Z","custom_metadata":null,"deletion_time":"2999-01-01T00:00:00Z","destroyed":false,"version":7}"#;
    let of_subkeys = at(
        Endpoint::Subkeys,
        &format!(r#"{{"subkeys":{{"k":null}},"metadata":{metadata}}}"#),
    );
    let of_data = at(
        Endpoint::Data,
        &format!(r#"{{"data":{{"k":"s3cr3t-v"}},"metadata":{metadata}}}"#),
    );
    assert_eq!(of_subkeys, of_data);
    assert!(of_data.partial);
    let newest = of_data.newest_live().unwrap();
    assert_eq!((newest.version, newest.deleted), (7, false));
    assert_eq!(newest.created, "2026-11-01T09:00:00.10Z");
    assert_eq!(newest.deletes_at.as_deref(), Some("2999-01-01T00:00:00Z"));
    assert_eq!(of_data.max_versions, None);
}

#[test]
fn an_answer_of_something_else_is_no_history() {
    let said = |endpoint, status, body: &str| {
        let answer = Answer {
            status,
            ..answer(body)
        };
        told(endpoint, &answer).err().unwrap()
    };
    let foreign = Said::Foreign { status: 200 };
    for body in [
        "",
        "<html>",
        r#"{"data":null}"#,
        r#"{"data":{"k":"s3cr3t-v"}}"#,
        r#"{"data":{"current_version":1,"versions":{"one":{"created_time":"T"}}}}"#,
        r#"{"data":{"current_version":-1,"versions":{}}}"#,
    ] {
        assert_eq!(said(Endpoint::Metadata, 200, body), foreign, "{body}");
        assert_eq!(said(Endpoint::Data, 200, body), foreign, "{body}");
    }
    let leased = r#"{"lease_id":"db/1","data":{"current_version":1,"versions":{}}}"#;
    assert_eq!(said(Endpoint::Metadata, 200, leased), Said::Leased);
    let absent = r#"{"errors":[]}"#;
    assert_eq!(said(Endpoint::Metadata, 404, absent), Said::Absent);
}
