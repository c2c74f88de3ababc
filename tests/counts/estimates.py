#!/usr/bin/env python3
"""How much there is to explore: guesses made after a tenth of it are within a factor of three.

Each benchmark program is explored to its end, and again up to a tenth of that. With one worker both are always the same.
usage: estimates.py GOCHECK
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
from gocheck import check, close, in_parallel

BENCH = os.path.join(HERE, "..", "bench")
FACTOR = 3

# Executions of the reduced search.
REDUCED = [
    ("readers", 10), ("readers", 13), ("last_zero", 9), ("last_zero", 11), ("indexer", 14), ("indexer", 15),
    ("filesystem", 20), ("filesystem", 22), ("lock_counter", 7), ("senders_all", 7),
]
# States of the merging search.
MERGING = [
    ("producers", 3, 3, 5, 4), ("producers", 4, 4, 5, 2), ("producers", 2, 2, 10, 3), ("philosophers", 7, 0),
    ("philosophers", 8, 1), ("closing", 3, 3, 8, 4), ("pool", 4, 9), ("pool", 6, 10),
]


def explore(gocheck, path, arguments, options):
    options = [*options, "--jobs=1", "--keep-going", *(f"--arg={a}" for a in arguments)]
    status, result, err = check(gocheck, path, options, timeout=300)
    return (None, f"no result, status {status}: {err.strip()[:300]}") if result is None else (result, "")


def judge(gocheck, folder, unit, options, name, *arguments):
    """A string that says what is wrong; None: nothing."""
    path, title = os.path.join(BENCH, folder, name + ".gol"), f"{name}{arguments}"
    whole, problem = explore(gocheck, path, arguments, options)
    if whole is None or whole["limits"]:
        return f"{title}: {problem or whole['limits']}"
    end = whole[unit]
    part, problem = explore(gocheck, path, arguments, [*options, f"--max-{unit}={end // 10}"])
    if part is None:
        return f"{title}: {problem}"
    if not end // 10 <= part[unit] <= end // 10 + 1 or "fraction" not in part:
        return f"{title}: stopped after {part[unit]} of {end} {unit}, without a guess: {part['limits']}"
    guess = part[unit] / part["fraction"]
    if not end / FACTOR <= guess <= end * FACTOR:
        return f"{title}: after {part[unit]} {unit} the guess is {guess:.0f}, in the end there are {end}"
    return None


def main():
    gocheck = os.path.abspath(sys.argv[1])
    jobs = [("check", "executions", ["--no-merge"], *program) for program in REDUCED]
    jobs += [("search", "states", ["--explorer=merging"], *program) for program in MERGING]
    problems = [p for p in in_parallel(lambda job: judge(gocheck, *job), jobs) if p]
    return close("estimates", len(jobs) - len(problems), problems)


if __name__ == "__main__":
    sys.exit(main())
