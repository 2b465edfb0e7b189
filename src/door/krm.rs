//! A KRM function: a `ResourceList` on stdin, one on stdout.
//!
//! kustomize shows neither `results` nor which function failed, so stderr names it; kpt shows
//! `results` even after a failure, so those are printed, without items.

use std::borrow::Cow;

use crate::diag::Diagnostic;
use crate::diag::results::results;
use crate::stage::package::Package;
use crate::stage::{Input, Request, Shape};
use crate::yaml::emit::Value;
use crate::yaml::{NodeRef, Tree};

/// Whether a text can be a `ResourceList`; `read` looks closer.
#[must_use]
pub fn is_resource_list(text: &str) -> bool {
    text.contains("ResourceList") && text.contains("config.kubernetes.io/")
}

/// Whether what is returned is written into the files of a package, as kpt does it.
#[must_use]
pub fn is_in_place(text: &str) -> bool {
    let items = memchr::memmem::find(text.as_bytes(), b"config.kubernetes.io/path")
        .and_then(|_| Tree::parse(text).ok());
    items.is_some_and(|tree| tree.root().and_then(Package::of).is_some())
}

/// The request for a `ResourceList`.
#[must_use]
pub fn request(text: impl Into<Cow<'static, str>>) -> Request {
    let input = Input {
        file: crate::door::files::STDIN.into(),
        text: text.into(),
        only_configs: false,
    };
    Request::new(vec![input], Shape::ResourceList)
}

/// `Countersign/shop`: which function this is, for stderr.
#[must_use]
pub fn function_name(text: &str) -> Option<String> {
    // it stands behind the items, which need not be read for it
    let at = memchr::memmem::rfind(text.as_bytes(), b"\nfunctionConfig:");
    let tail = at.and_then(|at| Tree::parse(&text[at..]).ok());
    let tree = tail.or_else(|| Tree::parse(text).ok())?;
    let config = tree.root()?.get("functionConfig")?;
    let kind = config.get("kind").and_then(NodeRef::scalar)?;
    let name = config.at("metadata/name").and_then(NodeRef::scalar)?;
    Some(format!("{kind}/{name}"))
}

/// What is printed after a failure: no items.
#[must_use]
pub fn failure(diagnostics: &[Diagnostic]) -> String {
    Value::Mapping(vec![
        (
            "apiVersion".to_owned(),
            Value::text("config.kubernetes.io/v1"),
        ),
        ("kind".to_owned(), Value::text("ResourceList")),
        ("items".to_owned(), Value::Sequence(Vec::new())),
        ("results".to_owned(), results(diagnostics)),
    ])
    .to_yaml(0, "\n")
}
