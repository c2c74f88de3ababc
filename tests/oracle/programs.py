"""Random small Gol programs: a few goroutines of a few statements that meet on channels, locks, atomics and variables.

A program is made of data that can be shrunken (smaller()), and the same seed always gives the same program.
"""
import math
import random
import re

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
    "joined": ["wg.Add(1); go func() {{ defer wg.Done(); y = {n} }}()", "wg.Add(1); go func() {{ y++; wg.Done() }}()", "wg.Add(1)",
               "wg.Add(1); go func() {{ defer wg.Done() }}()", "wg.Done()", "wg.Wait(); y++", "wg.Add(1); wg.Done(); print({n})"],
    "waitgroup": ["wg2.Add(1)", "wg2.Add(2)", "wg2.Add(-2)", "wg2.Done()", "wg2.Done()", "wg2.Wait(); print({n})"],
    "cond": ["mu.Lock(); for x3 < {n} % 3 {{ cond.Wait() }}; print(x3); mu.Unlock()",
             "mu.Lock(); cond.Wait(); mu.Unlock()", "mu.Lock(); x3++; cond.Signal(); mu.Unlock()",
             "mu.Lock(); x3++; mu.Unlock(); cond.Broadcast()", "cond.Signal()"],
    "atomic": ["print(atomic.AddInt32(&a, {n}))", "print(atomic.LoadInt32(&a))", "atomic.StoreInt32(&a, {n})",
               "print(atomic.CompareAndSwapInt32(&a, 0, {n}))", "print(atomic.SwapInt32(&a, {n}))"],
    "once": ["once.Do(func() {{ print({n}) }})", "once.Do(func() {{ x = {n} }}); print(x)",
             "once.Do(func() {{ {c} <- {n} }})", "print(<-{c})"],
    "variable": ["y = {n}", "print(y)", "table = map[int]int{{}}", "table[{n}] = 1", "pointer = &y", "*pointer = {n}",
                 "index = {n} % 4", "print(array[index])", "y += {n}"],
    "spawn": ["go func() {{ {c} <- {n} }}()", "go func() {{ atomic.StoreInt32(&a, {n}) }}(); print(atomic.LoadInt32(&a))",
              "go func() {{ <-{c} }}(); {c} <- {n}", "print(<-{c})"],
    "exit": ["runtime.Goexit()", "panic({n})", "func() {{ defer func() {{ print(recover()) }}(); panic({n}) }}()",
             "print(runtime.NumGoroutine())", "{c} <- {n}", "print(<-{c})"],
    "objects": ["p := new(int); *p = {n}; pointers <- p", "print(*<-pointers)", "p := <-pointers; *p = {n}; pointers <- p",
                "p := new(int); pointers <- p; *p = {n}"],
    "requests": ["r := make(chan int); requests <- r; print(<-r)", "r := <-requests; r <- {n}",
                 "r := make(chan int, 1); requests <- r; select {{ case v := <-r: print(v); case v := <-{c}: print(v) }}",
                 "r := <-requests; select {{ case r <- {n}: default: print({n}) }}", "for r := range requests {{ close(r) }}"],
    "list": ["mu.Lock(); list = &node{{list, {n}}}; mu.Unlock()",
             "mu.Lock(); if list != nil {{ print(list.value); list = list.next }}; mu.Unlock()",
             "mu.Lock(); if list == nil {{ list = &node{{nil, {n}}} }} else {{ list.value++ }}; mu.Unlock()"],
    # Plain accesses that some schedules order and others do not.
    "guarded": ["if mu.TryLock() {{ y = {n}; mu.Unlock() }} else {{ print(y) }}", "y = {n}; mu.Lock(); mu.Unlock()",
                "if mu.TryLock() {{ mu.Unlock() }} else {{ y = {n} }}", "mu.Lock(); mu.Unlock(); print(y)",
                "mu.Lock(); print(y); mu.Unlock()", "mu.Lock(); y = {n}; mu.Unlock()",
                "if rw.TryRLock() {{ print(y); rw.RUnlock() }}", "rw.Lock(); rw.Unlock(); y = {n}"],
    "passed": ["y = {n}; {c} <- {n}", "<-{c}; print(y)", "<-{c}; y = {n}", "{c} <- {n}; print(y)",
               "select {{ case {c} <- {n}: print(y); case {c} <- -{n}: default: }}", "y = {n}; shut({c})",
               "select {{ case <-{c}: print(y); default: }}", "for range {c} {{ print(y) }}"],
    "published": ["y = {n}; atomic.StoreInt32(&a, 1)", "if atomic.LoadInt32(&a) > 0 {{ print(y) }}",
                  "if atomic.CompareAndSwapInt32(&a, 0, 1) {{ y = {n} }}", "y = {n}; wg2.Done()", "wg2.Add(1)",
                  "wg2.Wait(); print(y)", "once.Do(func() {{ y = {n} }})", "once.Do(func() {{ print({n}) }}); print(y)"],
    "inherited": ["go func() {{ y = {n} }}()", "y = {n}; go func() {{ {c} <- {n} }}()", "<-{c}; y = {n}",
                  "mu.Lock(); go func() {{ mu.Lock(); y = {n}; mu.Unlock() }}(); mu.Unlock()", "mu.Lock(); print(y); mu.Unlock()"],
    "bytes": ["mu.Lock(); small[{n} % 3] = {n}; mu.Unlock()", "print(small[{n} % 3])", "small = [3]byte{{}}",
              "copied := small; print(copied)", "<-{c}; small[{n} % 2] = {n}", "small[{n} % 3]++; {c} <- {n}"],
    "time": ["select {{ case v := <-{c}: print(v); case <-time.After({n} % 2): print(-{n}) }}", "time.Sleep({n} % 3)",
             "print(timer.Stop())", "<-timer.C; print({n})", "print(timer.Reset(1))",
             "t := time.NewTicker(1); <-t.C; t.Stop()", "{c} <- {n}",
             "time.AfterFunc(1, func() {{ atomic.StoreInt32(&a, {n}) }}); print(atomic.LoadInt32(&a))"],
    "clock": ["print(time.Since(begin) > {n} % 3)", "time.Sleep({n} % 3)", "print((<-timer.C).Sub(begin) > 1)"],
}

