#!/bin/sh
# Links countersign to where kustomize and kubectl look for plugins of the old kind. Run it again after
# countersign has moved. Usage: install.sh [PROGRAM]; without it, the one on PATH.
set -eu

program=${1:-$(command -v countersign)} || {
    echo 'error: `countersign` is not on PATH' >&2
    echo 'hint: name it: install.sh /path/of/countersign' >&2
    exit 1
}
case $program in /*) ;; *) program=$PWD/$program ;; esac
if [ ! -x "$program" ]; then
    printf 'error: `%s` is not a program\n' "$program" >&2
    exit 1
fi

# the folder in which kustomize looks first (kustomize api/konfig/plugins.go)
root=${KUSTOMIZE_PLUGIN_HOME:-${XDG_CONFIG_HOME:-$HOME/.config}/kustomize/plugin}
for kind in VaultSecrets Countersign; do
    folder=$root/countersign.dev/v1alpha1/$(printf %s "$kind" | tr '[:upper:]' '[:lower:]')
    mkdir -p "$folder"
    ln -sfn "$program" "$folder/$kind"
done
