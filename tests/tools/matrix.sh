#!/bin/sh
# Runs everything that goes through the real kustomize, kubectl and Helm once more with other versions of them: those of
# the rounds in `versions`. Where an output differs between versions, the test says so by the version; nothing is skipped.
# Usage: matrix.sh [ROUND…]; without a name, all of them but `test`.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"

# others: the stories that run none of these programs, as arguments that leave them out.
others() {
    for story in fixtures/stories/*/run.yaml; do
        grep -Eqw 'kustomize|pipe|kubectl|helm|helm3|helm4' "$story" ||
            printf -- ' --skip %s' "$(basename "$(dirname "$story")")"
    done
}

[ $# -gt 0 ] || set -- $(awk '$1 !~ /^#/ && $2 != "test" && !seen[$2]++ {print $2}' "$here/versions")
failed=
for round; do
    "$here/install.sh" --round "$round"
    printf 'matrix: %s:' "$round"
    for tool in $(awk -v round="$round" '$1 !~ /^#/ && $2 == round {print $1}' "$here/versions"); do
        export "COUNTERSIGN_TEST_$(printf '%s' "$tool" | tr '[:lower:]' '[:upper:]')=$root/.tools/bin-$round/$tool"
        printf ' %s' "$(awk -v tool="$tool" -v round="$round" '$1 == tool && $2 == round {print $3, $4}' "$here/versions")"
    done
    printf '\n'
    # the examples show what one version prints, to the byte: those of Helm 4 part documents in different ways
    # shellcheck disable=SC2046 # several words
    cargo test --quiet --no-fail-fast --test argocd --test component --test helm --test kustomize &&
        cargo test --quiet --test stories -- --exact $(others) || failed="$failed $round"
done
if [ -n "$failed" ]; then
    printf 'error: the matrix fails in%s\n' "$failed" >&2
    exit 1
fi
