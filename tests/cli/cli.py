#!/usr/bin/env python3
"""The command line as users meet it: statuses, messages, bad input, replay. usage: cli.py GOCHECK"""
import json
import os
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
    expect(go("replay", source(folder, "{}", "w.json")), 2, "not a witness")
    expect(go("replay", os.path.join(folder, "none.json")), 2, "cannot read")


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
	for i := 0; i < 30; i++ {
		wg.Add(1)
		go func() { mu.Lock(); mu.Unlock(); wg.Done() }()
	}
	wg.Wait()
}
"""
    process = subprocess.Popen([GOCHECK, source(folder, text)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    expect((process.returncode, out.decode(), err.decode()), 3, "interrupted")


@case
def full_disk(folder):
    with open("/dev/full", "w") as full:
        done = subprocess.run([GOCHECK, os.path.join(ROOT, "examples/counter.gol")], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2, done.returncode
    assert b"cannot write" in done.stderr, done.stderr


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