# What the statements use: a word in them, its declaration.
DECLARATIONS = [
    ("c0", "c0 = make(chan int, {0})"), ("c1", "c1 = make(chan int, {1})"), ("never", "never chan int"),
    ("mu", "mu sync.Mutex"), ("mu2", "mu2 sync.Mutex"), ("rw", "rw sync.RWMutex"), ("wg2", "wg2 sync.WaitGroup"),
    ("once", "once sync.Once"), ("cond", "cond = sync.NewCond(&mu)"), ("&a", "a int32"), ("x", "x int"), ("x2", "x2 int"),
    ("x3", "x3 int"), ("y", "y int"), ("index", "index int"), ("array", "array [3]int"), ("small", "small [3]byte"), ("table", "table map[int]int"),
    ("pointer", "pointer *int"), ("pointers", "pointers = make(chan *int, {0})"),
    ("requests", "requests = make(chan chan int, {0})"), ("list", "list *node"), ("timer", "timer = time.NewTimer(1)"),
    ("begin", "begin = time.Now()"),
]

# What takes a step of its own, more or less. Timers let others take steps in between.
OPERATION = re.compile(r"<-|close\(|shut\(|len\(|ock\(|Wait\(|Add|Done\(|Do\(|Store|Load|Swap|Signal|Broadcast|go func|range [cr]|"
                       r"Goexit|panic|Num|time\.|timer\.|Ticker|y =|y\)|table|\*?pointer =|index|array|small")
MOST_INTERLEAVINGS = 5_000


def operations(statement):
    return len(OPERATION.findall(statement)) + statement.count("time") + 2 * statement.count("Ticker")


def interleavings(lengths):
    """How many ways there are to interleave so many steps each."""
    return math.factorial(sum(lengths)) // math.prod(math.factorial(length) for length in lengths)


