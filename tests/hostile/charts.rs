//! Charts that lead out of themselves, and what is copied of them.

use std::fs;
use std::os::unix::fs::symlink;

use crate::attack::Folder;
use crate::children::program;

/// A Helm that lacks the written templates in the user's chart, and looks around in the copy that has them.
const HELM: &str = r#"
for chart in "$@"; do :; done
case $chart in */app)
    echo 'no template "countersign.name"' >&2
    exit 1
esac
/bin/ls -ld "$chart" >&2
read -r first <"$chart/templates/_countersign.tpl" || exit 3
read -r first <"$chart/templates/deployment.yaml" || exit 4
echo '{apiVersion: v1, kind: ConfigMap, metadata: {name: made}}'
"#;

#[test]
fn no_link_in_a_chart_is_written_through() {
    let chart = ("app/Chart.yaml", &b"name: app\n"[..]);
    let template = ("shared/deployment.yaml", &b"a: 1\n"[..]);
    let folder = Folder::with(&[chart, template, ("precious", b"precious")]);
    symlink("../shared", folder.path().join("app/templates")).unwrap();
    symlink("../precious", folder.path().join("shared/countersign.yaml")).unwrap();
    program(&folder, "helm", HELM);
    folder.run(&["render", "app"]).fine();
    let precious = fs::read_to_string(folder.path().join("precious")).unwrap();
    assert_eq!(precious, "precious");
    let there = fs::read_dir(folder.path().join("shared")).unwrap();
    assert_eq!(there.count(), 2, "nothing was written beside the templates");
}

#[test]
fn no_other_user_looks_into_what_is_copied_for_a_build() {
    let folder = Folder::with(&[("kustomization.yaml", b"resources: []\n")]);
    let looks = r#"/bin/ls -ld "${HOME%/*}" >&2; exit 1"#;
    program(&folder, "kustomize", looks);
    folder
        .run(&["argocd", "generate"])
        .refused(5, "\n  drwx------");
}
