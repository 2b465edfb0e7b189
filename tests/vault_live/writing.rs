//! Writes with check-and-set against a real OpenBao, and what happens when somebody else was faster.

use countersign::diag::Code;
use countersign::value::SecretValue;
use countersign::vault::writing::{Expects, Write, Writer};

use crate::asking::{of, read, shown, values};
use crate::openbao::OpenBao;

fn write(mount: &str, path: &str, expects: Expects, key: &str) -> Write {
    Write {
        secret: values(mount, path, None).secret,
        login: None,
        expects,
        keys: vec![(key.to_owned(), SecretValue::new(b"s3cr3t-new".to_vec()))],
    }
}

#[test]
fn whoever_was_faster_is_not_written_over() {
    let bao = OpenBao::shared();
    bao.mount_v2("races");
    let store = of(&bao);
    let race = |path: &str, expects| {
        let refusal = store.write(&write("races", path, expects, "k")).err();
        let refusal = refusal.expect("the write is refused");
        assert_eq!(refusal.code, Code::WrittenMeanwhile, "{refusal:?}");
    };
    bao.write("races", "made", r#"{"k":"theirs"}"#);
    race("made", Expects::Nothing);
    assert_eq!(
        shown(read(&store, values("races", "made", None))),
        "1: k=theirs"
    );
    bao.write("races", "moved", r#"{"a":"1"}"#);
    bao.write("races", "moved", r#"{"a":"2"}"#);
    race("moved", Expects::Version(1));
    assert_eq!(
        shown(read(&store, values("races", "moved", None))),
        "2: a=2"
    );
    bao.must("DELETE", "races/data/moved", "");
    race("moved", Expects::Version(2));
    race("removed", Expects::Version(1));
    bao.write("races", "back", r#"{"a":"1"}"#);
    race("back", Expects::Gone);
    race("removed", Expects::Gone);
}

#[test]
fn a_version_is_put_on_top_of_whatever_was_expected() {
    let bao = OpenBao::shared();
    bao.mount_v2("tops");
    let store = of(&bao);
    let put = |expects, key| store.write(&write("tops", "a", expects, key)).ok();
    assert_eq!(put(Expects::Nothing, "k"), Some(1));
    assert_eq!(put(Expects::Version(1), "l"), Some(2));
    let both = "2: k=s3cr3t-new l=s3cr3t-new";
    assert_eq!(shown(read(&store, values("tops", "a", None))), both);
    bao.must("DELETE", "tops/data/a", "");
    assert_eq!(put(Expects::Gone, "m"), Some(3));
    assert_eq!(
        shown(read(&store, values("tops", "a", None))),
        "3: m=s3cr3t-new"
    );
    bao.must("POST", "tops/destroy/a", r#"{"versions":[3]}"#);
    assert_eq!(put(Expects::Gone, "n"), Some(4));
    // settings of a path without any version
    bao.must("POST", "tops/metadata/empty", r#"{"max_versions":3}"#);
    let empty = write("tops", "empty", Expects::Nothing, "k");
    assert_eq!(store.write(&empty).ok(), Some(1));
}
