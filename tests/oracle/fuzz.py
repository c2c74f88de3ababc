#!/usr/bin/env python3
"""The oracle on real programs: random Gol programs, the reduced search against the exhaustive one.

Both must give the same findings (kind and positions), the same outputs and the same number of end
states. A disagreement prints the program, shrunken by dropping statements, and its seed.
usage: fuzz.py GOCHECK [COUNT [FIRST_SEED]]
"""
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import check, close, in_parallel


class Generator:
    """2-3 goroutines of a few operations each over channels, locks, wait groups, atomics, variables."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.channels = [self.random.choice([0, 0, 1, 2]) for _ in range(self.random.randint(1, 2))]
        self.goroutines = [[self.statement() for _ in range(self.random.randint(1, 3))]
                           for _ in range(self.random.randint(2, 3))]

    def channel(self):
        return f"c{self.random.randrange(len(self.channels))}"

    def statement(self):
        c, d, n = self.channel(), self.channel(), self.random.randint(1, 9)
        return self.random.choice([
            f"{c} <- {n}",
            f"{c} <- {n}",
            f"print(<-{c})",
            f"print(<-{c})",
            f"v, ok := <-{c}; print(v, ok)",
            f"shut({c})",
            f"select {{ case v := <-{c}: print(v); case {d} <- {n}: print({n}) }}",
            f"select {{ case v := <-{c}: print(v); default: print({-n}) }}",
            f"select {{ case {c} <- {n}: print({n}); default: print({-n}) }}",
            f"mu.Lock(); x += {n}; print(x); mu.Unlock()",
            f"if mu.TryLock() {{ print({n}); mu.Unlock() }}",
            f"rw.RLock(); print(x2); rw.RUnlock()",
            f"rw.Lock(); x2 = {n}; rw.Unlock()",
            f"print(atomic.AddInt32(&a, {n}))",
            "print(atomic.LoadInt32(&a))",
            f"print(atomic.CompareAndSwapInt32(&a, 0, {n}))",
            f"once.Do(func() {{ print({n}) }})",
            f"y = {n}",
            "print(y)",
            f"print(len({c}))",
        ])


def program(channels, goroutines):
    names = [f"c{i}" for i in range(len(channels))]
    lines = ["package main", "", 'import (', '\t"fmt"', '\t"sync"', '\t"sync/atomic"', ")", "", "var ("]
    lines += [f"\t{name} = make(chan int, {capacity})" for name, capacity in zip(names, channels)]
    lines += ["\tmu sync.Mutex", "\trw sync.RWMutex", "\tonce sync.Once", "\ta int32", "\tx, x2, y int", ")", "",
              "func shut(c chan int) {", "\tdefer func() { recover() }()", "\tclose(c)", "}", "",
              "func use(...any) {}", "", "func main() {", "\tuse(&mu, &rw, &once, &a, &x, &x2, &y, fmt.Sprint, atomic.LoadInt32, shut)",
              "\tvar wg sync.WaitGroup", f"\twg.Add({len(goroutines)})",
              f"\tlogs := make([][]any, {len(goroutines)})"]
    for number, statements in enumerate(goroutines):
        lines += ["\tgo func() {", "\t\tdefer wg.Done()", "\t\tdefer func() { recover() }()",
                  f"\t\tprint := func(v ...any) {{ logs[{number}] = append(logs[{number}], v...) }}", "\t\tuse(print)"]
        for statement in statements:
            lines += ["\t\t{", f"\t\t\t{statement}", "\t\t}"]
        lines += ["\t}()"]
    lines += ["\twg.Wait()", "\tfmt.Println(logs, x, x2, y, a)", "}"]
    return "\n".join(lines) + "\n"


LIMITS = ["--outcomes", "--time=ideal", "--keep-going", "--max-executions=300000", "--time-limit=60s"]


def compare(gocheck, text):
    """None if the searches agree or the oracle cannot finish; else what differs."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fuzz.gol")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        results = {}
        for explorer in ("exhaustive", "reduced", "merging"):
            status, result, err = check(gocheck, path, LIMITS + [f"--explorer={explorer}"], timeout=200)
            if result is None:
                return f"{explorer}: no result, status {status}: {err.strip()[:300]}"
            if result["limits"]:
                return None if explorer == "exhaustive" else f"{explorer}: limits {result['limits']}"
            results[explorer] = {
                "findings": sorted({(f["kind"], *sorted({(p["line"], p["column"]) for p in f["positions"]}))
                                    for f in result["findings"]}),
                "outputs": result["outputs"],
                "end_states": result["end_states"],
            }
    for explorer in ("reduced", "merging"):
        for what in ("findings", "outputs"):
            ours, oracle = results[explorer][what], results["exhaustive"][what]
            if ours != oracle:
                return (f"{what}: {explorer} lacks {[o for o in oracle if o not in ours]}, "
                        f"has too many {[o for o in ours if o not in oracle]}")
        ours, oracle = results[explorer]["end_states"], results["exhaustive"]["end_states"]
        if ours != oracle:
            return f"{explorer}: {ours} end states instead of {oracle}"
    return None


def shrink(gocheck, channels, goroutines):
    smaller = True
    while smaller:
        smaller = False
        for g in range(len(goroutines)):
            for s in range(len(goroutines[g])):
                less = [list(statements) for statements in goroutines]
                del less[g][s]
                if compare(gocheck, program(channels, less)):
                    goroutines, smaller = less, True
                    break
            if smaller:
                break
    return program(channels, goroutines)


def judge(gocheck, seed):
    generator = Generator(seed)
    problem = compare(gocheck, program(generator.channels, generator.goroutines))
    if problem is None:
        return None
    text = shrink(gocheck, generator.channels, generator.goroutines)
    return f"seed {seed}: {compare(gocheck, text)}\n{text}"


def main():
    gocheck = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    verdicts = in_parallel(lambda seed: judge(gocheck, seed), range(first, first + count))
    return close("fuzz", sum(v is None for v in verdicts), [v for v in verdicts if v])


if __name__ == "__main__":
    sys.exit(main())
