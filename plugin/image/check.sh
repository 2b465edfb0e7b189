#!/bin/sh
# Whether a program can be the only one in an image: it needs no library, tells nothing of the machine that built it, and
# without any variable it renders an application whose lock is there, as a command and as a KRM function.
# Usage: check.sh PROGRAM
set -eu

program=$1
case $program in /*) ;; *) program=$PWD/$program ;; esac
app=$(cd "$(dirname "$0")/../../examples/argocd-app/orders" && pwd)

if readelf --program-headers --dynamic "$program" | grep -E 'INTERP|NEEDED'; then
    printf 'error: `%s` needs libraries\n' "$program" >&2
    exit 1
fi

if grep --quiet --text --fixed-strings "${CARGO_HOME:-$HOME/.cargo}/" "$program"; then
    printf 'error: `%s` holds paths of this machine\n' "$program" >&2
    exit 1
fi

generation=$(sed -n 's/^  generation: /orders-db-/p' "$app/countersign.lock")

# holds WHAT: is the generation of the lock in what is printed?
holds() {
    if ! grep -q "name: $generation"; then
        printf 'error: as %s it did not render `%s`\n' "$1" "$generation" >&2
        exit 1
    fi
}

cd "$app"
env -i "$program" render deployment.yaml secrets.yaml | holds 'a command'
{
    printf 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n'
    for file in deployment.yaml secrets.yaml; do
        sed '/^#/d; 1,/^apiVersion/ s/^apiVersion/- apiVersion/; /^- /! s/^/  /' "$file"
    done
    printf 'functionConfig: {apiVersion: countersign.dev/v1alpha1, kind: Countersign, metadata: {name: countersign}}\n'
} | env -i "$program" | holds 'a KRM function'
