//! `countersign helm`: a post-renderer of Helm 3 and 4.
//!
//! An empty stream is refused on both sides: Helm would delete all that a release has. What Helm does
//! not show is told as far as the stream gives it away.

use super::audited::{Audit, audited};
use super::{Done, Output, manifests};
use crate::cli::args::{Common, HelmArgs};
use crate::cli::settings;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::files;
use crate::door::helm::Helm;
use crate::door::helm::chart::Release;
use crate::door::locks::LockFiles;
use crate::stage::{Input, Request, Shape};

/// Renders the stream that Helm hands over.
///
/// # Errors
/// Everything that is wrong with it.
pub fn helm(args: &HelmArgs, common: &Common) -> Result<Done, Report> {
    audited("helm", &args.configs, common, |audit| {
        rendered(args, common, audit)
    })
}

fn rendered(args: &HelmArgs, common: &Common, audit: &Audit) -> Result<Done, Report> {
    let text = files::stdin()?;
    let helm = Helm::of(&text, settings::helm_plugin());
    if text.trim().is_empty() {
        return Err(nothing("Helm gave no manifests on stdin").into());
    }
    let mut inputs = vec![Input {
        file: files::STDIN.into(),
        text,
        only_configs: false,
    }];
    inputs.extend(files::inputs(&[], &args.configs)?);
    let shape = Shape::Release;
    let release = Release {
        name: args.release.as_deref(),
        namespace: args.namespace.as_deref(),
        ..Release::default()
    };
    let locks = LockFiles::of_release(common.lock.as_deref()).with(release);
    let request = Request {
        home: args.namespace.clone(),
        ..Request::new(inputs, shape)
    };
    let mut rendered = manifests(request, &locks, common, audit)?;
    if rendered.is_empty() {
        return Err(nothing("no manifest is left of the release").into());
    }
    let mut said = std::mem::take(&mut rendered.warnings);
    if rendered.has_values {
        said.push(
            Diagnostic::warning(
                Code::ReleaseKeepsValues,
                "Helm keeps the values of these Secrets in every revision of the release",
            )
            .hint("deliver by `VaultStaticSecret`, and only names are kept."),
        );
    }
    if helm == Helm::Three && !rendered.unused.is_empty() {
        let names: Vec<String> = rendered
            .unused
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let message = format!(
            "nothing that Helm shows uses {}; if a hook does, its name stays as it is",
            names.join(", ")
        );
        said.push(
            Diagnostic::warning(Code::HooksUnseen, message)
                .hint("Helm 3 shows no hooks to a post-renderer: use Helm 4, or give the hook a Secret of its own."),
        );
    }
    Ok(Done {
        said,
        output: Output::Manifests(Box::new(rendered)),
        exit: None,
    })
}

fn nothing(message: &str) -> Diagnostic {
    Diagnostic::error(Code::EmptyRelease, message).hint(
        "with `--output-dir`, Helm 3 writes its files before it runs us: use `helm template … > FILE` instead.",
    )
}
