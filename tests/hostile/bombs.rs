//! Little text that means much, and much text that means little.

use crate::attack::{CONFIG, Folder, LOCKED};

/// Anchors of which each uses the one before nine times.
fn laughs(indent: &str) -> String {
    let first = format!("{indent}a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    let line = |n: usize| {
        let items = vec![format!("*a{}", n - 1); 9].join(", ");
        format!("{indent}a{n}: &a{n} [{items}]\n")
    };
    first + &(1..=9).map(line).collect::<String>()
}

/// Mappings of which each merges the one before twice.
fn merges() -> String {
    let line = |n: usize| format!("a{n}: &a{n}\n  <<: [*a{0}, *a{0}]\n  k{n}: x\n", n - 1);
    "a0: &a0 {x: x}\n".to_owned() + &(1..=30).map(line).collect::<String>()
}

/// A text around something that is repeated.
fn repeated(before: &str, what: &str, times: usize, after: &str) -> Vec<u8> {
    [before, &what.repeat(times), after].concat().into_bytes()
}

/// A document that has to be read, because it spells a managed name.
const READ: &str = "kind: ConfigMap\nmetadata: {name: orders-db, namespace: other}\n";

fn read(text: &str) -> Vec<u8> {
    [READ, text].concat().into_bytes()
}

#[test]
fn aliases_that_multiply_are_counted_and_not_followed() {
    let pod = format!(
        "kind: Pod\nmetadata: {{name: orders-db}}\nspec:\n{}  containers: *a9\n",
        laughs("  ")
    );
    Folder::stream(pod.as_bytes())
        .run(&["render", "-"])
        .refused(
            1,
            "error[too-large]: the aliases of this document stand for more than a million nodes",
        );
    // where nobody looks they are a document like any other
    Folder::stream(&read(&laughs("")))
        .run(&["render", "-"])
        .fine();
    let config = format!("{CONFIG}x:\n{}", laughs("  "));
    Folder::with(&[("config.yaml", config.as_bytes())])
        .run(&["render", "config.yaml"])
        .refused(2, "error[unknown-field]: unknown field `x`");
    let labels = CONFIG.replace("  secrets:\n", "  parameters: *a9\n  secrets:\n");
    let config = format!("x:\n{}{labels}", laughs("  "));
    Folder::with(&[("config.yaml", config.as_bytes())])
        .run(&["render", "config.yaml"])
        .refused(2, "spec.parameters");
}

#[test]
fn merge_keys_that_multiply_are_refused() {
    Folder::stream(&read(&merges()))
        .run(&["render", "-"])
        .refused(1, "error[yaml-syntax]: merge keys that bring in too much");
}

#[test]
fn a_bomb_in_a_lock_or_a_store_is_no_lock_and_no_store() {
    for (bomb, said) in [(laughs(""), "no aliases"), (merges(), "merge keys")] {
        let folder = Folder::with(&[
            ("config.yaml", LOCKED.as_bytes()),
            ("countersign.lock", bomb.as_bytes()),
        ]);
        folder
            .run(&["render", "."])
            .refused(4, "error[lock-broken]");
        folder.run(&["outdated", "."]).refused(4, said);
        let files = [
            ("config.yaml", CONFIG.as_bytes()),
            ("vault.yaml", bomb.as_bytes()),
        ];
        Folder::with(&files)
            .run(&["render", "config.yaml"])
            .refused(
                3,
                "error[file-store-broken]: `vault.yaml` is no file store: an alias stands",
            );
    }
}

#[test]
fn nesting_without_end_is_refused_wherever_it_stands() {
    let deep = [
        repeated(READ, "[", 100_000, ""),
        repeated(&format!("{READ}x: "), "{a: ", 100_000, &"}".repeat(100_000)),
        repeated(&format!("{READ}x:\n  "), "- ", 100_000, "a"),
        repeated(READ, "? ", 100_000, "a"),
    ];
    for bytes in &deep {
        Folder::stream(bytes)
            .run(&["render", "-"])
            .refused(1, "error[yaml-syntax]: not valid YAML here");
        let folder = Folder::with(&[
            ("config.yaml", LOCKED.as_bytes()),
            ("countersign.lock", bytes),
        ]);
        folder
            .run(&["render", "."])
            .refused(4, "error[lock-broken]");
        folder
            .run(&["uses", "kvv2/shop/db"])
            .refused(4, "error[lock-broken]");
        let files = [("config.yaml", CONFIG.as_bytes()), ("vault.yaml", bytes)];
        Folder::with(&files)
            .run(&["render", "config.yaml"])
            .refused(3, "error[file-store-broken]");
    }
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: {}",
        "[".repeat(100_000)
    );
    let ended = Folder::with(&[("list.yaml", list.as_bytes())])
        .stdin("list.yaml")
        .run(&[]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(!ended.stdout.contains("[["));
}

