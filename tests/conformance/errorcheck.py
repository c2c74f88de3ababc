"""Go's errorcheck tests: every line with an ERROR comment gets errors that match its patterns, no other line
gets any."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gocheck import GOROOT, run

COMMENT = re.compile(r"// (?:GC_)?ERROR(NEXT)? (.*)")
PATTERN = re.compile(r'"([^"]*)"|`([^`]*)`')
MESSAGE = re.compile(r"(.*?):(\d+):(?:\d+:)? (.*)")
# Complaints about the package as a whole: the suite compiles packages, gocheck programs.
WHOLE_PROGRAM = re.compile(r"is not a main package|function main is undeclared in the main package")


def wanted(path):
    """The patterns that each line of the file asks for: {line: [pattern]}."""
    result = {}
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            match = COMMENT.search(line)
            if "////" in line or not match:  # a double comment disables it
                continue
            at = number + 1 if match.group(1) else number
            for double, raw in PATTERN.findall(match.group(2)):
                # LINE, LINE+1 and LINE-1 stand for positions in messages.
                place = lambda m: f"{os.path.basename(path)}:{number + int(m.group(1) or 0)}"
                result.setdefault(at, []).append(re.sub(r"LINE([+-]\d+)?", place, double or raw))
    return result


def reported(output):
    """The messages of each line: {line: [message]}; a message may go on in indented lines."""
    result, others, last = {}, [], None
    for line in output.splitlines():
        match = MESSAGE.match(line)
        if line.startswith("\t") and last is not None:
            last[-1] += "\n" + line
        elif WHOLE_PROGRAM.search(line):
            last = None
        elif match:
            last = result.setdefault(int(match.group(2)), [])
            last.append(match.group(3))
        else:
            others.append(line)
    return result, others


def judge(gocheck, name):
    path = os.path.join(GOROOT, "test", name)
    with open(path, encoding="utf-8", errors="replace") as file:
        language = re.search(r"-lang=(go1\.\d+)", file.readline())
    options = [f"--lang={language.group(1) if language else 'go1.19'}"]
    status, out, err = run([gocheck, "--emit=types", *options, path], timeout=60)
    if status not in (0, 2):
        return f"{name}: status {status}: {err.strip()[:300]}"
    errors, others = reported(err.replace(os.path.dirname(path) + "/", ""))
    if others:
        return f"{name}: {others[0]}"
    for line, patterns in wanted(path).items():
        have = errors.pop(line, [])
        if not have:
            return f"{name}:{line}: no error, expected {patterns[0]!r}"
        for pattern in patterns:
            matching = [message for message in have if re.search(pattern, message)]
            if not matching:
                return f"{name}:{line}: {have}, expected {pattern!r}"
            have = [message for message in have if message not in matching]
        if have:
            return f"{name}:{line}: {have[0]!r} is not expected beside {patterns}"
    for line, messages in errors.items():
        return f"{name}:{line}: unexpected {messages[0]!r}"
    return None
