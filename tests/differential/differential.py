#!/usr/bin/env python3
"""Differential tests: deterministic programs print the same and end with the same status under
`gocheck run` and under the Go compiler. usage: differential.py GOCHECK [FILE...]

Lines of standard error are compared up to the first goroutine trace (addresses and paths differ).
Packages of other modules are those of which the Go distribution has a copy for itself.
"""
import glob
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import GOROOT, ROOT, close, in_parallel, run


COPIES = {
    "golang.org/x/sync/semaphore": "src/cmd/vendor/golang.org/x/sync/semaphore",
    "golang.org/x/sync/singleflight": "src/internal/singleflight",
}


def make_gopath(folder):
    for package, copy in COPIES.items():
        place = os.path.join(folder, "src", package)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(os.path.join(GOROOT, copy), place)
    return folder


def message(stderr):
    """What is said before the traces; `exit status N` is go run's own."""
    text = re.split(r"\n\ngoroutine \d+ \[", stderr)[0]
    text = re.sub(r"(?m)^exit status \d+$", "", text)
    text = re.sub(r"0x[0-9a-f]+", "ADDR", text)
    return text.strip()


def judge(gocheck, path):
    name = os.path.relpath(path, ROOT)
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "main.go")
        shutil.copy(path, copy)
        binary = os.path.join(folder, "main")
        env = dict(os.environ, GO111MODULE="off", GOFLAGS="", GOPATH=make_gopath(os.path.join(folder, "gopath")))
        status, _, err = run(["go", "build", "-o", binary, copy], timeout=300, env=env)
        if status != 0:
            return f"{name}: the Go compiler rejects it: {err[:500]}"
        theirs = run([binary], timeout=60)
    ours = run([gocheck, "run", path], timeout=60)
    if ours[0] != theirs[0]:
        return f"{name}: status {ours[0]}, Go's is {theirs[0]}: {ours[2][:300]}"
    if ours[1] != theirs[1]:
        for number, (a, b) in enumerate(zip(ours[1].split("\n"), theirs[1].split("\n")), 1):
            if a != b:
                return f"{name}: output line {number}: {a!r}, Go's is {b!r}"
        return f"{name}: output has another length"
    if message(ours[2]) != message(theirs[2]):
        return f"{name}: standard error {message(ours[2])!r}, Go's is {message(theirs[2])!r}"
    return None


def main():
    gocheck = os.path.abspath(sys.argv[1])
    examples = [os.path.join(ROOT, "examples", name + ".gol") for name in ("channel", "sieve", "bank_fixed", "pipeline_fixed")]
    files = sys.argv[2:] or examples + sorted(glob.glob(os.path.join(ROOT, "tests/differential/**/*.gol"), recursive=True))
    verdicts = in_parallel(lambda path: judge(gocheck, path), files)
    return close("differential", sum(v is None for v in verdicts), [v for v in verdicts if v])


if __name__ == "__main__":
    sys.exit(main())
