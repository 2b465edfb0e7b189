//! Every mistake of a policy, as a person sees it.

use super::*;
use crate::diag::render::render;

fn env(name: &str) -> Option<String> {
    match name {
        "ARGOCD_APP_PROJECT_NAME" => Some("shop".to_owned()),
        "ARGOCD_APP_NAME" => Some("../finance".to_owned()),
        _ => None,
    }
}

#[track_caller]
fn said(body: &str, want: &str) {
    let text = format!("apiVersion: countersign.dev/v1alpha1\nkind: RunnerPolicy\n{body}");
    let report = read("policy.yaml", &text, &env).expect_err("it is wrong");
    let found = render(&report.sorted(), false);
    assert!(found == want, "{found}");
}

#[test]
fn a_policy_is_read_with_its_variables() {
    let text = "kind: RunnerPolicy\napiVersion: countersign.dev/v1alpha1\n\
        addresses: ['https://vault.example.com:8200/']\n\
        variables: {project: {env: ARGOCD_APP_PROJECT_NAME}, unused: {env: ABSENT}}\n\
        rules: [{name: own, paths: ['kvv2/{{project}}/**'], deliveries: [Both]}]\n";
    let policy = read("policy.yaml", text, &env).expect("it is right");
    assert!(policy.allows_address("https://vault.example.com:8200"));
    assert!(!policy.allows_address("https://vault.example.org:8200"));
    assert!(policy.rules[0].paths[0].matches("kvv2/shop/db"));
    assert_eq!(policy.variables[1].value, None);
    assert!(!policy.unlocked);
    assert!(policy.rules[0].namespaces.is_none());
}

#[test]
fn without_addresses_any_is_allowed_and_an_empty_list_allows_none() {
    let head = "apiVersion: countersign.dev/v1alpha1\nkind: RunnerPolicy\nrules: []\n";
    let open = read("policy.yaml", head, &env).expect("it is right");
    assert!(open.allows_address("https://vault.example.com"));
    let closed = read("policy.yaml", &format!("{head}addresses: []\n"), &env).expect("it is right");
    assert!(!closed.allows_address("https://vault.example.com"));
}
#[test]
fn a_file_that_is_no_policy_is_refused() {
    for text in [
        "",
        "rules: []\n",
        "apiVersion: v1\nkind: Secret\nrules: []\n",
        "[]\n",
        "a: 1\n---\nb: 1\n",
    ] {
        assert!(read("policy.yaml", text, &env).is_err(), "{text:?}");
    }
    let hidden = "apiVersion: countersign.dev/v1alpha1\nkind: RunnerPolicy\n\
        rules: [&a {name: own, paths: [a/b], deliveries: [Both]}, *a]\n";
    let report = read("policy.yaml", hidden, &env).expect_err("an alias");
    assert!(report.diagnostics[0].message.contains("no aliases"));
}

#[test]
fn unknown_fields_are_answered_with_the_near_one() {
    said(
        "unlock: true\ntemplateRoots: [a]\nrules:\n- {name: own, path: [a/b], deliveries: [Secret]}\n",
        r"error[unknown-field]: unknown field `unlock`
 --> policy.yaml:3:1 (RunnerPolicy unlock)
  |
3 | unlock: ***
  | ^^^^^^
hint: did you mean `unlocked`?

error[unknown-field]: `templateRoots` is not supported yet
 --> policy.yaml:4:1 (RunnerPolicy templateRoots)
  |
4 | templateRoots: [***]
  | ^^^^^^^^^^^^^
hint: leave it out: a config names no files yet, so there is nothing to limit.

error[missing-field]: `paths` is missing
 --> policy.yaml:6:3 (RunnerPolicy rules[0])
  |
6 | - {name: own, path: [***], deliveries: [***]}
  |   ^
hint: list them, mount first: `paths: [kvv2/shop/**]`.

error[unknown-field]: unknown field `path`
 --> policy.yaml:6:15 (RunnerPolicy rules[0].path)
  |
6 | - {name: own, path: [***], deliveries: [***]}
  |               ^^^^
hint: did you mean `paths`?
",
    );
}

#[test]
fn what_a_rule_leaves_out_is_asked_for() {
    said(
        "rules:\n- paths: [a/b]\n",
        r"error[missing-field]: `deliveries` is missing
 --> policy.yaml:4:3 (RunnerPolicy rules[0])
  |
4 | - paths: [***]
  |   ^^^^^
hint: choose one:
  `VaultStaticSecret`: the Vault Secrets Operator makes the Secret; no value passes through the build
  `Secret`: the build emits the Secret with its data
  `Both`: the build emits the Secret, and the operator keeps it repaired

error[missing-field]: `name` is missing
 --> policy.yaml:4:3 (RunnerPolicy rules[0])
  |
4 | - paths: [***]
  |   ^^^^^
hint: name the rule: denials say which came nearest.
",
    );
}

