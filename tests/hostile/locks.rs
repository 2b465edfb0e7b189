//! Locks and stores that are large, and numbers that are no numbers.

use std::fs;

use crate::attack::{CONFIG, Folder, LOCKED, STORE};

/// A folder with a lock in which one secret stands in many namespaces.
fn crowded(namespaces: usize) -> Folder {
    let folder = Folder::with(&[("config.yaml", LOCKED.as_bytes())]);
    folder.run(&["lock", "."]).fine();
    let lock = fs::read_to_string(folder.path().join("countersign.lock")).unwrap();
    let entry = &lock[lock.find("- name:").unwrap()..];
    let other = |n| entry.replace("namespace: shop", &format!("namespace: shop-{n:06}"));
    let others: String = (0..namespaces).map(other).collect();
    folder.file("countersign.lock", (lock.clone() + &others).as_bytes());
    folder
}

#[test]
fn a_lock_of_a_hundred_thousand_entries_is_read() {
    let folder = crowded(100_000);
    let ended = folder.run(&["uses", "kvv2/shop/db", "."]);
    ended.fine();
    assert!(ended.stdout.contains("shop-099999"));
}

#[test]
fn every_command_asks_for_each_of_many_entries_once() {
    let many = 10_000;
    let folder = crowded(many);
    let left = "error[lock-stale]: `orders-db` is locked, and `shop` does not define it any more";
    folder.run(&["render", "."]).refused(4, left);
    folder.run(&["outdated", "."]).fine();
    folder
        .run(&["lock", "--check", "."])
        .refused(4, "nothing defines it any more");
    folder.run(&["lock", "."]).fine();
}

#[test]
fn a_config_with_thousands_of_secrets_is_locked_and_rendered() {
    let many = 5_000;
    let secret = |n| format!("  - {{name: db-{n}, path: shop/db, keys: {{p: password}}}}\n");
    let config = LOCKED.to_owned() + &(0..many).map(secret).collect::<String>();
    let folder = Folder::with(&[("config.yaml", config.as_bytes())]);
    folder.run(&["lock", "."]).fine();
    folder.run(&["lock", "--check", "."]).fine();
    let ended = folder.run(&["render", "."]);
    ended.fine();
    let made = ended.stdout.matches("kind: \"VaultStaticSecret\"").count();
    assert_eq!(made, many + 1, "{}", &ended.stdout[..500]);
}

#[test]
fn a_lock_of_nothing_a_hundred_megabytes_long_is_broken() {
    let lines = "\n".repeat(100_000_000);
    let conflicts = "<<<<<<< a\n".repeat(1_000_000);
    let documents = "---\na: 1\n".repeat(1_000_000);
    for (lock, said) in [
        (lines, "error[lock-broken]: the lock is empty"),
        (conflicts, "error[lock-conflict]"),
        (
            documents,
            "error[lock-broken]: the lock holds several YAML documents",
        ),
    ] {
        let files = [
            ("config.yaml", LOCKED.as_bytes()),
            ("countersign.lock", lock.as_bytes()),
        ];
        Folder::with(&files).run(&["render", "."]).refused(4, said);
    }
}

#[test]
fn numbers_that_no_lock_has_are_refused() {
    let folder = Folder::with(&[("config.yaml", LOCKED.as_bytes())]);
    folder.run(&["lock", "."]).fine();
    let lock = fs::read_to_string(folder.path().join("countersign.lock")).unwrap();
    for number in [
        "-1",
        "0",
        "1e3",
        "0x1",
        "1_0",
        "18446744073709551616",
        &"9".repeat(1_000_000),
    ] {
        let text = lock.replace("version: 1\n", &format!("version: {number}\n"));
        folder.file("countersign.lock", text.as_bytes());
        folder
            .run(&["render", "."])
            .refused(4, "error[lock-broken]: expected a whole number from 1 on");
    }
}

#[test]
fn numbers_that_no_config_has_are_refused() {
    let huge = "9".repeat(100_000);
    for (field, value) in [
        ("keep", format!("{{count: {huge}}}")),
        ("keep", "{count: -1}".to_owned()),
        ("keep", format!("{{atLeast: {huge}h}}")),
    ] {
        let config = LOCKED.replace("  vault:", &format!("  {field}: {value}\n  vault:"));
        let folder = Folder::with(&[("config.yaml", config.as_bytes())]);
        folder.run(&["lock", "."]).refused(2, "error[");
    }
}

#[test]
fn a_store_of_more_than_a_store_can_be_is_refused() {
    let large = format!("{STORE}# {}\n", "x".repeat(17 << 20));
    let folder = Folder::with(&[("config.yaml", CONFIG.as_bytes())]);
    for (store, said) in [
        (large, "it is larger than 16 MiB"),
        ("\n".repeat(15 << 20), "it is empty"),
        ("[".repeat(1 << 20), "this is not YAML"),
        (STORE.replace("db:", "\"db\\0\":"), "there is no secret at"),
    ] {
        folder.file("vault.yaml", store.as_bytes());
        folder.run(&["render", "config.yaml"]).refused(3, said);
    }
}
