//! A report of hundreds through the real binary: a hundred are shown, the rest is counted, and the
//! exit code knows all of them.

use std::fs::File;
use std::io::{Seek, Write};
use std::process::{Command, Output};

/// A config whose every secret has an unknown field.
fn config(mistakes: usize) -> String {
    let head = "apiVersion: countersign.dev/v1alpha1\nkind: VaultSecrets\nmetadata: {name: shop}\nspec:\n  delivery: Secret\n  lock: none\n  vault: {mount: kvv2}\n  secrets:\n";
    let each = (0..mistakes).map(|n| format!("  - {{name: s{n}, path: shop/s{n}, keyz: {{}}}}\n"));
    head.to_owned() + &each.collect::<String>()
}

fn run(args: &[&str], stdin: &str) -> Output {
    let mut file: File = tempfile::tempfile().expect("a scratch file");
    file.write_all(stdin.as_bytes()).expect("it is written");
    file.rewind().expect("it is read from its beginning");
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(args).env_clear().stdin(file);
    command.output().expect("it runs")
}

#[test]
fn hundreds_of_mistakes_are_a_hundred_and_a_number() {
    let output = run(&["render", "-"], &config(900));
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr.matches("error[").count(), 100, "{stderr}");
    assert!(stderr.ends_with("\n\nand 800 more\n"), "{stderr}");
}

#[test]
fn a_function_says_so_in_its_results_as_well() {
    let item = config(250).replace('\n', "\n  ");
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- {item}\nfunctionConfig:\n  apiVersion: countersign.dev/v1alpha1\n  kind: Countersign\n  metadata: {{name: countersign}}\n"
    );
    let output = run(&[], &list);
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stdout.matches("unknown-field").count(), 100, "{stdout}");
    assert!(
        stdout.ends_with("- message: \"and 150 more\"\n  severity: \"info\"\n"),
        "{stdout}"
    );
    assert!(
        stderr.ends_with("\nCountersign/countersign: and 150 more\n"),
        "{stderr}"
    );
}
