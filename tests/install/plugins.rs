//! `countersign plugin install`: the real tools find what it wrote.

use std::fs;

use crate::scratch::{Scratch, checkout};

const LEGACY: &str = ".config/kustomize/plugin/countersign.dev/v1alpha1";

/// A folder that kubectl builds with the plugin, and what it reads its secret from.
fn layer(scratch: &Scratch) {
    for file in ["kustomization.yaml", "plugin.yaml"] {
        let text = fs::read_to_string(checkout("plugin/kustomize/legacy").join(file));
        scratch.write(&format!("legacy/{file}"), &text.unwrap());
    }
    scratch.write(
        "prod/kustomization.yaml",
        "resources: [secrets.yaml]\nnamespace: shop\ntransformers: [../legacy]\n",
    );
    scratch.write(
        "prod/secrets.yaml",
        "apiVersion: countersign.dev/v1alpha1\nkind: VaultSecrets\nmetadata: {name: shop}\nspec:\n  delivery: Secret\n  \
         lock: none\n  secrets: [{name: orders-db, path: shop/orders-db}]\n  vault: {mount: kv}\n",
    );
    scratch.write(
        "vault.yaml",
        "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts: {kv: {engine: kv-v2, secrets: {shop/orders-db: [{created: 2026-11-20T08:00:00Z, data: {password: s3cr3t-one}}]}}}\n",
    );
}

const BUILD: &str =
    "COUNTERSIGN_STORE=file:$HOME/vault.yaml kubectl kustomize --enable-alpha-plugins prod";

#[test]
fn kubectl_and_kustomize_run_what_was_installed() {
    let scratch = Scratch::with(&["kubectl", "kustomize"]);
    layer(&scratch);
    let said = scratch.fails(BUILD);
    assert!(said.contains("unable to find plugin root"), "{said}");
    let told = scratch.prints("countersign plugin install kustomize");
    let folder = scratch.at(LEGACY);
    assert_eq!(
        told,
        format!(
            "{0}/vaultsecrets/VaultSecrets: written\n{0}/countersign/Countersign: written\n\
             `kubectl kustomize --enable-alpha-plugins FOLDER` runs it\n",
            folder.display()
        )
    );
    let built = scratch.prints(BUILD);
    assert!(built.contains("name: orders-db-"), "{built}");
    let kustomize = BUILD.replace("kubectl kustomize", "kustomize build");
    assert_eq!(scratch.prints(&kustomize), built);
}

#[test]
fn another_place_is_told_to_the_tool() {
    let scratch = Scratch::with(&["kubectl"]);
    layer(&scratch);
    let told = scratch.prints("countersign plugin install kustomize --to=$HOME/here");
    let variable = format!("`KUSTOMIZE_PLUGIN_HOME={}`", scratch.at("here").display());
    assert!(told.contains(&variable), "{told}");
    let built = scratch.prints(&format!("export KUSTOMIZE_PLUGIN_HOME=$HOME/here\n{BUILD}"));
    assert!(built.contains("name: orders-db-"), "{built}");
    // the variable is also where it is installed without being told
    scratch.prints("KUSTOMIZE_PLUGIN_HOME=$HOME/there countersign plugin install kustomize");
    assert_eq!(scratch.list("there"), scratch.list("here"));
}

#[test]
fn printed_commands_make_the_same_links() {
    let scratch = Scratch::with(&[]);
    scratch.prints(
        "countersign plugin install kustomize --print > links.sh\ntest ! -e .config\n. ./links.sh",
    );
    let told = scratch.prints("countersign plugin install kustomize");
    assert_eq!(told.matches(": is there already\n").count(), 2, "{told}");
}

#[test]
fn links_follow_a_program_that_moved_and_nothing_else_is_replaced() {
    let scratch = Scratch::with(&[]);
    scratch.prints(&format!(
        "mkdir -p {LEGACY}/vaultsecrets {LEGACY}/countersign
         ln -s /nowhere/countersign {LEGACY}/vaultsecrets/VaultSecrets
         echo mine > {LEGACY}/countersign/Countersign"
    ));
    let said = scratch.fails("countersign plugin install kustomize");
    assert!(
        said.contains("countersign/Countersign` is there, and is something else"),
        "{said}"
    );
    let link = fs::read_link(scratch.at(LEGACY).join("vaultsecrets/VaultSecrets")).unwrap();
    assert_eq!(
        link.to_str(),
        Some("/nowhere/countersign"),
        "nothing was written"
    );
    assert_eq!(
        scratch.read(&format!("{LEGACY}/countersign/Countersign")),
        "mine\n"
    );
    let told = scratch.prints(&format!(
        "rm {LEGACY}/countersign/Countersign\ncountersign plugin install kustomize"
    ));
    assert!(
        told.contains("VaultSecrets: written in the place of another version\n"),
        "{told}"
    );
}

