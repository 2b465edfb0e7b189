//! The plugin of the old kind: what kubectl runs, where it runs no function that is a program.

use crate::app::{
    AS_FUNCTION, BASE_WITH_COMPONENT, DELIVERIES, PLAIN_BASE, app, component, config,
};
use crate::built::Built;
use crate::folder::{Folder, failure, shipped, stdout};

/// One overlay for each door: everything that an overlay usually does.
const OVERLAYS: &str = "=== function/kustomization.yaml
resources: [../base]
namePrefix: prod-
nameSuffix: -eu
namespace: shop
transformers: [../countersign]
=== plugin/kustomization.yaml
resources: [../base]
namePrefix: prod-
nameSuffix: -eu
namespace: shop
transformers: [../legacy]
";

/// A folder with files, the plugin's folder of the repository, and the plugin installed.
fn installed(texts: &[&str]) -> Folder {
    let folder = Folder::with(texts);
    folder.add(&[&shipped("legacy", "legacy")]);
    stdout(&folder.countersign(&["plugin", "install", "kustomize"], ""));
    folder
}

#[test]
fn the_plugin_in_kubectl_gives_what_the_function_gives() {
    for delivery in DELIVERIES {
        let folder = installed(&[&app(delivery), PLAIN_BASE, OVERLAYS]);
        let function = folder.build("function");
        let plugin = Built::of(folder.try_kubectl("plugin"));
        assert_eq!(plugin.by_name(), function.by_name(), "{delivery}");
        let generation = plugin.generation("orders-db");
        assert_eq!(plugin.uses("Deployment/prod-orders-eu"), [generation]);
        let kustomize = folder.kustomize(&["build", "--enable-alpha-plugins", "plugin"]);
        assert_eq!(Built::of(kustomize).by_name(), function.by_name());
    }
}

#[test]
fn a_generator_is_followed_by_kubectl() {
    let layer = |name: &str, config: &str| {
        format!(
            "=== {name}/secrets.yaml\n{config}=== {name}/kustomization.yaml
resources: [../workload]
namePrefix: prod-
namespace: shop
generators: [secrets.yaml]
"
        )
    };
    let workload = "=== workload/kustomization.yaml
resources: [pod.yaml]
=== workload/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: orders}
spec: {containers: [{name: app, image: app, envFrom: [{secretRef: {name: orders-db}}]}]}
";
    for delivery in DELIVERIES {
        let folder = installed(&[
            crate::app::STORE,
            workload,
            &layer("function", &config(delivery, AS_FUNCTION)),
            &layer("plugin", &config(delivery, "")),
        ]);
        let plugin = Built::of(folder.try_kubectl("plugin"));
        assert_eq!(
            plugin.by_name(),
            folder.build("function").by_name(),
            "{delivery}"
        );
        let generation = plugin.generation("orders-db");
        assert_eq!(plugin.uses("Pod/prod-orders"), [generation], "{delivery}");
    }
}

#[test]
fn overlays_above_the_plugin_rename_what_it_made() {
    let top = "=== top/kustomization.yaml
resources: [../base]
namePrefix: prod-
namespace: shop
";
    for delivery in DELIVERIES {
        let folder = installed(&[&app(delivery), BASE_WITH_COMPONENT, top, &component()]);
        let function = folder.build("top");
        let base = BASE_WITH_COMPONENT.replace("../countersign]", "../legacy]");
        folder.add(&[&base]);
        let plugin = Built::of(folder.try_kubectl("top"));
        assert_eq!(plugin.by_name(), function.by_name(), "{delivery}");
    }
}

#[test]
fn the_plugin_reads_the_lock_of_its_layer_and_lock_can_run_it() {
    let app = app("VaultStaticSecret").replace("  lock: none\n", "");
    let folder = installed(&[&app, PLAIN_BASE, OVERLAYS]);
    let stderr = failure(folder.try_kubectl("plugin"));
    assert!(
        stderr.contains("Countersign/countersign: error[lock-missing]"),
        "{stderr}"
    );
    stdout(&folder.shell("countersign lock --enable-exec plugin"));
    let locked = Built::of(folder.try_kubectl("plugin"));
    folder.write("vault.yaml", "");
    let without_store = Built::of(folder.try_kubectl("plugin"));
    assert_eq!(locked.text, without_store.text);
}

