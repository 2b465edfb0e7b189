//! A text that is no lock at all, or not one of this version: said once, with nothing after it that would not be true.

use super::{BILLING, ROTATED, refused, rotated, said};

#[test]
fn a_conflict_is_said_once_with_its_way_out() {
    refused(
        &rotated(
            "  generation: dbfh4f54f4\n",
            "<<<<<<< HEAD s3cr3t-branch\n  generation: dbfh4f54f4\n=======\n  generation: dm7c497m6m\n>>>>>>> rotate\n",
        ),
        "
error[lock-conflict]: the lock has an unresolved merge conflict
  --> countersign.lock:49:1
   |
49 | <<<<<<<
   | ^^^^^^^
hint: keep the entries of both sides, one of each secret; or take either side as a whole.
  Then run `countersign lock`: it adds what is missing and moves nothing else.
",
    );
}

#[test]
fn what_is_no_yaml_is_no_lock() {
    refused(
        &rotated(
            "  config: orders\n  namespace: shop\n  previous",
            "  config: \"s3cr3t-1\n  namespace: shop\n  previous",
        ),
        "
error[lock-broken]: the lock cannot be read: not valid YAML here
 --> countersign.lock:7:3
hint: restore the lock from Git.
",
    );
}

#[test]
fn one_document_is_a_lock_and_two_are_none() {
    refused(
        &rotated("- name: orders-db\n", "---\n- name: orders-db\n"),
        "
error[lock-broken]: the lock holds several YAML documents
  --> countersign.lock:46:1
hint: restore the lock from Git.
",
    );
}

#[test]
fn an_empty_file_is_no_lock() {
    refused(
        "",
        "
error[lock-broken]: the lock is empty
 --> countersign.lock:1:1
hint: restore the lock from Git.
",
    );
    refused(
        "# nothing\n",
        "
error[lock-broken]: the lock is empty
 --> countersign.lock:1:1
hint: restore the lock from Git.
",
    );
}

#[test]
fn aliases_and_merge_keys_are_refused() {
    refused(
        &rotated(
            "  - generation: 28bkbf429f\n",
            "  - &one {generation: 28bkbf429f}\n  - *one\n  - generation: 28bkbf429f\n",
        ),
        "
error[lock-broken]: a lock has no aliases and no merge keys
  --> countersign.lock:10:5
hint: restore the lock from Git.
",
    );
    refused(
        &rotated(
            "  - generation: 28bkbf429f\n",
            "  - <<: {generation: 28bkbf429f}\n",
        ),
        "
error[lock-broken]: a lock has no aliases and no merge keys
 --> countersign.lock:9:5
hint: restore the lock from Git.
",
    );
}

#[test]
fn a_lock_of_a_newer_countersign_is_left_alone() {
    refused(
        &rotated("countersign.dev/v1alpha1", "countersign.dev/v1"),
        "
error[lock-newer]: a newer countersign wrote this lock
 --> countersign.lock:2:13 (Lock apiVersion)
  |
2 | apiVersion: countersign.dev/v1
  |             ^^^^^^^^^^^^^^^^^^
hint: use that version or a later one; this one knows `countersign.dev/v1alpha1`.
",
    );
}

