//! Where a generation says it was read: paths, pins and keys that cannot be right.

use super::{billing, refused, rotated};

#[test]
fn an_operator_reads_one_path() {
    refused(
        &rotated("delivery: Secret\n", "delivery: Both\n"),
        "
error[lock-broken]: a VaultStaticSecret reads one path, and several are named
  --> countersign.lock:34:5 (Lock secrets[1].sources)
   |
34 |   - mount: kvv2
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn a_generation_has_a_source() {
    refused(
        &rotated(
            "  sources:\n  - mount: kvv2\n    path: sample/orders/session\n    allKeys: []\n",
            "  sources: []\n",
        ),
        "
error[lock-broken]: no source is named
  --> countersign.lock:85:12 (Lock secrets[3].sources)
   |
85 |   sources: []
   |            ^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn a_pin_is_a_version_and_its_time() {
    refused(
        &rotated(
            "    version: 12\n    created: \"2026-08-30T22:05:13.540001Z\"\n",
            "",
        ),
        "
error[lock-broken]: `created` is missing
  --> countersign.lock:40:5 (Lock secrets[1].sources[1])
   |
40 |   - mount: kvv2
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: `version` is missing
  --> countersign.lock:40:5 (Lock secrets[1].sources[1])
   |
40 |   - mount: kvv2
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated(
            "    created: \"2026-08-30T22:05:13.540001Z\"\n",
            "    created: \"s3cr3t-yesterday\"\n",
        ),
        "
error[lock-broken]: `created` is no time as Vault and OpenBao write it
  --> countersign.lock:43:14 (Lock secrets[1].sources[1].created)
   |
43 |     created: ***
   |              ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn what_has_no_versions_has_no_pin() {
    refused(
        &billing(
            "    engine: kv-v1\n    runnerNamespace",
            "    engine: kv-v1\n    version: 3\n    runnerNamespace",
        ),
        "
error[lock-broken]: `version` is given for kv-v1, which has no versions
  --> countersign.lock:16:14 (Lock secrets[0].sources[0].version)
   |
16 |     version: 3
   |              ^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated(
            "    path: sample/orders/session\n",
            "    path: sample/orders/session\n    created: \"2026-08-30T22:05:13Z\"\n",
        ),
        "
error[lock-broken]: `created` pins a secret that follows Vault
  --> countersign.lock:88:14 (Lock secrets[3].sources[0].created)
   |
88 |     created: ***
   |              ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn paths_lead_nowhere_else() {
    refused(
        &rotated("    path: shared/ca\n", "    path: ../ca\n"),
        "
error[lock-broken]: this path cannot be used: it has an empty part, `.` or `..`
  --> countersign.lock:41:11 (Lock secrets[1].sources[1].path)
   |
41 |     path: ../ca
   |           ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated(
            "  - mount: kvv2\n    path: shared/ca\n",
            "  - mount: kvv2?list=true\n    path: shared/ca\n",
        ),
        r"
error[lock-broken]: this mount cannot be used: it has a control character, `%`, `?`, `#` or `\`
  --> countersign.lock:40:12 (Lock secrets[1].sources[1].mount)
   |
40 |   - mount: kvv2?list=true
   |            ^^^^^^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &billing(
            "    runnerNamespace: team-b\n",
            "    runnerNamespace: \"team b\"\n",
        ),
        "
error[lock-broken]: this `runnerNamespace` cannot be the name of a namespace
  --> countersign.lock:16:22 (Lock secrets[0].sources[0].runnerNamespace)
   |
16 |     runnerNamespace: ***
   |                      ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn a_namespace_is_the_configs_or_the_runners() {
    refused(
        &billing(
            "    runnerNamespace: team-b\n",
            "    namespace: team-a\n    runnerNamespace: team-b\n",
        ),
        "
error[lock-broken]: `namespace` and `runnerNamespace` exclude each other
  --> countersign.lock:17:22 (Lock secrets[0].sources[0].runnerNamespace)
   |
17 |     runnerNamespace: ***
   |                      ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn keys_are_some_or_all() {
    refused(
        &rotated("    keys:\n      ca.crt: pem\n", ""),
        "
error[lock-broken]: neither `keys` nor `allKeys` is given
  --> countersign.lock:40:5 (Lock secrets[1].sources[1])
   |
40 |   - mount: kvv2
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated("    allKeys: []\n", "    allKeys: []\n    keys: {a: b}\n"),
        "
error[lock-broken]: `keys` and `allKeys` exclude each other
  --> countersign.lock:88:14 (Lock secrets[3].sources[0].allKeys)
   |
88 |     allKeys: []
   |              ^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated(
            "    keys:\n      ca.crt: pem\n",
            "    allKeys:\n    - pem\n",
        ),
        "
error[lock-broken]: `allKeys` is for a secret with one source, and several are named
  --> countersign.lock:34:5 (Lock secrets[1].sources)
   |
34 |   - mount: kvv2
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn keys_are_keys_of_a_secret() {
    refused(&rotated("      ca.crt: pem\n", "      a b: pem\n"), "
error[lock-broken]: this cannot be a key of a Secret: only letters, digits, `-`, `_` and `.` are allowed
  --> countersign.lock:45:7 (Lock secrets[1].sources[1].keys.a b)
   |
45 |       a b: pem
   |       ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
");
    refused(
        &rotated("      ca.crt: pem\n", "      ca.crt: {key: pem}\n"),
        "
error[lock-broken]: `decode` is missing
  --> countersign.lock:45:15 (Lock secrets[1].sources[1].keys.ca.crt)
   |
45 |       ca.crt: {key: pem}
   |               ^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated(
            "      ca.crt: pem\n",
            "      ca.crt: {key: pem, decode: base32}\n",
        ),
        "
error[lock-broken]: `decode` does not know this word
  --> countersign.lock:45:34 (Lock secrets[1].sources[1].keys.ca.crt.decode)
   |
45 |       ca.crt: {key: pem, decode: ***}
   |                                  ^^^
hint: did you mean `base64`?
",
    );
    refused(
        &billing(
            "    - password\n    - user\n",
            "    - password\n    - password\n    - ..\n",
        ),
        "
error[lock-broken]: this key is listed twice
  --> countersign.lock:19:7 (Lock secrets[0].sources[0].allKeys[1])
   |
19 |     - ***
   |       ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: this cannot be a key of a Secret: it must not be `.` or start with `..`
  --> countersign.lock:20:7 (Lock secrets[0].sources[0].allKeys[2])
   |
20 |     - ***
   |       ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn some_keys_are_more_than_none() {
    refused(
        &billing("    keys:\n      TOKEN: token\n", "    keys: {}\n"),
        "
error[lock-broken]: no key is named
  --> countersign.lock:70:5 (Lock secrets[2].sources)
   |
70 |   - mount: kv
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn no_key_comes_from_two_sources() {
    refused(
        &rotated("      ca.crt: pem\n", "      keystore: pem\n"),
        "
error[lock-broken]: two sources give the key `keystore`
  --> countersign.lock:34:5 (Lock secrets[1].sources)
   |
34 |   - mount: kvv2
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}
