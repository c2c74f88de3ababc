#!/usr/bin/env python3
"""Exact numbers: of executions, one per Mazurkiewicz trace and none that is cut; of states, where they are merged.

The numbers are those of the literature, or follow from how the program can be ordered.
usage: counts.py GOCHECK
"""
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from gocheck import check, close, in_parallel

# Some of the programs are measured, too.
FOLDERS = [HERE, os.path.join(HERE, "..", "bench", "check"), os.path.join(HERE, "..", "bench", "search")]

COUNTS = {
    # One writer, n readers: each reads before or after.
    "readers": {n: 2**n for n in (1, 2, 5, 10)},
    # Abdulla, Aronis, Jonsson, Sagonas (2017).
    "last_zero": {1: 2, 2: 5, 3: 12, 4: 28, 5: 64, 10: 3328},
    # Flanagan and Godefroid (2005).
    "indexer": {11: 1, 12: 8, 13: 64},
    "filesystem": {13: 1, 14: 2, 16: 8, 18: 32, 19: 64},
    "lock_counter": {n: math.factorial(n) for n in (1, 2, 3, 6)},
    "lock_forever": {n: n for n in (1, 2, 5, 20)},
    "senders_once": {n: n for n in (1, 2, 5, 20)},
    "senders_all": {n: math.factorial(n) for n in (1, 2, 3, 5)},
    # n senders and n receivers: who meets whom.
    "pairs": {n: math.factorial(n) for n in (1, 2, 3, 5)},
    # n workers that only call Done: no order matters.
    "wait_group": {n: 1 for n in (1, 2, 5, 20)},
    # A select among n ready channels.
    "select_ready": {n: n for n in (1, 2, 5, 8)},
    # n goroutines that race to be the first of a Once.
    "once": {n: n for n in (1, 2, 5, 8)},
    # A pipeline has one behaviour.
    "pipeline": {n: 1 for n in (1, 2, 5, 8)},
}

# States of n goroutines that lock and unlock. Told apart: a set of them has finished, and one of the others may hold the
# lock. Otherwise: so many have finished, and somebody may hold it.
STATES = {n: 2**n + n * 2 ** (n - 1) for n in (1, 2, 5, 10)}
# n goroutines that lock, count, unlock and tell a wait group, executed at most N * 2^N times each of these three.
EVENTS_AT_MOST = {n: 3 * n * 2**n for n in (5, 8, 12)}
SYMMETRIC_STATES_AT_MOST = {n: 6 * n for n in (5, 10, 20)}


def run(gocheck, name, n, options):
    """The result, or a string that says why there is none."""
    path = next(path for folder in FOLDERS if os.path.exists(path := os.path.join(folder, name + ".gol")))
    status, result, err = check(gocheck, path, [*options, "--keep-going", f"--arg={n}"], timeout=120)
    if result is None:
        return f"{name}({n}): no result, status {status}: {err.strip()[:300]}"
    return f"{name}({n}): limits {result['limits']}" if result["limits"] else result


def judge(gocheck, name, n, expected):
    result = run(gocheck, name, n, ["--no-merge", "--no-symmetry", "--jobs=1"])
    if isinstance(result, str):
        return result
    if (result["executions"], result["blocked"]) != (expected, 0):
        return f"{name}({n}): {result['executions']} executions and {result['blocked']} cut ones instead of {expected}"
    return None


def judge_merged(gocheck, name, n, unit, options, allowed):
    result = run(gocheck, name, n, ["--explorer=merging", "--jobs=1", *options])
    if isinstance(result, str):
        return result
    return None if result[unit] in allowed else f"{name}({n}): {result[unit]} {unit} with {options}"


def main():
    gocheck = os.path.abspath(sys.argv[1])
    jobs = [(judge, name, n, expected) for name, counts in COUNTS.items() for n, expected in counts.items()]
    jobs += [(judge_merged, "lock_counter", n, "states", ["--no-symmetry"], [expected]) for n, expected in STATES.items()]
    jobs += [(judge_merged, "lock_counter", n, "states", [], range(n, most + 1)) for n, most in SYMMETRIC_STATES_AT_MOST.items()]
    jobs += [(judge_merged, "counter", n, "events", ["--no-symmetry"], range(n, most + 1)) for n, most in EVENTS_AT_MOST.items()]
    verdicts = in_parallel(lambda job: job[0](gocheck, *job[1:]), jobs)
    return close("counts", sum(v is None for v in verdicts), [v for v in verdicts if v])


if __name__ == "__main__":
    sys.exit(main())
