//! A policy from its text and the environment, or every mistake in it at once.
//!
//! A rule that is read in another way than it was meant opens what it should close: nothing unknown is
//! skipped, and what a rule leaves out is not allowed. The environment is handed in.

mod rules;
mod variables;

use super::{KIND, Policy};
use crate::config::API_VERSION;
use crate::config::fields::{Fields, Reader};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::vault::settings::normal_address;
use crate::yaml::picture::Located;
use crate::yaml::split::{documents, only_comments};
use crate::yaml::tree::Style;
use crate::yaml::{Kind, NodeRef, Tree};

const TOP: &[&str] = &[
    "apiVersion",
    "kind",
    "addresses",
    "variables",
    "unlocked",
    "rules",
];
const LATER: &[(&str, &str)] = &[(
    "templateRoots",
    "leave it out: a config names no files yet, so there is nothing to limit.",
)];

/// What is read of the environment.
pub type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Reads a policy; `name` is what messages call it.
pub fn read(name: &str, text: &str, env: Env<'_>) -> Result<Policy, Report> {
    let located = Located {
        file: name.into(),
        first_line: 1,
        text,
    };
    let tree = tree(&located)?;
    let Some(root) = tree.root() else {
        return Err(broken(&located, 0, "the policy is empty").into());
    };
    let reader = Reader::new(&located, KIND.to_owned());
    let reading = Reading {
        reader: &reader,
        located: &located,
    };
    let policy = reading.policy(root, env);
    let mut report = reader.finish();
    match policy {
        Some(policy) => report.check(policy),
        None => Err(report),
    }
}

fn broken(located: &Located<'_>, at: usize, message: &str) -> Diagnostic {
    Diagnostic::error(Code::YamlSyntax, message).at(located.place(at))
}

/// The tree of the only document. An alias or a merge key could say what nobody sees.
fn tree<'t>(located: &Located<'t>) -> Result<Tree<'t>, Report> {
    let text = located.text;
    let mut said = documents(text).filter(|unit| !only_comments(&text[unit.clone()]));
    if let Some(second) = said.nth(1) {
        return Err(broken(located, second.start, "a policy is one YAML document").into());
    }
    let tree = Tree::parse(text).map_err(|error| {
        let message = format!("the policy cannot be read: {}", error.message);
        broken(located, error.at, &message)
    })?;
    let mut nodes = (0..).map_while(|at| tree.node(at));
    let hidden = nodes.find(|node| {
        let merge = node.style() == Style::Plain && node.scalar() == Some("<<");
        node.kind() == Kind::Alias || merge
    });
    if let Some(hidden) = hidden {
        let message = "a policy has no aliases and no merge keys";
        return Err(broken(located, hidden.span().start, message).into());
    }
    Ok(tree)
}

/// What the parts are read with.
struct Reading<'a> {
    reader: &'a Reader<'a>,
    located: &'a Located<'a>,
}

impl Reading<'_> {
    fn policy(&self, root: NodeRef<'_, '_>, env: Env<'_>) -> Option<Policy> {
        let reader = self.reader;
        let top = reader.fields(root, "", TOP, LATER)?;
        for (field, known) in [("apiVersion", API_VERSION), ("kind", KIND)] {
            let hint = format!("write `{field}: {known}`.");
            let Some(node) = top.required(field, &hint) else {
                continue;
            };
            if node.scalar() != Some(known) {
                let message = format!("this is no `{KIND}` that this version knows");
                reader.error_hint(node, field, Code::BadValue, message, hint);
            }
        }
        let rules = top.required("rules", "list what is allowed; `rules: []` allows nothing.");
        let variables = variables::variables(&top, env);
        let rules = match rules {
            Some(_) => self.rules(&top, &variables),
            None => Vec::new(),
        };
        Some(Policy {
            name: self.located.file.clone(),
            addresses: self.addresses(&top),
            unlocked: top.boolean("unlocked").unwrap_or(false),
            rules,
            variables: variables.into_iter().map(|one| one.variable).collect(),
            own: None,
        })
    }

    fn addresses(&self, top: &Fields<'_, '_>) -> Option<Vec<String>> {
        top.get("addresses")?;
        let each = top.items("addresses").into_iter().filter_map(|(node, at)| {
            let text = self.reader.text(node, &at)?;
            let address = normal_address(&text);
            if address.is_none() {
                let message = "this is not the address of a server";
                let hint = "write it as in `VAULT_ADDR`: `https://vault.example.com:8200`.";
                self.wrong(node, &at, Code::BadValue, message, hint);
            }
            address
        });
        Some(each.collect())
    }

    /// A mistake in a scalar that is a name and may be shown.
    fn wrong(
        &self,
        node: NodeRef<'_, '_>,
        at: &str,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let place = Place {
            picture: self.located.place_of_name(node).picture,
            ..self.reader.place(node, at)
        };
        let said = Diagnostic::error(code, message).at(place);
        self.reader.push(said.hint(hint));
    }
}

#[cfg(test)]
mod tests;
