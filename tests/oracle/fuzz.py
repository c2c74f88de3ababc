#!/usr/bin/env python3
"""The oracle on real programs: random Gol programs, the other searches against the exhaustive one.

All must give the same findings (kind and positions), the same outputs and the same end states; a search that is short of
time must not invent any. Programs that are too large for the exhaustive search are compared among the others. A
disagreement, a crash or a hang prints the program, shrunken, and its seed: to look at one, give its seed and the count 1.
A long run can be interrupted and goes on from the seed that its last line of progress names.
usage: fuzz.py COMPARE [COUNT [FIRST_SEED [JOBS]]]     (COMPARE: build/oracle_compare)
"""
import json
import os
import select
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import close
from programs import Program

TIMEOUT = 60  # seconds for one program, most of which take some milliseconds
PROGRESS = 10  # seconds between lines of progress


class Comparer:
    """A process that compares one program after the other; started again when it has died."""

    def __init__(self, path):
        self.path, self.process = path, None

    def judge(self, seed, text):
        """What it says, as a dictionary."""
        if self.process is None:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        program = text.encode()
        line = b""
        try:
            self.process.stdin.write(b"%d %d\n" % (seed, len(program)) + program)
            self.process.stdin.flush()
            if select.select([self.process.stdout], [], [], TIMEOUT)[0]:
                line = self.process.stdout.readline()
            problem = "it ended" if self.process.poll() is not None or line == b"" else None
        except BrokenPipeError:
            problem = "it ended"
        if line:
            return json.loads(line)
        hung = self.process.poll() is None and problem is None
        self.process.kill()
        said = self.process.communicate()[1].decode(errors="replace").strip()[-500:]
        problem = f"no answer within {TIMEOUT} s" if hung else f"it ended with status {self.process.returncode}: {said}"
        self.process = None
        return {"seed": seed, "compared": False, "redundant": 0, "problem": problem}

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def shrink(comparer, seed, program, problem):
    """The program without what the problem does not need, and what the problem is then."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in program.smaller():
            found = comparer.judge(seed, candidate.text())["problem"]
            if found:
                program, problem, smaller = candidate, found, True
                break
    return program, problem


class Campaign:
    """Judges the seeds of a range, in order, with several comparers at a time."""

    def __init__(self, path, seeds):
        self.path, self.seeds = path, seeds
        self.lock = threading.Lock()
        self.next, self.busy = seeds.start, {}
        self.done = self.compared = 0
        self.redundant, self.failures = [], []
        self.start = self.reported = time.monotonic()

    def take(self):
        with self.lock:
            self.busy.pop(threading.get_ident(), None)
            if self.next == self.seeds.stop:
                return None
            seed, self.next = self.next, self.next + 1
            self.busy[threading.get_ident()] = seed
            return seed

    def work(self):
        comparer = Comparer(self.path)
        while (seed := self.take()) is not None:
            program = Program(seed)
            verdict = comparer.judge(seed, program.text())
            failure = None
            if verdict["problem"]:
                program, problem = shrink(comparer, seed, program, verdict["problem"])
                failure = f"seed {seed}: {problem}\n{program.text()}"
            with self.lock:
                self.note(seed, verdict, failure)
        comparer.close()

    def note(self, seed, verdict, failure):
        self.done += 1
        self.compared += verdict["compared"]
        if verdict["redundant"]:
            self.redundant.append(seed)
        if failure:
            self.failures.append(failure)
            print("FAIL", failure, flush=True)
        now = time.monotonic()
        if now - self.reported >= PROGRESS:
            self.reported = now
            print(f"{self.done} of {len(self.seeds)} programs, {len(self.failures)} failed, "
                  f"{self.done / (now - self.start):.0f} a second; all before seed {min(self.busy.values())} done", flush=True)

    def run(self, jobs):
        threads = [threading.Thread(target=self.work) for _ in range(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"{self.compared} programs compared with the exhaustive search; {self.done - self.compared} too large for it, "
              "compared among the others", end="")
        print(f"; redundant executions in {len(self.redundant)} (seeds {self.redundant[:5]})" if self.redundant else "")


def main():
    count, first, jobs = (int(sys.argv[i]) if len(sys.argv) > i else default
                          for i, default in ((2, 100_000), (3, 0), (4, os.cpu_count())))
    campaign = Campaign(os.path.abspath(sys.argv[1]), range(first, first + count))
    campaign.run(jobs)
    if campaign.compared < count // 2:
        campaign.failures.append("most programs were too large")
    return close("fuzz", count - len(campaign.failures), campaign.failures)


if __name__ == "__main__":
    sys.exit(main())
