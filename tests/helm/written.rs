//! Charts and Helm alone: what `lock` writes gives every chart of a release its own names, whichever Helm runs.
//!
//! What is printed in between is not looked at; stories show that.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::charts::{Charts, HELMS, without_blanks};
use super::text;

const HELPERS: &str = "templates/_countersign.tpl";

/// The names that pods of a stream use, in its order, and those of the objects.
fn names(stream: &str) -> (Vec<&str>, Vec<&str>) {
    let lines = || stream.lines().map(str::trim);
    let used =
        lines().filter_map(|line| line.strip_prefix("- secretRef: {name: ")?.strip_suffix('}'));
    let objects = stream
        .split("\n---\n")
        .filter(|document| document.contains("\nkind: \"VaultStaticSecret\""));
    let made = objects.filter_map(|document| {
        let line = document
            .lines()
            .find_map(|line| line.strip_prefix("  name: \""))?;
        line.strip_suffix('"')
    });
    (used.collect(), made.collect())
}

/// The operator's objects, without what Helm says of their origin.
fn objects(stream: &str) -> Vec<&str> {
    let documents = stream.split("---\n").map(|document| {
        let first = document.split_once('\n');
        let rest = first.filter(|(line, _)| line.starts_with("# Source: "));
        rest.map_or(document, |(_, rest)| rest).trim_end()
    });
    documents
        .filter(|document| document.contains("\nkind: \"VaultStaticSecret\""))
        .collect()
}

#[test]
fn the_names_are_those_of_a_render() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    charts.lock(&["shop", "--upgrade", "db@1"]);
    charts.lock(&["shop", "--upgrade"]);
    let alone = charts.rendered(&["shop"]);
    let output = charts.countersign(&["render", "shop", "--release=shop"]);
    let by_us = text(&output.stdout);
    let (used, made) = names(&alone);
    let (used_by_us, made_by_us) = names(&by_us);
    assert_eq!(used, used_by_us);
    assert_eq!(made.len(), 2, "{alone}");
    assert_eq!(made, made_by_us);
    assert_eq!(objects(&alone), objects(&by_us));
    assert_eq!(made[0], used[0]);
    assert!(!alone.contains("VaultSecrets"), "{alone}");
    for helm in HELMS {
        let output = charts.helm(helm, &["lint", "--strict", "shop"]);
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(
            output.status.success() && !said.contains("[WARNING]"),
            "{said}"
        );
    }
}

#[test]
fn each_chart_of_a_release_has_its_own_names_and_each_object_is_there_once() {
    let charts = Charts::new();
    // one that somebody published earlier, under the same name
    charts.chart("all/charts/earlier", "shop");
    charts.lock(&["all/charts/earlier", "--upgrade", "db@1"]);
    let earlier = charts.read("all/charts/earlier/Chart.yaml");
    charts.write(
        "all/charts/earlier/Chart.yaml",
        &earlier.replace("1.0.0", "0.9.0"),
    );
    charts.chart("all/charts/shop", "shop");
    charts.lock(&["all/charts/shop"]);
    charts.write(
        "all/Chart.yaml",
        "apiVersion: v2
name: all
version: 1.0.0
dependencies:
- {name: shop, version: 1.0.0}
- {name: shop, version: 1.0.0, alias: second}
- {name: shop, version: 0.9.0, alias: third}
",
    );
    let stream = charts.rendered(&["all"]);
    let (used, made) = names(&stream);
    let own = |name: &str| {
        let pod = format!("  name: shop-{name}\n");
        let pod = stream
            .split("\n---\n")
            .find(|document| document.contains(&pod));
        names(pod.unwrap()).0[0].to_owned()
    };
    assert_eq!(used.len(), 3, "{stream}");
    assert_eq!(own("shop"), own("second"));
    assert_ne!(own("shop"), own("third"));
    assert_eq!(made.len(), 2, "{stream}");
    assert!(used.iter().all(|name| made.contains(name)), "{stream}");
    // the one above has no configs of its own, and takes none over
    charts.write(
        "all/templates/pod.yaml",
        &charts.read("all/charts/shop/templates/pod.yaml"),
    );
    charts.write(
        "all/templates/secrets.yaml",
        &charts
            .read("all/charts/shop/templates/secrets.yaml")
            .replace("name: shop\n", "name: all\n"),
    );
    charts.lock(&["all"]);
    assert_eq!(
        charts
            .read("all/countersign.lock")
            .matches("- name: db\n")
            .count(),
        1
    );
    let stream = charts.rendered(&["all"]);
    let (used, made) = names(&stream);
    assert_eq!((used.len(), made.len()), (4, 3), "{stream}");
}

#[test]
fn a_value_chooses_the_lock_and_may_be_a_template() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    charts.write(
        "shop/values.yaml",
        "env: dev\ncountersign: {lock: 'locks/{{ .Values.env }}.lock'}\n",
    );
    charts.write("prod.yaml", "env: prod\n");
    charts.lock(&["shop"]);
    charts.lock(&["shop", "--values=prod.yaml", "--upgrade", "db@1"]);
    let dev = charts.rendered(&["shop"]);
    let prod = charts.rendered(&["shop", "--values=prod.yaml"]);
    assert_ne!(names(&dev), names(&prod));
    let said = charts.refused("", &["--set=env=test"]);
    assert!(
        said.contains("the chart `shop` has no file `locks/test/"),
        "{said}"
    );
}

