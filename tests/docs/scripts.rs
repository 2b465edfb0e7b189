//! The scripts of `examples/pull-requests/`, run where their host cannot be: what they do when there is
//! nothing to do, when something is wrong, and with a program that plays `gh`.

use crate::run;

/// A repository with a remote, the scripts, and Vault as a file outside of it.
const SCENE: &str = "set -e
cp -r examples/per-environment app && cp examples/pull-requests/*.sh . && cd app
git init -q -b main && mv vault.yaml .. && git add . && git commit -q -m 'The shop'
git init -q --bare ../origin.git && git remote add origin ../origin.git && git push -q origin main
export COUNTERSIGN_STORE=file:../vault.yaml
set +e";

/// What the last of the commands ended with, and what it printed.
#[track_caller]
fn after(commands: &[&str]) -> (String, String) {
    let all = [SCENE].iter().chain(commands);
    let all: Vec<String> = all.map(|command| (*command).to_owned()).collect();
    let mut outputs = run(&all);
    let last = outputs.pop().expect("at least one");
    for (status, output) in outputs {
        assert_eq!(status, "0", "{output}");
    }
    last
}

const BRANCHES: &str = "git -C ../origin.git branch --format '%(refname:short)'";

#[test]
fn nothing_is_proposed_where_nothing_is_newer() {
    let (_, branches) = after(&[
        "../propose.sh overlays/dev overlays/prod > body.md",
        "test ! -s body.md",
        BRANCHES,
    ]);
    assert_eq!(branches, "main\n");
}

#[test]
fn a_version_that_was_destroyed_is_for_a_person() {
    let destroy = "sed -i '/shop.prod.orders-db:/{n;s/data: .*}}/destroyed: true}/}' ../vault.yaml";
    let (status, said) = after(&[destroy, "../propose.sh overlays/prod"]);
    assert_eq!(status, "1");
    assert!(said.ends_with("somebody has to look first\n"), "{said}");
    let (_, branches) = after(&[destroy, "../propose.sh overlays/prod || true", BRANCHES]);
    assert_eq!(branches, "main\n");
}

#[test]
fn changes_of_the_checkout_are_not_swept_into_a_proposal() {
    let (status, said) = after(&[
        "echo '# mine' >> base/web.yaml",
        "../propose.sh overlays/prod",
    ]);
    assert_eq!(status, "1");
    assert_eq!(said, "error: the checkout has changes of its own\n");
}

#[test]
fn a_proposal_that_was_overtaken_is_made_again() {
    let rotate = |n: u32| {
        format!(
            "printf '      - {{created: 2026-11-2{n}T16:45:00Z, data: {{username: u, password: s3cr3t-{n}}}}}\\n' >> ../vault.yaml"
        )
    };
    let propose = "git switch -q main && ../propose.sh overlays/prod > ../body.md";
    let commits = "git -C ../origin.git log --format=%s main..countersign/upgrade && grep -q 'version 3' ../body.md && echo yes";
    let (_, said) = after(&[&rotate(0), propose, &rotate(1), propose, commits]);
    assert_eq!(
        said, "Secrets move to their newest versions\nyes\n",
        "one commit, with the newest"
    );
}

#[test]
fn a_folder_that_cannot_be_planned_does_not_hide_the_others() {
    let broken = "echo 'resources: [absent]' > overlays/dev/kustomization.yaml";
    let (status, said) = after(&[
        broken,
        "../plan.sh HEAD overlays/dev overlays/prod 2> /dev/null",
    ]);
    assert_eq!(status, "1");
    assert!(said.contains("There is no plan"), "{said}");
    assert!(
        said.contains("## `overlays/prod`\n\n### countersign plan: nothing changes"),
        "{said}"
    );
}

/// Plays `gh`: knows one open pull request, and one comment of ours if there is a file `comment`.
const GH: &str = r#"mkdir bin && cat > bin/gh <<'GH'
#!/bin/sh
echo "$*" >> calls
case "$*" in
*/pulls*head=somebody:topic*) [ "$COMMIT" != 1111 ] || echo 7 ;;
*--paginate*) [ ! -e comment ] || cat comment ;;
esac
for word in "$@"; do
    case $word in body=@*) cp "${word#body=@}" body ;; esac
done
GH
chmod +x bin/gh; PATH=$PWD/bin:$PATH; printf '## plan\n$(touch ran)\n' > plan.md"#;

const COMMENT: &str = "../comment.sh plan.md team/shop somebody:topic 1111";

#[test]
fn a_plan_becomes_a_comment_and_is_not_run() {
    let (_, said) = after(&[
        GH,
        COMMENT,
        "tail -n 1 calls | cut -d ' ' -f 1-4; cat body; test ! -e ran",
    ]);
    assert_eq!(
        said,
        "api --method POST repos/team/shop/issues/7/comments\n<!-- countersign plan -->\n## plan\n$(touch ran)\n"
    );
}

#[test]
fn a_second_plan_replaces_the_first() {
    let (_, said) = after(&[
        GH,
        "echo 42 > comment",
        COMMENT,
        "tail -n 1 calls | cut -d ' ' -f 1-4",
    ]);
    assert_eq!(
        said,
        "api --method PATCH repos/team/shop/issues/comments/42\n"
    );
}

#[test]
fn a_plan_of_an_older_commit_is_not_shown() {
    let (status, said) = after(&[GH, "../comment.sh plan.md team/shop somebody:topic 2222"]);
    assert_eq!(status, "0");
    assert_eq!(
        said,
        "no open pull request has the commit 2222 as its head\n"
    );
}

#[test]
fn a_plan_that_is_too_long_or_a_link_is_not_sent() {
    let long = "head -c 70000 /dev/zero | tr '\\0' x > plan.md";
    let (_, said) = after(&[GH, long, COMMENT, "tail -n 1 body"]);
    assert_eq!(
        said,
        "The plan is too long for a comment: it is the artifact of the job.\n"
    );
    let (status, said) = after(&[GH, "ln -sf /etc/hostname plan.md", COMMENT]);
    assert_eq!(status, "1");
    assert_eq!(said, "error: `plan.md` is no file\n");
}
