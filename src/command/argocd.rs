//! `countersign argocd`: a plugin of Argo CD's config management server.
//!
//! The current directory is a private copy of the repository, stdin is nothing, and what is said after a
//! failure is shown to everybody who sees the application.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::audited::{Audit, audited};
use super::{Done, Output, kept, request};
use crate::Runner;
use crate::cli::args::{ArgocdCommand, Common};
use crate::cli::settings;
use crate::diag::{Code, Diagnostic, Report};
use crate::door::argocd::build::{FOLDER, build};
use crate::door::argocd::{Application, frame, is_ours, parameters};
use crate::door::helm::chart::Release;
use crate::door::locks::LockFiles;
use crate::door::{kustomize, origin};
use crate::stage::plan::Mode;
use crate::stage::write::Rendered;
use crate::stage::{Request, Shape};

/// The server waits for 60 seconds, of which it needs some itself.
const TIME: Duration = Duration::from_secs(45);

/// One command of the plugin.
///
/// # Errors
/// Everything that is wrong with the application, or with this machine.
pub fn argocd(command: ArgocdCommand, common: &Common) -> Result<Done, Report> {
    let text = match command {
        ArgocdCommand::Generate => {
            let folder = [PathBuf::from(FOLDER)];
            return audited("argocd generate", &folder, common, |audit| {
                generate(common, audit)
            });
        }
        ArgocdCommand::Discover if is_ours(Path::new(FOLDER)) => "countersign\n".to_owned(),
        ArgocdCommand::Discover => String::new(),
        ArgocdCommand::Parameters => parameters::announced(application()?.kind(Path::new(FOLDER))),
        ArgocdCommand::Init => {
            locks(&application()?, common).path(None)?;
            settings::ruled(common, TIME)?;
            String::new()
        }
    };
    Ok(Done {
        output: Output::Text(text),
        said: Vec::new(),
        exit: None,
    })
}

fn application() -> Result<Application, Diagnostic> {
    Application::read(&settings::variable)
}

fn generate(common: &Common, audit: &Audit) -> Result<Done, Report> {
    let deadline = Instant::now() + common.timeout.unwrap_or(TIME);
    let application = application()?;
    let release = release(&application);
    let locks = locks(&application, common);
    let inputs = build(&application, deadline)?;
    let left = deadline.saturating_duration_since(Instant::now());
    let chosen = audit.watch(settings::ruled(common, left)?);
    let runner = Runner {
        store: chosen.store.as_ref(),
        locks: &locks,
        mode: Mode::Render,
        strict: common.strict,
        policy: chosen.policy.as_ref(),
        write_secrets: false,
        trail: audit.trail(),
    };
    let request = Request {
        shape: Shape::Lines,
        ..request(inputs, release)
    };
    let mut rendered = crate::render(kept(request), runner);
    let said = match &mut rendered {
        Ok(rendered) => &mut rendered.warnings,
        Err(report) => &mut report.diagnostics,
    };
    let folder = Path::new(FOLDER);
    if kustomize::file_of(folder).is_some() {
        origin::find(said, folder, FOLDER);
    }
    let mut rendered = rendered?;
    let mut said = std::mem::take(&mut rendered.warnings);
    if application.parameters.locked_only {
        refuse_unlocked(&said)?;
    }
    if rendered.asked {
        said.extend(chosen.warnings);
    }
    let text = text(&rendered)?;
    Ok(Done {
        output: Output::Text(frame::framed(&text, application.parameters.allow_empty)?),
        said,
        exit: None,
    })
}

fn text(rendered: &Rendered<'_>) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    let written = rendered.write_to(&mut bytes).ok();
    let text = written.and_then(|()| String::from_utf8(bytes).ok());
    text.ok_or_else(|| Diagnostic::error(Code::Internal, "the output cannot be put together"))
}

fn release(application: &Application) -> Release<'_> {
    Release {
        application: Some(application),
        ..Release::default()
    }
}

/// The lock that counts: the author's, below the application's folder, else the runner's.
fn locks(application: &Application, common: &Common) -> LockFiles {
    let named = application.parameters.lock.is_some();
    let runner = common.lock.as_deref().filter(|_| !named);
    LockFiles::new(Path::new(FOLDER), runner).with(release(application))
}

/// What follows the newest version is refused where only what is locked may be rendered.
fn refuse_unlocked(said: &[Diagnostic]) -> Result<(), Report> {
    let unlocked = said
        .iter()
        .filter(|one| matches!(one.code, Code::Unlocked | Code::Unreviewed));
    let mut report = Report::default();
    for one in unlocked {
        let message = format!(
            "{}, and this application renders only what is locked",
            one.message
        );
        let mut refused = Diagnostic::error(Code::LockMissing, message)
            .hint("lock it and commit the lock, or take the parameter `locked-only` away.");
        refused.place.clone_from(&one.place);
        report.push(refused);
    }
    report.check(())
}
