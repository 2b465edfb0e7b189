#!/bin/sh
# The plugins where kustomize, kubectl and Helm look, for whoever runs this: in folders of that user, for the tools
# have no others. Usage: homes.sh install PROGRAM, or homes.sh uninstall
set -eu

helm_4() {
    case $(helm version --short 2>/dev/null) in v[4-9].*) ;; *) false ;; esac
}

case $1 in
install)
    "$2" plugin install kustomize
    if helm_4; then
        "$2" plugin install helm
    else
        echo 'no Helm 4 on PATH: no plugin for it is installed'
    fi
    ;;
uninstall)
    root=${KUSTOMIZE_PLUGIN_HOME:-${XDG_CONFIG_HOME:-$HOME/.config}/kustomize/plugin}/countersign.dev/v1alpha1
    for link in "$root/vaultsecrets/VaultSecrets" "$root/countersign/Countersign"; do
        # that of another program is somebody else's
        case $(readlink "$link") in */countersign) rm "$link" ;; esac
    done
    # empty ones alone
    rmdir "$root/vaultsecrets" "$root/countersign" "$root" "${root%/*}" 2>/dev/null || true
    if helm_4; then
        folder=$(helm env HELM_PLUGINS)
        folder=${folder%%:*}/countersign
        rm -f "$folder/plugin.yaml"
        rmdir "$folder" 2>/dev/null || true
    fi
    ;;
esac
