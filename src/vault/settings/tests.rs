//! Settings from invented environments.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod login;

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};

use super::*;

fn settings(env: &[(&str, &str)], files: &[(&str, &str)]) -> Result<Settings, Refusal> {
    let env: BTreeMap<&str, &str> = env.iter().copied().collect();
    let read = |path: &Path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        let text = found.ok_or_else(|| Error::from(ErrorKind::NotFound))?.1;
        if text == "forbidden" {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(text.to_owned())
    };
    Settings::from_environment(&|name| env.get(name).map(|text| (*text).to_owned()), &read)
}

fn refused(env: &[(&str, &str)]) -> String {
    let refusal = settings(env, &[]).err().unwrap();
    assert_eq!(refusal.code, Code::StoreSetting);
    assert!(!format!("{refusal:?}").contains("s3cr3t"), "{refusal:?}");
    refusal.message
}

fn token(env: &[(&str, &str)], files: &[(&str, &str)]) -> String {
    match settings(env, files).ok().unwrap().token {
        TokenSource::Given(token) => token.reveal().to_owned(),
        TokenSource::Helper(path) => format!("helper {}", path.display()),
        TokenSource::Absent { looked, .. } => format!("absent {}", looked.join(" ")),
    }
}

#[test]
fn nothing_set_means_the_official_defaults() {
    let settings = settings(&[], &[]).ok().unwrap();
    assert_eq!(settings.address.as_str(), "https://127.0.0.1:8200/");
    assert_eq!(
        (settings.retries, settings.timeout),
        (2, Some(Duration::from_mins(1)))
    );
    assert!(settings.namespace.is_none() && settings.proxy.is_none() && !settings.is_agent);
    assert!(matches!(settings.trust, Trust::System) && settings.identity.is_none());
    assert!(settings.warnings().is_empty());
}

#[test]
fn openbao_s_variables_hide_their_twins_even_when_empty() {
    let address = |env: &[(&str, &str)]| settings(env, &[]).ok().unwrap().address.to_string();
    assert_eq!(address(&[("VAULT_ADDR", "https://v:1")]), "https://v:1/");
    assert_eq!(
        address(&[("VAULT_ADDR", "https://v:1"), ("BAO_ADDR", "https://b:1")]),
        "https://b:1/"
    );
    assert_eq!(
        address(&[("VAULT_ADDR", "https://v:1"), ("BAO_ADDR", "")]),
        "https://127.0.0.1:8200/"
    );
    assert_eq!(
        address(&[
            ("VAULT_ADDR", "https://v:1"),
            ("VAULT_AGENT_ADDR", "https://agent:1")
        ]),
        "https://agent:1/"
    );
    assert!(token(&[("VAULT_TOKEN", "v"), ("BAO_TOKEN", "")], &[]).starts_with("absent"));
}

#[test]
fn addresses_are_compared_in_one_form() {
    for same in [
        "https://Vault.example.com",
        "https://vault.example.com:443/",
    ] {
        assert_eq!(
            normal_address(same).as_deref(),
            Some("https://vault.example.com")
        );
    }
    assert_eq!(normal_address("vault.example.com:8200"), None);
}

#[test]
fn the_token_is_found_where_the_command_lines_leave_it() {
    let home = ("HOME", "/home/u");
    assert_eq!(
        token(
            &[("VAULT_TOKEN", "env"), home],
            &[("/home/u/.vault-token", "file")]
        ),
        "env"
    );
    assert_eq!(
        token(&[home], &[("/home/u/.vault-token", " file\n")]),
        "file"
    );
    assert_eq!(
        token(&[home], &[]),
        "absent VAULT_TOKEN BAO_TOKEN /home/u/.vault-token"
    );
    assert_eq!(token(&[], &[]), "absent VAULT_TOKEN BAO_TOKEN");
    let config = "# mine\ntoken_helper = \"/usr/bin/helper\" # yes\n";
    assert_eq!(
        token(&[home], &[("/home/u/.vault", config)]),
        "helper /usr/bin/helper"
    );
    assert_eq!(
        token(
            &[home, ("BAO_CONFIG_PATH", "/c")],
            &[("/c", config), ("/home/u/.vault-token", "t")]
        ),
        "helper /usr/bin/helper"
    );
    assert_eq!(
        token(&[home, ("BAO_TOKEN_PATH", "/t")], &[("/t", "other")]),
        "other"
    );
}

#[test]
fn unusable_tokens_and_files_are_named_but_not_shown() {
    assert_eq!(
        refused(&[("VAULT_TOKEN", "s3cr3t\n")]),
        "the token in `VAULT_TOKEN` has characters that no token has"
    );
    let home = [("HOME", "/home/u")];
    let read = |files| settings(&home, files).err().unwrap().message;
    assert_eq!(
        read(&[("/home/u/.vault-token", "forbidden")]),
        "`/home/u/.vault-token` cannot be read: permission denied"
    );
    assert_eq!(
        read(&[("/home/u/.vault", "token_helper = \"helper\"")]),
        "`token_helper` in `/home/u/.vault` is not an absolute path"
    );
}

