//! A build that fails: exit code 1, no manifest, and stderr says which function and why.

use crate::app::{DELIVERIES, PLAIN_BASE, app};
use crate::folder::{Folder, failure, kustomize_is_older_than, stdout};

const TOP: &str = "=== top/kustomization.yaml
resources: [../base]
transformers: [../countersign]
";

#[test]
fn a_missing_path_stops_the_build_and_names_the_function() {
    for delivery in DELIVERIES {
        let app = app(delivery).replace("path: shop/orders", "path: shop/nowhere");
        let stderr = Folder::with(&[&app, PLAIN_BASE, TOP]).fail("top");
        assert!(
            stderr.contains("Countersign/countersign: error[secret-absent]"),
            "{delivery}: {stderr}"
        );
        assert!(stderr.contains("kvv2/shop/nowhere"), "{stderr}");
    }
}

#[test]
fn a_failure_in_a_lower_layer_stops_the_whole_build() {
    let layers = "=== base/kustomization.yaml
resources: [orders.yaml, secrets.yaml]
transformers: [../countersign]
=== top/kustomization.yaml
resources: [../base]
namePrefix: prod-
";
    let app = app("Secret").replace("lock: none", "lock: nonne");
    let stderr = Folder::with(&[&app, layers]).fail("top");
    assert!(
        stderr.contains("Countersign/countersign: error[bad-value]"),
        "{stderr}"
    );
}

#[test]
fn a_failing_generator_names_its_config() {
    let layers = "=== base/kustomization.yaml
resources: [orders.yaml]
generators: [secrets.yaml]
";
    let own = crate::app::config("Secret", crate::app::AS_FUNCTION);
    let own = format!(
        "=== base/secrets.yaml\n{}",
        own.replace("shop/orders", "shop/nowhere")
    );
    let stderr = Folder::with(&[&app("Secret"), layers, &own]).fail("base");
    assert!(
        stderr.contains("VaultSecrets/shop: error[secret-absent]"),
        "{stderr}"
    );
}

#[test]
fn the_function_takes_no_environment_from_the_repository() {
    for (field, value) in [
        ("envs", "[VAULT_ADDR=https://elsewhere.example.com]"),
        ("args", "[--verbose]"),
        ("args", "[render, '-']"),
    ] {
        let annotated = app("Secret").replace(
            "exec: {path: countersign}",
            &format!("exec: {{path: countersign, {field}: {value}}}"),
        );
        let stderr = Folder::with(&[&annotated, PLAIN_BASE, TOP]).fail("top");
        if kustomize_is_older_than((5, 7)) {
            // there the annotation cannot say so, and the build fails all the same
            let said = format!("unknown field \"{field}\"");
            assert!(stderr.contains(&said), "{stderr}");
            continue;
        }
        assert!(stderr.contains("error[function-environment]"), "{stderr}");
        assert!(stderr.contains(&format!("`exec.{field}`")), "{stderr}");
    }
}

#[test]
fn a_function_is_held_to_the_policy_of_the_runner() {
    let policy = |path: &str| {
        format!(
            "=== runner/policy.yaml
apiVersion: countersign.dev/v1alpha1
kind: RunnerPolicy
unlocked: true
rules:
- {{name: own, paths: [{path}], deliveries: [Secret]}}
"
        )
    };
    let line = "COUNTERSIGN_POLICY=$PWD/runner/policy.yaml kustomize build --enable-alpha-plugins --enable-exec top";
    let run = |path: &str| {
        let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, TOP, &policy(path)]);
        folder.shell(line)
    };
    let allowed = stdout(&run("kvv2/shop/*"));
    assert!(allowed.contains("kind: Secret"), "{allowed}");
    let stderr = failure(run("kvv2/web/*"));
    assert!(stderr.contains("error[policy-denied]"), "{stderr}");
    assert!(
        stderr.contains("rule `own` allows `kvv2/web/*`"),
        "{stderr}"
    );
}

#[test]
fn two_configs_with_one_name_in_the_built_layer_are_refused() {
    let layers = "=== a/kustomization.yaml
resources: [../base]
namePrefix: a-
=== b/kustomization.yaml
resources: [../base]
namePrefix: b-
=== plain/kustomization.yaml
resources: [../a, ../b]
namespace: shop
=== top/kustomization.yaml
resources: [../plain]
transformers: [../countersign]
";
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, layers]);
    let stderr = folder.fail("top");
    assert!(
        stderr
            .contains("error[duplicate-name]: `orders-db` is defined by `a-shop` and by `b-shop`"),
        "{stderr}"
    );
    let piped = folder.countersign(&["render", "-"], &folder.plain("plain"));
    assert!(!piped.status.success() && piped.stdout.is_empty());
}

#[test]
fn without_the_flag_for_functions_kustomize_refuses() {
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, TOP]);
    let stderr = failure(folder.kustomize(&["build", "top"]));
    assert!(stderr.contains("external plugins disabled"), "{stderr}");
}

/// kustomize then skips exec functions without a word; the config that is left in the output is
/// what an API server refuses, and what a pipe still consumes.
#[test]
fn where_functions_are_skipped_the_config_is_left_for_the_pipe() {
    for delivery in DELIVERIES {
        let folder = Folder::with(&[&app(delivery), PLAIN_BASE, TOP]);
        let skipped = folder.kubectl("top");
        assert!(skipped.contains("kind: VaultSecrets\n"), "{skipped}");
        assert_eq!(
            folder.render(&skipped).by_name(),
            folder.build("top").by_name()
        );
    }
}

#[test]
fn a_countersign_under_generators_says_that_it_has_nothing_to_do() {
    let layers = "=== top/kustomization.yaml
resources: [../base]
generators: [../countersign]
";
    let folder = Folder::with(&[&app("Secret"), PLAIN_BASE, layers]);
    let stderr = String::from_utf8(folder.try_build("top").stderr).expect("UTF-8");
    assert!(
        stderr.contains("Countersign/countersign: warning[no-config]"),
        "{stderr}"
    );
}

/// The reason why a config is better a resource than a function of its own.
#[test]
fn a_config_that_is_its_own_function_leaves_no_trace_where_functions_are_skipped() {
    let layer = "=== base/kustomization.yaml
resources: [orders.yaml]
transformers: [secrets.yaml]
";
    let own = crate::app::config("Secret", crate::app::AS_FUNCTION);
    let folder = Folder::with(&[
        &app("Secret"),
        layer,
        &format!("=== base/secrets.yaml\n{own}"),
    ]);
    let skipped = folder.kubectl("base");
    assert!(!skipped.contains("VaultSecrets"), "{skipped}");
    assert!(skipped.contains("secretName: orders-db\n"), "{skipped}");
}

#[test]
fn countersign_is_no_validator() {
    let layer = "=== top/kustomization.yaml
resources: [../base]
validators: [../countersign]
";
    let stderr = Folder::with(&[&app("Secret"), PLAIN_BASE, layer]).fail("top");
    assert!(
        stderr.contains("validator shouldn't modify the resource map"),
        "{stderr}"
    );
}
