# Names every program that is missing on this machine, together with the command that installs it,
# so that one round of installing is enough. Sourced by install.sh; knows nothing of the tools' table
# beyond what it is told: which tools Go must build, the oldest Go that can, which ones come from PyPI.

missing=0

# lacks PROGRAM WHY APT OTHER: one entry of the report.
lacks() {
    missing=1
    printf 'error: `%s` is missing: %s\n' "$1" "$2" >&2
    printf 'hint: run `%s` (Debian, Ubuntu), or elsewhere: %s\n' "$3" "$4" >&2
}

has() { command -v "$1" >/dev/null 2>&1; }

# older A B: is version A (two numbers) older than B?
older() {
    [ "${1%%.*}" -lt "${2%%.*}" ] ||
        { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -lt "${2#*.}" ]; }
}

need_cargo() {
    has cargo || lacks cargo 'it builds countersign' \
        'sudo apt-get install rustup && rustup default stable' \
        "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
    has cc || lacks cc 'Rust links with it, and it compiles the cryptography of ring' \
        'sudo apt-get install build-essential' 'xcode-select --install, or your distribution'\''s gcc'
}

# need_go OLDEST TOOLS: from 1.21 on, Go fetches the release that a module asks for, unless that is switched off.
need_go() {
    if ! has go; then
        lacks go "it builds $2" 'sudo apt-get install golang-go' "https://go.dev/doc/install ($1 or newer)"
        return
    fi
    go_version=$(GOTOOLCHAIN=local go env GOVERSION | sed -n 's/^go\([0-9]*\.[0-9]*\).*/\1/p')
    if [ -z "$go_version" ] || ! older "$go_version" "$1"; then
        return
    fi
    if older "$go_version" 1.21; then
        lacks "go $1" "this one is $go_version, too old to build $2" \
"curl -fsSL https://go.dev/dl/go$1.0.linux-\$(dpkg --print-architecture).tar.gz | sudo tar -C /usr/local -xz" \
            'https://go.dev/doc/install (and put its bin first on PATH)'
    elif [ "$(go env GOTOOLCHAIN)" = local ]; then
        missing=1
        printf 'error: `go %s` is missing: this one is %s and may not fetch a newer one, which builds %s\n' \
            "$1" "$go_version" "$2" >&2
        printf 'hint: run `go env -w GOTOOLCHAIN=auto` (and unset GOTOOLCHAIN), or see https://go.dev/doc/install\n' >&2
    fi
}

# need_python TOOLS: Debian ships Python without the two modules that make an environment.
need_python() {
    if ! has python3; then
        lacks python3 "$1 come from PyPI" 'sudo apt-get install python3 python3-venv' \
            'https://www.python.org/downloads'
    elif ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        lacks 'python3 -m venv' "$1 come from PyPI" 'sudo apt-get install python3-venv' \
            'https://www.python.org/downloads (its Python has venv)'
    fi
}
