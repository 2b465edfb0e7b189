//! `variables`: what patterns may use of the runner's environment.
//!
//! A value becomes part of a pattern as it is, so it has to be one plain segment; what an application
//! says about itself proves nothing, and what may be a credential is not shown in a denial.

use super::Env;
use crate::config::fields::Fields;
use crate::diag::{Code, Diagnostic, Place};
use crate::policy::Variable;
use crate::policy::name::value_fault;

/// Beginnings of names that cannot be used, and why.
const NOT_HERE: &[(&str, &str)] = &[
    ("ARGOCD_ENV_", "an application sets it as it likes"),
    ("PARAM_", "an application sets it as it likes"),
    ("VAULT_", "it may hold a credential"),
    ("BAO_", "it may hold a credential"),
    ("COUNTERSIGN_", "it may hold a credential"),
];

/// A variable, and what is to be said when a rule uses it.
pub struct Declared {
    /// With its value, where it has one.
    pub variable: Variable,
    /// Why it has none.
    pub problem: Option<Diagnostic>,
}

/// All that are declared.
pub fn variables(top: &Fields<'_, '_>, env: Env<'_>) -> Vec<Declared> {
    let reader = top.reader;
    let Some(all) = top
        .get("variables")
        .and_then(|node| reader.mapping(node, "variables"))
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (key, value) in all.node.entries() {
        let Some(name) = key.scalar() else { continue };
        let at = format!("variables.{name}");
        if !is_name(name) {
            let message = format!("`{name}` cannot be a variable's name");
            reader.error_hint(
                key,
                &at,
                Code::BadValue,
                message,
                "use letters, digits and `_`.",
            );
        }
        let Some(fields) = reader.fields(value, &at, &["env"], &[]) else {
            continue;
        };
        let hint = "name the variable of the environment: `{env: ARGOCD_APP_PROJECT_NAME}`.";
        let (Some(node), Some(variable)) = (fields.required("env", hint), fields.text("env"))
        else {
            continue;
        };
        let at = fields.path("env");
        if !is_name(&variable) {
            reader.error(
                node,
                &at,
                Code::BadValue,
                "this cannot be a variable of the environment",
            );
            continue;
        }
        if let Some((_, why)) = NOT_HERE
            .iter()
            .find(|(start, _)| variable.starts_with(start))
        {
            let message = format!("`{variable}` cannot be used in patterns: {why}");
            let hint = "use what the runner itself says, as `ARGOCD_APP_PROJECT_NAME`.";
            reader.error_hint(node, &at, Code::BadValue, message, hint);
            out.push(unusable(name, variable));
            continue;
        }
        let place = reader.place(key, &format!("variables.{name}"));
        out.push(declared(name, variable, env, place));
    }
    out
}

/// What was reported already.
fn unusable(name: &str, env: String) -> Declared {
    Declared {
        variable: Variable {
            name: name.to_owned(),
            env,
            value: None,
        },
        problem: None,
    }
}

fn declared(name: &str, variable: String, env: Env<'_>, place: Place) -> Declared {
    let value = env(&variable);
    let message = match value.as_deref().map(value_fault) {
        None => Some(format!(
            "`{variable}` is not set, and a rule uses it as `{name}`"
        )),
        Some(Some(fault)) => Some(format!("`{variable}` cannot be used as `{name}`: {fault}")),
        Some(None) => None,
    };
    Declared {
        variable: Variable {
            name: name.to_owned(),
            value: value.filter(|_| message.is_none()),
            env: variable,
        },
        problem: message.map(|message| {
            Diagnostic::error(Code::PolicyVariable, message)
                .at(place)
                .hint("Argo CD sets its variables for each application; elsewhere set it where the build runs.")
        }),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
