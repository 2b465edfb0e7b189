//! `rules`: what each allows, with its patterns ready to be used.

use super::Reading;
use super::variables::Declared;
use crate::config::Delivery;
use crate::config::decode::{DELIVERIES, DELIVERY_HINT};
use crate::config::fields::{Fields, nearest};
use crate::diag::Code;
use crate::policy::Rule;
use crate::policy::login::LoginPattern;
use crate::policy::pattern::{Fault, Lookup, Pattern};
use crate::vault::login::METHODS;
use crate::yaml::NodeRef;

const RULE: &[&str] = &["name", "namespaces", "paths", "deliveries", "logins"];
const LOGIN: &[&str] = &["method", "mount", "role", "appRole", "appRoleMount"];

impl Reading<'_> {
    /// All rules.
    pub fn rules(&self, top: &Fields<'_, '_>, variables: &[Declared]) -> Vec<Rule> {
        let mut out: Vec<Rule> = Vec::new();
        for (item, at) in top.items("rules") {
            let Some(fields) = self.reader.fields(item, &at, RULE, &[]) else {
                continue;
            };
            let Some(rule) = self.rule(&fields, variables) else {
                continue;
            };
            if out.iter().any(|other| other.name == rule.name) {
                let node = fields.get("name").unwrap_or(item);
                let message = format!("there are two rules `{}`", rule.name);
                let hint = "give each a name of its own: denials name rules.";
                self.wrong(
                    node,
                    &fields.path("name"),
                    Code::DuplicateName,
                    message,
                    hint,
                );
            }
            out.push(rule);
        }
        out
    }

    fn rule(&self, fields: &Fields<'_, '_>, variables: &[Declared]) -> Option<Rule> {
        let name = fields
            .required("name", "name the rule: denials say which came nearest.")
            .and_then(|_| fields.text("name"));
        if name.as_deref() == Some("") {
            let node = fields.get("name").unwrap_or(fields.node);
            let at = fields.path("name");
            self.reader
                .error(node, &at, Code::BadValue, "the name is empty");
        }
        let namespaces = fields
            .get("namespaces")
            .map(|_| self.patterns(fields, "namespaces", variables));
        let hint = "list them, mount first: `paths: [kvv2/shop/**]`.";
        fields.required("paths", hint);
        let paths = self.patterns(fields, "paths", variables);
        fields.required("deliveries", DELIVERY_HINT);
        Some(Rule {
            name: name?,
            namespaces,
            paths,
            deliveries: self.deliveries(fields),
            logins: self.logins(fields, variables),
        })
    }

    fn logins(&self, fields: &Fields<'_, '_>, variables: &[Declared]) -> Vec<LoginPattern> {
        let each = fields.items("logins").into_iter();
        let each = each.filter_map(|(item, at)| {
            let fields = self.reader.fields(item, &at, LOGIN, &[])?;
            let pattern = |field: &str| {
                let node = fields.get(field)?;
                self.pattern(node, &fields.path(field), variables)
            };
            let (mount, role) = (pattern("mount"), pattern("role"));
            let (app_role, app_role_mount) = (pattern("appRole"), pattern("appRoleMount"));
            fields.required("method", "name it as in `spec.vault.auth`: `method: jwt`.")?;
            Some(LoginPattern {
                method: fields.choice("method", METHODS)?,
                mount,
                role,
                app_role,
                app_role_mount,
            })
        });
        each.collect()
    }

    fn deliveries(&self, fields: &Fields<'_, '_>) -> Vec<Delivery> {
        let each = fields.items("deliveries").into_iter();
        let each = each.filter_map(|(node, at)| {
            let text = self.reader.text(node, &at)?;
            let known = DELIVERIES.iter().find(|(word, _)| *word == text);
            if known.is_none() {
                let words = DELIVERIES.iter().map(|(word, _)| *word);
                let hint = match nearest(&text, words) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => DELIVERY_HINT.to_owned(),
                };
                let message = "there is no such delivery";
                self.wrong(node, &at, Code::BadValue, message, hint);
            }
            known.map(|(_, delivery)| *delivery)
        });
        each.collect()
    }

    fn patterns(
        &self,
        fields: &Fields<'_, '_>,
        field: &str,
        variables: &[Declared],
    ) -> Vec<Pattern> {
        let each = fields.items(field).into_iter();
        let each = each.filter_map(|(node, at)| self.pattern(node, &at, variables));
        each.collect()
    }

    fn pattern(&self, node: NodeRef<'_, '_>, at: &str, variables: &[Declared]) -> Option<Pattern> {
        let text = self.reader.text(node, at)?;
        let find = |name: &str| variables.iter().find(|one| one.variable.name == name);
        let lookup = |name: &str| match find(name) {
            None => Lookup::Undeclared,
            Some(Declared { variable, problem }) => {
                // said once, however many rules use it: reports drop what is equal
                if let Some(problem) = problem {
                    self.reader.push(problem.clone());
                }
                let value = variable.value.as_deref();
                value.map_or(Lookup::NoValue, Lookup::Value)
            }
        };
        match Pattern::read(&text, &lookup) {
            Ok(pattern) => return Some(pattern),
            Err(Fault::NoValue) => {}
            Err(Fault::Undeclared(name)) => {
                let known = variables.iter().map(|one| one.variable.name.as_str());
                let hint = match nearest(&name, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("declare it: `variables: {{{name}: {{env: …}}}}`."),
                };
                let message = format!("`{name}` is not among the `variables` of the policy");
                self.wrong(node, at, Code::UndefinedParameter, message, hint);
            }
            Err(Fault::Malformed(why)) => {
                let message = format!("this is no pattern: {why}");
                let hint = "`*` stands for anything within one segment, `**` for any segments after the first, `{{ name }}` for a variable.";
                self.wrong(node, at, Code::BadValue, message, hint);
            }
        }
        None
    }
}
