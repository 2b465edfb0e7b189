#!/bin/sh
# Says what a merge would do, for a comment: one plan for each folder, as Markdown.
#
#   plan.sh BASE FOLDER... > plan.md
#
# Needs countersign, kustomize, git and a checkout that holds BASE. No token, no secret and no right to write: it builds
# the files of a pull request. Fails, after the other folders, where one cannot be planned.
set -eu

if [ $# -lt 2 ]; then
    printf 'usage: plan.sh BASE FOLDER...\n' >&2
    exit 2
fi
base=$1
shift

status=0
for folder in "$@"; do
    printf '## `%s`\n\n' "$folder"
    if ! countersign plan "$folder" --against "$base" --format markdown; then
        printf 'There is no plan: the log of the job says why.\n'
        status=1
    fi
    printf '\n'
done
exit "$status"
