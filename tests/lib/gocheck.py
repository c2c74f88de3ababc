"""What the test runners share: running gocheck and reading its JSON."""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOROOT = "/usr/share/go-1.19"


def run(command, timeout, stdin=None, cwd=None, env=None, merge=False):
    """Returns (status, stdout, stderr) as text; status is None on a timeout. With merge, stdout is both."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                              timeout=timeout, input=stdin, cwd=cwd, env=env)
        return done.returncode, done.stdout.decode(errors="replace"), (done.stderr or b"").decode(errors="replace")
    except subprocess.TimeoutExpired as expired:
        return None, (expired.stdout or b"").decode(errors="replace"), (expired.stderr or b"").decode(errors="replace")


def check(gocheck, paths, options=(), timeout=60):
    """Checks a program; returns (status, result object or None, stderr)."""
    command = [gocheck, "--format=json", *options, *([paths] if isinstance(paths, str) else paths)]
    status, out, err = run(command, timeout)
    if "Sanitizer" in err:
        return status, None, err
    try:
        return status, json.loads(out), err
    except ValueError:
        return status, None, err or out


def in_parallel(function, items, workers=None):
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        return list(pool.map(function, items))


def close(name, passed, failures):
    """Prints the failures and the closing line; returns the exit status."""
    for failure in failures:
        print("FAIL", failure)
    print(f"{name}: {passed} passed, {len(failures)} failed")
    if passed == 0 and not failures:
        print(f"{name}: no test was found")
        return 1
    return 1 if failures else 0
