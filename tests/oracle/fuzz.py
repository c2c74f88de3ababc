#!/usr/bin/env python3
"""The oracle on real programs: random Gol programs, the other searches against the exhaustive one.

All must give the same findings (kind and positions), the same outputs and the same number of end
states. A disagreement prints the program, shrunken by dropping statements, and its seed.
usage: fuzz.py GOCHECK [COUNT [FIRST_SEED]]
"""
import os
import random
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import check, close, in_parallel


# Families of statements. A program mixes a few of them, so that its statements meet. {c} {d} {e}: channels, {n}: a number.
FAMILIES = {
    "channel": ["{c} <- {n}", "{c} <- {n}", "print(<-{c})", "print(<-{c})", "v, ok := <-{c}; print(v, ok)",
                "print(len({c}))"],
    "close": ["shut({c})", "{c} <- {n}", "v, ok := <-{c}; print(v, ok)", "for v := range {c} {{ print(v) }}"],
    "select": ["select {{ case v := <-{c}: print(v); case {d} <- {n}: print({n}) }}",
               "select {{ case v := <-{c}: print(v); default: print(-{n}) }}",
               "select {{ case {c} <- {n}: print({n}); default: print(-{n}) }}",
               "select {{ case v := <-{c}: print(v); case {d} <- {n}: print({n}); case v, ok := <-{e}: print(v, ok) }}",
               "select {{ case v := <-{c}: print(v); case never <- {n}: print({n}); case <-never: print(0) }}",
               "{c} <- {n}", "print(<-{c})"],
    "mutex": ["mu.Lock(); x += {n}; print(x); mu.Unlock()", "if mu.TryLock() {{ print({n}); mu.Unlock() }}",
              "mu.Lock(); if mu2.TryLock() {{ print({n}); mu2.Unlock() }}; mu.Unlock()"],
    "nested": ["mu.Lock(); mu2.Lock(); x = {n}; mu2.Unlock(); mu.Unlock()",
               "mu2.Lock(); mu.Lock(); print(x); mu.Unlock(); mu2.Unlock()", "mu2.Lock(); mu2.Unlock()"],
    "misuse": ["mu.Unlock()", "mu.Lock()", "rw.RUnlock()", "rw.Unlock()", "mu.Lock(); mu.Unlock()"],
    "rwmutex": ["rw.RLock(); print(x2); rw.RUnlock()", "rw.Lock(); x2 = {n}; rw.Unlock()",
                "if rw.TryLock() {{ x2 = {n}; rw.Unlock() }}", "if rw.TryRLock() {{ print(x2); rw.RUnlock() }}"],
    "waitgroup": ["wg2.Add(1)", "wg2.Add(2)", "wg2.Done()", "wg2.Done()", "wg2.Wait(); print({n})"],
    "cond": ["mu.Lock(); for x3 < {n} % 3 {{ cond.Wait() }}; print(x3); mu.Unlock()",
             "mu.Lock(); cond.Wait(); mu.Unlock()", "mu.Lock(); x3++; cond.Signal(); mu.Unlock()",
             "mu.Lock(); x3++; mu.Unlock(); cond.Broadcast()", "cond.Signal()"],
    "atomic": ["print(atomic.AddInt32(&a, {n}))", "print(atomic.LoadInt32(&a))", "atomic.StoreInt32(&a, {n})",
               "print(atomic.CompareAndSwapInt32(&a, 0, {n}))", "print(atomic.SwapInt32(&a, {n}))"],
    "once": ["once.Do(func() {{ print({n}) }})", "once.Do(func() {{ x = {n} }}); print(x)",
             "once.Do(func() {{ {c} <- {n} }})", "print(<-{c})"],
    "variable": ["y = {n}", "print(y)", "table = map[int]int{{}}", "table[{n}] = 1", "pointer = &y", "*pointer = {n}",
                 "index = {n} % 4", "print(array[index])", "y += {n}"],
    "spawn": ["go func() {{ {c} <- {n} }}()", "go func() {{ y2.Store({n}) }}(); print(y2.Load())",
              "go func() {{ <-{c} }}(); {c} <- {n}", "print(<-{c})"],
    "exit": ["runtime.Goexit()", "panic({n})", "func() {{ defer func() {{ print(recover()) }}(); panic({n}) }}()",
             "print(runtime.NumGoroutine())", "{c} <- {n}", "print(<-{c})"],
    "time": ["select {{ case v := <-{c}: print(v); case <-time.After({n} % 2): print(-{n}) }}", "time.Sleep({n} % 3)",
             "print(timer.Stop())", "<-timer.C; print({n})", "print(timer.Reset(1))",
             "t := time.NewTicker(1); <-t.C; t.Stop()", "{c} <- {n}",
             "time.AfterFunc(1, func() {{ y2.Store({n}) }}); print(y2.Load())"],
    "clock": ["print(time.Since(begin) > {n} % 3)", "time.Sleep({n} % 3)", "print((<-timer.C).Sub(begin) > 1)"],
}


