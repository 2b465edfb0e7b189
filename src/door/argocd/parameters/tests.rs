//! What Argo CD writes into its variables, and what becomes of it.

use super::{Parameters, announced};
use crate::diag::Diagnostic;
use crate::door::argocd::Kind;

fn read(variables: &[(&str, &str)]) -> Result<Parameters, Diagnostic> {
    let find = |name: &str| {
        let mut found = variables.iter().filter(|(known, _)| *known == name);
        found.next().map(|(_, text)| (*text).to_owned())
    };
    Parameters::read(&find)
}

fn parameters(json: &str) -> Result<Parameters, Diagnostic> {
    read(&[("ARGOCD_APP_PARAMETERS", json)])
}

#[test]
fn without_parameters_nothing_is_chosen() {
    for variables in [
        &[][..],
        &[("ARGOCD_APP_PARAMETERS", "null")],
        &[("ARGOCD_APP_PARAMETERS", "[]")],
    ] {
        assert_eq!(read(variables), Ok(Parameters::default()));
    }
}

#[test]
fn each_parameter_has_one_type() {
    let chosen = parameters(
        r#"[{"name": "type", "string": "helm"}, {"name": "lock", "string": "locks/prod.lock"},
            {"name": "locked-only", "string": "true"}, {"name": "values-files", "array": ["a.yaml"]},
            {"name": "parameters", "map": {"env": "prod"}}, {"name": "helm-parameters", "map": {"image.tag": "1"}}]"#,
    );
    let expected = Parameters {
        kind: Some(Kind::Helm),
        lock: Some("locks/prod.lock".into()),
        locked_only: true,
        values_files: vec!["a.yaml".into()],
        of_configs: [("env".to_owned(), "prod".to_owned())].into(),
        helm_parameters: [("image.tag".to_owned(), "1".to_owned())].into(),
        ..Parameters::default()
    };
    assert_eq!(chosen, Ok(expected));
}

#[test]
fn a_mistake_is_named_without_what_was_given() {
    for (json, message) in [
        (
            r#"[{"name": "lok", "string": "s3cr3t-x"}]"#,
            "there is no parameter `lok`",
        ),
        (
            r#"[{"name": "lock", "array": ["s3cr3t-x"]}]"#,
            "the parameter `lock` is of another type",
        ),
        (
            r#"[{"name": "values-files", "string": "s3cr3t-x"}]"#,
            "the parameter `values-files` is of another type",
        ),
        (
            r#"[{"name": "type", "string": "s3cr3t-x"}]"#,
            "the parameter `type` names no kind of application",
        ),
        (
            r#"[{"name": "allow-empty", "string": "s3cr3t-x"}]"#,
            "the parameter `allow-empty` is neither `true` nor `false`",
        ),
        (
            r#"[{"name": "lock", "string": s3cr3t-x}]"#,
            "`ARGOCD_APP_PARAMETERS` is not the JSON that Argo CD writes, in column 29",
        ),
    ] {
        let problem = parameters(json).expect_err(json);
        assert_eq!(problem.message, message);
        assert!(!format!("{problem:?}").contains("s3cr3t-"));
    }
}

#[test]
fn a_variable_of_the_application_says_the_same_and_counts_less() {
    let variable = ("ARGOCD_ENV_COUNTERSIGN_LOCK", "variable.lock");
    let lock = |chosen: Result<Parameters, Diagnostic>| chosen.expect("it is read").lock;
    assert_eq!(lock(read(&[variable])).as_deref(), Some("variable.lock"));
    let parameter = (
        "ARGOCD_APP_PARAMETERS",
        r#"[{"name": "lock", "string": "parameter.lock"}]"#,
    );
    assert_eq!(
        lock(read(&[variable, parameter])).as_deref(),
        Some("parameter.lock")
    );
    // names that collide, and names that nobody documented
    let others = [
        ("PARAM_LOCK", "a"),
        ("ARGOCD_ENV_LOCK", "b"),
        ("ARGOCD_ENV_COUNTERSIGN_POLICY", "c"),
    ];
    assert_eq!(read(&others), Ok(Parameters::default()));
}

#[test]
fn the_form_offers_helm_what_only_helm_understands() {
    for (kind, offered) in [(Kind::Helm, 8), (Kind::Kustomize, 5), (Kind::Directory, 5)] {
        let all: serde_json::Value = serde_json::from_str(&announced(kind)).expect("it is JSON");
        assert_eq!(all.as_array().map(Vec::len), Some(offered));
    }
}
