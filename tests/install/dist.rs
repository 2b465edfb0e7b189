//! What `make dist` packs, with the program that the tests have instead of one that needs no library.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use crate::scratch::{Scratch, checkout, version};

const TARGET: &str = "x86_64-unknown-linux-musl";

/// The folder with what is given to people, made once from the checkout; nobody writes into it.
fn packed() -> &'static str {
    static PACKED: LazyLock<String> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/dist");
        Scratch::with(&[]).prints(&dist(folder));
        folder.to_owned()
    });
    &PACKED
}

/// Cargo is asked for the crates, as `make` would: with the tools of whoever runs the tests.
fn dist(folder: &str) -> String {
    let cargo = Path::new(env!("CARGO"));
    let home = std::env::var("CARGO_HOME")
        .unwrap_or_else(|_| format!("{}/.cargo", std::env::var("HOME").unwrap()));
    format!(
        "CARGO={} RUSTC={} CARGO_HOME={home} {} bin/countersign {TARGET} {folder}",
        cargo.display(),
        cargo.with_file_name("rustc").display(),
        checkout("plugin/package/dist.sh").display(),
    )
}

#[test]
fn two_runs_give_the_same_bytes_and_the_checksums_hold() {
    let (scratch, dist) = (Scratch::with(&[]), packed());
    let archive = format!("countersign-{}-{TARGET}", version());
    let mut names = vec![
        "SHA256SUMS".to_owned(),
        format!("{archive}.cdx.json"),
        format!("{archive}.tar.gz"),
        format!("countersign-helm-plugin-{}.tgz", version()),
    ];
    names.sort();
    assert_eq!(scratch.list(dist), names);
    // others' permissions and another hour change nothing
    scratch.prints(&format!(
        "umask 077\n{}\ndiff -r {dist} again",
        self::dist("again")
    ));
    let checked = scratch.prints(&format!("cd {dist} && sha256sum --check SHA256SUMS"));
    assert_eq!(checked.matches(": OK\n").count(), 3, "{checked}");
}

#[test]
fn the_archive_holds_what_make_install_lays_out() {
    let (scratch, dist) = (Scratch::with(&[]), packed());
    let name = format!("countersign-{}-{TARGET}", version());
    let install = checkout("plugin/package/install.sh");
    scratch.prints(&format!(
        "{} bin/countersign laid\ntar -xzf {dist}/{name}.tar.gz",
        install.display()
    ));
    assert_eq!(scratch.list(&name), scratch.list("laid"));
    let owners = scratch.prints(&format!("tar --numeric-owner -tvzf {dist}/{name}.tar.gz"));
    assert!(
        owners.lines().all(|line| line.contains(" 0/0 ")),
        "{owners}"
    );
    let said = scratch.prints(&format!("{name}/bin/countersign --version"));
    assert_eq!(said, format!("countersign {}\n", version()));
}

#[test]
fn helm_4_installs_the_archive_of_the_plugin() {
    let scratch = Scratch::with(&["helm4"]);
    let name = format!("{}/countersign-helm-plugin-{}.tgz", packed(), version());
    let install = format!("helm plugin install --verify=false {name}");
    scratch.prints(&install);
    let chart =
        checkout("fixtures/stories/a-hook-of-helm-4-gets-its-secret-before-the-release/in/chart");
    let rendered = scratch.prints(&format!(
        "helm template shop {0} --post-renderer countersign --post-renderer-args --lock={0}",
        chart.display()
    ));
    assert!(
        rendered.contains("name: \"shop-db-m949bcmh47\""),
        "{rendered}"
    );
    scratch.prints("helm plugin uninstall countersign");
    let left = scratch.prints("helm plugin list");
    assert!(!left.contains("countersign"), "{left}");
}

#[test]
fn the_bill_of_materials_names_each_crate_that_is_shipped_and_none_of_the_tests() {
    let (scratch, dist) = (Scratch::with(&[]), packed());
    let bill = scratch.read(&format!(
        "{dist}/countersign-{}-{TARGET}.cdx.json",
        version()
    ));
    let bill: Value = serde_json::from_str(&bill).unwrap();
    assert_eq!(
        (&bill["bomFormat"], &bill["specVersion"]),
        (&"CycloneDX".into(), &"1.5".into())
    );
    assert_eq!(bill["metadata"]["component"]["version"], version());
    let components = bill["components"].as_array().unwrap();
    let names: Vec<&str> = components
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    for shipped in ["clap", "reqwest", "rustls", "tera", "zeroize"] {
        assert!(names.contains(&shipped), "{shipped}");
    }
    for other in ["libtest-mimic", "proptest", "countersign", "windows-sys"] {
        assert!(!names.contains(&other), "{other}");
    }
    let known: Vec<&str> = components
        .iter()
        .filter_map(|one| one["bom-ref"].as_str())
        .collect();
    for component in components {
        assert!(
            component["licenses"][0]["expression"].is_string(),
            "{component}"
        );
        assert_eq!(
            component["hashes"][0]["content"].as_str().map(str::len),
            Some(64),
            "{component}"
        );
    }
    for edge in bill["dependencies"].as_array().unwrap() {
        for dependency in edge["dependsOn"].as_array().unwrap() {
            assert!(known.contains(&dependency.as_str().unwrap()), "{edge}");
        }
    }
}
