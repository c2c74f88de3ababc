#!/usr/bin/env python3
"""The parallel runtime against the checker: whatever a real run of a random program does must be among
what the checker enumerates for it.

The checker explores a scenario once; `gocheck run` repeats it many times on 1, 2 and 8 workers, with
random delays between the statements. Each line printed must be an output of some execution; a deadlock,
a panic or a fatal error needs a finding of its kind. A disagreement prints the program and its seed, and
what the exhaustive search says to it.
usage: outcomes.py GOCHECK [COUNT [FIRST_SEED [REPETITIONS]]]
"""
import os
import random
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import check, close, in_parallel, run

WORKERS = (1, 2, 8)

# What the runtime says when it ends a program: a pattern of standard error, the finding's kind.
ENDINGS = [
    (r"all goroutines are asleep - deadlock!", {"deadlock"}),
    (r"panic: send on closed channel", {"send-on-closed"}),
    (r"panic: close of closed channel", {"close-of-closed"}),
    (r"panic: close of nil channel", {"close-of-nil"}),
    (r"panic: sync: negative WaitGroup counter", {"negative-waitgroup"}),
    (r"fatal error: sync: .*of unlocked", {"unlock-of-unlocked"}),
    (r"panic: ", {"panic"}),
]


# The parts of a program.
HEADER = """package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

var _, _, _ = time.Now, os.Args, runtime.Gosched

func use(...any) {}
"""

DELAY = """
func delay(r *uint32) {
	*r ^= *r << 13
	*r ^= *r >> 17
	*r ^= *r << 5
	switch *r % 4 {
	case 0:
		runtime.Gosched()
	case 1:
		for i := uint32(0); i < *r>>8%256; i++ {
		}
	}
}
"""

VARIABLES = """
func scenario(round uint32) {
	var (
		mu            sync.Mutex
		rw            sync.RWMutex
		once          sync.Once
		wg, group     sync.WaitGroup
		a, clock      int32
		x, x2, x3, y  int
	)
	cond := sync.NewCond(&mu)
	use(&mu, &rw, &once, &group, &a, &clock, &x, &x2, &x3, &y, cond)
"""

MAIN = """
func main() { scenario(0) }
"""

REPEATED = """
func main() {
	first := uint32(len(os.Args[1])) << 20
	for i := range uint32(REPETITIONS) {
		scenario(first + i)
	}
}
"""

WATCHED = """
func main() {
	first := uint32(len(os.Args[1])) << 20
	stuck := 0
	for i := uint32(0); i < REPETITIONS && stuck < 10; i++ {
		ended := make(chan bool, 1)
		go func() {
			scenario(first + i)
			ended <- true
		}()
		select {
		case <-ended:
		case <-time.After(20 * time.Millisecond):
			stuck++
		}
	}
}
"""


