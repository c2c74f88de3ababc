"""Speed of the whole search: gocheck as users call it against SPIN, on the same programs.

Programs of tests/bench/search: NAME.gol, and NAME.pml with the same steps. A visible operation of Gol with what follows it
up to the next one is one atomic step of Promela; where an expert would tell SPIN more (xr, xs), the model does.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from measure import HERE, child, interleaved, megabytes, must, table

TIMEOUT = 60  # seconds that either side may take
LONG = 10  # what takes so many seconds is measured once
SPIN_MEMORY = 4000  # megabytes
# In pan: only safety properties are checked, as gocheck does, and state vectors of some thousand bytes are possible.
PAN = ["-DSAFETY", f"-DMEMLIM={SPIN_MEMORY}", "-DVECTORSZ=8192", "-w"]
DEPTH = 100_000  # of SPIN's stack, in steps


class Row:
    """A program and its sizes: for a measurement, and to show that it works. `deadlocks`: it does, and what counts is the
    time to the first counterexample."""

    def __init__(self, program, parameters, size, tiny, deadlocks=False):
        self.program, self.parameters, self.deadlocks = program, parameters, deadlocks
        self.size, self.tiny = size, tiny

    def title(self, size):
        return f"{self.program}({', '.join(map(str, size))})"


PRODUCERS = ("PRODUCERS", "CONSUMERS", "ITEMS", "CAPACITY")
ROWS = [
    Row("philosophers", ("N", "ORDERED"), (10, 0), (3, 0), deadlocks=True),
    Row("philosophers", ("N", "ORDERED"), (10, 1), (3, 1)),
    Row("producers", PRODUCERS, (3, 3, 10, 4), (2, 2, 2, 1)),
    Row("producers", PRODUCERS, (4, 4, 8, 2), (2, 2, 3, 1)),
    Row("closing", PRODUCERS, (3, 3, 8, 4), (2, 2, 2, 1)),
    Row("sieve", ("N",), (80,), (10,)),
    Row("ring", ("N",), (50,), (4,)),
    Row("counter", ("N",), (12,), (3,)),
    Row("pool", ("WORKERS", "TASKS"), (4, 8), (2, 3)),
]


def build_pan(row, size, folder):
    """SPIN's verifier for one row; what it takes to make it is not measured."""
    os.makedirs(folder)
    model = os.path.join(HERE, "search", row.program + ".pml")
    defines = [f"-D{name}={value}" for name, value in zip(row.parameters, size)]
    for command in (["spin", "-a", *defines, model], ["gcc", "-O2", *PAN, "-o", "pan", "pan.c"]):
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
        if made.returncode != 0:
            raise SystemExit(f"bench: {' '.join(command)}: {made.stdout}{made.stderr}")


def numbers_of_pan(row, process):
    """States and verdict of a run of pan; None if a limit ended it."""
    if process.status is None or "reached -DMEMLIM bound" in process.output or "out of memory" in process.output:
        return None
    found = {name: re.search(pattern, process.output) for name, pattern in
             (("errors", r"errors: (\d+)"), ("states", r"(\d+) states, stored"))}
    if None in found.values() or "max search depth too small" in process.output:
        raise SystemExit(f"bench: {row.program}: pan says\n{process.output}{process.errors}")
    numbers = {name: int(match[1]) for name, match in found.items()}
    if (numbers["errors"] > 0) != row.deadlocks:
        raise SystemExit(f"bench: {row.program}: SPIN finds {numbers['errors']} errors\n{process.output}")
    return numbers


def numbers_of_gocheck(row, process):
    result = json.loads(must(process, f"gocheck {row.program}", (0, 1, 3)).output)
    if result["limits"] not in ([], ["time-limit"]):
        raise SystemExit(f"bench: {row.program}: the search is not complete: {result['limits']}")
    kinds = {finding["kind"] for finding in result["findings"]}
    if kinds and not row.deadlocks or row.deadlocks and not kinds & {"deadlock", "goroutine-leak"}:
        raise SystemExit(f"bench: {row.program}: gocheck finds {sorted(kinds)}")
    return result