#[test]
fn another_file_is_no_lock() {
    refused(
        &rotated("kind: Lock", "kind: Deployment"),
        "
error[lock-broken]: this file is no lock
 --> countersign.lock:3:7 (Lock kind)
  |
3 | kind: Deployment
  |       ^^^^^^^^^^
hint: name the file that `countersign lock` wrote.
",
    );
    refused(
        &rotated("countersign.dev/v1alpha1", "apps/v1"),
        "
error[lock-broken]: this file is no lock of countersign
 --> countersign.lock:2:13 (Lock apiVersion)
  |
2 | apiVersion: apps/v1
  |             ^^^^^^^
hint: name the file that `countersign lock` wrote.
",
    );
    refused(
        "s3cr3t-1\n",
        "
error[lock-broken]: expected a mapping, not a text
 --> countersign.lock:1:1 (Lock)
  |
1 | ***
  | ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
}

#[test]
fn what_every_lock_says_is_missed() {
    refused(
        "apiVersion: countersign.dev/v1alpha1\n",
        "
error[lock-broken]: `kind` is missing
 --> countersign.lock:1:1 (Lock)
  |
1 | apiVersion: countersign.dev/v1alpha1
  | ^^^^^^^^^^
hint: restore the lock from Git.

error[lock-broken]: `secrets` is missing
 --> countersign.lock:1:1 (Lock)
  |
1 | apiVersion: countersign.dev/v1alpha1
  | ^^^^^^^^^^
hint: restore the lock from Git.
",
    );
}

#[test]
fn an_unknown_field_is_never_skipped() {
    refused(&rotated("    keys:\n      keystore", "    colour: s3cr3t-1\n    keys:\n      keystore"), "
error[lock-broken]: unknown field `colour`
  --> countersign.lock:38:5 (Lock secrets[1].sources[0].colour)
   |
38 |     colour: ***
   |     ^^^^^^
hint: use one of `mount`, `path`, `engine`, `namespace`, `runnerNamespace`, `version`, `created`, `keys` and `allKeys`. A newer countersign may know this field.
");
    refused(
        &rotated(
            "vaultAuthRef: orders\n- name: orders-session",
            "vaultAuthref: orders\n- name: orders-session",
        ),
        "
error[lock-broken]: unknown field `vaultAuthref`
  --> countersign.lock:79:7 (Lock secrets[2].previous[0].operator.vaultAuthref)
   |
79 |       vaultAuthref: ***
   |       ^^^^^^^^^^^^
hint: did you mean `vaultAuthRef`? A newer countersign may know this field.
",
    );
    refused(&rotated("  - generation: 28bkbf429f\n", "  - generation: 28bkbf429f\n    follow: true\n"), "
error[lock-broken]: unknown field `follow`
  --> countersign.lock:10:5 (Lock secrets[0].previous[0].follow)
   |
10 |     follow: true
   |     ^^^^^^
hint: use one of `generation`, `since`, `until`, `delivery`, `type`, `nameSuffix`, `immutable`, `hash`, `scheme`, `digest`, `hashKey`, `sources`, `operator`, `labels`, `annotations` and `gitops`. A newer countersign may know this field.
");
}

#[test]
fn a_field_given_twice_is_refused() {
    refused(
        &rotated(
            "    path: shared/ca\n",
            "    path: shared/ca\n    path: shared/ca\n",
        ),
        "
error[lock-broken]: `path` is given twice
  --> countersign.lock:42:5 (Lock secrets[1].sources[1])
   |
42 |     path: shared/ca
   |     ^^^^
hint: keep one of them.
",
    );
}

#[test]
fn wrong_types_are_named_without_the_value() {
    refused(
        &rotated("    version: 12\n", "    version: \"s3cr3t-1\"\n"),
        "
error[lock-broken]: expected a whole number from 1 on
  --> countersign.lock:42:14 (Lock secrets[1].sources[1].version)
   |
42 |     version: ***
   |              ^^^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.
",
    );
    refused(
        &rotated("kind: Lock\nsecrets:\n", "kind: Lock\nsecrets: {}\nwas:\n"),
        "
error[lock-broken]: expected a list, not a mapping
 --> countersign.lock:4:10 (Lock secrets)
  |
4 | secrets: {}
  |          ^
hint: restore the lock from Git, or delete the entry and run `countersign lock`.

error[lock-broken]: unknown field `was`
 --> countersign.lock:5:1 (Lock was)
  |
5 | was:
  | ^^^
hint: use one of `apiVersion`, `kind` and `secrets`. A newer countersign may know this field.
",
    );
}

#[test]
fn a_value_pasted_into_a_field_that_names_nothing_is_not_shown() {
    // what names something is shown, as in configs: `name`, `config`, `namespace`, `path` and the like
    let shown = [
        "apiVersion",
        "kind",
        "name",
        "config",
        "namespace",
        "mount",
        "path",
        "key",
        "vaultAuthRef",
    ];
    let mut refused = 0;
    for lock in [ROTATED, BILLING] {
        for line in lock.lines().filter(|line| !line.starts_with('#')) {
            let Some((key, _)) = line.split_once(": ") else {
                continue;
            };
            if shown.contains(&key.trim_start_matches([' ', '-'])) {
                continue;
            }
            let said = said(&lock.replace(line, &format!("{key}: s3cr3t-1")));
            assert!(!said.contains("s3cr3t"), "{said}");
            refused += usize::from(!said.is_empty());
        }
    }
    assert!(refused > 30, "{refused}");
}
