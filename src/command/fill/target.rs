//! Which managed secrets or which path `fill` is about, and what is to be done with them afterwards.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::args::{BuildArgs, Common, FillArgs};
use crate::command::learn::Found;
use crate::command::missing::words;
use crate::config::LockMode;
use crate::config::fields::nearest;
use crate::diag::shell::shell;
use crate::diag::{Code, Diagnostic, Report};
use crate::filling::expected::{Expected, expected};
use crate::lock::Locks;
use crate::lock::entries::Entries;
use crate::locking::Learned;
use crate::locking::file::{LockFile, read_all};

/// What is to be filled.
pub struct Target<'a> {
    /// One managed secret; `None`: a path.
    name: Option<&'a str>,
    path: Option<&'a str>,
    /// What is built.
    pub build: BuildArgs,
}

impl<'a> Target<'a> {
    /// What was typed, decided.
    ///
    /// # Errors
    /// A folder stands where the name should; stdin is wanted twice.
    pub fn of(args: &'a FillArgs) -> Result<Self, Diagnostic> {
        let path = args.path.as_deref().map(|path| path.trim_matches('/'));
        let name = args.name.as_deref();
        if let (Some(folder), None) = (name, path)
            && Path::new(folder).is_dir()
        {
            let message = format!("`{folder}` is a folder, and the name of a secret comes first");
            return Err(Diagnostic::error(Code::Usage, message).hint(format!(
                "run `countersign fill NAME {folder}`; `countersign missing {folder}` lists the names.",
                folder = shell(&[folder.to_owned()])
            )));
        }
        // with `--path` there is no NAME, and what stands in its place is the first PATH
        let first = name.filter(|_| path.is_some()).map(PathBuf::from);
        let paths: Vec<PathBuf> = first.into_iter().chain(args.build.paths.clone()).collect();
        if args.stdin && paths.iter().any(|path| path.as_os_str() == "-") {
            return Err(Diagnostic::error(
                Code::Usage,
                "stdin is both the manifests and the values",
            )
            .hint("give the manifests as a file, or the values in another way."));
        }
        Ok(Self {
            name: name.filter(|_| path.is_none()),
            path,
            build: BuildArgs {
                paths,
                configs: args.build.configs.clone(),
                enable_exec: args.build.enable_exec,
                release: args.build.release.clone(),
            },
        })
    }

    /// The managed secrets that are meant.
    fn learned<'f>(&self, found: &'f Found) -> Vec<&'f Learned> {
        let all = found.values().flatten();
        all.filter(|one| self.name.is_none_or(|name| one.managed.name == name))
            .collect()
    }

    /// What it expects of the store.
    pub fn expected(&self, found: &Found, namespace: Option<&str>) -> Vec<Expected> {
        let mut expected = expected(self.learned(found).into_iter(), namespace);
        expected.retain(|one| self.path.is_none_or(|path| one.path() == path));
        expected
    }

    /// No secret of that name, or none that takes the path.
    pub fn unknown(&self, found: &Found, namespace: Option<&str>) -> Diagnostic {
        let all = found.values().flatten();
        let (what, word, known): (_, _, BTreeSet<String>) = match (self.name, self.path) {
            (Some(name), _) => {
                let names = all.map(|one| one.managed.name.clone());
                (format!("no config defines `{name}`"), name, names.collect())
            }
            (None, path) => {
                let path = path.unwrap_or_default();
                let paths = expected(all, namespace).into_iter();
                let paths = paths.map(|one| one.path()).collect();
                (
                    format!("no config takes anything from `{path}`"),
                    path,
                    paths,
                )
            }
        };
        let hint = match nearest(word, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name the folder whose build defines it; `countersign missing` lists what there is to fill.".to_owned(),
        };
        Diagnostic::error(Code::Usage, what).hint(hint)
    }

    /// What to do after the write.
    ///
    /// # Errors
    /// A lock that cannot be read.
    pub fn next(&self, found: &Found, common: &Common) -> Result<String, Report> {
        let mut lines = BTreeSet::new();
        for (locks, learned) in found {
            for one in learned.iter().filter(|one| self.means(one)) {
                let LockMode::Required(file) = &one.config.lock else {
                    continue;
                };
                let text = locks.read(file.as_deref())?;
                let there = read_all(vec![text], |_| Vec::new())?;
                let name = &one.managed.name;
                let locked = |file: &LockFile| {
                    let namespace = one.namespace.as_deref();
                    let entry = Entries::of(&file.lock).find(&one.config.name, name, namespace);
                    entry.is_some_and(|entry| entry.current.is_some())
                };
                let mut command = vec!["countersign".to_owned(), "lock".to_owned()];
                command.extend(words(&self.build, common));
                if there.iter().any(locked) {
                    command.extend(["--upgrade".to_owned(), name.clone()]);
                }
                lines.insert(format!("next: {}\n", shell(&command)));
            }
        }
        Ok(lines.into_iter().collect())
    }

    fn means(&self, one: &Learned) -> bool {
        let sources = one.managed.sources.iter().map(|source| &source.secret);
        let key = one.managed.hash_key.iter().map(|key| &key.source.secret);
        let mut paths = sources
            .chain(key)
            .map(|s| format!("{}/{}", s.mount, s.path));
        self.name.is_none_or(|name| one.managed.name == name)
            && self.path.is_none_or(|path| paths.any(|own| own == path))
    }
}
