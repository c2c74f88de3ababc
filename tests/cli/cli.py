#!/usr/bin/env python3
"""The command line as users meet it: statuses, messages, bad input, replay. usage: cli.py GOCHECK"""
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import ROOT, close, run

GOCHECK = os.path.abspath(sys.argv[1])
CASES = []


def case(function):
    CASES.append(function)
    return function


def source(folder, text, name="prog.gol"):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


CLEAN = "package main\nfunc main() { c := make(chan int); go func() { c <- 1 }(); println(<-c) }\n"
DOUBLE_CLOSE = "package main\nfunc main() { c := make(chan int); go func() { close(c); close(c) }(); <-c }\n"


def expect(actual, status, *parts):
    code, out, err = actual
    assert code == status, f"status {code}, expected {status}: {(out + err)[-400:]}"
    for part in parts:
        assert part in out + err, f"{part!r} is not in {(out + err)[:400]!r}"


def go(*arguments, **options):
    return run([GOCHECK, *arguments], timeout=120, **options)


@case
def clean_program(folder):
    expect(go(os.path.join(ROOT, "examples/counter_fixed.gol")), 0, "No problems: all interleavings explored")


@case
def buggy_program(folder):
    expect(go(os.path.join(ROOT, "examples/counter.gol")), 1, "data-race", "How it happens", "counter++")


@case
def leak_is_a_warning_unless_strict(folder):
    path = os.path.join(ROOT, "examples/pool.gol")
    expect(go(path), 0, "goroutine-leak")
    expect(go("--strict", path), 1, "goroutine-leak")


@case
def wrong_flag(folder):
    expect(go("--no-such-flag", "x.gol"), 2, "no-such-flag")


@case
def no_arguments(folder):
    expect(go(), 2, "usage:")


@case
def missing_file(folder):
    expect(go(os.path.join(folder, "nowhere.gol")), 2, "nowhere.gol")


@case
def empty_directory(folder):
    expect(go(folder), 2)


@case
def empty_file(folder):
    expect(go(source(folder, "")), 2, "prog.gol:1:1")


@case
def binary_file(folder):
    expect(go(source(folder, bytes(range(256)) * 100)), 2, "prog.gol: not program text, but binary data")


@case
def ten_megabytes_of_brackets(folder):
    expect(go(source(folder, "package main\nvar x = " + "[" * 10_000_000)), 2, "prog.gol:2:")


@case
def deeply_nested_expression(folder):
    text = "package main\nfunc main() { _ = " + "(" * 100_000 + "1" + ")" * 100_000 + " }\n"
    expect(go(source(folder, text)), 2, "prog.gol:2:")


@case
def long_sum(folder):
    status, out, err = go(source(folder, "package main\nfunc main() { _ = 1" + "+1" * 100_000 + " }\n"))
    assert status in (0, 2), (status, err[:300])


@case
def no_main(folder):
    expect(go(source(folder, "package main\n")), 2, "function main is undeclared")


@case
def unknown_import(folder):
    expect(go(source(folder, 'package main\nimport "no/such"\nfunc main() { such.F() }\n')), 2, "prog.gol:2:8",
           "no/such")


@case
def what_is_not_supported_yet(folder):
    for body, message in (('import "encoding/json"\nfunc main() { json.Marshal(1) }', "prog.gol:2:8: not supported yet: package encoding/json"),
                          ('import "C"\nfunc main() {}', "prog.gol:2:8: not supported yet: cgo"),
                          ('import "os"\nfunc main() { os.Stat("x") }', "prog.gol:3:18: undefined: os.Stat (or not supported yet)"),
                          ('import "unsafe"\nfunc main() { _ = unsafe.Slice(new(int), 1) }', "not supported yet: unsafe.Slice"),
                          ("func f(yield func() bool) {}\nfunc main() { for range f { recover() } }", "prog.gol:3:29: not supported yet: recover in the body of a range over a function")):
        expect(go(source(folder, f"package main\n{body}\n")), 2, message)
    path = source(folder, """package main
import "net/http"
func main() { http.HandleFunc("GET /{name}", func(http.ResponseWriter, *http.Request) {}) }
""")
    expect(go(path), 1, "not supported yet: a method or wildcards in a pattern")


@case
def all_errors_are_reported(folder):
    text = "package main\nfunc main() {\n\tx := 1\n\tvar s string = 2\n\tundefined1()\n}\n"
    expect(go(source(folder, text)), 2, "prog.gol:3:2: x declared", "prog.gol:4:17", "prog.gol:5:2: undefined: undefined1")


@case
def endless_recursion(folder):
    path = source(folder, "package main\nfunc f(n int) int { return f(n+1) + 1 }\nfunc main() { f(0) }\n")
    expect(go("run", path), 2, "stack overflow")
    expect(go(path), 1, "stack overflow")


@case
def endless_allocation(folder):
    path = source(folder, "package main\nvar keep [][]byte\nfunc main() { for { keep = append(keep, make([]byte, 1<<20)) } }\n")
    expect(go("--memory-limit=64MB", path), 3, "memory-limit")
    expect(go("run", "--memory-limit=64MB", path), 2, "out of memory")


@case
def readme_shows_real_output(folder):
    """What README.md shows of commands on the examples is what they print, but for the time taken."""
    shown = re.findall(r"^    \$ build/gocheck (examples/.*)\n((?:    .*\n|\n(?=    ))*)", open(f"{ROOT}/README.md").read(), re.M)
    assert shown, "README.md shows no command"
    no_time = lambda text: re.sub(r"[0-9.]+ s\)", "s)", text)
    for arguments, text in shown:
        _, out, _ = go(*arguments.split(), cwd=ROOT)
        wanted = re.sub(r"^    ", "", text, flags=re.M)
        assert no_time(out.expandtabs(4)) == no_time(wanted), f"{arguments} prints\n{out}"


THIRTY = """package main
import ("sync"; "sync/atomic")
func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var x atomic.Int32
	state := make([]int, 30)
	wg.Add(30)
	for i := 0; i < 27; i++ {
		go func() {
			defer wg.Done()
			mu.Lock(); state[i]++; mu.Unlock()
			mu.Lock(); state[(i+1)%30]--; mu.Unlock()
		}()
	}
	go func() {
		defer wg.Done()
		a, b, c := x.Load(), x.Load(), x.Load()
		if a == c && a != b { BUG }
	}()
	go func() { defer wg.Done(); x.Store(1) }()
	go func() { defer wg.Done(); x.Store(0) }()
	wg.Wait()
}
"""