#[test]
fn tls_settings_follow_the_official_order() {
    let all = [
        ("VAULT_CACERT", "/ca"),
        ("VAULT_CACERT_BYTES", "PEM"),
        ("VAULT_CAPATH", "/dir"),
    ];
    let trust = |env: &[(&str, &str)]| settings(env, &[]).ok().unwrap().trust;
    assert!(
        matches!(trust(&all), Trust::Bundle(Pem::File { variable, .. }) if variable == "VAULT_CACERT")
    );
    assert!(matches!(trust(&all[1..]), Trust::Bundle(Pem::Text { .. })));
    assert!(matches!(trust(&all[2..]), Trust::Directory { .. }));
    assert_eq!(
        refused(&[("VAULT_CLIENT_CERT", "/c")]),
        "`VAULT_CLIENT_CERT` is set without `VAULT_CLIENT_KEY`"
    );
    let both = [("BAO_CLIENT_CERT_BYTES", "PEM"), ("VAULT_CLIENT_KEY", "/k")];
    assert!(settings(&both, &[]).ok().unwrap().identity.is_some());
    let skip = settings(&[("VAULT_SKIP_VERIFY", "T")], &[]).ok().unwrap();
    assert_eq!(skip.warnings()[0].code, Code::SkipVerify);
    assert!(
        settings(&[("VAULT_SKIP_VERIFY", "0")], &[])
            .ok()
            .unwrap()
            .warnings()
            .is_empty()
    );
}

#[test]
fn the_client_s_proxy_wins_and_the_standard_one_spares_this_machine() {
    let proxy = |env: &[(&str, &str)]| {
        let proxy = settings(env, &[]).ok().unwrap().proxy;
        proxy.map(|proxy| format!("{} {}", proxy.variable, proxy.url))
    };
    let far = ("VAULT_ADDR", "https://vault.example.com:8200");
    let standard = ("HTTPS_PROXY", "proxy:3128");
    assert_eq!(proxy(&[standard]), None);
    assert_eq!(
        proxy(&[far, standard]).as_deref(),
        Some("HTTPS_PROXY http://proxy:3128/")
    );
    assert_eq!(proxy(&[far, standard, ("no_proxy", "example.com")]), None);
    assert_eq!(
        proxy(&[
            far,
            standard,
            ("NO_PROXY", "*"),
            ("VAULT_HTTP_PROXY", "http://p:1")
        ])
        .as_deref(),
        Some("VAULT_HTTP_PROXY http://p:1/")
    );
    assert_eq!(
        proxy(&[
            far,
            ("VAULT_HTTP_PROXY", "http://p:1"),
            ("BAO_PROXY_ADDR", "socks5://q:1")
        ])
        .as_deref(),
        Some("BAO_PROXY_ADDR socks5://q:1")
    );
}

#[test]
fn every_mistake_names_its_variable() {
    for (variable, text, message) in [
        (
            "VAULT_ADDR",
            "vault:8200",
            "`VAULT_ADDR` is not the address of a server",
        ),
        (
            "BAO_ADDR",
            "https://u:s3cr3t@v",
            "`BAO_ADDR` is not the address of a server",
        ),
        (
            "VAULT_ADDR",
            "unix://run/v.sock",
            "`VAULT_ADDR` is not the address of a server",
        ),
        (
            "COUNTERSIGN_AUTH_METHOD",
            "aproll",
            "`--auth-method` or `COUNTERSIGN_AUTH_METHOD` names no method",
        ),
        (
            "COUNTERSIGN_AUTH_NAMESPACE",
            "a b",
            "`COUNTERSIGN_AUTH_NAMESPACE` is not the name of a namespace",
        ),
        (
            "COUNTERSIGN_AUTH_PASSWORD_COMMAND",
            "'pass",
            "`COUNTERSIGN_AUTH_PASSWORD_COMMAND` is no command",
        ),
        (
            "COUNTERSIGN_AUTH_SECRET_ID_WRAPPED",
            "s3cr3t-id",
            "`COUNTERSIGN_AUTH_SECRET_ID_WRAPPED` is neither true nor false",
        ),
        (
            "VAULT_NAMESPACE",
            "a b",
            "`VAULT_NAMESPACE` is not the name of a namespace",
        ),
        (
            "VAULT_SKIP_VERIFY",
            "yes",
            "`VAULT_SKIP_VERIFY` is neither true nor false",
        ),
        (
            "VAULT_CLIENT_TIMEOUT",
            "soon",
            "`VAULT_CLIENT_TIMEOUT` is not a duration",
        ),
        (
            "BAO_MAX_RETRIES",
            "-1",
            "`BAO_MAX_RETRIES` is not a number of retries",
        ),
        (
            "VAULT_PROXY_ADDR",
            "ftp://u:s3cr3t@p",
            "`VAULT_PROXY_ADDR` is not the address of a proxy",
        ),
        (
            "VAULT_TLS_SERVER_NAME",
            "10.0.0.1",
            "`VAULT_TLS_SERVER_NAME` is not a DNS name in lower case",
        ),
        (
            "VAULT_TLS_SERVER_NAME",
            "a/b",
            "`VAULT_TLS_SERVER_NAME` is not a DNS name in lower case",
        ),
    ] {
        assert_eq!(refused(&[(variable, text)]), message);
    }
    assert_eq!(
        refused(&[
            ("VAULT_ADDR", "https://vault.example.com:8200"),
            ("VAULT_TLS_SERVER_NAME", "v"),
            ("VAULT_PROXY_ADDR", "http://p")
        ]),
        "`VAULT_TLS_SERVER_NAME` and `VAULT_PROXY_ADDR` cannot be used together"
    );
}
