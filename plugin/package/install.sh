#!/bin/sh
# Lays out the program and what belongs to it below a folder: manual pages, completions, plugins. What
# `make install` installs and `make dist` packs is made here, and nowhere else.
# Usage: install.sh PROGRAM FOLDER
set -eu

program=$1
to=$2
plugin=$(cd "$(dirname "$0")/.." && pwd)
case $program in /*) ;; *) program=$PWD/$program ;; esac

# everybody may read it, whoever installs
umask 022

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# put MODE FILE PLACE
put() {
    mkdir -p "$to/$(dirname "$3")"
    install -m "$1" "$2" "$to/$3"
}

put 755 "$program" bin/countersign

"$program" man "$scratch/man" >/dev/null
for page in "$scratch"/man/*; do
    put 644 "$page" "share/man/man1/$(basename "$page")"
done

while read -r shell place; do
    "$program" completions "$shell" >"$scratch/$shell"
    put 644 "$scratch/$shell" "$place"
done <<'END'
bash share/bash-completion/completions/countersign
zsh share/zsh/site-functions/_countersign
fish share/fish/vendor_completions.d/countersign.fish
powershell share/countersign/countersign.ps1
END

for tool in kustomize helm argocd; do
    (cd "$plugin" && find "$tool" -type f) | LC_ALL=C sort | while read -r file; do
        put 644 "$plugin/$file" "share/countersign/plugin/$file"
    done
done
put 644 "$plugin/../LICENSE" share/doc/countersign/LICENSE
