#!/usr/bin/env python3
"""Random programs print the same and end with the same status under `gocheck run` and compiled by Go.

A program that does not is shrunken to the statements that matter and printed.
usage: fuzz.py GOCHECK [COUNT [FIRST_SEED]]
"""
import copy
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import close, in_parallel, run
from differential import message
from statements import Generator

FUNCTIONS = 40  # in each program
BATCH = 12      # programs that one `go build` makes
GO = dict(os.environ, GOFLAGS="", GO111MODULE="on", GOPROXY="off")


def build(folder, texts):
    """Compiles programs with Go; returns the binaries' paths, or an error."""
    with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as file:
        file.write("module random\n\ngo 1.19\n")
    names = [f"p{n}" for n in range(len(texts))]
    for name, text in zip(names, texts):
        os.makedirs(os.path.join(folder, name))
        with open(os.path.join(folder, name, "main.go"), "w", encoding="utf-8") as file:
            file.write(text)
    os.makedirs(os.path.join(folder, "bin"))
    status, _, errors = run(["go", "build", "-gcflags=-e", "-o", "bin/", "./..."], timeout=600, cwd=folder, env=GO)
    return [os.path.join(folder, "bin", name) for name in names], None if status == 0 else errors


def difference(gocheck, path, binary):
    """None if both sides agree on a program, else what differs first."""
    theirs = run([binary], timeout=20)
    ours = run([gocheck, "run", path], timeout=60)
    if theirs[0] is None:
        return None  # too much to do: nobody's fault
    if ours[1] != theirs[1]:
        a, b = ours[1].split("\n"), theirs[1].split("\n")
        n = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        line = lambda lines: lines[n] if n < len(lines) else "nothing"
        return f"line {n + 1}: {line(a)[:300]!r}, Go's is {line(b)[:300]!r}; {ours[2][:300]}"
    if ours[0] != theirs[0]:
        return f"status {ours[0]}, Go's is {theirs[0]}: {ours[2][:300]}"
    if message(ours[2]) != message(theirs[2]):
        return f"standard error {message(ours[2])!r}, Go's is {message(theirs[2])!r}"
    return None


def differs(gocheck, program):
    """What differs in one program; None also if Go rejects it."""
    with tempfile.TemporaryDirectory() as folder:
        (binary,), errors = build(folder, [program.text()])
        return None if errors else difference(gocheck, os.path.join(folder, "p0", "main.go"), binary)


def shrink(gocheck, program):
    """Drops functions, then statements, as long as something differs."""
    for candidate in [dict(functions=[f]) for f in program.functions] + [dict(functions=[])]:
        smaller = copy.copy(program)
        smaller.__dict__.update(candidate)
        if differs(gocheck, smaller):
            program = smaller
            break
    quiet = copy.copy(program)
    quiet.ending = ""
    if differs(gocheck, quiet):
        program = quiet

    def reduce(nodes):
        size = max(len(nodes) // 2, 1)
        while size >= 1:
            at = 0
            while at < len(nodes):
                removed = nodes[at:at + size]
                del nodes[at:at + size]
                if not differs(gocheck, program):
                    nodes[at:at] = removed
                    at += size
            size //= 2
        for node in nodes:
            for block in (node.body, getattr(node, "other", None)):
                if block:
                    reduce(block)

    for function in program.functions:
        reduce(function.body)
    return program


def judge_batch(gocheck, seeds):
    programs = [Generator(seed).program(FUNCTIONS) for seed in seeds]
    with tempfile.TemporaryDirectory() as folder:
        binaries, errors = build(folder, [p.text() for p in programs])
        if errors:
            return [f"seeds {seeds[0]} to {seeds[-1]}: the Go compiler rejects a program: {errors[:1500]}"]
        found = [difference(gocheck, os.path.join(folder, f"p{n}", "main.go"), binaries[n]) for n in range(len(seeds))]
    failures = []
    for seed, program, problem in zip(seeds, programs, found):
        if problem:
            text = shrink(gocheck, program).text() if os.environ.get("SHRINK", "1") != "0" else ""
            failures.append(f"seed {seed}: {problem}\n{text}")
    return failures


def main():
    gocheck = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    seeds = list(range(first, first + count))
    batches = [seeds[i:i + BATCH] for i in range(0, count, BATCH)]
    failures = [f for result in in_parallel(lambda batch: judge_batch(gocheck, batch), batches) for f in result]
    return close("random programs", count - len(failures), failures)


if __name__ == "__main__":
    sys.exit(main())