#[test]
fn helm_4_lists_and_runs_what_was_installed() {
    let scratch = Scratch::with(&["helm4"]);
    let chart =
        checkout("fixtures/stories/a-hook-of-helm-4-gets-its-secret-before-the-release/in/chart");
    let template = format!(
        "helm template shop {0} --post-renderer countersign --post-renderer-args --lock={0}",
        chart.display()
    );
    scratch.fails(&template);
    scratch.prints("countersign plugin install helm");
    let plugins = scratch.prints("helm plugin list");
    let version = env!("CARGO_PKG_VERSION");
    let row = plugins.lines().find(|line| line.starts_with("countersign"));
    assert!(row.is_some_and(|row| row.contains(version)), "{plugins}");
    let rendered = scratch.prints(&template);
    assert!(
        rendered.contains("name: \"shop-db-m949bcmh47\""),
        "{rendered}"
    );
}

#[test]
fn helm_3_gets_no_plugin_that_it_cannot_read() {
    let scratch = Scratch::with(&["helm"]);
    let said = scratch.fails("countersign plugin install helm");
    assert!(
        said.contains("error[usage]: the `helm` on PATH is Helm 3"),
        "{said}"
    );
    assert!(
        said.contains("--post-renderer countersign --post-renderer-args helm"),
        "{said}"
    );
    let told = scratch.prints("countersign plugin install helm --to=$HOME/four");
    assert!(
        told.contains(&format!("`HELM_PLUGINS={}`", scratch.at("four").display())),
        "{told}"
    );
    // Helm 3 is as well as before
    let listed = scratch.prints("helm plugin list 2>&1");
    assert!(!listed.contains("countersign"), "{listed}");
}

#[test]
fn an_older_plugin_of_helm_is_replaced_and_an_edited_one_is_not() {
    let scratch = Scratch::with(&[]);
    let install = "countersign plugin install helm --to=plugins";
    scratch.prints(&format!(
        "{install}\nsed -i 's/^version:.*/version: 0.0.1/' plugins/countersign/plugin.yaml"
    ));
    let told = scratch.prints(install);
    assert!(
        told.contains("plugin.yaml: written in the place of another version\n"),
        "{told}"
    );
    let own = fs::read_to_string(checkout("plugin/helm/plugin.yaml")).unwrap();
    assert_eq!(scratch.read("plugins/countersign/plugin.yaml"), own);
    assert_eq!(
        scratch.prints("countersign plugin install helm --print"),
        own
    );
    scratch.prints("echo '# mine' >> plugins/countersign/plugin.yaml");
    scratch.fails(install);
    assert!(
        scratch
            .read("plugins/countersign/plugin.yaml")
            .ends_with("# mine\n")
    );
}

#[test]
fn the_component_for_argo_cd_is_that_of_the_repository_and_builds() {
    let scratch = Scratch::with(&["kustomize"]);
    scratch.prints("countersign plugin install argocd --to=argocd/countersign");
    let names = scratch.list("argocd/countersign");
    for name in &names {
        let own = fs::read_to_string(checkout("plugin/argocd/component").join(name)).unwrap();
        assert_eq!(scratch.read(&format!("argocd/countersign/{name}")), own);
    }
    let shipped = fs::read_dir(checkout("plugin/argocd/component")).unwrap();
    assert_eq!(shipped.count(), names.len(), "all of them");
    scratch.write(
        "argocd/kustomization.yaml",
        "resources: [install.yaml]\ncomponents: [countersign]\n",
    );
    scratch.write(
        "argocd/install.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: argocd-repo-server}\nspec: {template: {spec: {containers: [{name: argocd-repo-server}]}}}\n\
         ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\n",
    );
    let built = scratch.prints("kustomize build argocd");
    assert!(
        built.contains("/var/run/argocd/argocd-cmp-server"),
        "{built}"
    );
}
