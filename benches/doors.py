"""Measures what each door costs over the tool that it stands in or behind, at 100 and at 1,000 objects.

All renders are locked and deliver by the operator, so nothing waits for a server. Programs run in turns; a figure is the
median of the differences between neighbours, against the median of the tool alone. Where a tool calls countersign, calling
anything costs: there `cat` answers what countersign answered before, from a file, and the difference to that is ours.
The time of the CPU, of a program and all that it started, tells more than the clock where the machine is busy.

    doors.py FOLDER REPETITIONS
"""

import os
import pathlib
import subprocess
import sys
import time

from generate import CONFIG, PLAIN, SECRETS, account, store, users

# one object in so many uses secrets, three of them; the others are left as they are
USERS = 4
ROOT, TIMES = pathlib.Path(sys.argv[1]) / "doors", int(sys.argv[2])
PATHS = os.environ["PATH"].split(":")
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": str(ROOT / "home"),
    "HELM_PLUGINS": str(ROOT / "helm-plugins"),
    "ARGOCD_APP_NAME": "shop",
    "ARGOCD_APP_NAMESPACE": "shop",
    "ARGOCD_APP_PROJECT_NAME": "shop",
}
ENABLED = ["--enable-alpha-plugins", "--enable-exec"]
FUNCTION = """\
apiVersion: countersign.dev/v1alpha1
kind: Countersign
metadata:
  name: countersign
  annotations:
    config.kubernetes.io/function: |
      exec: {path: %s}
"""
PLUGIN = """\
apiVersion: v1
type: postrenderer/v1
name: %s
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
  - command: %s
    args: [%s]
"""


def find(program):
    return next(f"{folder}/{program}" for folder in PATHS if os.access(f"{folder}/{program}", os.X_OK))


COUNTERSIGN, KUSTOMIZE, KUBECTL, HELM, HELM4 = map(find, ["countersign", "kustomize", "kubectl", "helm", "helm4"])


