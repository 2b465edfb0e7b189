#!/usr/bin/env python3
"""Prints what the program is made from, as a bill of materials: CycloneDX 1.5, JSON.

Usage: sbom.py CHECKOUT TARGET

From `cargo metadata` come the crates that are compiled for TARGET, without those of tests, and from Cargo.lock
their checksums. The same Cargo.lock gives the same bytes: no time and no serial number is in it.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path


def shipped(metadata):
    """Ids of the program and of all that is compiled into it or runs while it is compiled."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    edges, waiting = {}, [root]
    while waiting:
        package = waiting.pop()
        if package in edges:
            continue
        edges[package] = sorted(
            dep["pkg"]
            for dep in nodes[package]["deps"]
            if any(kind["kind"] != "dev" for kind in dep["dep_kinds"])
        )
        waiting.extend(edges[package])
    return root, edges


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, kind, checksums):
    entry = {
        "type": kind,
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
    }
    if package.get("description"):
        entry["description"] = " ".join(package["description"].split())
    if package.get("license"):
        # `MIT/Apache-2.0` is how old crates write it
        entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return entry


def main(checkout, target):
    cargo = os.environ.get("CARGO", "cargo")
    command = [cargo, "metadata", "--locked", "--format-version=1", f"--filter-platform={target}"]
    metadata = json.loads(subprocess.run(command, cwd=checkout, check=True, capture_output=True).stdout)
    lock = tomllib.loads(Path(checkout, "Cargo.lock").read_text())
    checksums = {(p["name"], p["version"]): p.get("checksum") for p in lock["package"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    root, edges = shipped(metadata)
    libraries = sorted((packages[name] for name in edges if name != root), key=purl)
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(packages[root], "application", checksums)},
        "components": [component(package, "library", checksums) for package in libraries],
        "dependencies": [
            {"ref": purl(packages[name]), "dependsOn": sorted(purl(packages[dep]) for dep in edges[name])}
            for name in sorted(edges, key=lambda name: purl(packages[name]))
        ],
    }
    json.dump(bill, sys.stdout, indent=2)
    print()


main(*sys.argv[1:])
