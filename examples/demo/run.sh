#!/bin/sh
# The main job in a minute: a kustomize app, its secrets in a file that plays Vault, one build, then one secret
# changes. Needs `countersign` and `kustomize` on PATH; `make demo` puts them there. Writes only to a temporary
# folder and removes it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
shop=$(cd "$here/../shop" && pwd)

for program in countersign kustomize; do
    if ! command -v "$program" >/dev/null 2>&1; then
        printf 'error: `%s` is not on PATH\nhint: run `make demo`, which brings it.\n' "$program" >&2
        exit 1
    fi
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
cp "$shop/vault.yaml" "$scratch/vault.yaml"

heading() { printf '\n== %s\n\n' "$1"; }
indented() { sed 's/^/    /'; }

# coloured: red and green for people, plain text for everything else.
coloured() {
    if [ -t 1 ]; then
        esc=$(printf '\033')
        sed "s/^-.*/${esc}[31m&${esc}[0m/; s/^+.*/${esc}[32m&${esc}[0m/"
    else
        cat
    fi
}

# build NAME: the whole output into NAME.yaml, the short form into NAME.txt, one file an object into NAME/.
build() {
    if ! COUNTERSIGN_STORE="file:$scratch/vault.yaml" \
        kustomize build --enable-alpha-plugins --enable-exec "$shop/function/prod" \
        >"$scratch/$1.yaml" 2>"$scratch/$1.err"; then
        cat "$scratch/$1.err" >&2
        exit 1
    fi
    awk -f "$here/outline.awk" "$scratch/$1.yaml" >"$scratch/$1.txt"
    mkdir "$scratch/$1"
    awk -v folder="$scratch/$1" '
        function keep() { if (kind != "") printf "%s", text > (folder "/" kind "." name); kind = name = text = "" }
        /^---/ { keep(); next }
        { text = text $0 "\n" }
        /^kind: / { kind = $2 }
        /^[a-z]/ { section = $1 }
        section == "metadata:" && /^  name: / { name = $2 }
        END { keep() }' "$scratch/$1.yaml"
}

# fate: what became of each object between the two builds; `cmp` is the judge, not the short form.
fate() {
    for object in $( (ls "$scratch/before" && ls "$scratch/after") | sort -u); do
        if [ ! -e "$scratch/before/$object" ]; then
            state=new
        elif [ ! -e "$scratch/after/$object" ]; then
            state=gone
        elif cmp -s "$scratch/before/$object" "$scratch/after/$object"; then
            state=unchanged
        else
            state=changed
        fi
        printf '%-10s %s/%s\n' "$state" "${object%%.*}" "${object#*.}"
    done | sort
}

heading "1. A shop: a base, two overlays, a folder that says \"run countersign here\""
(cd "$shop" && find . -type f | sort | sed 's|^\./||') | indented

heading '2. What the team wrote: which secrets there are, and where they are used by plain name'
grep -v '^#' "$shop/base/secrets.yaml" | indented
echo
(cd "$shop/base" && grep -n 'secret.*: {name: \|secretName: ' orders.yaml orders-cleanup.yaml web.yaml) |
    sed 's/: */: /' | indented

heading '3. The build'
printf '$ export COUNTERSIGN_STORE=file:$PWD/vault.yaml\n'
printf '$ kustomize build --enable-alpha-plugins --enable-exec function/prod\n\n'
build before
sed 's/^/(stderr) /' "$scratch/before.err"
indented <"$scratch/before.txt"

heading '4. Somebody changes the database password: version 3 of shop/prod/orders-db'
cat >>"$scratch/vault.yaml" <<'VERSION'
      - {created: 2026-11-20T16:45:00Z, data: {username: s3cr3t-prod-user, password: s3cr3t-prod-password-3}}
VERSION
build after
diff -U 1000 "$scratch/before.txt" "$scratch/after.txt" | sed 1,3d | coloured || true

heading 'Compared byte for byte, the two builds'
fate | indented
printf '\nThe workloads that use the password roll, the others do not. The same without any flag of kustomize:\n'
printf '$ countersign render overlays/prod\n'
