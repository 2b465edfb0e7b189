"""Runs what `generate.py` made, and prints how long it took and how much memory it needed.

Every figure is a ratio between two programs that ran in turns, of their best times: what else the
machine does makes a run slower, never faster. A run of the program is timed from its start to its
end, as a user waits for it.

    measure.py FOLDER REPETITIONS
"""

import os
import sys
import time

DATA = sys.argv[1]
TIMES = int(sys.argv[2])
# as many runs of kustomize as a ratio of two in a hundred needs
KUSTOMIZE_TIMES = 2 * TIMES
NOWHERE = os.open(os.devnull, os.O_RDWR)
ENVIRONMENT = {"PATH": os.environ["PATH"], "COUNTERSIGN_STORE": f"file:{DATA}/store.yaml"}


def find(program):
    folders = ENVIRONMENT["PATH"].split(":")
    return next(f"{folder}/{program}" for folder in folders if os.access(f"{folder}/{program}", os.X_OK))


CAT, TRUE, COUNTERSIGN, KUSTOMIZE = map(find, ["cat", "true", "countersign", "kustomize"])
RENDER = [COUNTERSIGN, "render", "-"]


def config(name):
    return [*RENDER, "--config", f"{DATA}/{name}.yaml"]


def spawn(argv, stdin, stdout):
    files = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1), (os.POSIX_SPAWN_DUP2, NOWHERE, 2)]
    return os.posix_spawn(argv[0], argv, ENVIRONMENT, file_actions=files)


def run(argv, name, into="pipe", piped=False):
    """Milliseconds and peak KiB of one run that reads a file, or the same bytes from a pipe, and
    writes into a pipe that `cat` empties, to /dev/null, or to an open file."""
    source = os.open(f"{DATA}/{name}", os.O_RDONLY) if name else os.dup(NOWHERE)
    others, sink = [], NOWHERE if into == "null" else into
    begin = time.perf_counter()
    if into == "pipe":
        end, sink = os.pipe()
        others.append(spawn([CAT], end, NOWHERE))
        os.close(end)
    if piped:
        end, start = os.pipe()
        others.append(spawn([CAT], source, start))
        os.close(start)
        os.close(source)
        source = end
    child = spawn(argv, source, sink)
    os.close(source)
    if into == "pipe":
        os.close(sink)
    _, status, usage = os.wait4(child, 0)
    took = (time.perf_counter() - begin) * 1000
    for other in others:
        os.waitpid(other, 0)
    if status != 0:
        sys.exit(f"measure.py: `{' '.join(argv)}` with {name} ended with {status}")
    return took, usage.ru_maxrss


def in_turns(times, *runs):
    """For each of `runs` all its results; they take turns, so that all see the same weather."""
    results = [[] for _ in runs]
    for _ in range(times):
        for one, made in zip(runs, results):
            made.append(one())
    return results


def best(results):
    return min(took for took, _ in results)


def median(values):
    return sorted(values)[len(values) // 2]


def line(what, figure, against="", target="", met=None):
    verdict = {None: "", True: "met", False: "missed"}[met]
    print(f"{what:<58} {figure:>16}  {against:<25} {target:<10} {verdict}", flush=True)


def section(title):
    print(f"\n{title}")


def nothing_to_do():
    size = os.path.getsize(f"{DATA}/plain.yaml")
    section(f"Nothing to do: {size / 1e6:.1f} MB of Deployments without secrets, against `cat`")
    ways = [
        ("file → pipe, no config", RENDER, {}, True),
        ("file → pipe, a config whose names occur nowhere", config("nowhere"), {}, True),
        ("pipe → pipe, no config", RENDER, {"piped": True}, False),
        ("file → /dev/null, no config", RENDER, {"into": "null"}, False),
    ]
    for what, argv, how, judged in ways:
        cat, ours = in_turns(TIMES, lambda: run([CAT], "plain.yaml", **how), lambda: run(argv, "plain.yaml", **how))
        ratio = best(ours) / best(cat)
        times = f"{best(ours):.1f} ms / {best(cat):.1f} ms"
        if judged:
            line(what, f"{ratio:.2f} × cat", times, "≤ 1.5", ratio <= 1.5)
        else:
            line(what, f"{ratio:.2f} × cat", times)


def everything_to_do():
    size = os.path.getsize(f"{DATA}/users.yaml")
    section(f"All rewritten and stamped: 5,000 Deployments, {size / 1e6:.1f} MB, three sites each, file store")
    argv = config("secret")
    large, small = in_turns(TIMES, lambda: run(argv, "users.yaml"), lambda: run(argv, "users-tenth.yaml"))
    speed = size / 1e3 / best(large)
    line("speed", f"{speed:.1f} MB/s", f"{best(large):.0f} ms", "≥ 20", speed >= 20)
    peak = median([peak for _, peak in large]) * 1024 / size
    line("peak memory", f"{peak:.1f} × input", f"{peak * size / 1e6:.1f} MB", "≤ 4", peak <= 4)
    (alone,) = in_turns(TIMES, lambda: run(argv, "one.yaml"))
    start = median([peak for _, peak in alone]) * 1024
    line("    over a run of one document", f"{peak - start / size:.1f} × input", f"{start / 1e6:.1f} MB for one")
    growth = best(large) / best(small)
    line("ten times the input", f"{growth:.1f} × as long", f"{best(large):.0f} ms / {best(small):.0f} ms", "≤ 11", growth <= 11)
    line("for comparison, quoted: argocd-vault-plugin, memory", "44 × input")
    line("for comparison, quoted: argocd-vault-plugin, plain copying", "3 MB/s")


def function():
    section("KRM function of kustomize, 100 resources in and out, against `cat` as the function")

    def build(folder):
        return lambda: run([KUSTOMIZE, "build", "--enable-alpha-plugins", "--enable-exec", f"{DATA}/{folder}"], None)

    build("with-tee")()
    answer = os.open(f"{DATA}/with-answer/answer.yaml", os.O_WRONLY | os.O_CREAT)
    run([COUNTERSIGN], "with-tee/question.yaml", into=answer)
    os.close(answer)
    builds = map(build, ["with-cat", "with-answer", "with-countersign"])
    cat, same, ours = in_turns(KUSTOMIZE_TIMES, *builds)
    for what, other in [("its input comes back unchanged", cat), ("the same answer, ready in a file", same)]:
        ratio = best(ours) / best(other)
        line(what, f"{100 * (ratio - 1):+.1f} %", f"{best(ours):.0f} ms / {best(other):.0f} ms", "≤ 2 %", ratio <= 1.02)
        middle = median([one / another for (one, _), (another, _) in zip(ours, other)])
        line("    median of pairs", f"{100 * (middle - 1):+.1f} %", f"{len(ours)} pairs")


def cold():
    section("Cold start: one Deployment, against `true`")
    true, plain, render = in_turns(
        3 * TIMES,
        lambda: run([TRUE], None),
        lambda: run(RENDER, "one.yaml"),
        lambda: run(config("secret"), "one.yaml"),
    )
    line("nothing to do", f"{best(plain) - best(true):+.1f} ms", f"{best(plain):.1f} ms / {best(true):.1f} ms")
    line("rewritten, 20 Secrets from the file store", f"{best(render) - best(true):+.1f} ms", f"{best(render):.1f} ms / {best(true):.1f} ms")


print(f"best of {TIMES} runs on {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}; stdout goes into `cat >/dev/null`")
for measure in [nothing_to_do, everything_to_do, function, cold]:
    measure()
