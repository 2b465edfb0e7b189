//! What is left to do after `init`, as commands that can be pasted.
//!
//! Words only; it does not know how a folder is read or a config is made.

use super::Wanted;
use crate::diag::safe;
use crate::diag::shell::shell;

/// Where a config was written.
pub struct Written<'w> {
    /// The file.
    pub file: &'w str,
    /// The folder that is built, as it was typed.
    pub folder: &'w str,
    /// Its kustomization, where it has one.
    pub kustomization: Option<&'w str>,
}

/// The steps.
#[must_use]
pub fn text(written: &Written<'_>, wanted: &[Wanted]) -> String {
    let command = |verb: &str| {
        let words = ["countersign", verb, written.folder].map(str::to_owned);
        let all = &words[..if written.folder == "." && verb != "render" {
            2
        } else {
            3
        }];
        format!("`{}`", safe::terminal(&shell(all)))
    };
    let generated: Vec<String> = wanted
        .iter()
        .filter(|one| one.generated.is_some())
        .map(|one| format!("`{}`", one.name))
        .collect();
    let mut steps = vec![format!(
        "correct the lines of `{}` that end in `# <-`",
        safe::terminal(written.file)
    )];
    if let Some(kustomization) = written.kustomization {
        let name = written.file.rsplit('/').next().unwrap_or(written.file);
        let mut step = format!(
            "in `{}`: list `{}` under `resources:`",
            safe::terminal(kustomization),
            safe::terminal(name)
        );
        if !generated.is_empty() {
            step.push_str(&format!(
                ", and take {} out of `secretGenerator:`, there or where it stands",
                generated.join(", ")
            ));
        }
        steps.push(step);
    }
    steps.push(format!(
        "{} says what Vault lacks, {} sets it",
        command("missing"),
        command("fill")
    ));
    steps.push(format!(
        "{} writes down the versions; commit the lock",
        command("lock")
    ));
    steps.push(format!("{} prints the manifests", command("render")));
    let count = match wanted.len() {
        1 => "1 secret".to_owned(),
        n => format!("{n} secrets"),
    };
    let mut out = format!("{}: written, with {count}\n", safe::terminal(written.file));
    for (n, step) in steps.iter().enumerate() {
        out.push_str(&format!("{}. {step}\n", n + 1));
    }
    out
}
