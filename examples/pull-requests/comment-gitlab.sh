#!/bin/sh
# Puts the plan of each open merge request into one note of it, and replaces the note when the plan is another one.
#
# The plans are data from jobs that ran files of merge requests: they are sent, and neither run nor read for anything.
# Merge requests from forks have their pipelines elsewhere; the plan is behind the link in the merge request. Needs curl,
# jq, the variables of GitLab's CI, and COMMENT_TOKEN with the scope `api`.
set -eu

# what is changed later belongs to us and begins so
marker='<!-- countersign plan -->'
project=$CI_API_V4_URL/projects/$CI_PROJECT_ID
most=200000

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# not on the command line, where other processes see it
printf 'header = "PRIVATE-TOKEN: %s"\n' "$COMMENT_TOKEN" >"$scratch/curlrc"
api() { curl --config "$scratch/curlrc" --silent --show-error --fail "$@"; }

me=$(api "$CI_API_V4_URL/user" | jq .id)
api "$project/merge_requests?state=opened&per_page=100" |
    jq --argjson here "$CI_PROJECT_ID" '.[] | select(.source_project_id == $here) | .iid' >"$scratch/open"

while read -r number; do
    pipeline=$(api "$project/merge_requests/$number" | jq -r '.head_pipeline.id // empty')
    [ -n "$pipeline" ] || continue
    job=$(api "$project/pipelines/$pipeline/jobs" |
        jq -r 'map(select(.name == "countersign-plan" and (.status == "success" or .status == "failed"))) | first | .id // empty')
    [ -n "$job" ] || continue
    api --output "$scratch/plan" "$project/jobs/$job/artifacts/plan.md" || continue

    {
        printf '%s\n' "$marker"
        if [ "$(wc -c <"$scratch/plan")" -le "$most" ]; then
            cat "$scratch/plan"
        else
            printf 'The plan is too long for a note: it is the artifact of the job.\n'
        fi
    } >"$scratch/body"
    jq --raw-input --slurp '{body: .}' "$scratch/body" >"$scratch/note"

    note=$(api "$project/merge_requests/$number/notes?per_page=100&sort=asc" |
        jq -r --argjson me "$me" --arg marker "$marker" \
            'map(select(.author.id == $me and (.body | startswith($marker)))) | first | .id // empty')
    if [ -n "$note" ]; then
        api --output /dev/null --request PUT --json @"$scratch/note" "$project/merge_requests/$number/notes/$note"
    else
        api --output /dev/null --request POST --json @"$scratch/note" "$project/merge_requests/$number/notes"
    fi
done <"$scratch/open"
