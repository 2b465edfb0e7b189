"""Measures `lock --check` of written files: a repository of 300 kustomizations with 1,000 managed secrets.

Against nothing but the builds that it has to run, as many at a time as there are cores.

    written.py FOLDER
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

FOLDER = os.path.join(sys.argv[1], "written")
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": sys.argv[1], "COUNTERSIGN_STORE": f"file:{FOLDER}/vault.yaml"}
APPS, SECRETS = 300, 1000
PATHS = [f"app-{n:03}/prod" for n in range(APPS)]

CONFIG = """apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata: {name: app}
spec:
  delivery: VaultStaticSecret
  write: kustomize
  vault: {mount: kvv2}
  secrets:
"""
WORKLOAD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: app, image: app, envFrom: [{secretRef: {name: %s}}]}]}
---
"""


def write(path, text):
    path = os.path.join(FOLDER, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def run(argv):
    done = subprocess.run(argv, cwd=FOLDER, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"written.py: `{argv[0]} {argv[1]}` ended with {done.returncode}: {done.stderr.decode()[:2000]}")


def timed(work):
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def generate():
    store = "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts: {kvv2: {engine: kv-v2, secrets: {"
    for at, path in enumerate(PATHS):
        base = os.path.dirname(path) + "/base"
        names = [f"secret-{n:04}" for n in range(at * SECRETS // APPS, (at + 1) * SECRETS // APPS)]
        store += "".join(f"{name}: [{{created: 2026-11-10T09:00:00Z, data: {{key: value}}}}], " for name in names)
        write(f"{base}/kustomization.yaml", "resources: [app.yaml, secrets.yaml]\n")
        write(f"{base}/secrets.yaml", CONFIG + "".join(f"  - {{name: {name}, path: {name}}}\n" for name in names))
        write(f"{base}/app.yaml", "".join(WORKLOAD % (name, name, name, name) for name in names))
        write(f"{path}/kustomization.yaml", "resources: [../base]\nnamespace: shop\nnamePrefix: prod-\n")
    write("vault.yaml", store + "}}}\n")
    run(["countersign", "lock", *PATHS])
    for path in PATHS:
        with open(f"{FOLDER}/{path}/kustomization.yaml", "a") as file:
            file.write("components: [countersign]\n")


def builds():
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda path: run(["kustomize", "build", path]), PATHS))


print(f"\n`lock --check` of {APPS} kustomizations with written files for {SECRETS:,} secrets")
generate()
pairs = [(timed(lambda: run(["countersign", "lock", "--check", *PATHS])), timed(builds)) for _ in range(3)]
ours, build = (min(times) for times in zip(*pairs))
ratio = ours / build
against, verdict = f"{ours:.0f} ms / {build:.0f} ms", "met" if ratio <= 1.2 else "missed"
print(f"{'against the builds, as many at a time as cores':<58} {f'{ratio:.2f} ×':>16}  {against:<25} {'≤ 1.2':<10} {verdict}")
