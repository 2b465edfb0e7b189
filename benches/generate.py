#!/usr/bin/env python3
"""Writes what the benchmarks read: manifests, configs, stores and two kustomizations.

Everything is computed, nothing is random, so every run measures the same bytes.

    generate.py FOLDER
"""

import pathlib
import sys

PLAIN = """\
---
# Source: shop/templates/service-{n}.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{n}
  labels: {{app.kubernetes.io/name: service-{n}, app.kubernetes.io/part-of: shop}}
spec:
  replicas: {replicas}
  selector:
    matchLabels: {{app.kubernetes.io/name: service-{n}}}
  template:
    metadata:
      labels: {{app.kubernetes.io/name: service-{n}, app.kubernetes.io/part-of: shop}}
    spec:
      containers:
      - name: service
        image: registry.example.com/shop/service-{n}:1.{replicas}.{n}
        args: ["--listen=:8080", "--log-level=info"]
        ports:
        - {{name: http, containerPort: 8080}}
        env:
        - name: GREETING
          value: "hello from service {n}"
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
          limits: {{memory: 256Mi}}
"""

# the size of a Deployment as `helm create` makes it, with the three ways in which a pod takes a secret
USER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{n}
  labels:
    app: service-{n}
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app: service-{n}
  template:
    metadata:
      labels:
        app: service-{n}
    spec:
      containers:
      - name: service
        image: registry.example.com/shop/service:1.{replicas}.{n}
        env:
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef:
              name: {first}
              key: password
        envFrom:
        - secretRef:
            name: {second}
        ports:
        - containerPort: 8080
        volumeMounts:
        - name: account
          mountPath: /run/secrets/account
      volumes:
      - name: account
        secret:
          secretName: {third}
"""

SECRETS = 20
CONFIG = """\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata:
  name: shop
spec:
  delivery: {delivery}
  lock: none
  vault: {{mount: kvv2}}
  operator: {{vaultAuthRef: shop}}
  secrets:
"""
FUNCTION = """\
apiVersion: countersign.dev/v1alpha1
kind: Countersign
metadata:
  name: countersign
  annotations:
    config.kubernetes.io/function: |
      exec: {function}
"""


def account(n):
    return f"account-{n % SECRETS:02}"


def plain(size):
    """Deployments that use no secret, `size` bytes of them."""
    out, total = [], 0
    while total < size:
        out.append(PLAIN.format(n=len(out), replicas=len(out) % 7 + 1))
        total += len(out[-1])
    return "".join(out)


def users(count, secret=account):
    """Deployments that all use managed secrets, three times each."""
    names = lambda n: {"first": secret(n), "second": secret(n + 7), "third": secret(n + 13)}
    return "".join(USER.format(n=n, replicas=n % 7 + 1, **names(n)) for n in range(count))


def config(delivery, prefix="", secrets=SECRETS):
    """A config with secrets of the store; with a prefix nobody uses them."""
    lines = [f"  - {{name: {prefix}{account(n)}, path: shop/{account(n)}}}\n" for n in range(secrets)]
    return CONFIG.format(delivery=delivery) + "".join(lines)


def monorepo(root):
    """1,000 managed secrets and 5,000 workloads, once with a lock and once without, and a kustomization."""
    names = [f"account-{n:04}" for n in range(1000)]
    secrets = "".join(f"  - {{name: {name}, path: shop/{name}, keys: {{password: password}}}}\n" for name in names)
    head = CONFIG.format(delivery="VaultStaticSecret")
    manifests = users(5_000, lambda n: names[n % len(names)])
    versions = "".join(
        f"      shop/{name}:\n" + "".join(f"      - {{created: 2026-10-0{day}T09:00:00Z, data: {{password: s3cr3t-{name}-{day}}}}}\n" for day in (1, 2))
        for name in names
    )
    store = "apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts:\n  kvv2:\n    engine: kv-v2\n    secrets:\n" + versions
    kustomization = "resources: [manifests.yaml, config.yaml]\n"
    locked = head.replace("  lock: none\n", "").replace("  name: shop\n", "  name: shop\n  namespace: shop\n") + secrets
    return {
        f"{root}/unlocked.yaml": head + secrets,
        f"{root}/locked.yaml": locked,
        f"{root}/users.yaml": manifests,
        f"{root}/store.yaml": store,
        f"{root}/tree/kustomization.yaml": kustomization,
        # kustomize takes minutes for 5,000
        f"{root}/tree/manifests.yaml": users(1_000, lambda n: names[n]),
        f"{root}/tree/config.yaml": locked,
        f"{root}/few.yaml": head.replace("  lock: none\n", "") + "".join(secrets.splitlines(keepends=True)[:500]),
    }


def store():
    lines = ["apiVersion: countersign.dev/v1alpha1\nkind: FileStore\nmounts:\n  kvv2:\n    engine: kv-v2\n    secrets:\n"]
    for n in range(SECRETS):
        data = f"{{username: s3cr3t-user-{n}, password: s3cr3t-password-{n}}}"
        lines.append(f"      shop/{account(n)}:\n      - {{created: 2026-10-01T09:00:00Z, data: {data}}}\n")
    return "".join(lines)


def main(folder):
    root = pathlib.Path(folder)
    files = {
        "plain.yaml": plain(17_000_000),
        "users.yaml": users(5_000),
        "users-tenth.yaml": users(500),
        "one.yaml": users(1),
        "secret.yaml": config("Secret"),
        "nowhere.yaml": config("Secret", "nowhere-"),
        "store.yaml": store(),
        **monorepo("monorepo"),
    }
    # 100 resources in and 100 out: the config goes, and one object comes instead
    resources = users(99, lambda _: account(0)) + "---\n" + config("VaultStaticSecret", secrets=1)
    functions = {
        "with-cat": "{path: cat}",
        "with-countersign": "{path: countersign}",
        # what a function is asked is written down; what countersign answers is said by `cat` as well
        "with-tee": "{path: ./tee}",
        "with-answer": "{path: cat, args: [answer.yaml]}",
    }
    for name, function in functions.items():
        files[f"{name}/kustomization.yaml"] = "resources: [manifests.yaml]\ntransformers: [function.yaml]\n"
        files[f"{name}/manifests.yaml"] = resources
        files[f"{name}/function.yaml"] = FUNCTION.format(function=function)
    # a script, because countersign refuses arguments in the annotation, which is part of the question
    files["with-tee/tee"] = "#!/bin/sh\nexec tee question.yaml\n"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "with-tee/tee").chmod(0o755)


if __name__ == "__main__":
    main(*sys.argv[1:])
