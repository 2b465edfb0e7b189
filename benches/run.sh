#!/bin/sh
# Prints the table of speed and memory. Needs `countersign` (a release build), `kustomize`, `kubectl`, `helm` and `helm4` on
# PATH, as `make bench` arranges, and python3; `vals` and `argocd-vault-plugin` are measured where they
# are there. Nothing here can fail a build: it measures.
#
#   benches/run.sh [REPETITIONS]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
for program in countersign kustomize kubectl helm helm4 python3; do
    command -v "$program" >/dev/null || { echo "run.sh: \`$program\` is not on PATH; use \`make bench\`" >&2; exit 1; }
done

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
trap 'exit 130' INT TERM

python3 -B "$here/generate.py" "$data"
# a small interpreter: the kernel counts its memory as the least that a child can have had
python3 -B -I -S "$here/measure.py" "$data" "${1:-15}"
python3 -B "$here/locked.py" "$data" "${1:-15}"
python3 -B "$here/doors.py" "$data" "${1:-15}"
python3 -B "$here/written.py" "$data"
# the same for the same reason
python3 -B -I -S "$here/network.py" "$data" "${1:-15}"