#[test]
fn a_scalar_of_a_hundred_megabytes_takes_memory_in_proportion() {
    let scalar = repeated(&format!("{READ}x: \""), "a", 100_000_000, "\"");
    let ended = Folder::stream(&scalar).run(&["render", "-"]);
    ended.fine();
    assert!(
        ended
            .stdout
            .starts_with(std::str::from_utf8(&scalar).unwrap())
    );
    let lock = repeated("x: ", "a", 100_000_000, "\n");
    let files = [
        ("config.yaml", LOCKED.as_bytes()),
        ("countersign.lock", &lock),
    ];
    Folder::with(&files)
        .run(&["render", "."])
        .refused(4, "error[lock-broken]");
}

#[test]
fn ten_million_documents_are_a_stream() {
    let stream = repeated("", "---\na: 1\n", 10_000_000, "");
    let ended = Folder::stream(&stream).run(&["render", "-"]);
    ended.fine();
    assert!(ended.stdout.len() > stream.len());
}

#[test]
fn a_line_without_end_is_a_line() {
    for line in ["#", " ", "\t"] {
        let text = repeated(&format!("{READ}x: 1 "), line, 20_000_000, "\n");
        Folder::stream(&text)
            .run(&["render", "-"])
            .refused_or_fine();
    }
}

#[test]
fn each_anchor_each_mistake_and_each_mention_is_looked_at_once() {
    let many = 50_000;
    let anchors: String = (0..many).map(|n| format!("- &a{n} x\n- *a{n}\n")).collect();
    let keys: String = (0..many).map(|n| format!("  k{n}: v\n")).collect();
    let same = |line: &str| line.repeat(many);
    let pod = "kind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  containers:\n  - name: c\n    envFrom:\n";
    let fine = [
        format!("{READ}x:\n{anchors}"),
        format!("{READ}x: &x [a]\ny:\n{}", same("- *x\n")),
        format!("{READ}x: &x {{a: b}}\ny:\n{}", same("- {<<: *x}\n")),
        format!("{READ}data:\n{keys}"),
        format!("{pod}{}", same("    - secretRef: {name: orders-db}\n")),
        same("---\nb: orders-db\n"),
    ];
    for text in fine {
        Folder::stream(text.as_bytes()).run(&["render", "-"]).fine();
    }
    let broken = same("---\nb: [orders-db\n");
    Folder::stream(broken.as_bytes())
        .run(&["render", "-"])
        .refused(1, "<stdin>:198:4");
    let items = format!(
        "kind: List\nitems:\n{}",
        same("- {kind: Secret, metadata: {name: orders-db, namespace: shop}}\n")
    );
    Folder::stream(items.as_bytes())
        .run(&["render", "-"])
        .refused(1, "error[foreign-secret]");
}

#[test]
fn a_name_of_megabytes_is_compared_with_no_other() {
    let name = "n".repeat(4_000_000);
    let config = CONFIG.replace("delivery: Secret", &format!("delivery: {name}"));
    Folder::with(&[("config.yaml", config.as_bytes())])
        .run(&["render", "config.yaml"])
        .refused(2, "spec.delivery");
    let config = CONFIG.replace("shop/db", &name);
    Folder::with(&[("config.yaml", config.as_bytes())])
        .run(&["render", "config.yaml"])
        .refused(3, "error[secret-absent]: there is no secret at `kvv2/nnn");
}

#[test]
fn a_template_of_a_name_is_no_program() {
    let texts = [
        "{% for a in range(end=100000) %}{% for b in range(end=100000) %}x{% endfor %}{% endfor %}",
        "{{ [a for a in range(end=100000) for b in range(end=100000)] }}",
        "{% include \"text\" %}",
        "{% set a = env ~ env %}",
        "{{ env | indent(width=1000000000) }}",
        "{{ throw(message=env) }}",
    ];
    for text in texts {
        let config = CONFIG
            .replace("  vault:", "  parameters: {env: prod}\n  vault:")
            .replace("path: shop/db", &format!("path: '{text}'"));
        Folder::with(&[("config.yaml", config.as_bytes())])
            .run(&["render", "config.yaml"])
            .refused(
                2,
                "error[bad-template]: the template in `path` cannot be rendered",
            );
    }
    let config = CONFIG
        .replace(
            "  vault:",
            &format!("  parameters: {{env: {}}}\n  vault:", "e".repeat(5000)),
        )
        .replace("path: shop/db", "path: '{{ env }}'");
    Folder::with(&[("config.yaml", config.as_bytes())])
        .run(&["render", "config.yaml"])
        .refused(
            2,
            "error[bad-template]: the template in `path` is, or becomes, longer than 4096 bytes",
        );
}