@case
def two_preemptions_among_thirty_goroutines(folder):
    """Far too many states, but the bug is found, and its schedule shows only who takes part."""
    code, out, err = go("--time-limit=60s", source(folder, THIRTY.replace("BUG", 'panic("ABA")')))
    assert code == 1 and "panic: ABA" in out, out + err
    rows = re.findall(r"^ +\d+  +(line.*)$", out, re.M)
    assert 5 <= len(rows) <= 7, out
    assert out.count("#") < 10, out


@case
def what_a_stopped_search_has_proven(folder):
    path = source(folder, """package main
import "sync/atomic"
func main() {
	var x [5]atomic.Int32
	for i := 0; i < 5; i++ {
		go func() {
			for j := 0; j < 8; j++ { x[(i+j)%5].Add(int32(i)); x[(i*j)%5].Store(x[j%5].Load()) }
		}()
	}
}
""")
    expect(go("--time-limit=4s", path), 3, "time-limit", "every schedule with at most 0 preemptions explored")
    result = json.loads(go("--time-limit=4s", "--format=json", path)[1])
    assert result["preemptions"] >= 0 and result["verdict"] == "inconclusive", result


def on_a_terminal(*arguments):
    """The states of the line that gocheck writes on a terminal, as a list; and what it says at the end."""
    ours, theirs = os.openpty()
    process = subprocess.Popen([GOCHECK, *arguments], stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    text = b""
    while process.poll() is None:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                text += os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
    out = process.communicate()[0].decode()
    os.close(ours)
    return text.decode().split("\r"), out


@case
def progress_on_a_terminal(folder):
    """A line that says what the search does; a step that takes long is named with its place."""
    path = source(folder, "package main\nfunc main() {\n\tvar s []int\n\tfor { s = append(s, 1) }\n}\n")
    lines, _ = on_a_terminal("--explorer=merging", "--time-limit=4s", path)
    assert any(re.match(r"\d of 4 s: exploring: 0 executions.*0 findings; main has met nobody for \d s, at .*prog.gol:[34]:", line)
               for line in lines), lines


@case
def progress_through_the_parts(folder):
    """What the line counts never gets smaller, whatever part of the search it is in, and each part has its name."""
    text = THIRTY.replace("BUG", "println(a)").replace("var x atomic.Int32", "var x atomic.Int32; racy := 0")
    text = text.replace("x.Store(0) }()", "x.Store(0); racy++ }()").replace("wg.Wait()\n}", "racy++; wg.Wait()\n}")
    lines, _ = on_a_terminal("--time-limit=6s", "--keep-going", source(folder, text))
    seen = []
    for line in lines:
        match = re.match(r"(\d+) of 6 s: ([^:]*): ([\d.]+[kM]?) executions, ([\d.]+[kM]?) events(?: \S+)?, ([\d.]+[kM]?) states;", line)
        if match:
            value = lambda n: float(n.rstrip("kM")) * {"k": 1e3, "M": 1e6}.get(n[-1], 1)
            seen.append((match.group(2), [value(match.group(i)) for i in (3, 4, 5)]))
    assert len(seen) >= 5 and len({part for part, _ in seen}) >= 2, lines
    assert any(part == "exploring, racing accesses as steps" for part, _ in seen), lines
    for (_, before), (_, after) in zip(seen, seen[1:]):
        assert all(a <= b for a, b in zip(before, after)), (before, after, lines)


@case
def states_are_forgotten(folder):
    """A search that may remember little forgets states, and says the same in the end; what it must remember is a limit."""
    path = os.path.join(ROOT, "tests/bench/search/philosophers.gol")
    options = ["--format=json", "--explorer=merging", "--jobs=1", "--arg=7", "--arg=1", path]
    much, little = go(*options), go("--state-memory=2MB", *options)
    expect(much, 0)
    expect(little, 0)
    assert json.loads(much[1])["states"] < json.loads(little[1])["states"], (much, little)
    path = source(folder, """package main
func main() {
\ta, b := make(chan int), make(chan int)
\tcount := func(c chan int) { for i := 0; ; i = (i + 1) % 100 { c <- i } }
\tgo count(a)
\tgo count(b)
\tfor { select { case <-a: case <-b: } }
}
""")
    expect(go("--explorer=merging", "--state-memory=100KB", path), 3, "not everything explored: state-memory")


@case
def what_is_not_ours_is_left_alone(folder):
    """Nothing but a checkpoint is overwritten by one, or removed at the end; no witness is written over the program."""
    path = source(folder, CLEAN)
    for other in (path, source(folder, "precious", "precious.txt"), source(folder, "", "empty"), folder, "/dev/full"):
        before = open(other, "rb").read(100) if os.path.isfile(other) else None
        expect(go("--checkpoint", other, path), 2, "there is something that is no checkpoint")
        assert os.path.exists(other) and (before is None or open(other, "rb").read(100) == before), other
    assert not os.path.isfile("/dev/full")
    expect(go("--save-witness", path, path), 2, "would overwrite the program")
    expect(go(path), 0)


@case
def shards_find_what_never_ends(folder):
    """Also where everything is split before the loop is closed."""
    path = source(folder, """package main
import "sync/atomic"
func main() {
\tvar f atomic.Int32
\tgo func() { f.Store(2); f.Store(1) }()
\tfor f.Load() != 2 {
\t}
}
""")
    for count in (2, 3):
        parts = []
        for i in range(1, count + 1):
            part = go("--format=json", f"--shard={i}/{count}", path)
            parts.append(source(folder, part[1], f"{count}.{i}.json"))
        expect(go("merge", *parts), 1, "1 problem; all interleavings explored")


@case
def how_much_is_left(folder):
    """The line guesses how much is done and how long the rest takes; the verdict says the former, too."""
    path = os.path.join(ROOT, "tests/bench/search/philosophers.gol")
    lines, out = on_a_terminal("--explorer=merging", "--time-limit=4s", "--arg=12", "--arg=1", path)
    assert any(re.match(r"\d of 4 s: exploring: .* events \([\d.]+[kM]?/s\), [\d.]+k states; 0 findings; "
                        r"(about|less than) [\d.]+% of all, (\d+ (s|min|h|days)|years) left", line) for line in lines), lines
    assert re.search(r"not everything explored: time-limit; (about|less than) [\d.]+% of all states explored", out), out
    run = go("--format=json", "--explorer=merging", "--max-states=5000", "--arg=7", "--arg=1", path)
    expect(run, 3)
    result = json.loads(run[1])
    assert result["limits"] == ["max-states"] and 5000 <= result["states"] <= 5002 and 0 < result["fraction"] < 1, result


@case
def deadlock_without_those_who_do_not_matter(folder):
    """Goroutines that have nothing to do with a deadlock are not in its schedule, but in its witness."""
    path = source(folder, """package main
import "sync"
func main() {
	var a, b sync.Mutex
	var wg sync.WaitGroup
	results := make(chan int, 10)
	wg.Add(5)
	for i := range 3 {
		go func() { results <- i; results <- i; wg.Done() }()
	}
	go func() { a.Lock(); b.Lock(); b.Unlock(); a.Unlock(); wg.Done() }()
	go func() { b.Lock(); a.Lock(); a.Unlock(); b.Unlock(); wg.Done() }()
	wg.Wait()
}
""")
    witness = os.path.join(folder, "w.json")
    status, out, err = go("--explorer=merging", "--save-witness", witness, path)
    schedule = out[out.index("How it happens:"):]
    assert status == 1 and "3 other goroutines" in schedule and "chan send" not in schedule, out
    assert schedule.count("sync.Mutex.Lock") == 2, schedule
    first, second, third = out.split("\n")[:3]
    assert ": deadlock: " in first and "blocked in sync.Mutex.Lock" in second and "a.Lock(); b.Lock()" in third, out
    assert "wg.Wait()" not in out, out
    expect(go("replay", witness), 1, "chan send", "deadlock")


@case
def shortest_schedules_of_deadlocks(folder):
    """Whichever search finds the deadlock, and after whatever else, only the steps that it takes are shown."""
    two = os.path.join(ROOT, "tests/golden/sync/bystanders.gol")
    three = source(folder, """package main
import "sync"
func main() {
	var a, b, c sync.Mutex
	lock := func(first, second *sync.Mutex) {
		first.Lock()
		second.Lock()
		second.Unlock()
		first.Unlock()
	}
	go lock(&c, &a)
	go lock(&a, &b)
	go lock(&b, &c)
	lock(&a, &b)
}
""")
    for explorer in ("exhaustive", "reduced", "merging"):
        for path, steps in ((two, 2), (three, 3)):
            _, out, _ = go(f"--explorer={explorer}", "--jobs=1", "--save-witness", os.path.join(folder, "w.json"), path)
            rows = re.findall(r"^ +\d+  +(?:line )?\d+ .*Mutex.Lock$", out[out.index("How it happens:"):out.index("Replay:")], re.M)
            assert len(rows) == steps and "Mutex.Unlock" not in out[out.index("How"):out.index("Replay:")], (explorer, out)


@case
def who_waits_for_whom(folder):
    """Those who wait for each other come first, with what they hold since where; a writer that has not got its lock does not hold it."""
    path = source(folder, """package main
import "sync"
func main() {
	var rw sync.RWMutex
	done := make(chan int)
	go func() {
		rw.RLock()
		rw.RLock()
		rw.RUnlock()
		rw.RUnlock()
		done <- 1
	}()
	go func() {
		rw.Lock()
		rw.Unlock()
		done <- 1
	}()
	<-done
	<-done
}
""")
    _, out, _ = go(path)
    rows = re.findall(r"^    (main.*)", out[out.index("Who waits for whom:"):].replace(path, "PROG"), re.M)
    assert rows == [
        "main.func1#2 waits in sync.RWMutex.RLock at PROG:8:3 for main.func2#3, which called Lock before, and waits itself, at PROG:14:3",
        "main.func2#3 waits in sync.RWMutex.Lock at PROG:14:3 for main.func1#2, which locked it for reading at PROG:7:3",
        "main waits in chan receive at PROG:18:2"], out
    waiting = json.loads(go("--format=json", path)[1])["findings"][0]["waiting"]
    assert [(w["goroutine"], w["line"], [h["line"] for h in w.get("holders", [])]) for w in waiting] == [
        ("main.func1#2", 8, [14]), ("main.func2#3", 14, [7]), ("main", 18, [])], waiting


@case
def who_has_not_called_done(folder):
    """Of a wait group the counter is told, and who still has to call Done: not who only waits for it too, nor anybody where it is not clear."""
    rows = {}
    for name, start, work in (
            ("known", "go func() { wg.Wait(); close(jobs) }()", "defer wg.Done(); <-jobs"),
            ("ended", "", "if i == 1 { return }; wg.Done()"),
            ("pool", "go func() { for range jobs { wg.Done() } }()", "jobs <- i")):
        path = source(folder, f"""package main
import "sync"
func main() {{
	var wg sync.WaitGroup
	jobs := make(chan int)
	wg.Add(3)
	{start}
	for i := range 2 {{
		_, _ = i, jobs
		go func() {{ {work} }}()
	}}
	wg.Wait()
}}
""")
        for search in ("--explorer=exhaustive", "--explorer=merging", "--no-merge"):
            _, out, _ = go(search, path)
            row = re.search(r"^    main waits in sync.WaitGroup.Wait at \S+?:\d+:\d+(.*)", out[out.index("Who waits for whom:"):], re.M).group(1)
            assert rows.setdefault(name, row) == row, out
    assert rows == {"known": " for main.func2#3 and main.func2#4, which have not called Done; the counter is 3",
                    "ended": " for main.func1#3, which has ended without calling Done; the counter is 2",
                    "pool": ": the counter is 1"}, rows
    waiting = json.loads(go("--format=json", path)[1])["findings"][0]["waiting"]
    assert [(w["goroutine"], w.get("counter"), w.get("holders")) for w in waiting][-1] == ("main", 1, None), waiting


@case
def where_panics_begin(folder):
    """A schedule shows where a panic begins that deferred calls follow, recovered or not; one that nothing follows is the finding itself."""
    recovered = source(folder, """package main
import "errors"
func try(jobs chan int, i int) {
	defer func() {
		if recover() != nil {
			jobs <- 0
		}
	}()
	if i == 1 {
		panic(errors.New("odd"))
	}
	jobs <- i
}
func main() {
	jobs := make(chan int)
	go try(jobs, 1)
	<-jobs
	<-jobs
}
""")
    uncaught = source(folder, """package main
import "sync"
func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	wg.Add(2)
	var m map[int]int
	for range 2 {
		go func() {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			if m != nil {
				m[2]++
				panic("twice")
			}
			m = map[int]int{}
		}()
	}
	wg.Wait()
}
""", "uncaught.gol")
    for path, texts in ((recovered, ["panics: a *errors.errorString", "chan send -> main"]),
                        (uncaught, ["panics: twice", "sync.Mutex.Unlock", "sync.WaitGroup.Done"])):
        for search in ("--explorer=exhaustive", "--no-merge", "--time=both"):
            _, out, _ = go(search, path)
            steps = re.findall(r"^ +\d+  .*?\d+ (\S.*?)(?:  .*)?$", out[out.rindex("How it happens:"):], re.M)
            at = [step.startswith("panics") for step in steps].index(True)
            assert steps[at:at + len(texts)] == texts, out
    _, out, _ = go(source(folder, "package main\nfunc main() { c := make(chan int); go func() { c <- 1 }(); <-c; panic(1) }\n", "last.gol"))
    assert "panics:" not in out, out


@case
def many_goroutines_in_few_lines(folder):
    """Those who wait at one place for the same, or for each other, are told together, with one source line."""
    ring = source(folder, """package main
import "sync"
func main() {
	var a [12]sync.Mutex
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Add(1)
		go func() {
			a[i].Lock()
			a[(i+1)%12].Lock()
			a[(i+1)%12].Unlock()
			a[i].Unlock()
			wg.Done()
		}()
	}
	wg.Wait()
}
""", "ring.gol")
    workers = source(folder, """package main
import "sync"
func main() {
	var wg sync.WaitGroup
	out := make(chan int)
	for i := range 50 {
		wg.Add(1)
		go func() { defer wg.Done(); out <- i }()
	}
	wg.Wait()
}
""", "workers.gol")
    told = {ring: ["main.func1#2 to #13 (12 goroutines) wait in sync.Mutex.Lock at PROG:10:4, each for another of them, which locked it at PROG:9:4",
                   "main waits in sync.WaitGroup.Wait at PROG:16:2 for main.func1#2 to #13 (12 goroutines), which have not called Done; the counter is 12"],
            workers: ["main.func1#2 to #51 (50 goroutines) wait in chan send at PROG:8:32",
                      "main waits in sync.WaitGroup.Wait at PROG:10:2 for main.func1#2 to #51 (50 goroutines), which have not called Done; the counter is 50"]}
    for path, rows in told.items():
        _, out, _ = go("--time-limit=20s", path)
        out = out.replace(path, "PROG")
        assert re.findall(r"^    (main.*)", out[out.index("Who waits for whom:"):out.index("How it happens:")], re.M) == rows, out
        assert out[:out.index("Who waits for whom:")].count("goroutines) at PROG") == 1, out
        finding = json.loads(go("--format=json", "--time-limit=20s", path)[1])["findings"][0]
        assert len(finding["waiting"]) == (13 if path == ring else 51), finding


@case
def very_long_schedules_are_abridged(folder):
    """Of a schedule of thousands of steps the report shows the first and the last ones; the witness has them all."""
    path = source(folder, """package main
import "sync"
func main() {
	var mu sync.Mutex
	go func() {
		for range 1000 { mu.Lock(); mu.Unlock() }
		mu.Lock()
		panic("after 2,001 steps")
	}()
	select {}
}
""")
    witness = os.path.join(folder, "w.json")
    _, out, _ = go("--save-witness", witness, path)
    numbers = [int(n) for n in re.findall(r"^ *(\d+)  +line", out, re.M)]
    last = numbers[-1]
    assert last >= 2001 and numbers == [*range(1, 31), *range(last - 49, last + 1)], out
    assert f"\n      ... {last - 80:,} steps ...\n" in out, out
    _, out, _ = go("replay", witness)
    assert [int(n) for n in re.findall(r"^ *(\d+)  +line", out, re.M)] == [*range(1, last + 1)], out[-500:]


@case
def schedules_are_as_wide_as_their_words(folder):
    """Words of a schedule are not cut; where its columns are too many, goroutines come one below the other."""
    for count in (2, 4, 12):
        path = source(folder, f"""package main
import "sync"
func main() {{
	var a [{count}]sync.Mutex
	var wg sync.WaitGroup
	for i := range {count} {{
		wg.Add(1)
		go func() {{
			a[i].Lock()
			a[(i+1)%{count}].Lock()
			a[(i+1)%{count}].Unlock()
			a[i].Unlock()
			wg.Done()
		}}()
	}}
	wg.Wait()
}}
""")
        _, out, _ = go("--time-limit=20s", path)
        rows = re.findall(r"^ +\d+  +(.*)$", out[out.index("How it happens:"):], re.M)
        assert "~" not in out and len(rows) >= count and all("Mutex.Lock" in row or "WaitGroup" in row for row in rows), out
        schedule = out.split("How it happens:")[1].split("\n\n")[0]
        assert all(len(row) < 100 for row in schedule.split("\n")), out
        assert (count == 12) == all(re.match(r"main", row) for row in rows), out


@case
def few_steps_first(folder):
    """In a program without end, what shows after few steps is found, and the verdict says how many were explored."""
    text = """package main
import "sync"
func main() {
	var mu sync.Mutex
	n, values, stuck := 0, make(chan int), make(chan int)
	count := func() { for { mu.Lock(); n++; mu.Unlock() } }
	go count()
	go func() { for i := 0; ; i++ { values <- i } }()
	go func() {
		for v := range values {
			mu.Lock()
			if v == 3 && n == BUG { stuck <- 1 }
			mu.Unlock()
		}
	}()
	count()
}
"""
    buggy, clean = (source(folder, text.replace("BUG", n), f"{name}.gol") for name, n in (("buggy", "0"), ("clean", "-1")))
    assert [f["kind"] for f in json.loads(go("--budget=4s", "--format=json", buggy)[1])["findings"]] == ["deadlock"]
    expect(go("--budget=4s", clean), 3, "every execution of at most")
    assert json.loads(go("--budget=4s", "--format=json", clean)[1])["steps"] >= 16
    assert "steps" not in json.loads(go("--budget=4s", "--max-steps=5000", "--format=json", clean)[1])


@case
def without_merging_or_symmetry(folder):
    """What is merged, and what is not; both flags together are the search that merges nothing."""
    path = os.path.join(ROOT, "tests/bench/check/lock_counter.gol")
    independent = os.path.join(ROOT, "tests/counts/wait_group.gol")

    def numbers(*options, path=path):
        result = json.loads(go("--format=json", "--jobs=1", "--arg=5", *options, path)[1])
        return result["executions"], result["states"]

    merged, apart = numbers(), numbers("--no-symmetry")
    assert merged[0] == apart[0] == 1 and 0 < merged[1] < apart[1], (merged, apart)
    for options in (["--no-merge"], ["--no-merge", "--no-symmetry"], ["--no-merge", "--explorer=reduced"]):
        assert numbers(*options) == (120, 0), options
    assert numbers("--no-merge", path=independent)[0] == 1
    assert numbers("--no-merge", "--explorer=exhaustive", path=independent)[0] >= 120
    assert numbers("--no-symmetry", "--explorer=merging") == apart
    expect(go("--no-merge", "--explorer=merging", path), 2, "--explorer=merging", "--no-merge")


def counts_of(result):
    return {key: result[key] for key in ("verdict", "executions", "events", "states", "limits")}


def finished(arguments):
    """The result of a search that is stopped again and again and gone on with."""
    for _ in range(1000):
        result = json.loads(go(*arguments)[1])
        if "time-limit" not in result["limits"]:
            return result
    raise AssertionError("the search does not end")


LONG_SEARCHES = (["--no-merge", "--jobs=1", "--arg=15", os.path.join(ROOT, "tests/bench/check/readers.gol")],
                 ["--explorer=merging", "--jobs=1", *("--arg=3",) * 2, "--arg=6", "--arg=4",
                  os.path.join(ROOT, "tests/bench/search/producers.gol")])


@case
def a_search_in_parts(folder):
    file = os.path.join(folder, "checkpoint")
    for search in LONG_SEARCHES:
        whole = json.loads(go("--format=json", *search)[1])
        first = json.loads(go("--format=json", "--time-limit=50ms", "--checkpoint", file, *search)[1])
        assert first["limits"] == ["time-limit"], first["limits"]
        parts = finished(["--format=json", "--time-limit=600ms", "--resume", file, *search])
        assert counts_of(parts) == counts_of(whole), (counts_of(parts), counts_of(whole))
        assert not os.path.exists(file), "a finished search leaves no checkpoint"


@case
def a_search_that_is_killed(folder):
    file = os.path.join(folder, "checkpoint")
    search = ["--explorer=merging", "--jobs=2", *("--arg=3",) * 2, "--arg=12", "--arg=4",
              os.path.join(ROOT, "tests/bench/search/producers.gol")]
    process = subprocess.Popen([GOCHECK, "--checkpoint", file, *search], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begin = time.time()
    first = None
    while time.time() < begin + 60:
        time.sleep(0.05)
        now = os.stat(file).st_mtime_ns if os.path.exists(file) else None
        if first is None or time.time() < begin + 1:  # those at the beginning save nothing yet
            first = now
        elif now != first:
            break
    process.kill()
    process.wait()
    saved = json.loads(go("--format=json", "--resume", file, "--time-limit=1ms", *search)[1])
    assert saved["events"] > 1000 and saved["seconds"] > 0.5, (saved["events"], saved["seconds"])


@case
def findings_outlive_the_process(folder):
    text = "package main\n\nimport \"sync\"\n\nfunc main() {\n\tvar x int\n\tvar mu sync.Mutex\n\tvar wg sync.WaitGroup\n"
    text += "\tgo func() { x++ }()\n\tx++\n\tfor i := 0; i < 20; i++ {\n\t\twg.Add(1)\n"
    text += "\t\tgo func(i int) {\n\t\t\tmu.Lock()\n\t\t\tx += i * i\n\t\t\tmu.Unlock()\n\t\t\twg.Done()\n\t\t}(i)\n\t}\n\twg.Wait()\n}\n"
    path, file = source(folder, text), os.path.join(folder, "checkpoint")
    options = ["--keep-going", "--no-merge", "--time-limit=500ms", path]
    status, first, _ = go("--checkpoint", file, *options)
    assert status == 1 and "data-race" in first and "To go on: --resume" in first, first
    expect(go("--resume", file, *options), 1, "data-race", "prog.gol:9")


@case
def shards(folder):
    def result_of(index, *arguments):
        path = os.path.join(folder, f"{index}.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(go("--format=json", f"--shard={index}", *arguments)[1])
        return path

    def results_of(count, *arguments):
        return [result_of(f"{i}/{count}", *arguments) for i in range(1, count + 1)]

    for i in range(1, 5):
        os.makedirs(os.path.join(folder, str(i)), exist_ok=True)
    clean = results_of(3, LONG_SEARCHES[1][-1], *("--arg=2",) * 4)
    expect(go("merge", *clean), 0, "No problems: all interleavings explored (3 shards")
    for program in ("examples/counter.gol", "examples/timeout.gol", "tests/golden/sync/unlock_unlocked.gol"):
        path = os.path.join(ROOT, program)
        whole = json.loads(go("--format=json", "--keep-going", path)[1])
        status, joined, err = go("merge", "--format=json", *results_of(2, "--keep-going", path))
        places = [[(f["kind"], f["positions"][0]["line"]) for f in sorted(r["findings"], key=str)] for r in (whole, json.loads(joined))]
        assert sorted(places[0]) == sorted(places[1]) and places[0], (program, places, status, err)
    buggy, witness = results_of(2, source(folder, DOUBLE_CLOSE)), os.path.join(folder, "w.json")
    expect(go("merge", "--save-witness", witness, *buggy), 1, "close-of-closed", "1 problem; all interleavings explored (2 shards")
    expect(go("replay", witness), 1, "close-of-closed")
    expect(go("merge", buggy[0]), 2, "shard 2 of 2 is missing")
    expect(go("merge", buggy[0], buggy[0]), 2, "shard 1 twice")
    expect(go("merge", buggy[0], clean[1]), 2, "cannot join shards of different")
    expect(go("merge", source(folder, "{}", "other.json")), 2, "a result that is not of a shard")
    expect(go("merge", source(folder, "x", "other.json")), 2, "no result of gocheck")
    expect(go("--shard=3/2", LONG_SEARCHES[1][-1]), 2, "must be I/N")


@case
def a_checkpoint_that_fails(folder):
    """What could not be saved is not offered to go on with."""
    file = os.path.join(folder, "checkpoint")
    process = subprocess.Popen([GOCHECK, "--time-limit=3s", "--checkpoint", file, "--arg=20", *LONG_SEARCHES[0]],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not os.path.isdir(file + ".new"):  # which it writes first
        try:
            if os.path.exists(file):
                os.mkdir(file + ".new")
        except FileExistsError:
            pass
    out, err = process.communicate(timeout=60)
    expect((process.returncode, out.decode(), err.decode()), 2, "cannot write the checkpoint")
    assert os.path.exists(file) and "To go on" not in out.decode(), out


@case
def checkpoints_that_do_not_fit(folder):
    file, clean = os.path.join(folder, "checkpoint"), source(folder, CLEAN)
    search = LONG_SEARCHES[1]
    go("--time-limit=50ms", "--checkpoint", file, *search)
    with open(file, "rb") as saved:
        content = saved.read()
    expect(go("--resume", file, clean), 2, "cannot go on from", "it is of another program")
    expect(go("--resume", file, "--http-requests=3", *search), 2, "it is of a search with other options")
    expect(go("--resume", os.path.join(folder, "none"), clean), 2, "No such file")
    expect(go("--checkpoint", os.path.join(folder, "no", "where"), clean), 2, "cannot write the checkpoint")
    expect(go("--checkpoint", file, "--explorer=exhaustive", clean), 2, "no checkpoints are taken with")
    damaged = {"": "it is empty", "text": "it is no checkpoint", content[:100]: "it is damaged",
               content[:-1]: "it is damaged", content[:300] + b"x" + content[301:]: "it is damaged",
               content.replace(b"checkpoint 4", b"checkpoint 3", 1): "by another version"}
    for data, why in damaged.items():
        with open(file, "wb") as saved:
            saved.write(data if isinstance(data, bytes) else data.encode())
        expect(go("--resume", file, *search), 2, why)


@case
def consequence_that_shows_before_its_race_is_known(folder):
    path = source(folder, """package main
import "sync"
func main() {
	var wg sync.WaitGroup
	x := 1
	wg.Add(2)
	go func() { defer wg.Done(); x = 2 }()
	go func() { if x != 1 { panic("changed") }; wg.Done() }()
	wg.Wait()
}
""")
    for options in [], ["--explorer=exhaustive"], ["--explorer=merging"], ["--jobs=1"]:
        out = go(*options, path)[1]
        panic = out[out.index("panic: changed"):]
        assert "Perhaps a consequence of the data race" in panic and "write x" in panic and "read x" in panic, out


@case
def consequence_of_a_race(folder):
    findings = json.loads(go("--format=json", f"{ROOT}/examples/counter.gol")[1])["findings"]
    races = {finding["kind"]: finding.get("race", {}).get("line") for finding in findings}
    assert races == {"data-race": None, "panic": 16}, races


@case
def what_a_race_is_called(folder):
    """Which accesses of a line race first is up to the search; what it is called and where it is shown are not."""
    path = source(folder, """package main
var x, y, z int
func main() {
	done := make(chan int)
	go func() {
		x++
		y = y + 1
		z = 2
		done <- 1
	}()
	z = z + x
	y = 5
	x += 2
	<-done
}
""")
    said = []
    for explorer in ("exhaustive", "reduced", "merging"):
        findings = json.loads(go("--format=json", "--jobs=1", f"--explorer={explorer}", path)[1])["findings"]
        said.append(sorted((f["message"], [(p["line"], p["column"], p["role"]) for p in f["positions"]]) for f in findings))
    assert said[0] == said[1] == said[2], said
    assert ("update of y by main.func1#2 races with write by main", [(7, 3, "update"), (12, 2, "write")]) in said[0], said
    assert ("update of x by main.func1#2 races with update by main", [(6, 3, "update"), (13, 2, "update")]) in said[0], said
    assert ("write of z by main.func1#2 races with update by main", [(8, 3, "write"), (11, 2, "update")]) in said[0], said


@case
def race_by_way_of_a_racy_pointer(folder):
    """What was reached through a race is told as its consequence, in an order that is possible; what stands beside it is not."""
    path = source(folder, """package main
import "time"
type T struct{ x, y int }
var p *T
var alone int
func main() {
	go func() {
		p = &T{x: 5}
		alone = 1
	}()
	time.Sleep(1)
	_ = p.x
	_ = alone
}
""")
    for explorer in ("exhaustive", "reduced", "merging"):
        findings = json.loads(go("--format=json", "--time=ideal", f"--explorer={explorer}", path)[1])["findings"]
        linked = {f["message"].split(" by ")[0]: f.get("race", {}).get("column") for f in findings}
        assert linked == {"write of p": None, "write of p.x": 3, "write of alone": None}, (explorer, linked)
        _, out, _ = go("--time=ideal", f"--explorer={explorer}", path)
        second = out[out.index("write of p.x by"):]
        rows = re.findall(r"^ +\d+  +(.*)$", second[:second.index("\n\n")], re.M)
        assert [row.strip() for row in rows if "write p.x" in row or "read p" in row] == ["line 8 write p.x", "line 12 read p.x"], out


@case
def endless_loop(folder):
    path = source(folder, "package main\nfunc main() { for {} }\n")
    expect(go(path), 1, "livelock: main can only spin for ever")
    path = source(folder, "package main\nfunc main() { for i := 0; ; i++ {} }\n")
    expect(go(path), 3, "max-steps")


@case
def run_exit_status(folder):
    expect(go("run", source(folder, 'package main\nimport "os"\nfunc main() { os.Exit(7) }\n')), 7)


@case
def run_panic(folder):
    expect(go("run", source(folder, 'package main\nfunc main() { panic("x") }\n')), 2, "panic: x\n\ngoroutine 1 [running]:")


@case
def panic_of_a_call_that_a_channel_waits_for(folder):
    path = source(folder, 'package main\nimport "golang.org/x/sync/singleflight"\nfunc main() {\n\tvar g singleflight.Group\n'
                          '\t<-g.DoChan("key", func() (any, error) { panic("x") })\n}\n')
    expect(go(path), 1, "panic: x\n", "prog.gol:5")
    expect(go("run", path), 2, "panic: x\n", "prog.gol:5")


@case
def run_deadlock(folder):
    expect(go("run", source(folder, "package main\nfunc main() { <-make(chan int) }\n")), 2,
           "fatal error: all goroutines are asleep - deadlock!", "goroutine 1 [chan receive]:")


@case
def run_arguments(folder):
    path = source(folder, 'package main\nimport ("fmt"; "os")\nfunc main() { fmt.Println(os.Args[1:]) }\n')
    status, out, _ = go("run", path, "a", "--b")
    assert (status, out) == (0, "[a --b]\n"), (status, out)


@case
def witness_is_replayed(folder):
    witness = os.path.join(folder, "w.json")
    path = os.path.join(ROOT, "examples/bank.gol")
    expect(go("--save-witness", witness, path), 1, "gocheck replay")
    expect(go("replay", witness), 1, "deadlock")
    json.load(open(witness, encoding="utf-8"))


@case
def damaged_witness(folder):
    expect(go("replay", os.path.join(folder, "none.json")), 2, "cannot read")
    expect(go("replay", folder), 2, "cannot read")
    path, witness = source(folder, DOUBLE_CLOSE), os.path.join(folder, "w.json")
    expect(go("--save-witness", witness, path), 1, "close-of-closed")
    with open(witness, encoding="utf-8") as file:
        text = file.read()
    good = json.loads(text)

    def replay(written, *parts):
        actual = go("replay", source(folder, written, "damaged.json"))
        expect(actual, 2, "damaged.json is not a witness of gocheck: ", *parts)
        assert "json.exception" not in actual[2], actual[2]

    replay("", "it is empty")
    replay(text[:len(text) // 2], "no JSON text, or a part of one")
    replay(bytes(range(256)), "no JSON text")
    replay("[" * 100_000, "no JSON text")
    replay("[1, 2]", "no JSON object")
    replay("{}", "some other JSON text")
    changed = lambda **members: json.dumps(good | members)
    replay(changed(gocheck_witness=2), "written by another version (format 2")
    replay(json.dumps({name: good[name] for name in good if name != "schedule"}), '"schedule" is missing')
    for schedule in (None, {"a": 1}, [[1, 2]], [["x", 0, 0, 0]], [[-1, 0, 0, 0]], [[1.5, 0, 0, 0]], [[1e30, 0, 0, 0]],
                     [[1, 0, 40000, 0]], [[2**32, 0, 0, 0]]):
        replay(changed(schedule=schedule), '"schedule" is damaged')
    replay(changed(goroutines=[[1, 1], [9, 9]]), '"goroutines" is damaged')
    replay(changed(files=[]), "names no program")
    replay(changed(files=[1]), '"files" is damaged')
    replay(changed(choices=0), '"choices" is not between 1 and 10000')
    replay(changed(loop=3), '"loop" is damaged')


BANK = """package bank
import "sync"
type Account struct { mu sync.Mutex; balance int }
func (a *Account) Deposit(n int) { a.mu.Lock(); a.balance += n; a.mu.Unlock() }
func (a *Account) Balance() int { return a.balance }
"""
BANK_TESTS = """package bank
import ("sync"; "testing")
func TestDeposit(t *testing.T) {
	var a Account
	var wg sync.WaitGroup
	for i := 0; i < 2; i++ { wg.Add(1); go func() { defer wg.Done(); a.Deposit(1) }() }
	wg.Wait()
	if a.Balance() != 2 { t.Fatal("lost") }
}
func TestRace(t *testing.T) {
	var a Account
	done := make(chan bool)
	go func() { a.Deposit(1); close(done) }()
	a.Balance()
	<-done
}
func TestOrder(t *testing.T) {
	c := make(chan int, 2)
	go func() { c <- 1 }()
	go func() { c <- 2 }()
	if <-c != 1 { t.Error("the other one first") }
	<-c
}
func TestLeak(t *testing.T) { c := make(chan int); go func() { c <- 1 }() }
func TestLate(t *testing.T) { go func() { t.Log("late") }() }
func TestSkip(t *testing.T) { t.Skip("not now"); panic("not skipped") }
func TestParallel(t *testing.T) {
	x := 0
	for i := 0; i < 2; i++ { t.Run("p", func(t *testing.T) { t.Parallel(); x++ }) }
	x++
}
func TestSub(t *testing.T) {
	t.Cleanup(func() { t.Log("cleaned up") })
	if t.Run("bad", func(t *testing.T) { t.FailNow(); panic("goes on") }) { panic("passed") }
	t.Run("good", func(t *testing.T) {})
}
func Testing(t *testing.T) { panic("no test") }
func helper(t *testing.T) { panic("no test") }
"""
OUTSIDE = """package bank_test
import ("testing"; "example.com/shop/bank")
func TestOutside(t *testing.T) { var a bank.Account; a.Deposit(2); if a.Balance() != 2 { t.Error("lost") } }
"""


def shop(folder):
    os.makedirs(os.path.join(folder, "bank"))
    source(folder, "module example.com/shop\n\ngo 1.22\n", "go.mod")
    source(folder, BANK, "bank/bank.go")
    source(folder, BANK_TESTS, "bank/bank_test.go")
    source(folder, OUTSIDE, "bank/outside_test.go")
    return os.path.join(folder, "...")


@case
def tests_of_a_package(folder):
    tests = json.loads(go("test", "--format=json", shop(folder))[1])["tests"]
    kinds = {test["name"]: [finding["kind"] for finding in test["findings"]] for test in tests}
    assert kinds == {"TestDeposit": [], "TestRace": ["data-race"], "TestOrder": ["test-failure"], "TestLeak": ["goroutine-leak"],
                     "TestLate": ["panic"], "TestSkip": [], "TestParallel": ["data-race"], "TestSub": ["test-failure"],
                     "TestOutside": []}, kinds
    assert all(not test["limits"] for test in tests), tests


@case
def what_is_said_of_tests(folder):
    paths = shop(folder)
    bank = os.path.join(folder, "bank")
    expect(go("test", "--run", "Order", paths), 1, "bank_test.go:17:6: test-failure: TestOrder", "bank_test.go:21: the other one first",
           "fails by main", "--- FAIL: TestOrder", f"FAIL\t{bank}\t")
    expect(go("test", "--run", "Deposit|Outside", paths), 0, f"ok  \t{bank}\t")
    expect(go("test", "-v", "--run", "Deposit", paths), 0, "=== RUN   TestDeposit", "--- PASS: TestDeposit", "all interleavings explored")
    expect(go("test", "--run", "Leak", bank), 1, "goroutine-leak")
    expect(go("test", "--run", "Skip", os.path.join(bank, "bank.go"), os.path.join(bank, "bank_test.go")), 0, "ok")
    expect(go("test", "--run", "Nothing", paths), 0, "[no tests to run]")
    expect(go("test", "--run", "(", paths), 2, "not a regular expression")
    expect(go("test", "--max-executions=1", "--explorer=reduced", "--run", "Deposit", paths), 3, "NOT EVERYTHING EXPLORED")
    source(folder, BANK_TESTS + "func TestMain(m *testing.M) { println(m.Run()) }\n", "bank/bank_test.go")
    expect(go("test", "--run", "Deposit", paths), 0, "ok")
    expect(go("test", "--run", "Order", paths), 1, "test-failure")
    source(folder, BANK_TESTS + "func TestWrong(t *testing.T) { x }\n", "bank/bank_test.go")
    expect(go("test", paths), 2, "undefined: x", "[build failed]")
    source(folder, "package other\n", "bank/other.go")
    expect(go("test", paths), 2, "in one folder")


@case
def witness_that_does_not_fit(folder):
    path, witness = source(folder, DOUBLE_CLOSE), os.path.join(folder, "w.json")
    expect(go("--save-witness", witness, path), 1, "close-of-closed")
    with open(witness, encoding="utf-8") as file:
        good = json.load(file)
    for members, message in (({"schedule": [[2**32 - 1, 2**32 - 1, 32767, 32767]]}, "cannot be followed"),
                             ({"schedule": []}, "does not show the finding"),
                             ({"promoted": [[2**64 - 1, 0]]}, "cannot be followed"),
                             ({"loop": {"steps": [], "actors": [2**32 - 1], "communicates": False}}, "cannot be followed"),
                             ({"program": 1}, "the program has changed")):
        expect(go("replay", source(folder, json.dumps(good | members), "other.json")), 2, message)


@case
def witness_of_bytes_that_are_no_text(folder):
    path, witness = source(folder, 'package main\nfunc main() { panic("\\xff") }\n'), os.path.join(folder, "w.json")
    expect(go("--save-witness", witness, path), 1, "panic")
    expect(go("replay", witness), 1, "panic")


@case
def changed_program(folder):
    path = source(folder, "package main\nfunc main() { var c chan int; close(c) }\n")
    witness = os.path.join(folder, "w.json")
    expect(go("--save-witness", witness, path), 1, "close-of-nil")
    source(folder, "package main\nfunc main() { var c chan int; c = nil; close(c); close(c) }\n")
    expect(go("replay", witness), 2, "changed")


@case
def limits_are_said(folder):
    expect(go("--max-executions=1", os.path.join(ROOT, "examples/philosophers_fixed.gol")), 3, "max-executions")


@case
def interrupted_search_prints_what_is_known(folder):
    text = """package main
import "sync"
func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := 1; i < 30; i++ {
		wg.Add(1)
		go func() {
			for range i {
				mu.Lock()
				mu.Unlock()
			}
			wg.Done()
		}()
	}
	wg.Wait()
}
"""
    for what in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen([GOCHECK, source(folder, text)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1.5)
        process.send_signal(what)
        out, err = process.communicate(timeout=30)
        expect((process.returncode, out.decode(), err.decode()), 3, "Inconclusive, no problems so far", "interrupted")


@case
def full_disk(folder):
    path, witness = source(folder, DOUBLE_CLOSE), os.path.join(folder, "w.json")
    expect(go("--save-witness", witness, path), 1, "close-of-closed")
    for arguments in ([path], ["--format=json", path], ["--emit=ast", path], ["--emit=types", path],
                      ["--emit=program", path], ["replay", witness], ["--help"], ["run", "--help"],
                      ["replay", "--help"], ["help"], ["--version"]):
        with open("/dev/full", "w") as full:
            done = subprocess.run([GOCHECK, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=120)
        expect((done.returncode, "", f"{arguments}: {done.stderr.decode()}"), 2, "cannot write to standard output")


# AddressSanitizer reserves address space of its own: nothing is left to be limited.
def limits_address_space(function):
    with open(GOCHECK, "rb") as binary:
        return function if b"__asan_init" in binary.read() else case(function)


def within(kibibytes, *arguments):
    return run(["sh", "-c", f'ulimit -v {kibibytes}; exec "$@"', "sh", GOCHECK, *arguments], timeout=120)


@limits_address_space
def little_address_space(folder):
    path = source(folder, DOUBLE_CLOSE)
    expect(within(4_000_000, path), 2, "gocheck: not enough address space: the checker")
    expect(within(300_000, path), 2, "gocheck: not enough address space: the compiler")
    expect(within(300_000, "run", path), 2, "gocheck: not enough address space: the compiler")


@limits_address_space
def endless_allocation_in_little_address_space(folder):
    for keep in ("keep = append(keep, make([]byte, 1<<20))", "keep = append(keep, make([]byte, 100))"):
        path = source(folder, f"package main\nvar keep [][]byte\nfunc main() {{ for {{ {keep} }} }}\n")
        expect(within(1_200_000, "run", path), 2, "out of memory", "goroutine 1 [running]")


@case
def language_versions(folder):
    # The goroutines share the loop variable before Go 1.22.
    path = source(folder, """package main
func main() {
	done := make(chan int)
	var last *int
	for i := 0; i < 2; i++ { if last != nil && last == &i { go func() { i++; done <- 1 }(); i++; <-done }; last = &i }
}
""")
    for version in ("go1.23", "1.22"):
        expect(go("--lang", version, path), 0)
    for version in ("go1.21", "1.21", "go1.3"):
        expect(go("--lang", version, path), 1, "data-race")
    for version in ("banana", "go9.9", "go1", "go1.x", "go1.22.3", "-1", ""):
        expect(go(f"--lang={version}", path), 2, "--lang: must be a language version such as go1.23")
        expect(go("run", f"--lang={version}", path), 2, "--lang: must be a language version such as go1.23")
    expect(go("--lang=go1.24", path), 2, "go1.24 is not supported yet: the newest language version is go1.23")
    expect(go("--help"), 0, "go1.0 to go1.23")


@case
def values_of_options(folder):
    path = source(folder, "package main\nfunc main() {}\n")
    for good in ("--time-limit=250ms", "--time-limit=1.5m", "--time-limit=3", "--memory-limit=64MiB",
                 "--memory-limit=1g", "--memory-limit=1000000", "--max-steps=1", "--max-executions=1"):
        expect(go(good, path), 0)
    for option, message, values in (
            ("--time-limit", "must be a time between 1ms and 10000h", ("-3", "0", "abc", "nan", "1e400", "5x", "20000h")),
            ("--memory-limit", "must be a size between 1 and 256TB", ("0", "-1", "12XB", "1.5MB", "99999999999TB")),
            ("--max-steps", "must be a number between 1 and 1000000000000000", ("0", "-1", "x", "1e3", "9" * 20)),
            ("--max-executions", "must be a number between 1 and 1000000000000000", ("0", "1 "))):
        for value in values:
            expect(go(f"{option}={value}", path), 2, f'{option}: {message}', f'not "{value}"')
    expect(go("run", "--memory-limit=0", path), 2, "--memory-limit: must be a size")
    expect(go("--budget=soon", path), 2, "--budget: must be a time")
    expect(go("--budget=1s", "--time-limit=1s", path), 2, "--time-limit", "--budget")
    expect(go("--budget=1s", path), 0)
    expect(go("--outcomes", path), 2, "--outcomes needs --format=json")


def main():
    failures = []
    for test in CASES:
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(folder)
            except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError) as problem:
                failures.append(f"{test.__name__}: {problem}")
    return close("cli", len(CASES) - len(failures), failures)


if __name__ == "__main__":
    sys.exit(main())
