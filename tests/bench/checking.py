"""Speed of the search: executions and events per second, cost by depth, start-up, memory."""
import json
import os
import sys
import tempfile

from measure import HERE, child, go_build, interleaved, median, megabytes, must, table


def factorial(n):
    return n * factorial(n - 1) if n > 1 else 1


def last_zero(n):
    """1, 2, 5, 12, 28, 64 ...: (n + 3) * 2^(n - 2)."""
    return (n + 3) * 2**n // 4


# Programs of tests/bench/check: sizes for a measurement and to show that they work, and the number of
# executions that an optimal search makes, one per trace (docs/design/search.md, section 5).
CLASSICS = [
    ("readers", 15, 3, lambda n: 2**n),
    ("last_zero", 10, 3, last_zero),
    ("indexer", 14, 5, lambda n: 8 ** max(0, n - 11)),
    ("filesystem", 19, 5, lambda n: 2 ** max(0, n - 13)),
    ("lock_counter", 8, 3, factorial),
    ("lock_forever", 100, 3, lambda n: n),
    ("senders_once", 100, 3, lambda n: n),
    ("senders_all", 8, 3, factorial),
]
DEPTHS = [10, 100, 1000, 10000]


TIMEOUT = 600  # seconds that one search may take
PATIENCE = 20  # those of a merging search, which is not made for every program


def explore(gocheck, name, arguments, explorer="reduced", timeout=TIMEOUT):
    """Checks a program to the end of its search; returns its result and the process. None if it takes too long."""
    command = [gocheck, "--format=json", "--keep-going", "--jobs=1", f"--explorer={explorer}", *(f"--arg={a}" for a in arguments)]
    process = child([*command, os.path.join(HERE, "check", name + ".gol")], timeout)
    if process.status is None and timeout < TIMEOUT:
        return None
    return json.loads(must(process, f"gocheck {name}", (0, 1)).output), process


def row_of(gocheck, name, arguments, rounds):
    """The fastest of some searches, which all give the same counts."""
    runs = [explore(gocheck, name, arguments) for _ in range(rounds)]
    result, process = min(runs, key=lambda r: r[1].cpu)
    if len({(r["executions"], r["blocked"], r["events"]) for r, _ in runs}) != 1:
        raise SystemExit(f"bench: {name}: the counts differ from search to search")
    if result["limits"]:
        raise SystemExit(f"bench: {name}: the search is not complete: {result['limits']}")
    return {"program": name, "executions": result["executions"], "blocked": result["blocked"], "events": result["events"],
            "seconds": result["seconds"], "cpu": process.cpu, "peak": process.peak}


def classics(gocheck, options):
    rows = []
    for name, size, tiny, expected in CLASSICS:
        if options.only and name not in options.only:
            continue
        n = tiny if options.smoke else size
        row = row_of(gocheck, name, [n], 1 if options.smoke else options.rounds)
        merging = explore(gocheck, name, [n], "merging", PATIENCE)
        rows.append(dict(row, size=n, expected=expected(n), merging=merging and merging[0]))
        print(f"  {name}: {row['executions']} executions", file=sys.stderr)
    if rows:
        table("gocheck on the classic programs, --explorer=reduced", ["program", "expected", "executions", "blocked", "events", "seconds",
                                                  "executions/s", "events/s", "peak MB"],
              [[f"{r['program']}({r['size']})", f"{r['expected']:,}", f"{r['executions']:,}", f"{r['blocked']:,}",
                f"{r['events']:,}", f"{r['seconds']:.2f}", f"{r['executions'] / max(r['seconds'], 1e-9):,.0f}",
                f"{r['events'] / max(r['seconds'], 1e-9):,.0f}", megabytes(r['peak'])] for r in rows])
        wrong = [f"{r['program']}({r['size']})" for r in rows if r["executions"] != r["expected"]]
        table("the same, --explorer=merging", ["program", "executions", "events", "seconds", "events/s"],
              [[f"{r['program']}({r['size']})"] + (
                  [f"{m['executions']:,}", f"{m['events']:,}", f"{m['seconds']:.3f}", f"{m['events'] / max(m['seconds'], 1e-9):,.0f}"]
                  if (m := r["merging"]) else ["", "", f"> {PATIENCE}", ""]) for r in rows])
        print(f"\nOther counts of --explorer=reduced than one execution per trace: {', '.join(wrong) or 'none'}")
    return rows


def depths(gocheck, options):
    """CPU time per event, less that of starting up, by the number of events that an execution has."""
    rows = []
    for name, what in (("deep_end", "alternatives at the end"), ("deep_begin", "alternatives at the beginning")):
        if options.only and name not in options.only:
            continue
        group = []
        start = min(explore(gocheck, name, [2, 1])[1].cpu for _ in range(1 if options.smoke else 5))
        for depth in DEPTHS:
            # About a million events each: 2^n executions have their own events at the end, or all of them.
            n = 3 if options.smoke else 15 if name == "deep_end" else 20 - depth.bit_length()
            row = row_of(gocheck, name, [depth, n], 1 if options.smoke else options.rounds)
            group.append(dict(row, depth=depth, per_event=max(row["cpu"] - start, 1e-9) / row["events"]))
        table(f"Cost of an event by depth: {what}", ["depth", "executions", "events", "ns/event", "to depth 10", "peak MB"],
              [[f"{r['depth']:,}", f"{r['executions']:,}", f"{r['events']:,}", f"{r['per_event'] * 1e9:.0f}",
                f"{r['per_event'] / group[0]['per_event']:.2f}", megabytes(r['peak'])] for r in group])
        rows += group
    return rows


def start_up(gocheck, options):
    if options.only and "empty" not in options.only:
        return []
    empty = os.path.join(HERE, "check", "empty.gol")
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "empty")
        go_build(empty, binary)
        titles = ["gocheck empty.gol", "gocheck run empty.gol", "empty.gol compiled by Go", "/bin/true"]
        results = interleaved([[gocheck, empty], [gocheck, "run", empty], [binary], ["/bin/true"]],
                              2 if options.smoke else 25)
    base = median(results[-1], "wall")
    rows = [{"command": title, "ms": median(r, "wall") * 1e3, "ratio": median(r, "wall") / base, "peak": median(r, "peak")}
            for title, r in zip(titles, results)]
    for title, result in zip(titles, results):
        for one in result:
            must(one, title)
    table("Start-up on an empty main", ["command", "ms", "to /bin/true", "peak MB"],
          [[r["command"], f"{r['ms']:.1f}", f"{r['ratio']:.1f}", megabytes(r['peak'])] for r in rows])
    return rows


def main(gocheck, options):
    return {"classics": classics(gocheck, options), "depths": depths(gocheck, options), "start_up": start_up(gocheck, options)}