#[test]
fn all_mistakes_of_all_rules_are_in_one_report() {
    said(
        "addresses: [vault.example.com]\nvariables: {project: {env: ARGOCD_APP_PROJECT_NAME}}\nrules:\n\
         - {name: own, paths: ['kvv2/{{ projekt }}/**', '**', kvv2//a], deliveries: [Secrets]}\n\
         - {name: own, paths: [kvv2/a], deliveries: [Secret], namespaces: [team-a/]}\n",
        r"error[bad-value]: this is not the address of a server
 --> policy.yaml:3:13 (RunnerPolicy addresses[0])
  |
3 | addresses: [vault.example.com]
  |             ^^^^^^^^^^^^^^^^^
hint: write it as in `VAULT_ADDR`: `https://vault.example.com:8200`.

error[undefined-parameter]: `projekt` is not among the `variables` of the policy
 --> policy.yaml:6:23 (RunnerPolicy rules[0].paths[0])
  |
6 | - {name: own, paths: ['kvv2/{{ projekt }}/**', ***, ***], deliveries: [***]}
  |                       ^^^^^^^^^^^^^^^^^^^^^^^
hint: did you mean `project`?

error[bad-value]: this is no pattern: it begins with `**`, and anything could stand there
 --> policy.yaml:6:48 (RunnerPolicy rules[0].paths[1])
  |
6 | - {name: own, paths: [***, '**', ***], deliveries: [***]}
  |                            ^^^^
hint: `*` stands for anything within one segment, `**` for any segments after the first, `{{ name }}` for a variable.

error[bad-value]: this is no pattern: it has a slash too many
 --> policy.yaml:6:54 (RunnerPolicy rules[0].paths[2])
  |
6 | - {name: own, paths: [***, ***, kvv2//a], deliveries: [***]}
  |                                 ^^^^^^^
hint: `*` stands for anything within one segment, `**` for any segments after the first, `{{ name }}` for a variable.

error[bad-value]: there is no such delivery
 --> policy.yaml:6:77 (RunnerPolicy rules[0].deliveries[0])
  |
6 | - {name: own, paths: [***, ***, ***], deliveries: [Secrets]}
  |                                                    ^^^^^^^
hint: did you mean `Secret`?

error[duplicate-name]: there are two rules `own`
 --> policy.yaml:7:10 (RunnerPolicy rules[1].name)
  |
7 | - {name: own, paths: [***], deliveries: [***], namespaces: [***]}
  |          ^^^
hint: give each a name of its own: denials name rules.

error[bad-value]: this is no pattern: it has a slash too many
 --> policy.yaml:7:67 (RunnerPolicy rules[1].namespaces[0])
  |
7 | - {name: own, paths: [***], deliveries: [***], namespaces: [team-a/]}
  |                                                             ^^^^^^^
hint: `*` stands for anything within one segment, `**` for any segments after the first, `{{ name }}` for a variable.
",
    );
}

#[test]
fn a_variable_that_a_rule_uses_has_to_be_one_plain_segment() {
    said(
        "variables:\n  name: {env: ARGOCD_APP_NAME}\n  absent: {env: ABSENT}\n\
         rules:\n- {name: own, paths: ['kvv2/{{ name }}/**', 'kvv2/{{ name }}', 'kvv2/{{ absent }}'], deliveries: [Secret]}\n",
        r"error[policy-variable]: `ARGOCD_APP_NAME` cannot be used as `name`: only letters and digits of ASCII, `.`, `_` and `-` can stand in a path
 --> policy.yaml:4:3 (RunnerPolicy variables.name)
  |
4 |   name: {env: ***}
  |   ^^^^
hint: Argo CD sets its variables for each application; elsewhere set it where the build runs.

error[policy-variable]: `ABSENT` is not set, and a rule uses it as `absent`
 --> policy.yaml:5:3 (RunnerPolicy variables.absent)
  |
5 |   absent: {env: ***}
  |   ^^^^^^
hint: Argo CD sets its variables for each application; elsewhere set it where the build runs.
",
    );
}

#[test]
fn what_an_application_says_of_itself_and_credentials_are_no_variables() {
    said(
        "variables:\n  a: {env: ARGOCD_ENV_PROJECT}\n  b: {env: VAULT_TOKEN}\n  c: {env: PARAM_TEAM}\n\
         rules: [{name: own, paths: ['kvv2/{{ a }}/**'], deliveries: [Secret]}]\n",
        r"error[bad-value]: `ARGOCD_ENV_PROJECT` cannot be used in patterns: an application sets it as it likes
 --> policy.yaml:4:12 (RunnerPolicy variables.a.env)
  |
4 |   a: {env: ***}
  |            ^^^
hint: use what the runner itself says, as `ARGOCD_APP_PROJECT_NAME`.

error[bad-value]: `VAULT_TOKEN` cannot be used in patterns: it may hold a credential
 --> policy.yaml:5:12 (RunnerPolicy variables.b.env)
  |
5 |   b: {env: ***}
  |            ^^^
hint: use what the runner itself says, as `ARGOCD_APP_PROJECT_NAME`.

error[bad-value]: `PARAM_TEAM` cannot be used in patterns: an application sets it as it likes
 --> policy.yaml:6:12 (RunnerPolicy variables.c.env)
  |
6 |   c: {env: ***}
  |            ^^^
hint: use what the runner itself says, as `ARGOCD_APP_PROJECT_NAME`.
",
    );
}