#[test]
fn one_name_in_two_namespaces_is_asked_for_with_its_namespace() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    let config = charts.read("shop/templates/secrets.yaml");
    let config = |namespace: &str| {
        let name = format!("  name: {namespace}\n  namespace: {namespace}\n");
        config.replace("  name: shop\n", &name)
    };
    charts.write(
        "shop/templates/secrets.yaml",
        &format!("{}---\n{}", config("one"), config("two")),
    );
    let pod = charts.read("shop/templates/pod.yaml");
    let pod = |namespace: &str| {
        let place = format!("  namespace: {namespace}\nspec:");
        let pod = pod.replace("\"db\"", &format!("\"{namespace}/db\""));
        pod.replace("spec:", &place)
    };
    charts.write(
        "shop/templates/pod.yaml",
        &format!("{}---\n{}", pod("one"), pod("two")),
    );
    charts.lock(&["shop"]);
    let stream = charts.rendered(&["shop"]);
    let (used, made) = names(&stream);
    assert_eq!(used.len(), 2, "{stream}");
    assert_ne!(used[0], used[1]);
    assert_eq!(used, made, "{stream}");
    let said = charts.refused(r#"a: {{ include "countersign.name" (list . "db") }}"#, &[]);
    assert!(said.contains("is called `NAMESPACE/NAME`"), "{said}");
}

#[test]
fn a_chart_that_was_packed_has_its_names() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    charts.lock(&["shop"]);
    let output = charts.helm(HELMS[0], &["package", "shop"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(
        charts.rendered(&["shop-1.0.0.tgz"]),
        charts.rendered(&["shop"])
    );
}

#[test]
fn a_name_that_is_not_there_fails_the_render() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    charts.lock(&["shop"]);
    for (call, says) in [
        (
            r#"countersign.name" (list . "dd")"#,
            "no secret `dd` is in the lock `countersign.lock` of the chart `shop`",
        ),
        (r#"countersign.name" (list . "")"#, "no secret `` is in"),
        (r#"countersign.name" (list . ".*")"#, "no secret `.*` is in"),
        (
            r#"countersign.hash" (list . "db" "dd")"#,
            "no secret `dd` is in",
        ),
        (
            r#"countersign.name" (list .)"#,
            "takes the chart's own `.` and a name",
        ),
        (
            r#"countersign.name" (list . "db" "db")"#,
            "takes the chart's own `.` and a name",
        ),
        (
            r#"countersign.name" (list .Values "db")"#,
            "takes the chart's own `.` and a name",
        ),
        (
            r#"countersign.name" ."#,
            "takes the chart's own `.` and a name",
        ),
        (
            r#"countersign.hash" (list .)"#,
            "takes the chart's own `.` and names",
        ),
    ] {
        let said = charts.refused(&format!("a: {{{{ include \"{call} }}}}\n"), &[]);
        assert_eq!(said.matches(says).count(), 2, "{call}: {said}");
    }
    charts.write("shop/.helmignore", "countersign/\n");
    let said = charts.refused("", &[]);
    assert!(
        said.contains("see that .helmignore names no such file"),
        "{said}"
    );
    let output = charts.countersign(&["lock", "--check", "shop"]);
    let said = text(&output.stderr);
    assert!(
        !output.status.success() && said.contains(".helmignore"),
        "{said}"
    );
}

#[test]
fn a_definition_of_ours_is_defined_by_nobody_else() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    charts.lock(&["shop"]);
    charts.write(
        "shop/templates/z.tpl",
        "{{ define \"countersign.name\" }}db{{ end }}\n",
    );
    let output = charts.countersign(&["lock", "--check", "shop"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("error[written-edited]: `countersign.name` is defined here and in what is written\n --> shop/templates/z.tpl:1"), "{said}");
}

#[test]
fn a_template_that_says_the_plain_name_is_told() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    let pod = charts.read("shop/templates/pod.yaml");
    let asked = "{{ include \"countersign.name\" (list . \"db\") }}";
    charts.write("shop/templates/pod.yaml", &pod.replace(asked, "db"));
    let told = "`Pod/shop-shop` says the plain name `db`, and there is no Secret of it";
    let output = charts.countersign(&["lock", "shop", "--release=shop"]);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains(&format!("warning[written-unlisted]: {told}")),
        "{said}"
    );
    let output = charts.countersign(&["lock", "--check", "shop", "--release=shop"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(
        said.contains(&format!("error[written-unlisted]: {told}")),
        "{said}"
    );
}

#[test]
fn links_of_a_chart_lead_where_they_led() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    charts.write("shared/pod.yaml", &charts.read("shop/templates/pod.yaml"));
    fs::remove_file(charts.at("shop/templates/pod.yaml")).unwrap();
    symlink("../../shared", charts.at("shop/templates/shared")).unwrap();
    charts.lock(&["shop"]);
    charts.lock(&["--check", "shop"]);
    let stream = charts.rendered(&["shop"]);
    let (used, made) = names(&stream);
    assert_eq!((used.len(), &used), (1, &made), "{stream}");
}

#[test]
fn what_somebody_removed_is_written_again() {
    let charts = Charts::new();
    charts.chart("shop", "shop");
    charts.lock(&["shop"]);
    let before = charts.rendered(&["shop"]);
    fs::remove_file(charts.at(format!("shop/{HELPERS}"))).unwrap();
    let output = charts.countersign(&["lock", "--check", "shop"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    charts.lock(&["shop"]);
    assert_eq!(charts.rendered(&["shop"]), before);
}

#[test]
fn a_shop_to_copy_needs_no_countersign() {
    let charts = Charts::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/helm-plain");
    symlink(&example, charts.at("example")).unwrap();
    for environment in ["dev", "prod"] {
        let values = format!("--values=example/values-{environment}.yaml");
        let stream = charts.rendered(&["example/chart", &values]);
        let kept = example.join(format!("rendered/{environment}.yaml"));
        let kept = fs::read_to_string(kept).unwrap();
        assert_eq!(stream, without_blanks(&kept));
    }
}
