#!/bin/sh
# The main job in a minute: a kustomize app with a lock, its secrets in a file that plays Vault; then one password
# changes. Needs `countersign` and `kustomize` on PATH; `make demo` puts them there. Writes only to a temporary
# folder and removes it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

for program in countersign kustomize; do
    if ! command -v "$program" >/dev/null 2>&1; then
        printf 'error: `%s` is not on PATH\nhint: run `make demo`, which brings it.\n' "$program" >&2
        exit 1
    fi
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
cp -r "$here/../kustomize-app" "$scratch/shop"
cd "$scratch/shop"

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
    countersign render overlays/prod >"$scratch/$1.yaml"
    awk -f "$here/outline.awk" "$scratch/$1.yaml" >"$scratch/$1.txt"
    mkdir "$scratch/$1"
    awk -v folder="$scratch/$1" '
        function keep() { if (kind != "") printf "%s", text > (folder "/" kind "." name); kind = name = text = "" }
        /^---/ { keep(); next }
        { text = text $0 "\n" }
        { value = $2; gsub(/"/, "", value) }
        /^kind: / { kind = value }
        /^[a-z]/ { section = $1 }
        section == "metadata:" && /^  name: / { name = value }
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

heading '1. A shop: a base, two overlays, each with its lock'
find base overlays -type f | sort | indented

heading '2. What the team wrote: which secrets there are, and where they are used by plain name'
grep -v '^#' base/secrets.yaml | indented
echo
grep -n 'secret.*: {name: \|secretName: ' base/*.yaml | sed 's/: */: /' | indented

heading '3. The build: what the lock says, without Vault and without a token'
printf '$ countersign render overlays/prod\n\n'
build before
indented <"$scratch/before.txt"

heading '4. Somebody changes the database password in Vault: nothing moves'
cat >>vault.yaml <<'VERSION'
      - {created: 2026-11-20T16:45:00Z, data: {username: s3cr3t-prod-user, password: s3cr3t-prod-password-2}}
VERSION
countersign render overlays/prod | cmp - "$scratch/before.yaml"
printf '$ countersign render overlays/prod | cmp - before.yaml\n'

heading '5. The change of the lock that somebody reviews'
printf '$ countersign lock overlays/prod --upgrade shop-db\n'
COUNTERSIGN_STORE=file:vault.yaml countersign lock overlays/prod --upgrade shop-db 2>&1 | indented
build after
echo
diff -U 1000 "$scratch/before.txt" "$scratch/after.txt" | sed 1,3d | coloured || true

heading 'Compared byte for byte, the two builds'
fate | indented
printf '\nWhat uses the password gets the new name, the rest does not move, and the old generation stays for pods that run.\n'
