//! `policy check` for a person.

use super::{Checked, OfSecret, OfSource};
use crate::diag::safe::terminal;
use crate::policy::{ROOT, name};

/// All of it, with a line break at its end.
#[must_use]
pub fn text(checked: &Checked) -> String {
    let mut lines = vec![checked.policy.clone()];
    for one in &checked.variables {
        lines.push(match &one.value {
            Some(value) => format!("  `{}` is `{value}`, as `{}` says", one.name, one.env),
            None => format!("  `{}` has no value, and no rule needs one", one.name),
        });
    }
    if let Some((address, allowed)) = &checked.address {
        let verb = if *allowed { "may" } else { "may not" };
        lines.push(format!("  the Vault at `{address}` {verb} be asked"));
    }
    for one in &checked.configs {
        lines.push(String::new());
        lines.push(one.name.clone());
        lines.extend(one.why.iter().map(|why| format!("  denied   {why}")));
    }
    for one in &checked.secrets {
        lines.push(String::new());
        secret(one, &mut lines);
    }
    lines.push(String::new());
    let all = checked.secrets.iter().flat_map(|one| &one.sources);
    let denied = all.clone().filter(|one| one.rule.is_none()).count();
    let all = all.count();
    let s = if all == 1 { "" } else { "s" };
    let mut last = format!("{denied} of {all} source{s} denied");
    match checked.configs.len() {
        0 => {}
        1 => last.push_str(", 1 config as a whole"),
        n => last.push_str(&format!(", {n} configs as a whole")),
    }
    if checked
        .address
        .as_ref()
        .is_some_and(|(_, allowed)| !allowed)
    {
        last.push_str(", and the Vault of this runner");
    }
    lines.push(last);
    let lines = lines.iter().map(|line| format!("{}\n", terminal(line)));
    lines.collect()
}

fn secret(one: &OfSecret, lines: &mut Vec<String>) {
    let place = one.namespace.as_ref();
    let place = place.map_or_else(String::new, |name| format!(" in {name}"));
    let name = match &one.kept {
        Some((suffix, _)) => format!("{}-{suffix}", one.name),
        None => one.name.clone(),
    };
    lines.push(format!(
        "{}: {name}{place}, {}",
        one.config,
        one.delivery.word()
    ));
    if let Some((_, file)) = &one.kept {
        lines.push(format!("  a previous generation, kept by {file}"));
    }
    for source in &one.sources {
        of_source(source, lines);
    }
}

fn of_source(source: &OfSource, lines: &mut Vec<String>) {
    let secret = &source.secret;
    let mut what = name::shown(&format!("{}/{}", secret.mount, secret.path));
    if let Some(namespace) = secret.namespace.as_ref().filter(|name| *name != ROOT) {
        what.push_str(&format!(" in {}", name::shown(namespace)));
    }
    if source.is_key {
        what.push_str(", its `hashKey`");
    }
    match &source.rule {
        Some(rule) => lines.push(format!("  allowed  {what}: rule `{rule}`")),
        None => lines.push(format!("  denied   {what}")),
    }
    lines.extend(source.why.iter().map(|why| format!("           {why}")));
}
