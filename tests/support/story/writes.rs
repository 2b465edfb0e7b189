//! What a command may do to the user's files: the laws of writing.

use libtest_mimic::Trial;

use super::folder::Door;
use super::needles::Needles;
use super::working_copy::WorkingCopy;

/// Checks all of them.
pub fn law(
    door: Door,
    exit: i32,
    (before, after): (&WorkingCopy, &WorkingCopy),
    needles: &Needles,
    log: Option<&str>,
) -> Result<(), String> {
    for path in before.changed(after) {
        let broken = |law: &str| Err(format!("law: {law}, but `{path}` changed"));
        if let Some(how) = needles.found_in(&String::from_utf8_lossy(after.bytes(path))) {
            return Err(format!(
                "law: no secret in a file, but in `{path}` there is {how}"
            ));
        }
        if log == Some(path) {
            if !after.bytes(path).starts_with(before.bytes(path)) {
                return broken("an audit log only grows");
            }
            continue;
        }
        if path.starts_with(".git/") {
            return broken("the repository belongs to the user");
        }
        if exit != 0 {
            return broken("a command that fails changes no file");
        }
        if door != Door::Plain {
            return broken("a build writes no file");
        }
    }
    Ok(())
}

/// Planted faults, each of which has to be seen.
pub fn self_tests() -> Vec<Trial> {
    vec![Trial::test(
        "harness: a file that no command may write is seen",
        || {
            let store = "mounts: {kv: {engine: kv-v1, secrets: {a: {k: s3cr3t-password}}}}";
            let needles = Needles::of(&[store.to_owned()]);
            let written = |path: &str, text: &str| {
                let scratch = tempfile::tempdir().unwrap();
                let path = scratch.path().join(path);
                let before = WorkingCopy::of(scratch.path());
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
                (before, WorkingCopy::of(scratch.path()))
            };
            let holds = |door, exit, path, text| {
                let (before, after) = written(path, text);
                law(door, exit, (&before, &after), &needles, Some("audit.jsonl")).is_ok()
            };
            assert!(holds(Door::Plain, 0, "countersign.lock", "version: 1\n"));
            assert!(!holds(
                Door::Plain,
                0,
                "countersign.lock",
                "czNjcjN0LXBhc3N3b3Jk\n"
            ));
            assert!(!holds(Door::Plain, 1, "countersign.lock", "version: 1\n"));
            assert!(!holds(Door::Render, 0, "countersign.lock", "version: 1\n"));
            assert!(!holds(Door::Plain, 0, ".git/index", "DIRC"));
            assert!(holds(Door::Render, 1, "audit.jsonl", "{}\n"));
            assert!(!holds(Door::Render, 0, "audit.jsonl", "s3cr3t-password\n"));
            Ok(())
        },
    )]
}
