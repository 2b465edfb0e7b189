//! Questions to a real server and answers as one line, for tests that compare many of them.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::ErrorKind;
use std::path::Path;

use countersign::diag::Code;
use countersign::vault::http::HttpStore;
use countersign::vault::settings::Settings;
use countersign::vault::{Ask, Contents, Depth, Engine, Reading, Refusal, SecretPath, Store};

use crate::openbao::OpenBao;

/// A store with these variables and no files.
pub fn store(env: &[(&str, &str)]) -> HttpStore {
    let lookup = |name: &str| {
        env.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, t)| (*t).to_owned())
    };
    let read = |_: &Path| Err(ErrorKind::NotFound.into());
    match Settings::from_environment(&lookup, &read) {
        Ok(settings) => HttpStore::new(settings),
        Err(refusal) => panic!("{refusal:?}"),
    }
}

/// A store that asks the server as root.
pub fn of(bao: &OpenBao) -> HttpStore {
    with_token(bao, "root")
}

/// A store that asks with a token, without retries.
pub fn with_token(bao: &OpenBao, token: &str) -> HttpStore {
    store(&[
        ("VAULT_ADDR", &bao.addr),
        ("VAULT_TOKEN", token),
        ("VAULT_MAX_RETRIES", "0"),
    ])
}

/// A question for kv-v2.
pub fn ask(mount: &str, path: &str, version: Option<u64>, depth: Depth) -> Ask {
    let secret = SecretPath {
        namespace: None,
        mount: mount.into(),
        path: path.into(),
        engine: Engine::KvV2,
    };
    Ask {
        secret,
        version,
        depth,
        login: None,
    }
}

/// A question for the values of a kv-v2 secret.
pub fn values(mount: &str, path: &str, version: Option<u64>) -> Ask {
    ask(mount, path, version, Depth::Values)
}

/// A question for the values of a kv-v1 secret.
pub fn plain(mount: &str, path: &str) -> Ask {
    let mut ask = values(mount, path, None);
    ask.secret.engine = Engine::KvV1;
    ask
}

/// One answer.
pub fn read(store: &HttpStore, ask: Ask) -> Result<Reading, Refusal> {
    store.read(&[ask]).remove(0)
}

/// `3: a b` for keys, `3: a=1 b=2` for values, `3: ?` for metadata alone.
pub fn shown(result: Result<Reading, Refusal>) -> String {
    let reading = result.unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(reading.version.is_some(), reading.created.is_some());
    let version = reading
        .version
        .map_or("-".to_owned(), |number| number.to_string());
    let contents = match reading.contents {
        Contents::Unknown => "?".into(),
        Contents::Keys(names) => names.join(" "),
        Contents::Values(values) => {
            let pairs = values
                .iter()
                .map(|(key, value)| format!("{key}={}", String::from_utf8_lossy(value.expose())));
            pairs.collect::<Vec<_>>().join(" ")
        }
    };
    format!("{version}: {contents}")
}

/// Code and message of a refusal.
pub fn refused(result: Result<Reading, Refusal>) -> (Code, String) {
    let refusal = result.err().expect("a refusal");
    (refusal.code, refusal.message)
}
