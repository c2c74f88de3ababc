#!/usr/bin/env python3
"""Writes unicode_data.inc from the files of the Unicode Character Database in the folder argv[1].

Unicode 15.0.0, the version of Go 1.22. Rows:
  kCategoryRuns   first code point << 5 | general category, up to the next run
  kCaseRuns       {low, high, step, upper delta, lower delta, title delta}
  kFoldOrbits     {rune, next rune of its case folding orbit}, where upper and lower case do not tell it
  kScripts        names; kScriptRuns: {low, high, script}
"""
import sys
from itertools import groupby

folder = sys.argv[1]
CATEGORIES = ["Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
              "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"]
SCRIPTS = ["Arabic", "Armenian", "Bengali", "Bopomofo", "Braille", "Cherokee", "Common", "Coptic", "Cyrillic",
           "Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati", "Gurmukhi", "Han", "Hangul", "Hebrew",
           "Hiragana", "Inherited", "Kannada", "Katakana", "Khmer", "Lao", "Latin", "Malayalam", "Mongolian",
           "Myanmar", "Ogham", "Runic", "Sinhala", "Syriac", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan"]
PROPERTIES = ["White_Space", "Hex_Digit", "ASCII_Hex_Digit", "Dash", "Diacritic", "Hyphen", "Ideographic",
              "Quotation_Mark", "Other_Alphabetic"]
MAX = 0x110000

category = ["Cn"] * MAX
upper, lower, title = list(range(MAX)), list(range(MAX)), list(range(MAX))
first = None
for line in open(folder + "/UnicodeData.txt"):
    f = line.strip().split(";")
    code = int(f[0], 16)
    if f[1].endswith("First>"):
        first = code
        continue
    for c in range(first if first is not None else code, code + 1):
        category[c] = f[2]
    first = None
    if f[12]: upper[code] = int(f[12], 16)
    if f[13]: lower[code] = int(f[13], 16)
    title[code] = int(f[14], 16) if f[14] else upper[code]

fold = {}
for line in open(folder + "/CaseFolding.txt"):
    line = line.split("#")[0].strip()
    if line:
        code, status, mapping = [x.strip() for x in line.split(";")[:3]]
        if status in "CS":
            fold.setdefault(int(mapping, 16), {int(mapping, 16)}).add(int(code, 16))
orbits = {}
for members in fold.values():
    ring = sorted(members)
    for here, following in zip(ring, ring[1:] + ring[:1]):
        guess = lower[here] if lower[here] != here else upper[here]
        if guess != following:
            orbits[here] = following
folding = set().union(*fold.values())
orbits.update((c, c) for c in range(MAX) if (lower[c], upper[c]) != (c, c) and c not in folding)

def ranges(path, wanted):
    out = []
    for line in open(folder + "/" + path):
        line = line.split("#")[0].strip()
        if not line: continue
        span, name = [x.strip() for x in line.split(";")]
        if name in wanted:
            low, _, high = span.partition("..")
            out.append((wanted.index(name), int(low, 16), int(high or low, 16)))
    out.sort()
    merged = []
    for s, low, high in out:
        if merged and merged[-1][0] == s and merged[-1][2] + 1 == low:
            merged[-1] = (s, merged[-1][1], high)
        else:
            merged.append((s, low, high))
    return merged

# Runs of equal deltas at a distance of one or two code points.
deltas = {c: (upper[c] - c, lower[c] - c, title[c] - c) for c in range(MAX)
          if (upper[c], lower[c], title[c]) != (c, c, c)}
runs = []
for c in sorted(deltas):
    for run in reversed(runs[-3:]):
        step = c - run[1]
        if run[3] == deltas[c] and step in (1, 2) and (run[2] == step or run[0] == run[1]):
            run[1], run[2] = c, step
            break
    else:
        runs.append([c, c, 1, deltas[c]])

def emit(out, declaration, items):
    out.write(declaration + " = {\n")
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > 108:
            out.write(line + "\n")
            line = "   "
        line += " " + item + ","
    out.write(line + "\n};\n")

with open(sys.argv[2], "w") as out:
    out.write("// Unicode 15.0.0, made by unicode_table.py. Do not edit.\n")
    starts, c = [], 0
    for key, group in groupby(category):
        starts.append("0x%x" % (c << 5 | CATEGORIES.index(key)))
        c += len(list(group))
    emit(out, "constexpr uint32_t kCategoryRuns[]", starts)
    emit(out, "constexpr CaseRun kCaseRuns[]",
         ["{0x%x,0x%x,%d,%d,%d,%d}" % (r[0], r[1], r[2], *r[3]) for r in runs])
    emit(out, "constexpr FoldStep kFoldOrbits[]", ["{0x%x,0x%x}" % o for o in sorted(orbits.items())])
    names = SCRIPTS + PROPERTIES
    emit(out, "constexpr std::string_view kSetNames[]", ['"%s"' % n for n in names])
    sets = ranges("Scripts.txt", SCRIPTS)
    sets += [(s + len(SCRIPTS), low, high) for s, low, high in ranges("PropList.txt", PROPERTIES)]
    emit(out, "constexpr SetRun kSetRuns[]", ["{0x%x,0x%x,%d}" % (low, high, s) for s, low, high in sets])