class Program:
    """Channels by capacity; goroutines, each with its statements and how many of them there are; how main ends."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.capacities = [self.random.choice([0, 0, 1, 2]) for _ in range(2)]
        self.channels = self.random.randint(1, 2)
        families = self.random.sample(sorted(FAMILIES), self.random.randint(1, 3))
        self.choice = [statement for family in families for statement in FAMILIES[family]]
        self.goroutines = [[self.statement() for _ in range(self.random.randint(1, 3))]
                           for _ in range(self.random.randint(2, 3))]
        self.copies = [1] * len(self.goroutines)
        if self.random.random() < 0.3:  # goroutines that are interchangeable
            self.goroutines = [statements[:2] for statements in self.goroutines[:2]]
            self.copies = self.random.choice([[2], [2, 1], [3, 1], [2, 2]])[:len(self.goroutines)]
            self.goroutines = self.goroutines[:len(self.copies)]
        while self.size() > MOST_INTERLEAVINGS:
            max(self.goroutines, key=lambda statements: sum(map(operations, statements))).pop()
        self.recovers = self.random.random() < 0.8
        self.join = self.random.choice(["wait", "each", "each", "receive", "return"])
        if self.join == "each" and self.random.random() < 0.15:
            self.join = "late"
        self.prints = self.random.random() < 0.1

    def size(self):
        """About how many interleavings there are."""
        return interleavings([1 + sum(map(operations, statements)) for statements, copies in zip(self.goroutines, self.copies)
                              for _ in range(copies)])

    def channel(self):
        return f"c{self.random.randrange(self.channels)}"

    def statement(self):
        return self.random.choice(self.choice).format(
            c=self.channel(), d=self.channel(), e=self.channel(), n=self.random.randint(1, 9))

    def smaller(self):
        """Programs with one thing less each, to be tried when this one shows a problem."""
        for g in range(len(self.goroutines)):
            if self.copies[g] > 1:
                yield self.changed(lambda p: p.copies.__setitem__(g, p.copies[g] - 1))
            elif len(self.goroutines) > 1:
                yield self.changed(lambda p: (p.goroutines.pop(g), p.copies.pop(g)))
            for s in range(len(self.goroutines[g])):
                yield self.changed(lambda p: p.goroutines[g].pop(s))
        if self.recovers:
            yield self.changed(lambda p: setattr(p, "recovers", False))
        if self.join != "return":
            yield self.changed(lambda p: setattr(p, "join", "return"))
        if self.prints:
            yield self.changed(lambda p: setattr(p, "prints", False))

    def changed(self, change):
        other = object.__new__(Program)
        other.__dict__.update(self.__dict__, goroutines=[list(g) for g in self.goroutines], copies=list(self.copies))
        change(other)
        return other

    def text(self):
        body = "".join(self.goroutine(number) for number in range(len(self.goroutines)))
        total = sum(self.copies)
        begin, end = {"wait": (f"\twg.Add({total})\n", "\twg.Wait()\n"),
                      "each": ("", "\twg.Wait()\n"), "late": ("", "\twg.Wait()\n"), "receive": ("", f"\tfor range {total} {{\n\t\t<-done\n\t}}\n"),
                      "return": ("", "")}[self.join]
        main = "func main() {\n" + begin + body + end + ("\tfmt.Println(logs)\n" if self.prints else "") + "}\n"
        variables = [text.format(*self.capacities) for word, text in DECLARATIONS if self.mentions(main, word)]
        if "cond" in main and "mu sync.Mutex" not in variables:
            variables.insert(0, "mu sync.Mutex")
        if self.mentions(main, "wg"):
            variables.append("wg sync.WaitGroup")
        if self.join == "receive":
            variables.append("done = make(chan bool)")
        variables.append(f"logs [{len(self.goroutines)}][]any")
        declared = "".join(f"\t{variable}\n" for variable in variables)
        helpers = ""
        if "shut(" in main:
            helpers += "func shut(c chan int) {\n\tdefer func() { recover() }()\n\tclose(c)\n}\n\n"
        for number, copies in enumerate(self.copies):
            # Like goroutines cannot write a log each: they would not be alike.
            log = "{ logs[%d] = append(logs[%d], v...) }" % (number, number) if copies == 1 else "{}"
            if f"print{number}(" in main:
                helpers += f"func print{number}(v ...any) {log}\n\n"
        if "node" in main or "*node" in declared:
            helpers += "type node struct {\n\tnext  *node\n\tvalue int\n}\n\n"
        imports = "".join(f'\t"{package}"\n' for package, word in
                          [("fmt", "fmt"), ("runtime", "runtime"), ("sync", "sync"), ("sync/atomic", "atomic"), ("time", "time")]
                          if self.mentions(main + declared, word))
        return ("package main\n\n" + (f"import (\n{imports})\n\n" if imports else "") + f"var (\n{declared})\n\n" +
                helpers + main)

    @staticmethod
    def mentions(text, word):
        """Does the text have the word, as a whole one?"""
        at = text.find(word)
        while at >= 0:
            before, after = text[at - 1], text[at + len(word)]
            if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
                return True
            at = text.find(word, at + 1)
        return False

    def goroutine(self, number):
        statements, copies = self.goroutines[number], self.copies[number]
        statements = [statement.replace("print(", f"print{number}(") for statement in statements]
        lines = ["go func() {"]
        lines += {"wait": ["\tdefer wg.Done()"], "each": ["\tdefer wg.Done()"], "late": ["\twg.Add(1)", "\tdefer wg.Done()"],
                  "receive": ["\tdefer func() { done <- true }()"], "return": []}[self.join]
        if self.recovers:
            lines += ["\tdefer func() { recover() }()"]
        for statement in statements:
            lines += ["\t{", f"\t\t{statement}", "\t}"]
        lines += ["}()"]
        if self.join == "each":
            lines.insert(0, "wg.Add(1)")
        if copies > 1:
            lines = [f"for range {copies} {{"] + ["\t" + line for line in lines] + ["}"]
        return "".join(f"\t{line}\n" for line in lines)
