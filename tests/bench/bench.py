#!/usr/bin/env python3
"""Benchmarks: how fast gocheck is, as ratios to peers that are measured in the same run.

    bench.py GOCHECK [run|check|search] [--only NAME]... [--rounds N] [--json FILE] [--smoke]

`run` compares `gocheck run` with compiled Go, `check` measures the search, `search` compares it with SPIN; without any
of them, all three. Sizes are such that a full run takes some minutes; --smoke makes everything tiny, to see that the
programs and this script work.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True

import checking
import running
import searching


def main():
    parser = argparse.ArgumentParser(description="speed of gocheck, as ratios to peers measured in the same run")
    parser.add_argument("gocheck")
    parser.add_argument("what", nargs="*", choices=["run", "check", "search", []], help="all unless given")
    parser.add_argument("--only", action="append", metavar="NAME", help="one program; repeatable")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each program, of which the median counts")
    parser.add_argument("--json", metavar="FILE", help="write all numbers, too")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, once each")
    options = parser.parse_args()
    gocheck = os.path.abspath(options.gocheck)
    suites = {"run": running.main, "check": checking.main, "search": searching.main}
    results = {name: suites[name](gocheck, options) for name in suites if name in (options.what or suites)}
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
