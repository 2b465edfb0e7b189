#!/bin/sh
# Puts a plan into one comment of a GitHub pull request, and replaces it the next time.
#
#   comment.sh PLAN_FILE REPOSITORY OWNER:BRANCH COMMIT
#
# The plan is data from a job that ran files of the pull request: it is sent, and neither run nor read for anything. Needs
# `gh` and GH_TOKEN with the right to write to pull requests.
set -eu

if [ $# -ne 4 ]; then
    printf 'usage: comment.sh PLAN_FILE REPOSITORY OWNER:BRANCH COMMIT\n' >&2
    exit 2
fi
plan=$1 repository=$2 head=$3
COMMIT=$4
# what is changed later belongs to us and begins so
MARKER='<!-- countersign plan -->'
export COMMIT MARKER
if [ -L "$plan" ] || [ ! -f "$plan" ]; then
    printf 'error: `%s` is no file\n' "$plan" >&2
    exit 1
fi
# GitHub takes 65,536 characters
most=60000

# the pull request as GitHub knows it, not as the plan says
number=$(gh api --method GET "repos/$repository/pulls" -f state=open -f head="$head" \
    --jq 'map(select(.head.sha == env.COMMIT)) | first | .number // empty')
if [ -z "$number" ]; then
    printf 'no open pull request has the commit %s as its head\n' "$COMMIT" >&2
    exit 0
fi

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
    printf '%s\n' "$MARKER"
    if [ "$(wc -c <"$plan")" -le "$most" ]; then
        cat "$plan"
    else
        printf 'The plan is too long for a comment: it is the artifact of the job.\n'
    fi
} >"$body"

comment=$(gh api --paginate "repos/$repository/issues/$number/comments" \
    --jq '.[] | select(.user.type == "Bot" and (.body | startswith(env.MARKER))) | .id' | head -n 1)
if [ -n "$comment" ]; then
    gh api --method PATCH "repos/$repository/issues/comments/$comment" -F body=@"$body" --silent
else
    gh api --method POST "repos/$repository/issues/$number/comments" -F body=@"$body" --silent
fi
