#!/bin/sh
# Removes what install.sh laid out below a folder. Usage: uninstall.sh FOLDER
set -eu

cd "$1"
rm -f bin/countersign share/man/man1/countersign.1 share/man/man1/countersign-*.1 \
    share/bash-completion/completions/countersign share/zsh/site-functions/_countersign \
    share/fish/vendor_completions.d/countersign.fish
rm -rf share/countersign share/doc/countersign
