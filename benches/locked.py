"""Measures what the lock costs: locked renders without a network, `lock` over a slow network, `plan`.

Uses what `generate.py` made and how `measure.py` runs programs.

    locked.py FOLDER REPETITIONS
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.request

FOLDER, TIMES = os.path.join(sys.argv[1], "monorepo"), int(sys.argv[2])
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": FOLDER}
PARALLEL = 16
DELAY = 20


def find(program):
    return next(f"{folder}/{program}" for folder in ENVIRONMENT["PATH"].split(":") if os.access(f"{folder}/{program}", os.X_OK))


COUNTERSIGN, KUSTOMIZE = find("countersign"), find("kustomize")


def run(argv, code=0, **environment):
    """Milliseconds of one run in FOLDER."""
    begin = time.perf_counter()
    done = subprocess.run(argv, cwd=FOLDER, env={**ENVIRONMENT, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    took = (time.perf_counter() - begin) * 1000
    if done.returncode != code:
        sys.exit(f"locked.py: `{' '.join(argv)}` ended with {done.returncode}: {done.stderr.decode()[:2000]}")
    return took


def best(times, *runs):
    """The best time of each, in turns."""
    results = [[] for _ in runs]
    for _ in range(times):
        for one, made in zip(runs, results):
            made.append(one())
    return [min(made) for made in results]


def line(what, figure, against, target, met):
    print(f"{what:<58} {figure:>16}  {against:<25} {target:<10} {'met' if met else 'missed'}", flush=True)


def render():
    print("\nLocked render: 1,000 managed secrets, 5,000 workloads, no network and no token")
    store = {"COUNTERSIGN_STORE": "file:store.yaml"}
    nobody = {"VAULT_ADDR": "http://127.0.0.1:9"}
    run([COUNTERSIGN, "lock", "locked.yaml", "--lock", "render.lock"], **store)
    locked, unlocked = best(
        TIMES,
        lambda: run([COUNTERSIGN, "render", "users.yaml", "--config", "locked.yaml", "--lock", "render.lock"], **nobody),
        lambda: run([COUNTERSIGN, "render", "users.yaml", "--config", "unlocked.yaml"], **store),
    )
    ratio = locked / unlocked
    line("against the same render with the file store", f"{ratio:.2f} ×", f"{locked:.0f} ms / {unlocked:.0f} ms", "≤ 1.2", ratio <= 1.2)


def lock():
    print(f"\n`lock` of 500 secrets over round trips of {DELAY} ms")
    here = os.path.dirname(os.path.abspath(__file__))
    server = subprocess.Popen([sys.executable, "-B", f"{here}/slow.py", str(DELAY)], stdout=subprocess.PIPE)
    try:
        address = f"http://127.0.0.1:{int(server.stdout.readline())}"

        def count():
            return int(urllib.request.urlopen(f"{address}/count").read())

        def once():
            if os.path.exists(f"{FOLDER}/few.lock"):
                os.remove(f"{FOLDER}/few.lock")
            return run([COUNTERSIGN, "lock", "few.yaml", "--lock", "few.lock"], VAULT_ADDR=address, VAULT_TOKEN="t")

        count()
        once()
        asked = count()
        line("requests", f"{asked}", "500 sources", "≤ 502", asked <= 502)
        (took,) = best(max(3, TIMES // 3), once)
        # one alone, which finds out what fails for all, and the others side by side
        ideal = DELAY * (1 + -(-499 // PARALLEL))
        ratio = took / ideal
        line("against the ideal of 16 at a time", f"{ratio:.2f} ×", f"{took:.0f} ms / {ideal} ms", "≤ 1.5", ratio <= 1.5)
    finally:
        server.kill()
        server.wait()


def plan():
    print("\n`plan` of a kustomization of 1,000 workloads and 1,000 managed secrets, one of which moved")
    store = {"COUNTERSIGN_STORE": "file:store.yaml"}
    names = [f"account-{n:04}@1" for n in range(1000)]
    run([COUNTERSIGN, "lock", "tree", *(word for name in names for word in ("--upgrade", name))], **store)
    shutil.rmtree(f"{FOLDER}/before", ignore_errors=True)
    shutil.copytree(f"{FOLDER}/tree", f"{FOLDER}/before")
    run([COUNTERSIGN, "lock", "tree", "--upgrade", "account-0007"], **store)
    ours, build = best(
        max(2, TIMES // 5),
        lambda: run([COUNTERSIGN, "plan", "tree", "--against", "before"]),
        lambda: run([KUSTOMIZE, "build", "tree"]),
    )
    ratio = ours / (2 * build)
    line("against two builds", f"{ratio:.2f} ×", f"{ours:.0f} ms / {2 * build:.0f} ms", "≤ 2.5", ratio <= 2.5)


for measure in [render, lock, plan]:
    measure()
