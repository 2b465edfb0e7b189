//! Fields of a generation that do not go together, and suffixes that its fields do not make.

use super::{billing, refused, rotated};

#[test]
fn a_suffix_has_one_form() {
    refused(
        &rotated("d6mf575g2t", "s3cr3t-123"),
        "
error[lock-broken]: `generation` has not the form of a suffix
  --> countersign.lock:28:15 (Lock secrets[1].generation)
   |
28 |   generation: ***
   |               ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn an_edit_by_hand_is_found_by_its_suffix() {
    refused(&rotated("    version: 3\n", "    version: 4\n"), "
error[lock-forged]: the fields of `orders-db` do not make its suffix: they were edited by hand or merged wrongly
  --> countersign.lock:46:9 (Lock secrets[2].name)
   |
46 | - name: orders-db
   |         ^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`, which pins the newest versions.
  `config`, `name`, `type` and `scheme` count here, and of each source `namespace`, `mount`, `path`, `version`, `created` and the keys.
");
    refused(&rotated("d6mf575g2t", "d6mf575g2k"), "
error[lock-forged]: the fields of `orders-config` do not make its suffix: they were edited by hand or merged wrongly
  --> countersign.lock:25:9 (Lock secrets[1].name)
   |
25 | - name: orders-config
   |         ^^^^^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`, which pins the newest versions.
  `digest` counts here.
");
    refused(&billing("type: kubernetes.io/tls", "type: Opaque"), "
error[lock-forged]: the fields of `billing-tls` do not make its suffix: they were edited by hand or merged wrongly
  --> countersign.lock:20:9 (Lock secrets[1].name)
   |
20 | - name: billing-tls
   |         ^^^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`, which pins the newest versions.
  `digest` and `type` count here.
");
}

#[test]
fn a_newer_scheme_is_left_alone() {
    refused(
        &rotated(
            "  namespace: shop\n  generation: dbfh4f54f4\n  delivery: VaultStaticSecret\n  hash: version\n  scheme: 1\n",
            "  namespace: shop\n  generation: dbfh4f54f4\n  delivery: VaultStaticSecret\n  hash: version\n  scheme: 2\n",
        ),
        "
error[lock-newer]: a newer countersign made this generation, by scheme 2
  --> countersign.lock:52:11 (Lock secrets[2].scheme)
   |
52 |   scheme: ***
   |           ^^^
hint: use that version or a later one; this one knows schemes up to 1.
",
    );
}

#[test]
fn a_word_that_is_near_is_offered() {
    refused(
        &rotated("hash: content", "hash: contents"),
        "
error[lock-broken]: `hash` does not know this word
  --> countersign.lock:30:9 (Lock secrets[1].hash)
   |
30 |   hash: ***
   |         ^^^
hint: did you mean `content`?
",
    );
}

#[test]
fn a_digest_stands_where_it_is_needed_and_nowhere_else() {
    refused(
        &rotated(
            "  digest: d6af57502e68e44870a5bdd4575f4e62a26a1d5d1f3d7ce19e49b56a5cc07998\n",
            "",
        ),
        "
error[lock-broken]: `digest` is missing
  --> countersign.lock:25:3 (Lock secrets[1])
   |
25 | - name: orders-config
   |   ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated("d6af57502e", "D6AF57502E"),
        "
error[lock-broken]: `digest` is not 64 lower-case hex digits
  --> countersign.lock:32:11 (Lock secrets[1].digest)
   |
32 |   digest: ***
   |           ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated(
            "  hash: version\n  scheme: 1\n  sources:\n  - mount: kvv2\n    path: sample/orders/orders-prod\n",
            "  hash: version\n  scheme: 1\n  digest: d6af57502e68e44870a5bdd4575f4e62a26a1d5d1f3d7ce19e49b56a5cc07998\n  sources:\n  - mount: kvv2\n    path: sample/orders/orders-prod\n",
        ),
        "
error[lock-broken]: `digest` is given and `hash` is `version`, which has none
  --> countersign.lock:53:11 (Lock secrets[2].digest)
   |
53 |   digest: ***
   |           ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn a_key_of_a_hash_stands_where_it_is_needed_and_nowhere_else() {
    refused(
        &billing("hash: keyed\n  scheme", "hash: content\n  scheme"),
        "
error[lock-broken]: `hashKey` is given and `hash` is `content`, which has none
  --> countersign.lock:31:5 (Lock secrets[1].hashKey)
   |
31 |     mount: kvv2
   |     ^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &billing(
            "  hashKey:\n    mount: kvv2\n    path: shared/hmac\n    namespace: team-a\n    version: 1\n    created: \"2026-01-02T03:04:05Z\"\n    key: key\n",
            "",
        ),
        "
error[lock-broken]: `hashKey` is missing
  --> countersign.lock:20:3 (Lock secrets[1])
   |
20 | - name: billing-tls
   |   ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn kv_v1_cannot_be_pinned_by_version() {
    refused(
        &billing(
            "  hash: content\n  scheme: 1\n  digest: f7eb76aec484df4698aa50b55c66aa164d284bd28e0d04f378df640256a50c48\n",
            "  hash: version\n  scheme: 1\n",
        ),
        "
error[lock-broken]: kv-v1 has no versions to make a suffix from
 --> countersign.lock:9:9 (Lock secrets[0].hash)
  |
9 |   hash: version
  |         ^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn a_followed_secret_has_nothing_that_is_pinned() {
    refused(
        &billing(
            "  delivery: VaultStaticSecret\n  hash: keyed\n",
            "  delivery: Both\n  hash: keyed\n  scheme: 1\n  nameSuffix: true\n",
        ),
        "
error[lock-broken]: only a VaultStaticSecret can follow Vault
  --> countersign.lock:67:13 (Lock secrets[2].delivery)
   |
67 |   delivery: Both
   |             ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: `scheme` is given for a secret that follows Vault
  --> countersign.lock:69:11 (Lock secrets[2].scheme)
   |
69 |   scheme: ***
   |           ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: `nameSuffix` is given for a secret that follows Vault
  --> countersign.lock:70:15 (Lock secrets[2].nameSuffix)
   |
70 |   nameSuffix: true
   |               ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn labels_are_held_to_the_rules_of_kubernetes() {
    refused(&billing("  tier: \"1\"", "  tier: \"a b\""), "
error[lock-broken]: the value of the label `tier` is refused by Kubernetes: only letters, digits, `-`, `_` and `.` are allowed
  --> countersign.lock:59:5 (Lock secrets[1].labels.tier)
   |
59 |     tier: ***
   |     ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
");
    refused(
        &billing("example.com/owner", "countersign.dev/owner"),
        "
error[lock-broken]: `countersign.dev/` is ours
  --> countersign.lock:61:5 (Lock secrets[1].annotations.countersign.dev/owner)
   |
61 |     countersign.dev/owner: ***
   |     ^^^^^^^^^^^^^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &billing("vaultAuthRef: vault/billing", "vaultAuthRef: a/b/c"),
        "
error[lock-broken]: `a/b/c` names no VaultAuth
  --> countersign.lock:49:19 (Lock secrets[1].operator.vaultAuthRef)
   |
49 |     vaultAuthRef: a/b/c
   |                   ^^^^^
hint: write `name` or `namespace/name`.
",
    );
    refused(
        &billing("\"90m\"", "90 minutes"),
        "
error[lock-broken]: the operator does not accept this duration
  --> countersign.lock:50:19 (Lock secrets[1].operator.refreshAfter)
   |
50 |     refreshAfter: ***
   |                   ^^^
hint: write one number and one unit, `s`, `m` or `h`: `24h`, `90m`.
",
    );
}