def first_finding(command):
    """Seconds until gocheck prints its first finding."""
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        line = process.stdout.readline()
        seconds = time.perf_counter() - begin
        process.kill()
    if not re.search(rb"goroutine-leak|deadlock", line):
        raise SystemExit(f"bench: {command}: {line!r} is no finding")
    return seconds


def measure(gocheck, row, size, rounds, folder):
    """The fastest of some runs of both sides, which take turns."""
    build_pan(row, size, folder)
    pan = ["/bin/sh", "-c", f"cd {folder} && exec ./pan -m{DEPTH}"]  # it writes files where it runs
    source = os.path.join(HERE, "search", row.program + ".gol")
    ours = [gocheck, f"--time-limit={TIMEOUT}", "--keep-going", source, *(f"--arg={value}" for value in size)]
    both = [[gocheck, "--format=json", *ours[1:]], pan]
    runs = interleaved(both, 1, TIMEOUT + 5)
    if max(side[0].wall for side in runs) < LONG:
        runs = [side + more for side, more in zip(runs, interleaved(both, rounds - 1, TIMEOUT + 5))]
    process, peer = (min(side, key=lambda c: c.wall) for side in runs)
    result, spin = numbers_of_gocheck(row, process), numbers_of_pan(row, peer)
    seconds = first_finding(ours) if row.deadlocks else process.wall
    done = row.deadlocks or not result["limits"]
    return {"program": row.title(size), "executions": result["executions"], "states": result["states"], "events": result["events"],
            "events_per_second": result["events"] / max(result["seconds"], 1e-9), "done": done, "seconds": seconds,
            "peak": process.peak, "spin_done": spin is not None and peer.wall <= TIMEOUT,
            "spin_states": spin and spin["states"], "spin_seconds": peer.wall, "spin_peak": peer.peak}


def cells(r):
    ours = f"{r['seconds']:.2f}" if r["done"] else f"> {TIMEOUT}"
    theirs = f"{r['spin_seconds']:.2f}" if r["spin_done"] else f"> {min(r['spin_seconds'], TIMEOUT):.0f}"
    ratio = "" if not r["done"] else f"{'' if r['spin_done'] else '< '}{r['seconds'] / r['spin_seconds']:.3f}"
    states = f"{r['spin_states']:,}" if r["spin_states"] is not None else ""
    return [r["program"], f"{r['executions']:,}", f"{r['states']:,}", states, f"{r['events_per_second']:,.0f}",
            megabytes(r["peak"]), megabytes(r["spin_peak"]), ours, theirs, ratio]


def main(gocheck, options):
    if shutil.which("spin") is None:
        print("\n*** bench search SKIPPED: there is no spin here (./dev setup installs it) ***")
        return {"skipped": "no spin"}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for i, row in enumerate(ROWS):
            if options.only and row.program not in options.only:
                continue
            size = row.tiny if options.smoke else row.size
            rows.append(measure(gocheck, row, size, 1 if options.smoke else options.rounds, os.path.join(folder, str(i))))
            print(f"  {rows[-1]['program']}: {rows[-1]['seconds']:.2f} s", file=sys.stderr)
    if rows:
        table("gocheck against SPIN: to the verdict (deadlocking philosophers: to the first counterexample)",
              ["program", "executions", "states", "SPIN's", "events/s", "peak MB", "SPIN's", "seconds", "SPIN's", "ratio"],
              [cells(r) for r in rows])
        slower = [r["program"] for r in rows if r["spin_done"] and (not r["done"] or r["seconds"] > r["spin_seconds"])]
        if not options.smoke:
            print(f"\nSlower than SPIN: {', '.join(slower) or 'none'}")
    return rows
