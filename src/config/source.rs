//! Where a secret is in Vault: mount, path, engine, namespace and version, with their defaults.

use super::Source;
use super::decode::ENGINES;
use super::fields::{Fields, Reader};
use super::rendered::rendered;
use super::secret::Defaults;
use crate::diag::Code;
use crate::vault::{Engine, SecretPath};
use crate::yaml::NodeRef;

/// Collects the distinct sources of one secret.
pub struct Sources<'f, 'n, 't, 'd> {
    /// The secret's own fields.
    pub fields: &'f Fields<'n, 't>,
    /// What `spec` says for all.
    pub defaults: &'f Defaults<'d, 'd>,
    /// Each once, in the order found.
    pub found: Vec<Source>,
}

impl Sources<'_, '_, '_, '_> {
    /// The source that `fields` describes, falling back on the secret's own fields and the defaults.
    pub fn of(&mut self, fields: &Fields<'_, '_>) -> Option<usize> {
        let source = source(fields, Some(self.fields), self.defaults)?;
        let same = |s: &Source| s.secret == source.secret && s.version == source.version;
        Some(self.found.iter().position(same).unwrap_or_else(|| {
            self.found.push(source);
            self.found.len() - 1
        }))
    }
}

/// Decodes one source; `outer` is the secret around it.
pub fn source(
    fields: &Fields<'_, '_>,
    outer: Option<&Fields<'_, '_>>,
    defaults: &Defaults<'_, '_>,
) -> Option<Source> {
    let reader = fields.reader;
    let path_fields = if fields.get("path").is_some() {
        fields
    } else {
        outer?
    };
    let path_node = path_fields.get("path")?;
    let text = |field: &str| {
        rendered(fields, field, &defaults.parameters).or_else(|| {
            // a field that is there but wrong has been reported: do not fall back
            let outer = outer.filter(|_| fields.get(field).is_none())?;
            rendered(outer, field, &defaults.parameters)
        })
    };
    let path = rendered(path_fields, "path", &defaults.parameters)?;
    let own_mount = text("mount");
    let says_mount =
        fields.get("mount").is_some() || outer.is_some_and(|o| o.get("mount").is_some());
    let mount = own_mount.or_else(|| defaults.mount.clone().filter(|_| !says_mount));
    if mount.is_none() && !says_mount && !defaults.vault_unusable {
        reader.error_hint(
            path_node,
            &path_fields.path("path"),
            Code::MissingField,
            "no `mount` for this path",
            "set `spec.vault.mount`, or `mount` beside the path.",
        );
    }
    let namespace = text("namespace").or_else(|| defaults.namespace.clone());
    let engine = fields
        .choice("engine", ENGINES)
        .or_else(|| outer?.choice("engine", ENGINES))
        .or(defaults.engine);
    let version = fields.positive("version").or_else(|| {
        let same_path = fields.get("path").is_none();
        outer.filter(|_| same_path)?.positive("version")
    });
    let path = clean(reader, path_node, &path_fields.path("path"), "path", &path)?;
    let mount = clean(
        reader,
        path_node,
        &path_fields.path("path"),
        "mount",
        &mount?,
    )?;
    let engine = engine.unwrap_or(Engine::KvV2);
    if engine == Engine::KvV1 && version.is_some() {
        reader.error_hint(
            path_node,
            &fields.path("version"),
            Code::CannotDeliver,
            "kv-v1 has no versions",
            "leave `version` out.",
        );
    }
    Some(Source {
        secret: SecretPath {
            namespace,
            mount,
            path,
            engine,
        },
        version,
        place: reader.place(path_node, &path_fields.path("path")),
    })
}

/// A mount or path without slashes at its ends, or a report: what is asked must be what is meant.
pub(crate) fn clean(
    reader: &Reader<'_>,
    node: NodeRef<'_, '_>,
    at: &str,
    what: &str,
    text: &str,
) -> Option<String> {
    let path = text.trim_matches('/');
    let fault = if path.is_empty() {
        Some("it is empty")
    } else if path
        .split('/')
        .any(|part| part.is_empty() || part == "." || part == "..")
    {
        Some("it has an empty part, `.` or `..`")
    } else if path
        .chars()
        .any(|c| c.is_control() || matches!(c, '%' | '?' | '#' | '\\'))
    {
        Some("it has a control character, `%`, `?`, `#` or `\\`")
    } else if path.starts_with(' ') || path.ends_with(' ') {
        Some("it starts or ends with a blank")
    } else {
        None
    };
    if let Some(fault) = fault {
        reader.error(
            node,
            at,
            Code::BadValue,
            format!("this {what} cannot be used: {fault}"),
        );
        return None;
    }
    Some(path.to_owned())
}
