#!/bin/sh
# Packs what is given to people: an archive with everything that `make install` lays out, the plugin of Helm 4 as
# Helm takes it, a bill of materials, and the checksums of all of them. The same sources and the same program give
# the same bytes, wherever and whenever.
# Usage: dist.sh PROGRAM TARGET FOLDER    TARGET is what Rust calls the machines that the program runs on
set -eu

program=$1
target=$2
folder=$3
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../.." && pwd)
version=$("$program" --version | sed 's/^countersign //')
name=countersign-$version-$target

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
# the same permissions whoever packs
umask 022

# pack FOLDER PLACE ARCHIVE: all times are one, that of the sources where it is known
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$checkout" log -1 --format=%ct 2>/dev/null || echo 0)}
pack() {
    tar --create --directory "$1" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=gnu "$2" |
        gzip --no-name >"$3"
}

rm -rf "$folder"
mkdir -p "$folder"
"$here/install.sh" "$program" "$scratch/$name"
pack "$scratch" "$name" "$folder/$name.tar.gz"

# Helm takes an archive whose folder is called as it is, less the version
mkdir "$scratch/countersign-helm-plugin"
install -m 644 "$checkout/plugin/helm/plugin.yaml" "$scratch/countersign-helm-plugin/plugin.yaml"
pack "$scratch" countersign-helm-plugin "$folder/countersign-helm-plugin-$version.tgz"

python3 -B "$here/sbom.py" "$checkout" "$target" >"$folder/$name.cdx.json"
(cd "$folder" && sha256sum -- * >"$scratch/sums" && mv "$scratch/sums" SHA256SUMS)
