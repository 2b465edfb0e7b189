//! `make install` and `make uninstall`, with the program that the tests have.

use std::fs;

use crate::scratch::{Scratch, checkout};

/// `make` of the checkout, in the home of the test.
fn make(words: &str) -> String {
    let program = env!("CARGO_BIN_EXE_countersign");
    let checkout = checkout("");
    format!(
        "make --silent --directory={} PROGRAM={program} {words}",
        checkout.display()
    )
}

/// All that stands below PREFIX, but for pages and plugins: those are lists of their own.
const FILES: &[&str] = &[
    "bin/countersign",
    "share/bash-completion/completions/countersign",
    "share/countersign/countersign.ps1",
    "share/doc/countersign/LICENSE",
    "share/fish/vendor_completions.d/countersign.fish",
    "share/zsh/site-functions/_countersign",
];

#[test]
fn a_package_holds_these_files_and_touches_no_home() {
    let scratch = Scratch::with(&[]);
    let install = make("install DESTDIR=$HOME/package PREFIX=/usr");
    scratch.prints(&format!("umask 077\n{install}"));
    let others =
        scratch.prints("find package/usr ! -perm -o=r; find package/usr -type d ! -perm -o=x");
    assert_eq!(others, "", "everybody may read it");
    let all = scratch.list("package/usr");
    let (lists, single): (Vec<_>, Vec<_>) = all.iter().partition(|name| {
        name.starts_with("share/man/man1/") || name.starts_with("share/countersign/plugin/")
    });
    assert_eq!(single, FILES);
    scratch.prints("countersign man man");
    for page in scratch.list("man") {
        assert!(lists.contains(&&format!("share/man/man1/{page}")), "{page}");
    }
    for file in [
        "kustomize/function/function.yaml",
        "helm/plugin.yaml",
        "argocd/plugin.yaml",
    ] {
        let place = format!("share/countersign/plugin/{file}");
        let own = fs::read_to_string(checkout("plugin").join(file)).unwrap();
        assert_eq!(scratch.read(&format!("package/usr/{place}")), own);
    }
    assert_eq!(scratch.list("package").len(), all.len());
    assert!(!scratch.at(".config").exists());
    let version = scratch.prints("package/usr/bin/countersign --version");
    assert_eq!(
        version,
        concat!("countersign ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn an_installation_has_the_plugins_where_the_tools_look_and_leaves_nothing_behind() {
    let scratch = Scratch::with(&["helm4"]);
    scratch.prints(&format!(
        "rm bin/countersign\n{}",
        make("install PREFIX=$HOME/.local")
    ));
    let plugin =
        scratch.at(".config/kustomize/plugin/countersign.dev/v1alpha1/vaultsecrets/VaultSecrets");
    assert_eq!(
        fs::read_link(&plugin).unwrap(),
        scratch.at(".local/bin/countersign")
    );
    let listed = scratch.prints("helm plugin list");
    assert!(listed.contains("countersign"), "{listed}");
    // again, as for an update
    scratch.prints(&make("install PREFIX=$HOME/.local"));
    let other = ".config/kustomize/plugin/countersign.dev/v1alpha1/countersign/Countersign";
    scratch.prints(&format!("ln -sfn /opt/other {other}"));
    scratch.prints(&make("uninstall PREFIX=$HOME/.local"));
    let left = scratch.list(".local");
    let of_ours: Vec<_> = left
        .iter()
        .filter(|name| name.contains("countersign"))
        .collect();
    assert!(of_ours.is_empty(), "{of_ours:?}");
    assert!(!plugin.is_symlink());
    // a link to something else is somebody else's
    assert!(scratch.at(other).is_symlink());
}

#[test]
fn an_installation_beside_helm_3_says_that_it_gets_no_plugin() {
    let scratch = Scratch::with(&["helm"]);
    let told = scratch.prints(&make("install PREFIX=$HOME/.local"));
    assert!(told.contains("no Helm 4 on PATH"), "{told}");
    assert!(!scratch.at(".local/share/helm").exists());
}
