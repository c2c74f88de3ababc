#!/usr/bin/env python3
"""Includes point down only: each folder of the house may include what is listed for it."""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BELOW = {
    "runtime/program": [],
    "runtime/machine": ["runtime/program"],
    "runtime/native": ["runtime/machine", "runtime/program"],
    "runtime/parallel": ["runtime/native", "runtime/machine", "runtime/program"],
    "frontend/syntax": ["runtime/program", "grammar"],
    "frontend/types": ["frontend/syntax", "runtime/program"],
    "frontend/lower": ["frontend/types", "frontend/syntax", "runtime/program"],
    "frontend": ["frontend/lower", "frontend/types", "frontend/syntax", "frontend/library", "runtime/program"],
    "frontend/library": [],
    "checker": ["checker", "runtime/native", "runtime/machine", "runtime/program"],
    "cli": ["frontend", "frontend/syntax", "checker", "runtime/parallel", "runtime/native", "runtime/machine",
            "runtime/program"],
}


def folder_of(path):
    folder = os.path.dirname(path)
    return "checker" if folder.startswith("checker") else folder


def main():
    files = subprocess.run(["git", "ls-files", "*.h", "*.cc"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    problems, looked = [], 0
    for path in files:
        folder = folder_of(path)
        if folder.startswith("tests"):
            continue
        looked += 1
        if folder not in BELOW:
            problems.append(f"{path}: folder {folder} is not in the plan of the house")
            continue
        for line in open(os.path.join(ROOT, path), encoding="utf-8"):
            match = re.match(r'#include "([^"]+)"', line)
            if match:
                target = folder_of(match.group(1))
                if target != folder and target not in BELOW[folder]:
                    problems.append(f"{path} includes {match.group(1)}")
            if re.match(r"#include [<\"]antlr", line) and folder not in ("frontend/syntax",):
                problems.append(f"{path} includes ANTLR")
            if re.match(r"#include <z3", line) and not path.startswith("checker/solve"):
                problems.append(f"{path} includes Z3")
    for problem in problems:
        print("FAIL", problem)
    print(f"architecture: {looked} files looked at, {len(problems)} problems")
    return 1 if problems or looked == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
