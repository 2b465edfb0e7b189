//! EDGE: a legacy exec plugin of kustomize, the one kind of program that kubectl's kustomize runs.
//!
//! kustomize looks for it at `countersign.dev/v1alpha1/vaultsecrets/VaultSecrets` below its plugin
//! folder, so the name under which the program was started says that it is one. It is given its
//! config as a file and the manifests as a stream; both are put together as the `ResourceList` that
//! a function gets, and what follows knows no difference.

use std::borrow::Cow;
use std::env;
use std::ffi::OsString;
use std::path::Path;

use super::files::read_file;
use crate::diag::{Code, Diagnostic};
use crate::yaml::split::{only_comments, split, starts_document};

/// Kinds that kustomize looks for, which are the names of the program.
const KINDS: &[&str] = &["VaultSecrets", "Countersign"];

/// The arguments, if this program was started as a plugin.
#[must_use]
pub fn arguments() -> Option<Vec<OsString>> {
    let mut words = env::args_os();
    let program = words.next()?;
    let name = Path::new(&program).file_name()?.to_str()?;
    KINDS.contains(&name).then(|| words.collect())
}

/// The text of the config.
///
/// # Errors
/// There is another number of arguments, or the file cannot be read.
pub fn config(arguments: &[OsString]) -> Result<String, Diagnostic> {
    match arguments {
        [file] => read_file(Path::new(file)),
        [] => Err(Diagnostic::error(
            Code::Usage,
            "a plugin of kustomize is given its config as a file, and there is none",
        )
        .hint("let kustomize run it: `kubectl kustomize --enable-alpha-plugins FOLDER`; by hand call it `countersign`.")),
        // never shown: they are the repository's
        _ => Err(Diagnostic::error(
            Code::FunctionEnvironment,
            "the config of the plugin adds arguments to its command line",
        )
        .hint("take `argsOneLiner` and `argsFromFile` out; set the environment where the build runs.")),
    }
}

/// What a function would have got.
#[must_use]
pub fn resource_list(config: &str, stream: &str) -> Cow<'static, str> {
    let mut text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n".to_owned();
    let documents = split(stream).into_iter().map(|unit| body(&stream[unit]));
    let mut any = false;
    for document in documents.filter(|text| !only_comments(text)) {
        text.push_str(if any { "" } else { "items:\n" });
        indent(&mut text, "- ", document);
        any = true;
    }
    if !any {
        text.push_str("items: []\n");
    }
    text.push_str("functionConfig:\n");
    indent(&mut text, "  ", body(config));
    text.into()
}

/// A document without the line that opens it.
fn body(document: &str) -> &str {
    if starts_document(document) {
        document.split_once('\n').map_or("", |(_, body)| body)
    } else {
        document
    }
}

/// Every line further in: block scalars keep their shape when all lines move alike.
fn indent(out: &mut String, first: &str, document: &str) {
    let mut before = first;
    for line in document.lines() {
        if !line.is_empty() {
            out.push_str(before);
            out.push_str(line);
            before = "  ";
        }
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_becomes_the_items_of_a_list() {
        let stream = "a: |\n  one\n\n   two\n---\nb: 1\n---\n";
        assert_eq!(
            resource_list("c: 2\n", stream),
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- a: |\n    one\n\n     two\n- b: 1\nfunctionConfig:\n  c: 2\n"
        );
    }

    #[test]
    fn a_generator_is_given_nothing() {
        assert_eq!(
            resource_list("---\nc: 2\n", ""),
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  c: 2\n"
        );
    }

    #[test]
    fn arguments_of_the_repository_are_refused_unseen() {
        let words = ["kust-plugin-config-1", "--store=file:s3cr3t-place"];
        let diagnostic = config(&words.map(OsString::from)).expect_err("two are too many");
        assert_eq!(diagnostic.code, Code::FunctionEnvironment);
        assert!(!diagnostic.message.contains("s3cr3t-"));
    }
}
