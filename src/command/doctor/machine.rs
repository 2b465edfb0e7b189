//! Programs on this machine, as far as what is built needs them.

use std::path::PathBuf;

use super::building::lists_function;
use crate::doctor::Findings;
use crate::doctor::tools::{Facts, Here, Tool, findings};
use crate::door::{kustomize, tools};

/// Looks for them.
pub fn look(paths: &[PathBuf], found: &mut Findings) {
    let folders = paths.iter().filter(|path| path.is_dir());
    let kustomizations = folders
        .clone()
        .filter(|path| kustomize::file_of(path).is_some());
    let kustomizations: Vec<_> = kustomizations
        .map(|path| (path.display().to_string(), lists_function(path)))
        .collect();
    let charts = folders.filter(|path| path.join("Chart.yaml").is_file());
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
    }));
}

fn tool(name: &str, arguments: &[&str]) -> Tool {
    let program = tools::find(name);
    Tool {
        found: program.is_some(),
        said: program.map_or_else(String::new, |program| tools::said(&program, arguments)),
    }
}