def write(path, text):
    file = ROOT / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def application(name, count, secrets=SECRETS):
    """The same application as a kustomization alone, with each kind of plugin, and as a chart; all with one lock."""
    user = users(count, lambda n: account(n % secrets)).split("---\n")[1:]
    manifests = "".join(PLAIN.format(n=n, replicas=3) if n % USERS else f"---\n{user[n]}" for n in range(count - 1))
    head = CONFIG.format(delivery="VaultStaticSecret").replace("  lock: none\n", "").replace("  name: shop\n", "  name: shop\n  namespace: shop\n")
    keys = "keys: {password: password}"
    config = head + "".join(f"  - {{name: {account(n)}, path: shop/{account(n)}, {keys}}}\n" for n in range(secrets))
    write(f"{name}/stream.yaml", f"{manifests}---\n{config}")
    layers = {
        "alone": None,
        "asking": FUNCTION % "./tee",
        "answering": FUNCTION.replace("{path: %s}", "{path: cat, args: [answer]}"),
        "function": FUNCTION % "countersign",
        "legacy": FUNCTION[: FUNCTION.index("  annotations")],
    }
    for layer, transformer in layers.items():
        write(f"{name}/{layer}/manifests.yaml", manifests)
        write(f"{name}/{layer}/config.yaml", config)
        write(f"{name}/{layer}/kustomization.yaml", "resources: [manifests.yaml, config.yaml]\n")
    subprocess.run(
        [COUNTERSIGN, "lock", "alone"], cwd=ROOT / name, env={**ENVIRONMENT, "COUNTERSIGN_STORE": f"file:{ROOT}/store.yaml"}, check=True, capture_output=True
    )
    lock = (ROOT / name / "alone/countersign.lock").read_text()
    for layer, transformer in layers.items():
        write(f"{name}/{layer}/countersign.lock", lock)
        if transformer:
            write(f"{name}/{layer}/transformer.yaml", transformer)
            write(f"{name}/{layer}/kustomization.yaml", "resources: [manifests.yaml, config.yaml]\ntransformers: [transformer.yaml]\n")
    write(f"{name}/chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    write(f"{name}/chart/templates/manifests.yaml", manifests)
    write(f"{name}/chart/templates/config.yaml", config)
    write(f"{name}/chart/countersign.lock", lock)


def took(folder, argv):
    """Milliseconds of one run by the clock, and of the CPU; its output goes nowhere."""
    begin = time.perf_counter()
    with open(ROOT / "said", "wb") as said:
        child = subprocess.Popen(argv, cwd=ROOT / folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
    clock = (time.perf_counter() - begin) * 1000
    if status != 0:
        sys.exit(f"doors.py: `{' '.join(argv)}` ended with {status}: {(ROOT / 'said').read_text()[:2000]}")
    return clock, (usage.ru_utime + usage.ru_stime) * 1000


def median(values):
    return sorted(values)[len(values) // 2]


def line(what, figure, against="", target="", met=None):
    verdict = {None: "", True: "met", False: "missed"}[met]
    print(f"{what:<58} {figure:>16}  {against:<25} {target:<10} {verdict}", flush=True)


def doors(folder, times, tool, alone, others):
    """A tool alone, and in turns what stands in or behind it, each with what it is judged against: 0 is the tool."""
    runs = [alone, *(argv for _, argv, _ in others)]
    for argv in runs:
        took(folder, argv)
    rounds = [[took(folder, argv) for argv in runs] for _ in range(times)]
    base = median([one[0][0] for one in rounds])
    line(tool, f"{base:.0f} ms", f"{times} rounds")
    for at, (what, _, against) in enumerate(others, start=1):
        more, cpu = (median([one[at][clock] - one[against or 0][clock] for one in rounds]) for clock in (0, 1))
        limit = max(10, 0.05 * base)
        judged = () if against is None else (f"≤ {limit:.0f} ms", more <= limit)
        line(f"    {what}", f"{more:+.1f} ms", f"{100 * more / base:+.1f} %, {cpu:+.0f} ms of CPU", *judged)


def shell(line):
    return ["/bin/sh", "-c", line]


def legacy(home):
    return ["/usr/bin/env", f"KUSTOMIZE_PLUGIN_HOME={ROOT}/legacy/{home}", KUBECTL, "kustomize", "--enable-alpha-plugins", "legacy"]


def answers(name):
    """What countersign answers to each tool, for `cat` to answer it."""
    write(f"{name}/asking/tee", "#!/bin/sh\nexec tee question\n")
    (ROOT / name / "asking/tee").chmod(0o755)
    took(name, [KUSTOMIZE, "build", *ENABLED, "asking"])
    question = (ROOT / name / "asking/question").read_text().replace("path: ./tee", "path: countersign")
    write(f"{name}/function/question", question)
    took(f"{name}/function", shell("countersign < question > ../answering/answer"))
    took(name, legacy("recording"))
    took(name, shell("helm template shop chart | countersign helm --lock=chart > released"))


def all_doors(count):
    name, times = str(count), TIMES if count < 1_000 else max(3, TIMES // 5)
    application(name, count)
    answers(name)
    print(f"\nDoors at {count:,} objects, every fourth of which uses three of {SECRETS} secrets, locked")
    enabled = [KUSTOMIZE, "build", *ENABLED]
    same = "the same answer, from a file"
    doors(
        name,
        times,
        "kustomize build",
        [KUSTOMIZE, "build", "alone"],
        [
            (f"function: {same}", [*enabled, "answering"], None),
            ("function: countersign, against that", [*enabled, "function"], 1),
            ("pipe: countersign render -", shell("kustomize build alone | countersign render - --lock alone"), 0),
            ("countersign render FOLDER", [COUNTERSIGN, "render", "alone"], 0),
        ],
    )
    generate = [COUNTERSIGN, "argocd", "generate"]
    doors(f"{name}/alone", times, "kustomize build .", [KUSTOMIZE, "build", "."], [("countersign argocd generate", generate, 0)])
    plugins = [(f"legacy plugin: {same}", legacy("answering"), None), ("legacy plugin: countersign, against that", legacy("plugins"), 1)]
    doors(name, times, "kubectl kustomize", [KUBECTL, "kustomize", "alone"], plugins)
    for version, helm in [("3", HELM), ("4", HELM4)]:
        alone = [helm, "template", "shop", "chart"]
        ours, other = ([*alone, f"--post-renderer={program}"] for program in ["countersign", "cat"])
        if version == "3":
            ours.append("--post-renderer-args=helm")
        others = [
            (f"post-renderer: {same}", [*other, "--post-renderer-args=released"], None),
            ("post-renderer: countersign, against that", [*ours, "--post-renderer-args=--lock=chart"], 1),
        ]
        doors(name, TIMES, f"helm {version} template", alone, others)


def cold():
    application("cold", 2, secrets=1)
    ours, true = [COUNTERSIGN, "render", "stream.yaml", "--lock", "alone"], ["/bin/true"]
    rounds = [(took("cold", ours)[0], took("cold", true)[0]) for _ in range(10 * TIMES)]
    more = median([one - other for one, other in rounds])
    print("\nCold start: one Deployment, one secret, locked, against `true`")
    line("countersign render", f"{more:+.1f} ms", f"{median([one for one, _ in rounds]):.1f} ms", "≤ 3 ms", more <= 3)


def plugins():
    """The plugins of Helm 4 and of the old kind: countersign, and what answers in its place."""
    name = "countersign.dev/v1alpha1/countersign/Countersign"
    programs = {
        "recording": f'{ROOT}/legacy/plugins/{name} "$@" | tee "$KUSTOMIZE_PLUGIN_CONFIG_ROOT/answer"',
        "answering": 'exec cat "$KUSTOMIZE_PLUGIN_CONFIG_ROOT/answer"',
    }
    for home, script in programs.items():
        write(f"legacy/{home}/{name}", f"#!/bin/sh\n{script}\n")
        (ROOT / f"legacy/{home}/{name}").chmod(0o755)
    plugin = ROOT / "legacy/plugins" / name
    plugin.parent.mkdir(parents=True)
    plugin.symlink_to(COUNTERSIGN)
    for program, arguments in [("countersign", "helm"), ("cat", "")]:
        write(f"helm-plugins/{program}/plugin.yaml", PLUGIN % (program, program, arguments))


write("store.yaml", store())
(ROOT / "home").mkdir()
plugins()
print(f"\nload {os.getloadavg()[0]:.1f}")
cold()
for objects in [100, 1_000]:
    all_doors(objects)