class Scenario:
    """2-3 goroutines of a few statements each, most of which find their partner; some have timers, some do
    not recover their panics."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.timers = self.random.random() < 0.15
        self.themes = self.random.sample(["channel", "mutex", "rwmutex", "atomic", "plain"], 2)
        self.ordered = self.random.random() < 0.3  # the order of all that is printed shows
        self.added = 0  # to `group` before the goroutines start
        self.capacities = [self.random.choice([0, 0, 1, 2]) for _ in range(self.random.randint(1, 2))]
        self.goroutines = [[] for _ in range(self.random.randint(2, 3))]
        for _ in range(self.random.randint(3, 6)):
            self.add(self.pair() if self.random.random() < 0.3 else [self.single()])
        if self.random.random() < 0.2:
            self.add([self.odd()])
        self.recovers = [self.random.random() < 0.9 for _ in self.goroutines]

    def add(self, statements):
        """Each to another goroutine, at any place in it."""
        for statement, goroutine in zip(statements, self.random.sample(self.goroutines, len(statements))):
            goroutine.insert(self.random.randint(0, len(goroutine)), statement)

    def channel(self):
        return f"c{self.random.randrange(len(self.capacities))}"

    def number(self):
        return self.random.randint(1, 9)

    def send(self):
        c, d, n = self.channel(), self.channel(), self.number()
        return self.random.choice([
            f"{c} <- {n}",
            f"{c} <- {n}",
            f"select {{ case {c} <- {n}: print({n}); case {d} <- {n}: print({-n}) }}",
            f"wg.Add(1); go func() {{ defer wg.Done(); defer func() {{ recover() }}(); {c} <- {n} }}()",
            f"mu.Lock(); {c} <- {n}; mu.Unlock()",
        ])

    def receive(self):
        c, d = self.channel(), self.channel()
        return self.random.choice([
            f"print(<-{c})",
            f"v, ok := <-{c}; print(v, ok)",
            f"select {{ case v := <-{c}: print(v); case v := <-{d}: print(-v) }}",
            f"rw.RLock(); print(<-{c}); rw.RUnlock()",
        ])

    def pair(self):
        """Two statements of which one may wait for the other."""
        c, n = self.channel(), self.number()
        kind = self.random.random()
        if kind < 0.6:
            return [self.send(), self.receive()]
        if kind < 0.7:
            return [f"close({c})", self.random.choice([f"for v := range {c} {{ print(v) }}", self.receive()])]
        if kind < 0.8:
            self.added += 1
            return ["group.Done()", f"group.Wait(); print({n})"]
        wake = self.random.choice(["Signal", "Broadcast"])
        return [f"mu.Lock(); x += {n}; cond.{wake}(); mu.Unlock()",
                "mu.Lock(); for x == 0 { cond.Wait() }; print(x); mu.Unlock()"]

    def single(self):
        """A statement that does not wait for long."""
        c, d, n = self.channel(), self.channel(), self.number()
        if self.timers and self.random.random() < 0.5:
            return self.random.choice([
                f"time.Sleep({n} * time.Microsecond)",
                f"select {{ case v := <-{c}: print(v); case <-time.After({n} * time.Microsecond): print({-n}) }}",
                f"t := time.AfterFunc({n} * time.Microsecond, func() {{ atomic.AddInt32(&a, {n}) }}); print(t.Stop())",
            ])
        return self.random.choice(self.random.choice([self.singles(theme, c, d, n) for theme in self.themes]))

    def singles(self, theme, c, d, n):
        return {
            "channel": [
                f"select {{ case v, ok := <-{c}: print(v, ok); default: print({-n}) }}",
                f"select {{ case {c} <- {n}: print({n}); default: print({-n}) }}",
                f"select {{ case v := <-{c}: print(v); case {d} <- {n}: print({n}); default: print({-n}) }}",
                f"print(len({c}), cap({d}))",
            ],
            "mutex": [
                f"mu.Lock(); x += {n}; print(x); mu.Unlock()",
                f"mu.Lock(); x = {n} - x; mu.Unlock()",
                f"if mu.TryLock() {{ print({n}, x); mu.Unlock() }} else {{ print({-n}) }}",
            ],
            "rwmutex": [
                "rw.RLock(); print(x2); rw.RUnlock()",
                f"rw.Lock(); x2 = {n}; rw.Unlock()",
                f"if rw.TryLock() {{ x2 += {n}; rw.Unlock() }} else {{ print({-n}) }}",
                f"if rw.TryRLock() {{ print(x2, {n}); rw.RUnlock() }} else {{ print({-n}) }}",
            ],
            "atomic": [
                f"print(atomic.AddInt32(&a, {n}))",
                "print(atomic.LoadInt32(&a))",
                f"print(atomic.SwapInt32(&a, {n}))",
                f"print(atomic.CompareAndSwapInt32(&a, 0, {n}))",
                f"atomic.StoreInt32(&a, {n})",
            ],
            "plain": [f"once.Do(func() {{ print({n}); x3 = {n} }}); print(x3)", f"y = {n}", "print(y)", "y++"],
        }[theme]

    def odd(self):
        """A statement that waits for somebody who may not come, or goes wrong."""
        return self.random.choice([
            self.send(), self.send(), self.receive(), self.receive(),
            "group.Add(1)", "group.Done()", "group.Wait()",
            f"close({self.channel()})", f"close({self.channel()})",
            "rw.RLock(); rw.RLock(); print(x2); rw.RUnlock(); rw.RUnlock()",
            "mu.Unlock()", "rw.RUnlock()", "rw.Unlock()", "runtime.Goexit()", f"panic({self.number()})",
        ])

    def goroutine(self, number, repeated):
        ending = "\t\tdefer func() { recover() }()\n" if self.recovers[number] else ""
        order = ", atomic.AddInt32(&clock, 1)" if self.ordered else ""
        delay = "delay(&r); " if repeated else ""
        body = "".join(f"\t\t{{ {delay}{statement} }}\n" for statement in self.goroutines[number])
        return (f"\tgo func() {{\n\t\tdefer wg.Done()\n{ending}"
                f"\t\tprint := func(v ...any) {{ logs[{number}] = append(logs[{number}], v{order}) }}\n"
                f"\t\tr := round*8 + {number + 1}\n\t\tuse(print, r)\n{body}\t}}()\n")

    def text(self, repetitions=1, watched=False):
        """Repeated scenarios have random delays. A watched one that does not end is given up."""
        repeated = repetitions > 1
        names = [f"c{i}" for i in range(len(self.capacities))]
        channels = zip(names, self.capacities)
        main = MAIN if not repeated else WATCHED if watched else REPEATED
        return (HEADER + (DELAY if repeated else "") + VARIABLES +
                "".join(f"\t{name} := make(chan int, {capacity})\n" for name, capacity in channels) +
                f"\tuse({', '.join(names)})\n\twg.Add({len(self.goroutines)})\n\tgroup.Add({self.added})\n"
                f"\tlogs := make([][]any, {len(self.goroutines)})\n" +
                "".join(self.goroutine(number, repeated) for number in range(len(self.goroutines))) +
                "\twg.Wait()\n\tfmt.Println(logs, x, x2, x3, y, atomic.LoadInt32(&a))\n}\n" +
                main.replace("REPETITIONS", str(repetitions)))

    def time_model(self):
        return "free" if self.timers else "ideal"


LIMITS = ["--outcomes", "--keep-going", "--max-executions=200000", "--time-limit=30s", "--lang=go1.22"]


def enumerate_outcomes(gocheck, folder, scenario, explorer):
    """(outputs, kinds of findings), or a string if the checker does not get to the end."""
    path = os.path.join(folder, "scenario.gol")
    with open(path, "w", encoding="utf-8") as file:
        file.write(scenario.text())
    options = LIMITS + [f"--time={scenario.time_model()}", f"--explorer={explorer}"]
    status, result, err = check(gocheck, path, options, timeout=120)
    if result is None:
        return f"no result, status {status}: {err.strip()[:500]}"
    if result["limits"]:
        return f"limits {result['limits']}"
    return {line.rstrip("\n") for line in result["outputs"]}, {f["kind"] for f in result["findings"]}


def disagreements(observed, enumerated):
    """What was seen in the runs and is not among the outcomes."""
    lines, endings = observed
    outputs, kinds = enumerated
    return [f"output {line!r}" for line in sorted(lines - outputs)] + [
        f"ending {ending!r}" for ending in sorted(endings) if not next(
            (expected & kinds for pattern, expected in ENDINGS if re.search(pattern, ending)), None)]


def observe(gocheck, folder, scenario, repetitions):
    """The lines that runs print and how those end that do not end well."""
    lines, endings = set(), set()
    path = {}
    for watched in (False, True):
        path[watched] = os.path.join(folder, f"repeated{watched}.gol")
        with open(path[watched], "w", encoding="utf-8") as file:
            file.write(scenario.text(repetitions, watched))
    for workers in WORKERS:
        # A run that ends early shows little. After a deadlock others go on in spite of those; after a panic
        # there are more runs, with other delays.
        watched = False
        for attempt in range(4):
            status, out, err = run([gocheck, "run", f"--procs={workers}", path[watched], "x" * attempt], timeout=60)
            lines |= set(out.split("\n")[:-1])
            if status == 0:
                break
            first = next((line for line in err.split("\n") if line.strip()), "")
            endings.add(f"status {status}: {first}" if status == 2 else f"status {status}: {err[:2000]}")
            watched |= "deadlock" in first
    return lines, endings


def judge(gocheck, seed, repetitions):
    scenario = Scenario(seed)
    with tempfile.TemporaryDirectory() as folder:
        enumerated = enumerate_outcomes(gocheck, folder, scenario, "reduced")
        if isinstance(enumerated, str):
            return ("skipped", enumerated) if enumerated.startswith("limits") else ("failed", f"seed {seed}: {enumerated}")
        observed = observe(gocheck, folder, scenario, repetitions)
        wrong = disagreements(observed, enumerated)
        if not wrong:
            return "passed", len(observed[0])
        oracle = enumerate_outcomes(gocheck, folder, scenario, "exhaustive")
        if isinstance(oracle, str):
            opinion = f"the exhaustive search: {oracle}"
        else:
            still = disagreements(observed, oracle)
            opinion = f"not found by the exhaustive search either: {still[:3]}" if still else "the exhaustive search has it"
        return "failed", f"seed {seed}: {wrong[:3]} was run but is not enumerated; {opinion}\n{scenario.text()}"


def main():
    gocheck = os.path.abspath(sys.argv[1])
    count, first, repetitions = (int(sys.argv[i]) if len(sys.argv) > i else default
                                 for i, default in ((2, 40), (3, 0), (4, 100)))
    verdicts = in_parallel(lambda seed: judge(gocheck, seed, repetitions), range(first, first + count))
    skipped = [what for verdict, what in verdicts if verdict == "skipped"]
    passed = [what for verdict, what in verdicts if verdict == "passed"]
    print(f"outcomes: {sum(passed)} distinct outputs seen; {len(skipped)} programs too large for the checker")
    failures = [what for verdict, what in verdicts if verdict == "failed"]
    if len(skipped) > count // 2:
        failures.append("most programs were too large")
    return close("outcomes", len(passed), failures)


if __name__ == "__main__":
    sys.exit(main())
