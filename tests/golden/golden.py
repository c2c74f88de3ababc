#!/usr/bin/env python3
"""Golden tests: what gocheck finds in each program is written on the very line.

    x++ // want data-race "races with"        one finding whose primary position is this line
    // gocheck: --lang=go1.21                   options, anywhere in the file
    // verdict: none-bounded                    if neither findings nor an exhaustive search are expected

For a program that must stay as it was published they are in beside/NAME.want, as `LINE: want ...`.

Findings and wants are matched one to one. A program without wants must be proven clean.
usage: golden.py GOCHECK [FILE...]
"""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import ROOT, check, close, in_parallel

WANT = re.compile(r'want ([a-z-]+) "((?:[^"\\]|\\.)*)"')


def expectations(path):
    wants, options, verdict, explorers = [], [], None, ["exhaustive", "reduced", "merging"]
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            comment = line.partition("//")[2]
            for kind, message in WANT.findall(comment):
                wants.append((number, kind, message.replace('\\"', '"')))
            if match := re.search(r"// gocheck: (.*)", line):
                options += match.group(1).split()
            if match := re.search(r"// explorers: (.*)", line):
                explorers = match.group(1).split()
            if match := re.search(r"// verdict: (\S+)", line):
                verdict = match.group(1)
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "beside", os.path.basename(path) + ".want")
    if os.path.exists(beside):  # for programs that are to stay as they were published
        for line in open(beside, encoding="utf-8"):
            number, _, rest = line.partition(":")
            wants += [(int(number), kind, message) for kind, message in WANT.findall(rest)]
    return wants, options, verdict or ("found" if wants else "none-exhaustive"), explorers


def judge(gocheck, path):
    name = os.path.relpath(path, ROOT)
    wants, options, verdict, explorers = expectations(path)
    failures = []
    for explorer in explorers:
        flags = options + [f"--explorer={explorer}"]
        status, result, err = check(gocheck, path, flags, timeout=120)
        if result is None:
            failures.append(f"{name} ({explorer}): no result, status {status}: {err.strip()[:500]}")
            continue
        missing = list(wants)
        for finding in result["findings"]:
            at, kind, message = finding["positions"][0], finding["kind"], finding["message"]
            hit = next((w for w in missing if w[0] == at["line"] and w[1] == kind and re.search(w[2], message)), None)
            if hit:
                missing.remove(hit)
            else:
                failures.append(f"{name}:{at['line']} ({explorer}): unexpected {kind}: {message}")
        for line, kind, message in missing:
            failures.append(f'{name}:{line} ({explorer}): missing {kind} "{message}"')
        if result["verdict"] != verdict:
            failures.append(f"{name} ({explorer}): verdict {result['verdict']} {result['limits']}, expected {verdict}")
    return failures


def main():
    gocheck = os.path.abspath(sys.argv[1])
    files = sys.argv[2:] or sorted(glob.glob(os.path.join(ROOT, "tests/golden/**/*.gol"), recursive=True) +
                                   glob.glob(os.path.join(ROOT, "examples/*.gol")))
    results = in_parallel(lambda path: judge(gocheck, path), files)
    failures = [failure for result in results for failure in result]
    return close("golden", sum(not result for result in results), failures)


if __name__ == "__main__":
    sys.exit(main())
