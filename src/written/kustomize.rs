//! A Component of kustomize that does what countersign does behind a build, with nothing but kustomize.
//!
//! - `objects.yaml`: the objects, as every door makes them;
//! - `names/`: a Secret without data for each generation; the current one has the name that manifests use, and is
//!   renamed to that of the generation, which kustomize remembers; it fixes references by it at the end of the
//!   build, after all prefixes and suffixes, and drops the Secret, which is marked as local;
//! - `references.yaml`: where references stand, beside those that kustomize knows;
//! - `kustomization.yaml`: also marks the configs as local, and says which Component did.
//!
//! A name is given and not left to `secretGenerator`, which would put the hash behind a `nameSuffix`: a generation
//! that is kept could then not be called as before. `generatorOptions` of the user change nothing either.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::objects::objects;
use super::{File, Files, Material, Writer, access, folder, seal};
use crate::config::{BuildTool, KIND, ManagedSecret, Reference};
use crate::diag::{Code, Diagnostic, Report};
use crate::hash;
use crate::kube::component::written_references;
use crate::lock::Lock;
use crate::stage::mint::Object;
use crate::stage::unfollowed::Unfollowed;
use crate::yaml::emit::Value;
use crate::yaml::scalar::quote;

/// Writes it.
pub const WRITER: Writer = Writer {
    form: BuildTool::Kustomize,
    folder,
    files,
};

/// An object with it is dropped at the end of a build.
pub const LOCAL: &str = "config.kubernetes.io/local-config";
/// What the name of the Component starts with; its mark follows.
pub const NAME: &str = "countersign-";
/// What the annotation starts with that says which Component took a config out; its mark follows.
pub const MARK: &str = "countersign.dev/written-";
/// The group of the configs.
const GROUP: &str = "countersign.dev";

fn files(material: &Material<'_>) -> Result<Files, Report> {
    let mut made = objects(material)?;
    made.warnings.extend(rolls_nothing(material));
    made.warnings.extend(left_behind(material));
    let mut documents: Vec<String> = access::objects(material).iter().map(document).collect();
    documents.extend(made.objects.iter().map(|one| document(&one.object.value)));
    let generations: Vec<&Object> = made.objects.iter().map(|one| &one.object).collect();
    let has_names = !generations.is_empty();
    let mut parts = Vec::new();
    let has_objects = !documents.is_empty();
    if has_objects {
        parts.push(("objects.yaml", documents));
    }
    if has_names {
        parts.push(("names/kustomization.yaml", names(&generations)));
        let stand_ins = generations.iter().map(|object| stand_in(object));
        parts.push(("names/stand-ins.yaml", stand_ins.collect()));
    }
    parts.push(("references.yaml", vec![references(material)]));
    let component = component(&mark(material.lock), has_objects, has_names);
    parts.push(("kustomization.yaml", vec![component]));
    let folder = folder(material.file);
    let file = |(name, parts): (&str, Vec<String>)| File {
        path: folder.join(name),
        from: material.file.to_owned(),
        text: seal::sealed(material.file, &parts),
    };
    let mut files: Vec<File> = parts.into_iter().map(file).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Files {
        files,
        warnings: made.warnings,
    })
}

/// A build without countersign makes no stamp.
fn rolls_nothing(material: &Material<'_>) -> Vec<Diagnostic> {
    let all = material.learned.iter().map(|one| &one.managed);
    let without = all.filter(|managed| !managed.name_suffix && !managed.follow);
    let warning = |managed: &ManagedSecret| {
        let message = format!(
            "`{}` keeps its name, and written files have no stamp: a new version of it rolls no workload",
            managed.name
        );
        let warning = Diagnostic::warning(Code::StampNoEffect, message);
        let hint = "take `nameSuffix: false` out, where the workloads can take another name.";
        warning.at(managed.place.clone()).hint(hint)
    };
    without.map(warning).collect()
}

