//! What each command does: opens its edges, calls the core, and says what to print.
//!
//! One file a command. Nothing here prints, exits or decides what a secret or a lock is.

pub mod argocd;
mod audited;
mod below;
pub mod doctor;
pub mod fill;
pub mod function;
pub mod helm;
pub mod init;
mod learn;
pub mod lock;
pub mod man;
pub mod missing;
pub mod outdated;
pub mod plan;
pub mod plugin;
pub mod policy;
pub mod prune;
pub mod render;
mod review;
mod unnamed;
pub mod uses;
mod written;

use std::path::PathBuf;

use audited::Audit;

use crate::Runner;
use crate::cli::args::{Common, ReleaseArgs};
use crate::cli::settings;
use crate::diag::{Diagnostic, Report};
use crate::door::helm::chart::Release;
use crate::door::locks::LockFiles;
use crate::lock::Locks;
use crate::policy::Policy;
use crate::stage::plan::Mode;
use crate::stage::write::Rendered;
use crate::stage::{Input, Request, Shape};
use crate::vault::nobody::Nobody;

/// What stands on stdout after a run that succeeded.
pub enum Output {
    /// Manifests.
    Manifests(Box<Rendered<'static>>),
    /// Something to read.
    Text(String),
}

/// A run that did what was asked.
pub struct Done {
    /// For stdout.
    pub output: Output,
    /// For stderr.
    pub said: Vec<Diagnostic>,
    /// Another exit code than 0, where the answer is one.
    pub exit: Option<u8>,
}

/// Through the whole pipeline, with the runner's store and policy.
fn manifests(
    request: Request,
    locks: &dyn Locks,
    common: &Common,
    audit: &Audit,
) -> Result<Rendered<'static>, Report> {
    let chosen = audit.watch(settings::store(common)?);
    let runner = Runner {
        store: chosen.store.as_ref(),
        locks,
        mode: Mode::Render,
        strict: common.strict,
        policy: chosen.policy.as_ref(),
        write_secrets: settings::write_secrets(),
        trail: audit.trail(),
    };
    let mut rendered = crate::render(kept(request), runner)?;
    if rendered.asked {
        rendered.warnings.extend(chosen.warnings);
    }
    Ok(rendered)
}

/// The same without any value: no store is opened.
fn unread(
    request: Request,
    locks: &dyn Locks,
    mode: Mode,
    strict: bool,
    policy: Option<&Policy>,
) -> Result<Rendered<'static>, Report> {
    let runner = Runner {
        store: &Nobody,
        locks,
        mode,
        strict,
        policy,
        write_secrets: false,
        trail: None,
    };
    crate::render(kept(request), runner)
}

/// What is printed last borrows from it: it is kept until the process ends, as stdin is.
fn kept(request: Request) -> &'static Request {
    Box::leak(Box::new(request))
}

/// The lock of what is built at these paths: that of the folder, or for a stream and single files
/// that of the current directory.
fn locks(paths: &[PathBuf], release: Release<'_>, common: &Common) -> LockFiles {
    let chosen = common.lock.as_deref();
    match paths {
        [one] if one.is_dir() => LockFiles::new(one, chosen).with(release),
        _ => LockFiles::of_stream(chosen),
    }
}

/// What charts are built with.
fn chart(args: &ReleaseArgs) -> Release<'_> {
    Release {
        name: args.release.as_deref(),
        namespace: args.namespace.as_deref(),
        values: &args.values,
        application: args.application.as_ref(),
    }
}

/// A stream, as it will be released.
fn request(inputs: Vec<Input>, release: Release<'_>) -> Request {
    Request {
        home: release.home().map(str::to_owned),
        parameters: release.parameters(),
        ..Request::new(inputs, Shape::Stream)
    }
}

/// A text as an input of the pipeline.
fn input(name: String, text: String, only_configs: bool) -> Input {
    Input {
        file: name.into(),
        text: text.into(),
        only_configs,
    }
}
