//! Programs on this machine, as far as what is built needs them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::building::lists_function;
use crate::command::input;
use crate::doctor::Findings;
use crate::doctor::tools::{Facts, Here, Tool, findings};
use crate::door::helm::chart::is_chart;
use crate::door::{kustomize, tools};
use crate::locking::objects::Objects;

/// Looks for them; `charts` is what charts render to.
pub fn look(paths: &[PathBuf], charts: &[String], found: &mut Findings) {
    let folders = paths.iter().filter(|path| path.is_dir());
    let kustomizations = folders
        .clone()
        .filter(|path| kustomize::file_of(path).is_some());
    let kustomizations: Vec<_> = kustomizations
        .map(|path| (path.display().to_string(), lists_function(path)))
        .collect();
    let hooks = hooks(charts);
    let charts = folders.filter(|path| is_chart(path));
    let charts: Vec<_> = charts.map(|path| path.display().to_string()).collect();
    found.extend(findings(&Facts {
        kustomize: tool("kustomize", &["version"]),
        kubectl: Tool {
            found: tools::find("kubectl").is_some(),
            said: String::new(),
        },
        helm: tool("helm", &["version", "--short"]),
        here: match tools::find("countersign") {
            Some(program) if tools::is_this(&program) => Here::This,
            Some(_) => Here::Other,
            None => Here::Absent,
        },
        plugin_home: tools::plugin_home(),
        kustomizations: &kustomizations,
        charts: &charts,
        hooks: &hooks,
    }));
}

/// Hooks that use a secret whose name moves, and its logical name.
fn hooks(charts: &[String]) -> Vec<(String, String)> {
    let inputs = charts
        .iter()
        .map(|text| input("chart".to_owned(), text.clone(), false));
    let objects = Objects::of(&inputs.collect::<Vec<_>>());
    let logical = |name: &String| {
        let mut ours = objects
            .all
            .iter()
            .filter(|object| object.secret.as_ref() == Some(name));
        let own = ours.find_map(|object| object.own.as_ref())?;
        (own.logical != *name).then(|| own.logical.clone())
    };
    let hooks = objects.all.iter().filter(|object| object.hook);
    let uses = hooks.flat_map(|hook| {
        let names = hook.mentions.iter().filter_map(|(name, _)| logical(name));
        names.map(|name| (hook.id.label(), name))
    });
    uses.collect::<BTreeSet<_>>().into_iter().collect()
}

fn tool(name: &str, arguments: &[&str]) -> Tool {
    let program = tools::find(name);
    Tool {
        found: program.is_some(),
        said: program.map_or_else(String::new, |program| tools::said(&program, arguments)),
    }
}