/// Names that stay as they are, where kustomize builds alone.
fn left_behind(material: &Material<'_>) -> Vec<Diagnostic> {
    let each = material.learned.iter().flat_map(|one| {
        let name = &one.managed.name;
        one.unfollowed.iter().map(move |there| (name, there))
    });
    let warning = |(name, there): (&String, &Unfollowed)| {
        let (message, hint) = if there.is_known {
            (
                format!("kustomize cannot follow `{name}` here: it looks at no other field"),
                "give that secret `nameSuffix: false`, or render the build with countersign.",
            )
        } else {
            (
                format!("`{name}` stands in a field that is not known to name a Secret"),
                "if it does, add it to `spec.references`.",
            )
        };
        let warning = Diagnostic::warning(Code::UncoveredMention, message);
        warning.at(there.place.clone()).hint(hint)
    };
    each.map(warning).collect()
}

/// Tells the Component of one lock from that of another in the same build; no rotation changes it.
fn mark(lock: &Lock) -> String {
    let configs = lock.entries.iter();
    let configs: BTreeSet<_> = configs
        .map(|e| (e.namespace.as_deref(), &*e.config))
        .collect();
    let fields = configs.into_iter();
    let fields = fields.flat_map(|(namespace, config)| [namespace.unwrap_or_default(), config]);
    hash::short(hash::digest(&fields.collect::<Vec<_>>()).as_bytes()).to_string()
}

fn component(mark: &str, objects: bool, names: bool) -> String {
    let mut text = format!(
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nmetadata:\n  name: {NAME}{mark}\n"
    );
    if objects {
        text += "resources:\n- objects.yaml\n";
    }
    if names {
        text += "- names\n";
    }
    // no patch: a strategic merge takes kustomize as long as all the rest of a small build
    let _ = write!(
        text,
        "configurations:
- references.yaml
transformers:
# what only `countersign lock` reads is dropped at the end of a build
- |-
  apiVersion: builtin
  kind: AnnotationsTransformer
  metadata:
    name: {NAME}{mark}
  annotations:
    {LOCAL}: \"true\"
    {MARK}{mark}: \"true\"
  fieldSpecs:
  - {{kind: {KIND}, group: {GROUP}, path: metadata/annotations, create: true}}
"
    );
    text
}

/// Renames each stand-in; a target of kustomize is a regular expression.
fn names(generations: &[&Object]) -> Vec<String> {
    let mut parts = vec![
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- stand-ins.yaml\n"
            .to_owned(),
    ];
    let renamed = generations.iter();
    let renamed = renamed.filter(|object| object.name != object.logical);
    let patches: Vec<String> = renamed.map(|object| rename(object)).collect();
    if !patches.is_empty() {
        parts[0] += "patches:\n";
    }
    parts.extend(patches);
    parts
}

fn rename(object: &Object) -> String {
    let mut text = String::from("- target:\n    kind: Secret\n");
    let logical = quote(&object.logical.replace('.', "\\."));
    let _ = writeln!(text, "    name: {logical}");
    if let Some(namespace) = &object.namespace {
        let _ = writeln!(text, "    namespace: {}", quote(namespace));
    }
    let _ = write!(
        text,
        "  options:
    allowNameChange: true
  patch: |-
    - op: replace
      path: /metadata/name
      value: {}
",
        quote(&object.name)
    );
    text
}

fn stand_in(object: &Object) -> String {
    let mut metadata = vec![("name".to_owned(), Value::text(object.logical.as_str()))];
    if let Some(namespace) = &object.namespace {
        metadata.push(("namespace".to_owned(), Value::text(namespace.as_str())));
    }
    metadata.push(("annotations".to_owned(), Value::texts([(LOCAL, "true")])));
    document(&Value::Mapping(vec![
        ("apiVersion".to_owned(), Value::text("v1")),
        ("kind".to_owned(), Value::text("Secret")),
        ("metadata".to_owned(), Value::Mapping(metadata)),
    ]))
}

fn document(value: &Value) -> String {
    format!("---\n{}", value.to_yaml(0, "\n"))
}

fn references(material: &Material<'_>) -> String {
    let all = material.learned.iter();
    let mut all: Vec<&Reference> = all.flat_map(|one| &one.config.references).collect();
    all.sort_by_key(|one| (&one.kind, &one.group, &one.path));
    all.dedup();
    written_references(&all)
}
