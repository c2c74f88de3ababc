"""Measuring child processes: time and memory as the kernel accounts them, and medians."""
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from gocheck import run


@dataclass
class Child:
    """One finished process. `wall` and `cpu` are seconds. `peak` is the largest resident set in bytes; the kernel
    counts this script's own in, from which the child was started, so that smaller ones are not seen."""
    status: int
    output: str
    errors: str
    wall: float
    cpu: float
    peak: int


def child(command, timeout=300):
    """Runs a command to its end. Its status is None if it had to be killed after `timeout` seconds."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        actions = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)]
        late = threading.Event()
        begin = time.perf_counter()
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)

        def kill():
            late.set()
            os.kill(pid, signal.SIGKILL)

        timer = threading.Timer(timeout, kill)
        timer.start()
        _, status, usage = os.wait4(pid, 0)
        wall = time.perf_counter() - begin
        timer.cancel()
        out.seek(0)
        err.seek(0)
        return Child(status=None if late.is_set() else os.waitstatus_to_exitcode(status),
                     output=out.read().decode(errors="replace"), errors=err.read().decode(errors="replace"),
                     wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss * 1024)


_OWN_PEAK = None


def megabytes(peak):
    """A peak as text; "< N" if it cannot be told from this script's own."""
    global _OWN_PEAK
    if _OWN_PEAK is None:
        _OWN_PEAK = child(["/bin/true"]).peak
    return f"{peak / 1e6:.0f}" if peak > _OWN_PEAK * 1.05 else f"< {_OWN_PEAK / 1e6:.0f}"


def must(process, what, statuses=(0,)):
    """The process, unless it failed."""
    if process.status not in statuses:
        raise SystemExit(f"bench: {what}: status {process.status}\n{process.errors[:2000]}{process.output[:2000]}")
    return process


def interleaved(commands, rounds, timeout=300):
    """Runs all commands in turn, `rounds` times, so that a busy machine is busy for all of them."""
    children = [[] for _ in commands]
    for _ in range(rounds):
        for command, results in zip(commands, children):
            results.append(child(command, timeout))
    return children


def median(children, what):
    return statistics.median(getattr(c, what) for c in children)


def go_build(source, binary):
    """Compiles a .gol file, renamed to .go and otherwise as it is, with the Go compiler."""
    copy = binary + ".go"
    with open(source, encoding="utf-8") as original, open(copy, "w", encoding="utf-8") as renamed:
        renamed.write(original.read())
    status, _, errors = run(["go", "build", "-o", binary, copy], timeout=600, env=dict(os.environ, GO111MODULE="off"))
    if status != 0:
        raise SystemExit(f"bench: the Go compiler rejects {source}: {errors[:1000]}")


def table(title, header, rows):
    """Prints rows of strings as columns: the first to the left, the others to the right."""
    widths = [max(len(line[i]) for line in [header, *rows]) for i in range(len(header))]
    print(f"\n{title}\n")
    for line in [header, *rows]:
        print("  " + line[0].ljust(widths[0]) + "".join("  " + cell.rjust(w) for cell, w in zip(line[1:], widths[1:])))
    sys.stdout.flush()
