#!/bin/sh
# Moves the locks of the folders to what Vault has newer, and pushes that as one branch, for a pull request.
#
#   propose.sh FOLDER... > body.md
#
# Prints the plan of the change as Markdown: the body of the pull request. Prints nothing where there is nothing new to
# propose. Needs countersign, kustomize and git, a checkout of the branch to merge into, a token that may read `metadata`
# and `subkeys`, and the right to push. COUNTERSIGN_BRANCH is the branch, COUNTERSIGN_REMOTE the remote.
set -eu

branch=${COUNTERSIGN_BRANCH:-countersign/upgrade}
remote=${COUNTERSIGN_REMOTE:-origin}

say() { printf '%s\n' "$1" >&2; }

if [ $# -eq 0 ]; then
    say 'usage: propose.sh FOLDER...'
    exit 2
fi
if ! git diff --quiet HEAD; then
    say 'error: the checkout has changes of its own'
    exit 1
fi
base=$(git rev-parse HEAD)

status=0
countersign outdated "$@" >&2 || status=$?
case $status in
0)
    say 'nothing to propose'
    exit 0
    ;;
10) ;;
11)
    say 'error: a version that a lock names was deleted, destroyed or written again: somebody has to look first'
    exit 1
    ;;
*) exit "$status" ;;
esac
countersign lock "$@" --upgrade >&2

# Each run writes the time of the move into the lock; only what is behind it makes a proposal another one.
known=refs/remotes/$remote/$branch
if git fetch --quiet "$remote" "+refs/heads/$branch:$known" 2>/dev/null &&
    [ "$(git merge-base "$known" "$base")" = "$base" ] &&
    [ -z "$(git diff -I'^ *since: ' -I'^ *until: ' "$known" --)" ]; then
    say "nothing new: $branch has it already"
    git checkout --quiet -- .
    exit 0
fi

for folder in "$@"; do
    printf '## `%s`\n\n' "$folder"
    countersign plan "$folder" --against "$base" --format markdown
    printf '\n'
done

git switch --quiet --force-create "$branch"
git commit --quiet --all --message 'Secrets move to their newest versions'
git push --quiet --force "$remote" "HEAD:refs/heads/$branch" >&2
say "$branch is pushed"
