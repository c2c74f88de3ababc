"""Speed of `gocheck run`, as ratios to the same programs compiled by Go and measured in the same run."""
import os
import sys
import tempfile

from measure import HERE, go_build, interleaved, median, megabytes, must, table

# Programs of tests/bench/run, with the size that only shows that they work.
GOROUTINES = {"ping_pong": 100, "producer_consumer": 100, "fan_in": 2, "prime_sieve": 10, "mutex": 100,
              "spawn_join": 2, "select_eight": 10}
INTERPRETER = {"integer_loop": 100, "float_loop": 10, "sorting": 1000, "sort_slice": 1000, "map_updates": 1000,
               "string_building": 100, "queens": 5, "binary_trees": 1, "matrix": 5}
FLOOR = 30  # the interpreter is to be at most this many times slower than compiled Go


def measure(gocheck, name, arguments, rounds):
    """One program on both sides."""
    source = os.path.join(HERE, "run", name + ".gol")
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, name)
        go_build(source, binary)
        ours, theirs = interleaved([[gocheck, "run", source, *arguments], [binary, *arguments]], rounds)
    for one in ours:
        must(one, f"gocheck run {name}")
        if one.output != theirs[0].output:
            raise SystemExit(f"bench: {name}: gocheck prints {one.output!r}, Go {theirs[0].output!r}")
    seconds, peer = median(ours, "wall"), median(theirs, "wall")
    cpu, peer_cpu = median(ours, "cpu"), median(theirs, "cpu")
    return {"program": name, "gocheck": seconds, "go": peer, "ratio": seconds / peer, "gocheck_cpu": cpu, "go_cpu": peer_cpu,
            "cpu_ratio": cpu / max(peer_cpu, 1e-6), "gocheck_peak": median(ours, "peak"), "go_peak": median(theirs, "peak")}


def main(gocheck, options):
    results = []
    for title, programs in (("goroutines and channels", GOROUTINES), ("interpreter", INTERPRETER)):
        group = []
        for name, tiny in programs.items():
            if options.only and name not in options.only:
                continue
            group.append(measure(gocheck, name, [str(tiny)] if options.smoke else [], 1 if options.smoke else options.rounds))
            print(f"  {name}: {group[-1]['ratio']:.1f}", file=sys.stderr)
        if not group:
            continue
        table(f"gocheck run against compiled Go: {title}", ["program", "gocheck s", "Go s", "ratio", "ratio of CPU", "peak MB", "Go's"],
              [[r["program"], f"{r['gocheck']:.2f}", f"{r['go']:.2f}", f"{r['ratio']:.1f}", f"{r['cpu_ratio']:.1f}",
                megabytes(r["gocheck_peak"]), megabytes(r["go_peak"])] for r in group])
        results += [dict(r, group=title) for r in group]
    above = [r["program"] for r in results if r["group"] == "interpreter" and r["ratio"] > FLOOR]
    if not options.smoke:
        print(f"\nInterpreter above {FLOOR} times: {', '.join(above) or 'none'}")
    return results
