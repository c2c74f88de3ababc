#!/usr/bin/env python3
"""Go's own suites against gocheck, with a ratchet of what passes.

    run    the compiler's run tests (GOROOT/test): output and exit status of `gocheck run`
    race   the race detector's labelled functions: found racy, or clean
    errorcheck  the compiler's errorcheck tests: errors where they are expected, and nowhere else

Ratchet files (run.passing, race.passing, errorcheck.passing beside this script) name what must pass; they only grow.
usage: conformance.py GOCHECK run|race|errorcheck [--all] [--update] [--every=N] [NAME...]
  --all     everything in scope (needs the lists in ../shared/conformance), not only the ratchet
  --update  add what passes to the ratchet
  --every=N one in N of them
"""
import csv
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import errorcheck
from gocheck import GOROOT, ROOT, check, close, in_parallel, run

HERE = os.path.dirname(os.path.abspath(__file__))
LISTS = os.path.join(ROOT, "..", "shared", "conformance")


def scope(suite):
    with open(os.path.join(LISTS, suite + ".tsv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if suite == "run":
        return [r["path"] for r in rows if r["tier"] in ("1", "2")]
    if suite == "errorcheck":
        return [r["path"] for r in rows if r["scope"].startswith("in")]
    return [f"{r['file']}:{r['function']}" for r in rows if r["scope"] == "plain"]


def judge_run(gocheck, name):
    path = os.path.join(GOROOT, "test", name)
    with open(path, encoding="utf-8", errors="replace") as file:
        header = file.readline()
    arguments = header.strip().split()[2:] if header.startswith("// run") else []
    files = [path] + [os.path.join(os.path.dirname(path), a) for a in arguments if a.endswith(".go")]
    arguments = [a for a in arguments if not a.endswith(".go")]
    # The suite is of Go 1.19: some tests depend on the loop variables and the texts of that version. It
    # compares standard output and error as one stream.
    status, out, _ = run([gocheck, "run", "--lang=go1.19", *files, *arguments], timeout=240, merge=True)
    golden = path[:-3] + ".out"
    expected = open(golden, encoding="utf-8").read() if os.path.exists(golden) else ""
    if status != 0:
        return f"{name}: status {status}: {out.strip()[:300]}"
    if out != expected:
        return f"{name}: output differs: {out[:200]!r}, expected {expected[:200]!r}"
    return None


def declared(chunk):
    """The names that a top-level declaration introduces; for a method, its receiver's type.

    A blank variable introduces none: what its initialiser does belongs to no test (Go's harness leaves out
    reports from before the first test, too).
    """
    if match := re.match(r"func \((?:\w+ )?\*?(\w+)\) \w+", chunk):
        return {match.group(1)}
    if match := re.match(r"(?:func|type|var|const) (\w+(?:, \w+)*)", chunk):
        return set(match.group(1).split(", ")) - {"_"}
    return set(re.findall(r"(?m)^\t(\w+)", chunk))  # a parenthesised group


def wrap(file, function):
    """The test function with the declarations that it uses, and a main that calls it."""
    with open(os.path.join(GOROOT, "src/runtime/race/testdata", file), encoding="utf-8") as source:
        text = re.sub(r"(?s)/\*.*?\*/", "", source.read())
    imports = re.findall(r'"([\w/]+)"', "".join(re.findall(r"(?ms)^import (?:\(.*?^\)|\"[^\n]*$)", text)))
    chunks = re.split(r"(?m)^(?=(?:func|type|var|const)\b)", text)[1:]
    used, kept = {function}, []
    grown = True
    while grown:
        grown = False
        for chunk in [c for c in chunks if c not in kept]:
            if declared(chunk) & used:
                kept.append(chunk)
                used |= set(re.findall(r"\w+", chunk))
                grown = True
    body = "".join(chunk for chunk in chunks if chunk in kept)
    needed = [i for i in imports if re.search(rf"\b{i.split('/')[-1]}\.", body)]
    if "testing" not in needed:
        needed.append("testing")
    lines = "".join(f'import "{i}"\n' for i in needed)
    return f"package main\n\n{lines}\n{body}\nfunc main() {{ {function}(new(testing.T)) }}\n"


RACES = {"data-race", "send-on-closed", "waitgroup-misuse"}


def judge_race(gocheck, name):
    file, function = name.split(":")
    racy = function.startswith("TestRace")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "race.go")
        with open(path, "w", encoding="utf-8") as out:
            out.write(wrap(file, function))
        status, result, err = check(gocheck, path, ["--lang=go1.19", "--time-limit=20s"], timeout=60)
    if result is None:
        return f"{name}: status {status}: {err.strip()[:300]}"
    races = [f for f in result["findings"] if f["kind"] in RACES]
    if racy and not races:
        return f"{name}: race not found ({result['verdict']} {result['limits']})"
    if not racy and races:
        return f"{name}: false alarm: {races[0]['kind']}: {races[0]['message']}"
    return None


def main():
    gocheck, suite = os.path.abspath(sys.argv[1]), sys.argv[2]
    flags = {a for a in sys.argv[3:] if a.startswith("--")}
    every = next((int(f.removeprefix("--every=")) for f in flags if f.startswith("--every=")), 1)
    names = [a for a in sys.argv[3:] if not a.startswith("--")]
    ratchet_path = os.path.join(HERE, suite + ".passing")
    ratchet = open(ratchet_path, encoding="utf-8").read().split() if os.path.exists(ratchet_path) else []
    if not names:
        names = (scope(suite) if flags & {"--all", "--update"} else ratchet)[::every]
    judge = {"run": judge_run, "race": judge_race, "errorcheck": errorcheck.judge}[suite]
    verdicts = in_parallel(lambda name: judge(gocheck, name), names)
    passing = {name for name, verdict in zip(names, verdicts) if verdict is None}
    if "--update" in flags:
        with open(ratchet_path, "w", encoding="utf-8") as file:
            file.writelines(name + "\n" for name in sorted(passing | set(ratchet)))
    return close(f"conformance {suite}", len(passing), [v for v in verdicts if v])


if __name__ == "__main__":
    sys.exit(main())
