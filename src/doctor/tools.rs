//! Programs around this one: kustomize, kubectl, helm, and this program as others find it.

use super::{Finding, Group, Severity};

/// The first kustomize whose functions are those that this program is one of.
const OLDEST: (u64, u64) = (5, 0);

/// A program that was looked for.
#[derive(Clone, Debug, Default)]
pub struct Tool {
    /// It is on PATH.
    pub found: bool,
    /// What it says when it is asked for its version.
    pub said: String,
}

/// `countersign` on PATH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// It is this program.
    This,
    /// It is another file.
    Other,
    /// There is none.
    Absent,
}

/// What is known of the machine.
pub struct Facts<'a> {
    /// The real one.
    pub kustomize: Tool,
    /// Has one built in.
    pub kubectl: Tool,
    /// For charts.
    pub helm: Tool,
    /// What a function that is called by its bare name is.
    pub here: Here,
    /// What `KUSTOMIZE_PLUGIN_HOME` says, and whether that is a folder.
    pub plugin_home: Option<bool>,
    /// Folders that are kustomizations, and whether each lists a function.
    pub kustomizations: &'a [(String, bool)],
    /// Folders that are charts.
    pub charts: &'a [String],
    /// Hooks of charts, and the managed secret that each uses under a name that moves.
    pub hooks: &'a [(String, String)],
}

/// Everything about programs.
#[must_use]
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    let is_function = facts.kustomizations.iter().any(|(_, function)| *function);
    out.extend(kustomize(facts, is_function));
    if is_function {
        out.push(here(facts.here));
        for (folder, _) in facts.kustomizations.iter().filter(|(_, f)| *f) {
            out.push(flags(folder));
        }
    }
    out.extend(helm(facts));
    out.extend(hooks(facts));
    out.extend(facts.plugin_home.map(plugin_home));
    out
}

/// Whether one that lists a function can be built.
fn kustomize(facts: &Facts<'_>, is_function: bool) -> Option<Finding> {
    let of = |severity, message: String| Finding::new(Group::Tools, "kustomize", severity, message);
    let install = "install kustomize 5 or newer.";
    if facts.kustomize.found {
        let bad = if is_function {
            Severity::Error
        } else {
            Severity::Warning
        };
        return Some(match version(&facts.kustomize.said) {
            None => of(
                Severity::Note,
                "`kustomize` does not say which version it is".into(),
            )
            .hint(install),
            Some((major, minor)) if (major, minor) < OLDEST => of(
                bad,
                format!("`kustomize` is {major}.{minor}, and runs functions in another way"),
            )
            .hint(install),
            Some((major, minor)) => of(Severity::Ok, format!("`kustomize` is {major}.{minor}")),
        });
    }
    if facts.kustomizations.is_empty() {
        return None;
    }
    if !facts.kubectl.found {
        let message = "neither `kustomize` nor `kubectl` is on PATH".into();
        return Some(of(Severity::Error, message).hint(
            "install kustomize 5 or newer, or build elsewhere and pipe: `kustomize build … | countersign render -`.",
        ));
    }
    if is_function {
        let message = "there is no `kustomize`, and the one in `kubectl` skips functions that are programs in silence".into();
        return Some(of(Severity::Error, message).hint(
            "install kustomize 5 or newer; or take the function out and pipe: `kubectl kustomize … | countersign render -`.",
        ));
    }
    let message = "there is no `kustomize`: `kubectl` builds instead".into();
    Some(of(Severity::Ok, message))
}

fn here(here: Here) -> Finding {
    let of = |severity, message: &str| Finding::new(Group::Tools, "function", severity, message);
    match here {
        Here::This => of(Severity::Ok, "`countersign` on PATH is this program"),
        Here::Other => of(
            Severity::Warning,
            "`countersign` on PATH is another program than this one",
        )
        .hint("put the folder of this one first in PATH: kustomize runs the first that it finds."),
        Here::Absent => of(
            Severity::Error,
            "`countersign` is not on PATH, where kustomize looks for the function",
        )
        .hint("put its folder into PATH."),
    }
}