class Generator:
    """2-3 goroutines of a few operations each."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.channels = [self.random.choice([0, 0, 1, 2]) for _ in range(self.random.randint(1, 2))]
        families = self.random.sample(sorted(FAMILIES), self.random.randint(1, 3))
        self.statements = [statement for family in families for statement in FAMILIES[family]]
        self.goroutines = [[self.statement() for _ in range(self.random.randint(1, 3))]
                           for _ in range(self.random.randint(2, 3))]

    def channel(self):
        return f"c{self.random.randrange(len(self.channels))}"

    def statement(self):
        return self.random.choice(self.statements).format(
            c=self.channel(), d=self.channel(), e=self.channel(), n=self.random.randint(1, 9))


HEADER = """package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

var (
	never    chan int
	mu, mu2  sync.Mutex
	rw       sync.RWMutex
	wg2      sync.WaitGroup
	once     sync.Once
	cond     = sync.NewCond(&mu)
	a        int32
	y2       atomic.Int32
	x, x2, y int
	x3       int
	index    int
	array    [3]int
	table    map[int]int
	pointer  *int
"""

HELPERS = """)

func shut(c chan int) {
	defer func() { recover() }()
	close(c)
}

func use(...any) {}

"""


def program(channels, goroutines):
    text = "\n".join(statement for statements in goroutines for statement in statements)
    lines = [f"\tc{i} = make(chan int, {capacity})" for i, capacity in enumerate(channels)]
    if "begin" in text:
        lines += ["\tbegin = time.Now()"]
    if "timer" in text:
        lines += ["\ttimer = time.NewTimer(1)"]
    lines += [HELPERS + "func main() {", "\tuse(fmt.Sprint, runtime.Gosched, atomic.LoadInt32, time.Sleep, shut, never)",
              "\tvar wg sync.WaitGroup", f"\twg.Add({len(goroutines)})",
              f"\tlogs := make([][]any, {len(goroutines)})"]
    for number, statements in enumerate(goroutines):
        lines += ["\tgo func() {", "\t\tdefer wg.Done()", "\t\tdefer func() { recover() }()",
                  f"\t\tprint := func(v ...any) {{ logs[{number}] = append(logs[{number}], v...) }}", "\t\tuse(print)"]
        for statement in statements:
            lines += ["\t\t{", f"\t\t\t{statement}", "\t\t}"]
        lines += ["\t}()"]
    lines += ["\twg.Wait()", "\tfmt.Println(logs, x, x2, x3, y, a)", "}"]
    return HEADER + "\n".join(lines) + "\n"


# The first is the oracle.
EXPLORERS = {"exhaustive": ["--explorer=exhaustive"], "reduced": ["--explorer=reduced"], "merging": ["--explorer=merging"],
             "merging without symmetry": ["--explorer=merging", "--no-symmetry"]}
LIMITS = ["--outcomes", "--keep-going", "--max-executions=100000", "--max-steps=2000"]


def compare(gocheck, text):
    """None if the searches agree or the oracle cannot finish; else what differs."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fuzz.gol")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        results = {}
        time = "--time=both" if "time." in text.split("shut, never)")[1] or "timer" in text else "--time=ideal"
        for explorer, options in EXPLORERS.items():
            seconds = 20 if explorer == "exhaustive" else 120
            status, result, err = check(gocheck, path, LIMITS + [time, f"--time-limit={seconds}s", *options], timeout=200)
            if result is None:
                return f"{explorer}: no result, status {status}: {err.strip()[:300]}"
            if result["limits"]:
                return None if explorer == "exhaustive" else f"{explorer}: limits {result['limits']}"
            if explorer == "reduced" and result["blocked"]:
                return f"reduced: {result['blocked']} blocked executions"
            results[explorer] = {
                "findings": sorted({(f["kind"], *sorted({p["line"] for p in f["positions"]})) for f in result["findings"]}),
                "outputs": result["outputs"],
                "end_states": result["end_states"],
            }
    for explorer in list(EXPLORERS)[1:]:
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
