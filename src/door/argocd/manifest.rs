//! EDGE: an Application as a person has it, in a file, for whoever locks or looks at what Argo CD renders.
//!
//! What stands in it is what the server would say in variables, so that both ways choose the same. It must
//! not know what is done with it.

use std::path::Path;

use super::Application;
use super::parameters::{Given, Parameters};
use crate::diag::{Code, Diagnostic};
use crate::door::files::{read_file, stdin};
use crate::yaml::split::split;
use crate::yaml::{NodeRef, Tree};

/// Stands for stdin.
const STDIN: &str = "-";
/// How the server calls a variable of `plugin.env`.
const ENV: &str = "ARGOCD_ENV_";

/// Reads the one Application in a file; `-` is stdin.
///
/// # Errors
/// There is none or there are several, or it says what no application can choose.
pub fn read(file: &str) -> Result<Application, Diagnostic> {
    let text = if file == STDIN {
        stdin()?.into_owned()
    } else {
        read_file(Path::new(file))?
    };
    let mut found = Vec::new();
    for range in split(&text) {
        let tree = Tree::parse(&text[range]).map_err(|problem| {
            Diagnostic::error(
                Code::YamlDivergent,
                format!("`{file}`: {}", problem.message),
            )
        })?;
        let root = tree.root().filter(|root| is_application(*root));
        found.extend(root.map(of).transpose()?);
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(application), None) => Ok(Application {
            file: Some(file.to_owned()),
            ..application
        }),
        (None, _) => Err(usage(
            format!("`{file}` holds no Application"),
            "of an ApplicationSet take one that it made: `argocd app get NAME -o yaml`.",
        )),
        _ => Err(usage(
            format!("`{file}` holds more than one Application"),
            "give a file with the one that is meant.",
        )),
    }
}

fn is_application(root: NodeRef<'_, '_>) -> bool {
    let is = |path: &str, begin: &str| {
        let text = root.at(path).and_then(NodeRef::string);
        text.is_some_and(|text| text.starts_with(begin))
    };
    is("apiVersion", "argoproj.io/")
        && root.at("kind").and_then(NodeRef::string) == Some("Application")
}

fn of(root: NodeRef<'_, '_>) -> Result<Application, Diagnostic> {
    let plugin = plugin(root)?;
    let all = |name: &str| plugin.get(name).into_iter().flat_map(NodeRef::items);
    let given: Vec<Given> = all("parameters").map(parameter).collect();
    let variable = |name: &str| {
        let name = name.strip_prefix(ENV)?;
        let mut named = all("env").filter(|one| text(*one, "name").as_deref() == Some(name));
        text(named.next()?, "value")
    };
    Ok(Application {
        parameters: Parameters::chosen(&variable, &given)?,
        name: text(root, "metadata/name").unwrap_or_default(),
        namespace: text(root, "spec/destination/namespace").unwrap_or_default(),
        ..Application::default()
    })
}

/// The source that names a plugin, wherever it stands.
fn plugin<'a, 't>(root: NodeRef<'a, 't>) -> Result<NodeRef<'a, 't>, Diagnostic> {
    let one = ["spec/source", "spec/sourceHydrator/drySource"];
    let one = one.into_iter().filter_map(|path| root.at(path));
    let several = root.at("spec/sources").into_iter().flat_map(NodeRef::items);
    let mut plugins = one.chain(several).filter_map(|source| source.get("plugin"));
    match (plugins.next(), plugins.next()) {
        (Some(plugin), None) => Ok(plugin),
        (None, _) => Err(usage(
            "no source of the Application names a plugin".to_owned(),
            "without one Argo CD renders it without countersign: write `plugin: {name: countersign}`.",
        )),
        _ => Err(usage(
            "several sources of the Application name a plugin".to_owned(),
            "give a file with the one source that is built here.",
        )),
    }
}

fn parameter(node: NodeRef<'_, '_>) -> Given {
    let array = node.get("array").map(|array| {
        let texts = array.items().filter_map(NodeRef::scalar);
        texts.map(str::to_owned).collect()
    });
    let map = node.get("map").map(|map| {
        let pairs = map.entries();
        let pairs = pairs.filter_map(|(key, value)| Some((key.scalar()?, value.scalar()?)));
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    });
    Given {
        name: text(node, "name").unwrap_or_default(),
        string: text(node, "string"),
        array,
        map,
    }
}

fn text(node: NodeRef<'_, '_>, path: &str) -> Option<String> {
    node.at(path)?.scalar().map(str::to_owned)
}

fn usage(message: String, hint: &str) -> Diagnostic {
    Diagnostic::error(Code::Usage, message).hint(hint)
}
