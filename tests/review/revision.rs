//! The other side of a plan: a revision laid out by the real git, with everything in its way that a
//! repository can put there.

use std::fs;
use std::path::Path;

use countersign::diag::Code;
use countersign::door::revision::lay_out;

use crate::repository::Repository;

/// A repository with two commits: `replicas: 1`, then `replicas: 2`.
fn two_commits() -> Repository {
    let repository = Repository::new();
    repository.write("base/app.yaml", "replicas: 1\n");
    repository.write(
        "overlays/prod/kustomization.yaml",
        "resources: [../../base]\n",
    );
    repository.commit("one");
    repository.write("base/app.yaml", "replicas: 2\n");
    repository.write(
        "overlays/dev/kustomization.yaml",
        "resources: [../../base]\n",
    );
    repository.commit("two");
    repository
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_whole_tree_is_laid_out_around_the_path() {
    let repository = two_commits();
    let laid = lay_out(&repository.at("overlays/prod"), "HEAD~1").expect("it is there");
    let prod = laid.path().expect("it was there then");
    assert_eq!(read(&prod.join("../../base/app.yaml")), "replicas: 1\n");
    assert_eq!(laid.commit, repository.git(&["rev-parse", "HEAD~1"]).trim());
    assert!(laid.notes.is_empty(), "{:?}", laid.notes);
    assert_eq!(read(&repository.at("base/app.yaml")), "replicas: 2\n");
}

#[test]
fn a_file_and_the_root_are_paths_too() {
    let repository = two_commits();
    let laid = lay_out(&repository.at("base/app.yaml"), "main~1").expect("it is there");
    assert_eq!(read(laid.path().expect("it was there")), "replicas: 1\n");
    let laid = lay_out(&repository.root(), "main").expect("it is there");
    let root = laid.path().expect("it was there");
    assert_eq!(read(&root.join("base/app.yaml")), "replicas: 2\n");
}

#[test]
fn a_path_that_is_new_is_in_no_earlier_revision() {
    let repository = two_commits();
    let laid = lay_out(&repository.at("overlays/dev"), "HEAD~1").expect("the revision is there");
    assert_eq!(laid.path(), None);
}

#[test]
fn the_folder_goes_when_it_is_no_longer_needed() {
    let repository = two_commits();
    let laid = lay_out(&repository.root(), "HEAD").expect("it is there");
    let root = laid.root();
    assert!(root.join("base").is_dir());
    drop(laid);
    assert!(!root.exists());
    assert!(!root.parent().expect("the private folder").exists());
}

#[test]
fn nothing_of_the_checkout_changes() {
    let repository = two_commits();
    repository.write("base/app.yaml", "replicas: 3\n");
    repository.git(&["add", "base/app.yaml"]);
    repository.write("base/app.yaml", "replicas: 4\n");
    let before = repository.bytes();
    lay_out(&repository.at("overlays/prod"), "HEAD~1").expect("it is there");
    assert!(
        repository.bytes() == before,
        "something in the checkout or in `.git` changed"
    );
}

#[test]
fn no_hook_monitor_or_filter_runs() {
    let repository = two_commits();
    repository.write(".gitattributes", "*.yaml filter=evil\n");
    repository.commit("attributes");
    let trap = repository.trap(".git/trap");
    let program = repository.at(".git/trap");
    let program = program.to_str().expect("plain names");
    for hook in [
        "post-checkout",
        "post-index-change",
        "reference-transaction",
    ] {
        let at = repository.at(&format!(".git/hooks/{hook}"));
        fs::create_dir_all(at.parent().expect("a folder")).expect("a folder");
        fs::copy(program, at).expect("a hook");
    }
    repository.git(&["config", "core.fsmonitor", program]);
    repository.git(&["config", "filter.evil.smudge", program]);
    repository.git(&["config", "filter.evil.process", program]);
    repository.git(&["config", "filter.evil.required", "true"]);
    let laid = lay_out(&repository.at("overlays/prod"), "HEAD").expect("it is there");
    assert!(!trap.is_sprung());
    let prod = laid.path().expect("it is there");
    assert_eq!(read(&prod.join("../../base/app.yaml")), "replicas: 2\n");
    assert_eq!(
        laid.notes,
        [
            "files are as Git stores them, because filters (LFS, encryption) do not run here: `base/app.yaml`, `overlays/dev/kustomization.yaml`, `overlays/prod/kustomization.yaml`"
        ]
    );
}

#[test]
fn the_traps_of_these_tests_are_real() {
    let repository = two_commits();
    let trap = repository.trap(".git/trap");
    fs::copy(
        repository.at(".git/trap"),
        repository.at(".git/hooks/post-checkout"),
    )
    .expect("a hook");
    repository.git(&["checkout", "--quiet", "HEAD~1"]);
    assert!(trap.is_sprung());
}

#[test]
fn a_folder_that_looks_like_a_repository_brings_no_configuration() {
    let repository = two_commits();
    let trap = repository.trap("evil.sh");
    let bare = repository.at("overlays/prod");
    for folder in ["objects", "refs"] {
        fs::create_dir_all(bare.join(folder)).expect("a folder");
    }
    fs::write(bare.join("HEAD"), "ref: refs/heads/main\n").expect("a file");
    let evil = repository.at("evil.sh");
    let config = format!(
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = {}\n",
        evil.display()
    );
    fs::write(bare.join("config"), config).expect("a file");
    let refused = lay_out(&bare, "HEAD").expect_err("git is told to look away");
    assert_eq!(refused.diagnostics[0].code, Code::ToolFailed);
    assert!(!trap.is_sprung());
}

#[test]
fn what_is_missing_on_the_other_side_is_said() {
    let repository = two_commits();
    let other = two_commits();
    let other = other.root();
    let other = other.to_str().expect("plain names");
    repository.git(&["submodule", "--quiet", "add", other, "vendor/other"]);
    repository.commit("a submodule");
    for file in ["a", "b", "c", "d"] {
        repository.write(&format!("overlays/prod/{file}.yaml"), "local: true\n");
    }
    let laid = lay_out(&repository.at("overlays/prod"), "HEAD").expect("it is there");
    assert_eq!(
        laid.notes,
        [
            "submodules are not laid out: `vendor/other`",
            "files are not in Git, and missing on this side: `overlays/prod/a.yaml`, `overlays/prod/b.yaml`, `overlays/prod/c.yaml` and 1 more",
        ]
    );
}

#[test]
fn a_sparse_checkout_is_laid_out_whole() {
    let repository = two_commits();
    repository.git(&["sparse-checkout", "set", "overlays/prod"]);
    assert!(!repository.at("base").exists());
    let laid = lay_out(&repository.at("overlays/prod"), "HEAD").expect("it is there");
    assert_eq!(read(&laid.root().join("base/app.yaml")), "replicas: 2\n");
}

#[test]
fn a_repository_without_a_commit_is_not_called_shallow() {
    let repository = Repository::new();
    let report = lay_out(&repository.root(), "HEAD").expect_err("nothing is there");
    let problem = report.diagnostics.into_iter().next().expect("a problem");
    assert_eq!(problem.message, "there is no commit in this repository yet");
    let hint = problem.hint.expect("a way out");
    assert!(hint.starts_with("commit first"), "{hint}");
}

#[test]
fn each_way_in_which_there_is_no_such_side_says_what_to_do() {
    let repository = two_commits();
    let nowhere = tempfile::tempdir().expect("a scratch folder");
    let said = |path: &Path, revision: &str| {
        let report = lay_out(path, revision).expect_err("it is not there");
        let problem = report.diagnostics.into_iter().next().expect("a problem");
        let hint = problem.hint.expect("a way out");
        (problem.code, problem.message, hint)
    };
    let (code, message, hint) = said(&repository.root(), "origin/main");
    assert_eq!(code, Code::ReadFailed);
    assert_eq!(
        message,
        "there is no revision `origin/main` in this repository"
    );
    assert!(hint.contains("fetch-depth: 0"), "{hint}");
    for revision in ["", "HEAD:base", "HEAD..HEAD~1", "HEAD\0", "$(touch x)"] {
        assert_eq!(
            said(&repository.root(), revision).0,
            Code::ReadFailed,
            "{revision:?}"
        );
    }
    for revision in ["-", "--output=x", "-h"] {
        assert_eq!(
            said(&repository.root(), revision).0,
            Code::Usage,
            "{revision}"
        );
    }
    let path = nowhere.path().canonicalize().expect("it is there");
    let (code, message, hint) = said(&path, "HEAD");
    assert_eq!(code, Code::ReadFailed);
    assert_eq!(
        message,
        format!("`{}` is in no Git repository", path.display())
    );
    assert_eq!(
        hint,
        "give `--against` a folder or a rendered file instead of a revision."
    );
    assert_eq!(said(&repository.at("absent"), "HEAD").0, Code::ReadFailed);
}