#[test]
fn a_printed_command_runs_the_plugin() {
    let app = app("VaultStaticSecret").replace("  lock: none\n", "");
    let folder = installed(&[&app, PLAIN_BASE, OVERLAYS]);
    stdout(&folder.shell("countersign lock --enable-exec --upgrade orders-db@1 plugin"));
    let outdated = folder.shell("countersign outdated plugin || test $? = 10");
    let said = stdout(&outdated);
    assert!(
        said.contains("\n  countersign lock plugin --enable-exec --upgrade orders-db\n"),
        "{said}"
    );
    stdout(&folder.shell("countersign lock plugin --enable-exec --upgrade orders-db"));
    let doctor = folder.shell("countersign doctor plugin || true");
    let said = stdout(&doctor);
    assert!(
        said.contains("`plugin` lists a function, and was not built"),
        "{said}"
    );
}

#[test]
fn where_there_is_only_kubectl_it_locks_what_it_can_run() {
    let app = app("VaultStaticSecret").replace("  lock: none\n", "");
    let folder = installed(&[&app, PLAIN_BASE, OVERLAYS]);
    let lock = |layer: &str| {
        folder.shell(&format!(
            "rm -f .bin/kustomize; countersign lock --enable-exec {layer}"
        ))
    };
    stdout(&lock("plugin"));
    assert!(folder.read("plugin/countersign.lock").contains("orders-db"));
    // what it would skip in silence is no lock without secrets
    let output = lock("function");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(
        stderr.contains("error[tool-missing]: there is no `kustomize`, and the one in `kubectl` skips the function of `function`"),
        "{stderr}"
    );
}

#[test]
fn a_copy_of_the_program_is_the_plugin_as_well() {
    let folder = installed(&[&app("Secret"), PLAIN_BASE, OVERLAYS]);
    let linked = Built::of(folder.try_kubectl("plugin"));
    let plugin = ".config/kustomize/plugin/countersign.dev/v1alpha1/countersign/Countersign";
    stdout(&folder.shell(&format!(
        "rm {plugin}; cp $(command -v countersign) {plugin}"
    )));
    assert_eq!(Built::of(folder.try_kubectl("plugin")).text, linked.text);
}

#[test]
fn the_plugin_takes_no_arguments_of_the_repository() {
    for (field, value) in [
        ("argsOneLiner", "--store=file:elsewhere.yaml"),
        ("argsFromFile", "arguments.txt"),
    ] {
        let folder = installed(&[
            &app("Secret"),
            PLAIN_BASE,
            OVERLAYS,
            "=== plugin/arguments.txt\n--store=file:elsewhere.yaml\n",
        ]);
        let plugin = folder.read("legacy/plugin.yaml");
        folder.write("legacy/plugin.yaml", &format!("{plugin}{field}: {value}\n"));
        let stderr = failure(folder.try_kubectl("plugin"));
        assert!(stderr.contains("error[function-environment]"), "{stderr}");
        assert!(!stderr.contains("elsewhere"), "{stderr}");
    }
}

#[test]
fn by_hand_the_plugin_says_who_runs_it() {
    let folder = installed(&[&app("Secret")]);
    let output = folder.shell(
        ".config/kustomize/plugin/countersign.dev/v1alpha1/vaultsecrets/VaultSecrets </dev/null",
    );
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(stderr.contains("error[usage]"), "{stderr}");
    assert!(stderr.contains("--enable-alpha-plugins"), "{stderr}");
    assert!(output.stdout.is_empty());
}

#[test]
fn where_the_plugin_is_not_installed_the_build_fails() {
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, OVERLAYS]);
    folder.add(&[&shipped("legacy", "legacy")]);
    let stderr = failure(folder.try_kubectl("plugin"));
    assert!(stderr.contains("unable to find plugin root"), "{stderr}");
}
