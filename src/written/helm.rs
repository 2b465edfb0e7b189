//! Templates and files of a chart that do what countersign does behind Helm, with nothing but Helm.
//!
//! - `templates/_countersign.tpl`: what the author of the chart names secrets with, the same in every chart;
//! - `templates/countersign.yaml`: puts the objects into the release;
//! - beside the lock `names.yaml` and `objects.yaml`, which both read as files of the chart.
//!
//! Helm keeps one definition of a name for a whole release, that of the outermost chart. So a definition holds
//! nothing of a lock: it reads the files of the chart that asks, whichever it is, how often and under what name.

pub mod alone;

use std::collections::HashMap;

use super::objects::{Generated, objects};
use super::{File, Files, Material, Writer, access, folder, seal};
use crate::config::BuildTool;
use crate::diag::Report;
use crate::yaml::emit::Value;
use crate::yaml::scalar::quote_json;

/// Writes it.
pub const WRITER: Writer = Writer {
    form: BuildTool::Helm,
    folder,
    files,
};

/// With it among the kinds of a cluster a chart shows its configs, and names secrets as they do.
pub const LOCKING: &str = "countersign.dev/v1alpha1";
/// Whoever names a secret without the definitions is told so by Helm.
pub const MISSING: &str = "no template \"countersign.";
/// Where the definitions stand.
pub const HELPERS: &str = "templates/_countersign.tpl";
/// Where the objects come in.
const OBJECTS: &str = "templates/countersign.yaml";
/// All locks of a chart share its templates.
const FROM: &str = "the locks of this chart";

fn files(material: &Material<'_>) -> Result<Files, Report> {
    let made = objects(material)?;
    let mut documents: Vec<String> = access::objects(material).iter().map(document).collect();
    documents.extend(made.objects.iter().map(|one| document(&one.object.value)));
    let folder = folder(material.file);
    let file = |name: &str, parts: &[String]| File {
        path: folder.join(name),
        from: material.file.to_owned(),
        text: seal::sealed(material.file, parts),
    };
    let names = file("names.yaml", &names(&made.objects));
    let objects = file("objects.yaml", &documents);
    let mut files = vec![names, objects];
    files.extend(templates());
    Ok(Files {
        files,
        warnings: made.warnings,
    })
}

/// What does not depend on a lock.
#[must_use]
pub fn templates() -> Vec<File> {
    let template = |path: &str, text: &str| File {
        path: path.into(),
        from: FROM.to_owned(),
        text: seal::sealed_template(FROM, text),
    };
    vec![
        template(HELPERS, include_str!("helm/helpers.tpl")),
        template(OBJECTS, include_str!("helm/objects.yaml")),
    ]
}

/// A line for each secret that a template may name.
fn names(objects: &[Generated]) -> Vec<String> {
    let current = || objects.iter().filter(|one| one.is_current);
    let mut all: HashMap<&str, usize> = HashMap::new();
    for one in current() {
        *all.entry(&one.object.logical).or_default() += 1;
    }
    let line = |one: &Generated| {
        let object = &one.object;
        let name = match &object.namespace {
            Some(namespace) if all[&*object.logical] > 1 => {
                format!("{namespace}/{}", object.logical)
            }
            _ => object.logical.clone(),
        };
        format!(
            "{}: {{\"name\": {}, \"generation\": {}}}\n",
            quote_json(&name),
            quote_json(&object.name),
            quote_json(one.suffix.as_deref().unwrap_or_default())
        )
    };
    current().map(line).collect()
}

fn document(value: &Value) -> String {
    format!("---\n{}", value.to_yaml(0, "\n"))
}