fn flags(folder: &str) -> Finding {
    let message = format!("`{folder}` lists a function, which runs only where it is asked for");
    Finding::new(Group::Tools, "function-flags", Severity::Note, message)
        .why("without `--enable-exec` kustomize skips it in silence, as `kubectl kustomize` and `kubectl apply -k` always do or refuse it")
        .hint("build with `kustomize build --enable-alpha-plugins --enable-exec`; or take the function out and use `countersign render`, which needs no flag.")
}

fn helm(facts: &Facts<'_>) -> Option<Finding> {
    let of = |severity, message: String| Finding::new(Group::Tools, "helm", severity, message);
    if !facts.helm.found {
        let chart = facts.charts.first()?;
        let message = format!("`{chart}` is a chart, and there is no `helm` on PATH");
        let hint =
            "install Helm, or build elsewhere and pipe: `helm template … | countersign render -`.";
        return Some(of(Severity::Warning, message).hint(hint));
    }
    Some(match version(&facts.helm.said) {
        Some((major, minor)) => of(Severity::Ok, format!("`helm` is {major}.{minor}")),
        None => of(
            Severity::Note,
            "`helm` does not say which version it is".into(),
        ),
    })
}

/// Hooks whose secrets Helm 3 will not name.
fn hooks(facts: &Facts<'_>) -> Vec<Finding> {
    let is_three = version(&facts.helm.said).is_some_and(|(major, _)| major == 3);
    let hooks = facts.hooks.iter().filter(|_| is_three);
    let said = hooks.map(|(hook, secret)| {
        let message = format!("`{hook}` is a hook and uses `{secret}`: Helm 3 does not show it to a post-renderer");
        Finding::new(Group::Tools, "hooks", Severity::Note, message)
            .hint("release with Helm 4, or give it a secret of its own with `nameSuffix: false`; `helm template … | countersign render -` sees hooks.")
    });
    said.collect()
}

fn plugin_home(is_folder: bool) -> Finding {
    let name = "KUSTOMIZE_PLUGIN_HOME";
    let of =
        |severity, message: String| Finding::new(Group::Tools, "plugin-home", severity, message);
    if is_folder {
        let message = format!("`{name}` is set; a function needs none");
        return of(Severity::Note, message).why("it is for plugins of the old kind alone");
    }
    let message = format!("`{name}` names no folder");
    of(Severity::Warning, message)
        .hint("unset it, or correct it: kustomize looks for plugins there and nowhere else.")
}

/// `5.8` of `v5.8.1`, `{Version:kustomize/v4.5.7 …}` or `v3.21.0+gabc`.
fn version(said: &str) -> Option<(u64, u64)> {
    let starts = said.match_indices(|c: char| c.is_ascii_digit());
    starts
        .filter(|(at, _)| !said[..*at].ends_with(|c: char| c.is_ascii_digit() || c == '.'))
        .find_map(|(at, _)| {
            let mut numbers = said[at..].splitn(3, '.');
            let major = numbers.next()?.parse().ok()?;
            let minor: u64 = numbers.next()?.parse().ok()?;
            numbers.next().map(|_| (major, minor))
        })
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        for (said, want) in [
            ("v5.8.1\n", Some((5, 8))),
            ("{kustomize/v4.5.7  2022-08-02T16:35:54Z  }", Some((4, 5))),
            (
                "{Version:kustomize/v3.10.0 GitCommit:602ad8aa}",
                Some((3, 10)),
            ),
            ("v3.21.0+g1234567", Some((3, 21))),
            ("4.0.1", Some((4, 0))),
            ("(devel)", None),
            ("", None),
        ] {
            assert_eq!(version(said), want, "{said}");
        }
    }
}
