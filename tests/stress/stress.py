#!/usr/bin/env python3
"""Real programs on the parallel runtime with 1, 2 and 8 workers. What matters is that nothing hangs or is
lost; in a sanitizer's build (`./dev sanitize`), that it has nothing to report.

The programs of this folder check themselves, end with status 0 and print "ok". The examples and the golden
programs end in their own ways: some deadlock or panic, some never end. Those that race themselves are left
out: the runtime executes such accesses as they stand, so a race of the program's is one of the process.
usage: stress.py GOCHECK [FILE...]
"""
import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "golden")]
from gocheck import ROOT, close, in_parallel, run
from golden import expectations

WORKERS = (1, 2, 8)
REPORTS = ("Sanitizer", "runtime error: ", "gocheck: internal")


def endless(path):
    """Programs that need not end say so in a line of their own, but for the article's."""
    with open(path) as file:
        return os.path.basename(path) == "server.gol" or "// endless\n" in file


def races(path):
    return any(kind == "data-race" for _, kind, _ in expectations(path)[0])


def judge(gocheck, path, workers):
    own = os.path.dirname(path) == HERE
    name = f"{os.path.relpath(path, ROOT)} on {workers} workers"
    status, out, err = run([gocheck, "run", f"--procs={workers}", path], timeout=2 if endless(path) else 300)
    # Go's own run-time errors begin in the same way; they follow "panic: ".
    if any(report in err.replace("panic: runtime error: ", "") for report in REPORTS):
        return f"{name}: status {status}:\n{err[:6000]}"
    if status is None and not endless(path):
        return f"{name}: does not end; standard error: {err[:500]}"
    if own and (status != 0 or err != "ok\n"):
        return f"{name}: status {status}, standard error: {err[:2000]}"
    if status not in (0, 1, 2, None):
        return f"{name}: status {status}, standard error: {err[:2000]}"
    return None


def main():
    gocheck = os.path.abspath(sys.argv[1])
    others = [path for pattern in ("tests/golden/**/*.gol", "examples/*.gol")
              for path in sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True)) if not races(path)]
    files = [os.path.abspath(f) for f in sys.argv[2:]] or sorted(glob.glob(os.path.join(HERE, "*.gol"))) + others
    jobs = [(path, workers) for path in files for workers in WORKERS]
    verdicts = in_parallel(lambda job: judge(gocheck, *job), jobs)
    return close("stress", sum(v is None for v in verdicts), [v for v in verdicts if v])


if __name__ == "__main__":
    sys.exit(main())
