"""Measures what secrets cost over a network: requests, time and memory, against other tools.

The server is `slow.py`; only a round trip of a request takes time, connections cost nothing. Every tool
logs in with AppRole, and all see the same server in turns.

    network.py FOLDER REPETITIONS
"""

import os
import subprocess
import sys
import time
import urllib.request

FOLDER, TIMES = os.path.join(sys.argv[1], "network"), max(3, int(sys.argv[2]) // 3)
HERE = os.path.dirname(os.path.abspath(__file__))
PATHS, USES, MANY, MOST = 100, 5, 1_000, 10_000
PARALLEL = 16
LOGIN = {"VAULT_AUTH_METHOD": "approle", "VAULT_ROLE_ID": "role", "VAULT_SECRET_ID": "s3cr3t-bench"}
OURS = {"COUNTERSIGN_AUTH_METHOD": "approle", "COUNTERSIGN_AUTH_ROLE_ID": "role", "COUNTERSIGN_AUTH_SECRET_ID": "s3cr3t-bench"}
TOKEN = {"VAULT_TOKEN": "hvs.bench"}

DEPLOYMENT = """\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{n}
spec:
  template:
    spec:
      containers:
      - name: service
        env:
"""
VARIABLE = "        - {{name: V{at}, valueFrom: {{secretKeyRef: {{name: account-{n:05}, key: password}}}}}}\n"
CONFIG = """\
apiVersion: countersign.dev/v1alpha1
kind: VaultSecrets
metadata:
  name: shop
spec:
  delivery: Secret
  lock: none
  vault: {mount: kvv2}
  secrets:
"""


def find(program):
    files = (f"{folder}/{program}" for folder in os.environ["PATH"].split(":"))
    return next((file for file in files if os.access(file, os.X_OK)), None)


COUNTERSIGN, VALS, PLUGIN = map(find, ["countersign", "vals", "argocd-vault-plugin"])


def write(name, text):
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/{name}", "w") as file:
        file.write(text)


def inputs():
    """The same manifests in the words of each tool."""
    def manifests(variable):
        each = range(PATHS)
        return "".join(DEPLOYMENT.format(n=n) + "".join(variable.format(at=at, n=n) for at in range(USES)) for n in each)

    def config(count):
        return CONFIG + "".join(f"  - {{name: account-{n:05}, path: shop/account-{n:05}}}\n" for n in range(count))

    write("users.yaml", manifests(VARIABLE))
    write("vals.yaml", manifests("        - {{name: V{at}, value: ref+vault://kvv2/shop/account-{n:05}#/password}}\n"))
    write("plugin.yaml", manifests("        - {{name: V{at}, value: <path:kvv2/data/shop/account-{n:05}#password>}}\n"))
    for name, count in [("few", PATHS), ("many", MANY), ("most", MOST)]:
        write(f"{name}.yaml", config(count))


class Server:
    """`slow.py`, as long as it is needed."""

    def __init__(self, delay, *more):
        words = [sys.executable, "-B", "-I", f"{HERE}/slow.py", str(delay), *map(str, more)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE)

    def __enter__(self):
        self.address = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def count(self):
        return int(urllib.request.urlopen(f"{self.address}/count").read())

    def run(self, argv, environment):
        """Milliseconds, peak KiB and requests of one run."""
        everything = {"PATH": os.environ["PATH"], "HOME": FOLDER, "VAULT_ADDR": self.address, **environment}
        nowhere = os.open(os.devnull, os.O_RDWR)
        files = [(os.POSIX_SPAWN_DUP2, nowhere, end) for end in range(3)]
        self.count()
        begin = time.perf_counter()
        child = os.posix_spawn(argv[0], argv, everything, file_actions=files)
        _, status, usage = os.wait4(child, 0)
        took = (time.perf_counter() - begin) * 1000
        os.close(nowhere)
        if status != 0:
            sys.exit(f"network.py: `{' '.join(argv)}` ended with {status}")
        return took, usage.ru_maxrss, self.count()


def line(what, figure, against="", target="", met=None):
    verdict = {None: "", True: "met", False: "missed"}[met]
    print(f"{what:<58} {figure:>16}  {against:<25} {target:<10} {verdict}", flush=True)


def render(*inputs):
    return [COUNTERSIGN, "render", *(f"{FOLDER}/{name}.yaml" for name in inputs)]


def others():
    print(f"\n{PATHS * USES} references to {PATHS} paths in {PATHS} manifests, round trips of 20 ms, AppRole")
    with Server(20) as server:
        tools = {"countersign": (render("users", "few"), OURS)}
        if VALS:
            tools["vals"] = ([VALS, "eval", "-f", f"{FOLDER}/vals.yaml"], LOGIN)
        if PLUGIN:
            plugin = {"AVP_TYPE": "vault", "AVP_AUTH_TYPE": "approle", "AVP_ROLE_ID": "role", "AVP_SECRET_ID": "s3cr3t-bench"}
            tools["argocd-vault-plugin"] = ([PLUGIN, "generate", f"{FOLDER}/plugin.yaml"], plugin)
        results = {name: [] for name in tools}
        for _ in range(TIMES):
            for name, (argv, environment) in tools.items():
                results[name].append(server.run(argv, environment))
    ours, _, asked = min(results.pop("countersign"))
    line("requests: distinct paths, login and revocation", f"{asked}", target=f"= {PATHS + 2}", met=asked == PATHS + 2)
    for name, made in results.items():
        took, _, asked = min(made)
        judged = name == "vals"
        target, met = ("≥ 20", took / ours >= 20) if judged else ("", None)
        line(f"{name}, {asked} requests", f"{took / ours:.1f} × as long", f"{took:.0f} ms / {ours:.0f} ms", target, met)
    for name, program in [("vals", VALS), ("argocd-vault-plugin", PLUGIN)]:
        if not program:
            line(f"{name}", "not on PATH")


def many():
    print(f"\n{MANY:,} paths at 2 ms, {PARALLEL} at a time")
    with Server(2) as server:
        took, _, asked = min(server.run(render("many"), TOKEN) for _ in range(TIMES))
    ideal = MANY * 2 / PARALLEL
    line(f"against the ideal, {asked} requests", f"{took / ideal:.2f} ×", f"{took:.0f} ms / {ideal:.0f} ms", "≤ 2", took <= 2 * ideal)


def memory():
    print(f"\n{MOST:,} secrets of 1 KiB each")
    with Server(0, 1024) as server:
        took, peak, _ = min(server.run(render("most"), TOKEN) for _ in range(2))
    line("peak memory", f"{peak / 1024:.0f} MiB", f"{took / 1000:.1f} s", "≤ 100 MiB", peak <= 100 * 1024)


print(f"best of {TIMES} runs on {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
inputs()
for measure in [others, many, memory]:
    measure()
