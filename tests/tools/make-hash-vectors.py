#!/usr/bin/env python3
"""Records what the real kustomize hashes: fixtures/vectors/{secret,configmap}-hash.json.

The vectors are law for the suffix function, so they come from kustomize's own generators, one build for each
kind. Every suffix is then computed a second time by the few lines of `suffix` below, written from the
documented algorithm: a vector whose data is not what kustomize hashed would not pass. The cases themselves are
in `hash_cases.py`. Deterministic: a second run changes nothing.

Run it by `make vectors`.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import hash_cases

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"
KUSTOMIZE = os.environ.get("COUNTERSIGN_TEST_KUSTOMIZE", "kustomize")
PINNED = "v5.8.1"
GENERATORS = {"Secret": "secretGenerator", "ConfigMap": "configMapGenerator"}


def encoded(raw):
    """Base64 as vectors have it: on one line."""
    return base64.b64encode(raw).decode()


def wrapped(raw):
    """Base64 as kustomize's generators have it: from 72 characters on in lines of 70, each of them ended."""
    text = encoded(raw)
    if len(text) < 72:
        return text
    return "".join(text[i : i + 70] + "\n" for i in range(0, len(text), 70))


def go_json(value):
    """JSON as Go's encoder prints it: sorted, no spaces, safe inside HTML and JavaScript."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def suffix(content):
    """SHA-256, ten hexadecimal digits of it, spelt so that no word can appear."""
    digest = hashlib.sha256(go_json(content).encode()).hexdigest()[:10]
    return digest.translate(str.maketrans("013ae", "ghkmt"))


def secret_vector(case):
    """The vector of a Secret and the content that is hashed for it."""
    comment, kind, data = case
    vector = {"comment": comment, "type": kind, "data": {k: encoded(v) for k, v in data.items()}}
    values = {k: wrapped(v) for k, v in data.items()}
    return vector, {"data": values, "kind": "Secret", "name": "", "type": kind}


def configmap_vector(case):
    """The same for a ConfigMap, where what is no UTF-8 goes to `binaryData`."""
    comment, files = case
    data, binary = {}, {}
    for key, raw in files.items():
        try:
            data[key] = raw.decode()
        except UnicodeDecodeError:
            binary[key] = raw
    vector = {"comment": comment, "data": data, "binaryData": {k: encoded(v) for k, v in binary.items()}}
    # kustomize writes `data` only where there is one, and hashes "" in its place
    content = {"data": data or "", "kind": "ConfigMap", "name": ""}
    if binary:
        content["binaryData"] = {k: wrapped(v) for k, v in binary.items()}
    return vector, content


def generated(kind, cases):
    """Lets kustomize generate every case from files and returns its suffixes, in order."""
    with tempfile.TemporaryDirectory() as folder:
        entries = []
        for number, case in enumerate(cases):
            entry = {"name": f"case-{number}", "files": []}
            if kind == "Secret":
                entry["type"] = case[1]
            for place, (key, raw) in enumerate(case[-1].items()):
                name = f"{number}-{place}"
                Path(folder, name).write_bytes(raw)
                entry["files"].append(f"{key}={name}")
            entries.append(entry)
        # JSON is YAML
        Path(folder, "kustomization.yaml").write_text(json.dumps({GENERATORS[kind]: entries}))
        built = subprocess.run([KUSTOMIZE, "build", folder], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = dict(re.findall(r"^  name: case-(\d+)-([2456789bcdfghkmt]{10})$", built, re.MULTILINE))
    return [found[str(number)] for number in range(len(cases))]


def record(file, kind, cases, vector_of, known):
    """Makes one file of vectors; stops at the first suffix that the second computation does not confirm."""
    lines = []
    for case, made in zip(cases, generated(kind, cases), strict=True):
        vector, content = vector_of(case)
        if suffix(content) != made:
            sys.exit(f"error: `{case[0]}` has `{made}` in kustomize, `{suffix(content)}` by the algorithm")
        if known.get(case[0], made) != made:
            sys.exit(f"error: `{case[0]}` was known as `{known[case[0]]}`, kustomize says `{made}`")
        lines.append(json.dumps(vector | {"suffix": made}, separators=(",", ":")))
    unmet = known.keys() - {case[0] for case in cases}
    if unmet:
        sys.exit(f"error: no case for the known suffix of {sorted(unmet)}")
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    (VECTORS / file).write_text(text)
    print(f"{file}: {len(lines)} vectors, {len(known)} of them known before, {len(text) // 1024} KB")


def main():
    version = subprocess.run([KUSTOMIZE, "version"], check=True, capture_output=True, text=True).stdout.strip()
    if version != PINNED:
        sys.exit(f"error: `{KUSTOMIZE}` is {version}, the vectors are those of {PINNED}")
    VECTORS.mkdir(parents=True, exist_ok=True)
    record("secret-hash.json", "Secret", hash_cases.secrets(), secret_vector, hash_cases.KNOWN_SECRETS)
    record("configmap-hash.json", "ConfigMap", hash_cases.configmaps(), configmap_vector, hash_cases.KNOWN_CONFIGMAPS)


if __name__ == "__main__":
    main()
