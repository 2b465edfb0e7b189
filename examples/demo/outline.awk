# Shortens what kustomize built to what countersign is about: of every object its name, the generation names it
# carries or refers to, and the stamps. Knows kustomize's own YAML (block style, two spaces) and no other.

# One line an object and one a fact, in the order of the build.
function flush_object() {
    if (kind != "") printf "%s/%s\n%s", kind, name, facts
    kind = name = facts = ""
    depth = 0
}

BEGIN {
    # a suffix: ten characters of an alphabet without words
    generation = "-"
    for (i = 0; i < 10; i++) generation = generation "[2456789bcdfghkmt]"
    generation = generation "$"
}

/^---/ { flush_object(); next }

match($0, /^[ -]*[^ :]+:( |$)/) {
    key = substr($0, 1, RLENGTH)
    value = substr($0, RLENGTH + 1)
    gsub(/^["']|["']$/, "", value)
    sub(/:.?$/, "", key)
    indent = match(key, /[^ -]/)
    key = substr(key, indent)

    while (depth > 0 && indents[depth] >= indent) depth--
    parent = depth > 0 ? keys[depth] : ""
    depth++
    indents[depth] = indent
    keys[depth] = key

    if (indent == 1 && key == "kind") kind = value
    else if (parent == "metadata" && depth == 2 && key == "name") name = value
    else if (key ~ /^countersign\.dev\/(config-hash|snapshot|source)$/) fact(key)
    else if (kind == "VaultStaticSecret" && parent == "spec" && key == "version") fact(parent "." key)
    else if (value ~ generation) fact(parent "." key)
}

END { flush_object() }

function fact(label) {
    facts = facts sprintf("    %-28s %s\n", label, value)
}
