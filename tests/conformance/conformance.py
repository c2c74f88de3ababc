#!/usr/bin/env python3
"""Go's own suites against gocheck, with a ratchet of what passes.

    run    the compiler's run tests (GOROOT/test): output and exit status of `gocheck run`
    race   the race detector's labelled functions: found racy, or clean

Ratchet files (run.passing, race.passing beside this script) name what must pass; they only grow.
usage: conformance.py GOCHECK run|race [--all] [--update] [NAME...]
  --all     everything in scope (needs the lists in ../shared/conformance), not only the ratchet
  --update  add what passes to the ratchet
"""
import csv
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import GOROOT, ROOT, check, close, in_parallel, run

HERE = os.path.dirname(os.path.abspath(__file__))
LISTS = os.path.join(ROOT, "..", "shared", "conformance")


def scope(suite):
    with open(os.path.join(LISTS, suite + ".tsv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if suite == "run":
        return [r["path"] for r in rows if r["tier"] == "1"]
    return [f"{r['file']}:{r['function']}" for r in rows if r["scope"] == "plain"]


def judge_run(gocheck, name):
    path = os.path.join(GOROOT, "test", name)
    with open(path, encoding="utf-8", errors="replace") as file:
        header = file.readline()
    arguments = header.strip().split()[2:] if header.startswith("// run") else []
    status, out, err = run([gocheck, "run", path, *arguments], timeout=60)
    golden = path[:-3] + ".out"
    expected = open(golden, encoding="utf-8").read() if os.path.exists(golden) else ""
    if status != 0:
        return f"{name}: status {status}: {(err or out).strip()[:300]}"
    if out + err != expected:
        return f"{name}: output differs: {(out + err)[:200]!r}, expected {expected[:200]!r}"
    return None


def wrap(file, function):
    """The test file with this test function only, and a main that calls it."""
    with open(os.path.join(GOROOT, "src/runtime/race/testdata", file), encoding="utf-8") as source:
        text = source.read()
    text = re.sub(r"(?m)^package \w+", "package main", text)

    def keep(match):
        return match.group(0) if match.group(1) == function else ""

    text = re.sub(r"(?ms)^func ((?:Test|Benchmark)\w*)\(.*?^}\n", keep, text)
    body = re.sub(r"(?ms)^import \(.*?^\)|^import .*?$", "", text)

    def keep_import(match):
        package = match.group(2).split("/")[-1]
        return match.group(0) if re.search(rf"\b{package}\.", body) or match.group(1) else ""

    text = re.sub(r'(?m)^\s+(\. |_ )?"([\w/]+)"$', keep_import, text)
    text = re.sub(r'(?m)^import "([\w/]+)"$',
                  lambda m: m.group(0) if re.search(rf"\b{m.group(1).split('/')[-1]}\.", body) else "", text)
    if '"testing"' not in text:
        text = text.replace("package main", 'package main\n\nimport "testing"', 1)
    return text + f"\nfunc main() {{ {function}(new(testing.T)) }}\n"


RACES = {"data-race", "send-on-closed", "waitgroup-misuse"}


def judge_race(gocheck, name):
    file, function = name.split(":")
    racy = function.startswith("TestRace")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "race.go")
        with open(path, "w", encoding="utf-8") as out:
            out.write(wrap(file, function))
        status, result, err = check(gocheck, path, ["--time-limit=20s"], timeout=60)
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
    names = [a for a in sys.argv[3:] if not a.startswith("--")]
    ratchet_path = os.path.join(HERE, suite + ".passing")
    ratchet = open(ratchet_path, encoding="utf-8").read().split() if os.path.exists(ratchet_path) else []
    if not names:
        names = scope(suite) if flags & {"--all", "--update"} else ratchet
    judge = judge_run if suite == "run" else judge_race
    verdicts = in_parallel(lambda name: judge(gocheck, name), names)
    passing = {name for name, verdict in zip(names, verdicts) if verdict is None}
    if "--update" in flags:
        with open(ratchet_path, "w", encoding="utf-8") as file:
            file.writelines(name + "\n" for name in sorted(passing | set(ratchet)))
    return close(f"conformance {suite}", len(passing), [v for v in verdicts if v])


if __name__ == "__main__":
    sys.exit(main())
