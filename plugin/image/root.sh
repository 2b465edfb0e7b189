#!/bin/sh
# Lays out the root file system of the image. Usage: root.sh PROGRAM FOLDER
#
# Besides the program it needs the certificates of public authorities, for a Vault behind one of them (a private one
# is named by VAULT_CACERT), and /tmp, where what a build needs is kept until it ends. There are no users in it: the
# image says a number.
set -eu

program=$1
image=$2
here=$(cd "$(dirname "$0")" && pwd)
certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
if [ ! -s "$certificates" ]; then
    printf 'error: no certificates of public authorities at `%s`\n' "$certificates" >&2
    echo 'hint: install `ca-certificates`, or name a bundle: SSL_CERT_FILE=FILE' >&2
    exit 1
fi

put() {
    mkdir -p "$image/$(dirname "$3")"
    install -m "$1" "$2" "$image/$3"
}
put 755 "$program" usr/local/bin/countersign
put 644 "$certificates" etc/ssl/certs/ca-certificates.crt
put 644 "$here/../../LICENSE" usr/share/doc/countersign/LICENSE
mkdir -p "$image/tmp" "$image/manifests"
chmod 1777 "$image/tmp"
