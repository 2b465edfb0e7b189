//! TLS against a real OpenBao: which certificates are trusted, and what a refusal says.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use countersign::diag::Code;

use crate::asking::{read, refused, shown, store, values};
use crate::openbao::OpenBao;

#[test]
fn certificates_are_checked() {
    let bao = OpenBao::start_tls();
    bao.write("secret", "a", r#"{"k":"v"}"#);
    let authority = bao.home.path().join("vault-ca.pem").display().to_string();
    let server = bao.home.path().join("vault-cert.pem").display().to_string();
    let key = bao.home.path().join("vault-key.pem").display().to_string();
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(&authority, directory.path().join("ca.pem")).unwrap();
    let directory = directory.path().display().to_string();
    let text = std::fs::read_to_string(&authority).unwrap();
    let get = |extra: &[(&str, &str)]| {
        let mut env = vec![
            ("VAULT_ADDR", bao.addr.as_str()),
            ("VAULT_TOKEN", "root"),
            ("VAULT_MAX_RETRIES", "0"),
        ];
        env.extend(extra);
        read(&store(&env), values("secret", "a", None))
    };
    let ca = ("VAULT_CACERT", authority.as_str());
    for good in [
        &[ca][..],
        &[("BAO_CAPATH", directory.as_str())],
        &[("VAULT_CACERT_BYTES", text.as_str())],
        &[ca, ("VAULT_TLS_SERVER_NAME", "localhost")],
        &[("VAULT_SKIP_VERIFY", "true")],
        &[
            ca,
            ("VAULT_CLIENT_CERT", &server),
            ("VAULT_CLIENT_KEY", &key),
        ],
    ] {
        assert_eq!(
            shown(get(good)),
            "1: k=v",
            "{:?}",
            good.last().map(|(name, _)| name)
        );
    }
    let tls = |text: &str| (Code::Tls, text.replace("ADDR", &bao.addr));
    assert_eq!(
        refused(get(&[])),
        tls("the certificate of `ADDR` is signed by nobody that is trusted here")
    );
    assert_eq!(
        refused(get(&[("VAULT_CACERT", &server)])),
        tls("the certificate of `ADDR` is signed by nobody that is trusted here")
    );
    assert_eq!(
        refused(get(&[ca, ("VAULT_TLS_SERVER_NAME", "other.example.com")])),
        tls("the certificate of `ADDR` is for another name")
    );
    assert_eq!(
        refused(get(&[("VAULT_CACERT", "/absent")])),
        (
            Code::StoreSetting,
            "what `VAULT_CACERT` names cannot be read: it does not exist".into()
        )
    );
    assert_eq!(
        refused(get(&[
            ca,
            ("BAO_CLIENT_CERT", &key),
            ("VAULT_CLIENT_KEY", &key)
        ])),
        (
            Code::StoreSetting,
            "`BAO_CLIENT_CERT` and `VAULT_CLIENT_KEY` are no certificate and key in PEM form"
                .into()
        )
    );
    let plain = bao.addr.replace("https", "http");
    let wrong = store(&[
        ("VAULT_ADDR", &plain),
        ("VAULT_TOKEN", "root"),
        ("VAULT_CACERT", &authority),
    ]);
    assert_eq!(
        refused(read(&wrong, values("secret", "a", None))).0,
        Code::BadAnswer
    );
}
