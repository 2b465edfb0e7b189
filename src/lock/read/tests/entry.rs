//! Mistakes of an entry as a whole: whose it is, and what it holds beside its generations.

use super::{billing, refused, rotated};

#[test]
fn every_mistake_of_an_entry_is_in_one_report() {
    refused(&rotated("- name: orders-config\n  config: orders\n  namespace: shop\n", "- name: Orders\n  config: or_ders\n  namespace: a.b\n"), "
error[lock-broken]: `Orders` cannot be the name of a secret: it has an upper-case letter
  --> countersign.lock:25:9 (Lock secrets[1].name)
   |
25 | - name: Orders
   |         ^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: `or_ders` cannot be the config of a secret: only `a`–`z`, `0`–`9`, `-` and `.` are allowed
  --> countersign.lock:26:11 (Lock secrets[1].config)
   |
26 |   config: ***
   |           ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: `a.b` cannot be the namespace of a secret: a namespace has no `.`
  --> countersign.lock:27:14 (Lock secrets[1].namespace)
   |
27 |   namespace: a.b
   |              ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
");
}

#[test]
fn an_entry_needs_a_name_and_a_config() {
    refused(
        "apiVersion: countersign.dev/v1alpha1\nkind: Lock\nsecrets:\n- namespace: shop\n",
        "
error[lock-broken]: `config` is missing
 --> countersign.lock:4:3 (Lock secrets[0])
  |
4 | - namespace: shop
  |   ^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: `generation` is missing
 --> countersign.lock:4:3 (Lock secrets[0])
  |
4 | - namespace: shop
  |   ^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: `name` is missing
 --> countersign.lock:4:3 (Lock secrets[0])
  |
4 | - namespace: shop
  |   ^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn two_entries_of_one_secret_are_refused() {
    refused(&rotated("- name: orders-session-keys\n", "- name: orders-cache\n"), "
error[lock-broken]: `orders-cache` of the config `orders` in namespace `shop` stands in the lock twice
  --> countersign.lock:80:9 (Lock secrets[3].name)
   |
80 | - name: orders-cache
   |         ^^^^^^^^^^^^
hint: keep one of the two; the first one is in line 5.
");
    refused(
        &billing(
            "- name: billing-tls\n",
            "- name: billing\n  follow: false\n",
        ),
        "
error[lock-broken]: `billing` of the config `billing` stands in the lock twice
  --> countersign.lock:20:9 (Lock secrets[1].name)
   |
20 | - name: billing
   |         ^^^^^^^
hint: keep one of the two; the first one is in line 5.
",
    );
}

#[test]
fn a_generation_has_all_its_fields_or_none() {
    refused(
        &rotated("  generation: d6mf575g2t\n", ""),
        "
error[lock-broken]: `generation` is missing
  --> countersign.lock:25:3 (Lock secrets[1])
   |
25 | - name: orders-config
   |   ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        "apiVersion: countersign.dev/v1alpha1\nkind: Lock\nsecrets:\n- name: orders-db\n  config: orders\n",
        "
error[lock-broken]: `generation` is missing
 --> countersign.lock:4:3 (Lock secrets[0])
  |
4 | - name: orders-db
  |   ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn pinned_and_followed_at_once_is_refused() {
    refused(
        &rotated(
            "  follow: true\n",
            "  follow: true\n  generation: d6mf575g2t\n",
        ),
        "
error[lock-broken]: `orders-session-keys` is pinned and follows Vault at once
  --> countersign.lock:84:15 (Lock secrets[3].generation)
   |
84 |   generation: ***
   |               ^^^
hint: leave out `generation` or `follow`, then run `countersign lock`.
",
    );
}

#[test]
fn times_of_our_clock_have_one_form() {
    refused(
        &rotated("\"2026-11-19T15:41:07Z\"", "\"2026-11-19T15:41:07+01:00\""),
        "
error[lock-broken]: `since` is no time of the form `2026-11-21T10:00:00Z`
  --> countersign.lock:10:12 (Lock secrets[0].previous[0].since)
   |
10 |     since: ***
   |            ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated("    until: \"2026-11-22T15:41:07Z\"\n", ""),
        "
error[lock-broken]: `until` is missing
 --> countersign.lock:9:5 (Lock secrets[0].previous[0])
  |
9 |   - generation: ***
  |     ^^^^^^^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated("\"2026-11-22T15:41:07Z\"", "\"2026-13-22T15:41:07Z\""),
        "
error[lock-broken]: `until` is no time of the form `2026-11-21T10:00:00Z`
  --> countersign.lock:11:12 (Lock secrets[0].previous[0].until)
   |
11 |     until: ***
   |            ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn a_previous_generation_cannot_take_the_plain_name() {
    let text = rotated(
        "  - generation: 28bkbf429f\n",
        "  - generation: 28bkbf429f\n    nameSuffix: false\n",
    );
    let report = super::super::read("countersign.lock", &text).unwrap_err();
    let plain = "a previous generation without its suffix in the name would be another object";
    assert!(
        report.diagnostics.iter().any(|d| d.message == plain),
        "{report:?}"
    );
}

#[test]
fn how_long_a_tombstone_is_kept_stands_in_its_generations_alone() {
    let keep = "- name: orders-cache\n  keep: {count: 2}\n  config: orders\n";
    refused(
        &rotated("- name: orders-cache\n  config: orders\n", keep),
        "
error[lock-broken]: `generation` is missing
 --> countersign.lock:5:3 (Lock secrets[0])
  |
5 | - name: orders-cache
  |   ^^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn keep_is_a_count_and_a_time() {
    refused(
        &billing("atLeast: \"45m\"", "atLeast: soon"),
        "
error[lock-broken]: expected a number and a unit
  --> countersign.lock:77:14 (Lock secrets[2].keep.atLeast)
   |
77 |     atLeast: ***
   |              ^^^
hint: write for instance `72h`; the units are `s`, `m`, `h` and `d`.
",
    );
}
