"""Random types and expressions of Go: the lower half of the generator of programs (statements.py is the upper).

Expressions have no side effects, and the only panic that they can raise is that of an index into an empty sequence, so
that it does not matter in which order their parts are evaluated.
"""
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Type:
    """A Go type. kind: int, uint, float, string, bool, slice, array, map, struct, pointer, func, interface."""
    name: str
    kind: str
    bits: int = 0
    elem: "Type | None" = None
    key: "Type | None" = None
    length: int = 0
    fields: tuple = ()  # of structs: (name, Type); of funcs: the parameter types


INTS = [Type("int", "int", 64), Type("int8", "int", 8), Type("int16", "int", 16), Type("int32", "int", 32), Type("int64", "int", 64)]
UINTS = [Type("uint", "uint", 64), Type("uint8", "uint", 8), Type("uint16", "uint", 16), Type("uint32", "uint", 32),
         Type("uint64", "uint", 64), Type("uintptr", "uint", 64)]
FLOATS = [Type("float64", "float", 64), Type("float32", "float", 32)]
INT, INT32, UINT8, FLOAT, STRING, BOOL = INTS[0], INTS[3], UINTS[1], FLOATS[0], Type("string", "string"), Type("bool", "bool")
SHAPE = Type("shape", "interface")


SCALARS = ("int", "uint", "float", "string", "bool")
LITERALS = 8  # variables with literals of each basic type


def slice_of(elem):
    return Type("[]" + elem.name, "slice", elem=elem)


def array_of(elem, length):
    return Type(f"[{length}]{elem.name}", "array", elem=elem, length=length)


def map_of(key, elem):
    return Type(f"map[{key.name}]{elem.name}", "map", elem=elem, key=key)


def pointer_to(elem):
    return Type("*" + elem.name, "pointer", elem=elem)


def func_of(parameters, result):
    return Type(f"func({', '.join(p.name for p in parameters)}) {result.name}", "func", elem=result, fields=tuple(parameters))


def printable(t):
    """Does printing a value show no address?"""
    if t.kind in ("pointer", "func", "interface"):
        return False
    if t.kind == "struct":
        return all(printable(f) for _, f in t.fields)
    return (t.elem is None or printable(t.elem)) and (t.key is None or printable(t.key))


def comparable(t):
    if t.kind == "struct":
        return all(comparable(f) for _, f in t.fields)
    if t.kind == "array":
        return comparable(t.elem)
    return t.kind not in ("slice", "map", "func", "interface")


PRELUDE = '''package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
)

var _, _, _, _, _, _ = sort.Ints, strconv.Itoa, strings.Repeat, errors.New, os.Exit, runtime.Gosched
var _ sync.Mutex

// caught ends a function: what it panicked with is printed.
func caught(n int) {
	if r := recover(); r != nil {
		if err, ok := r.(error); ok {
			fmt.Println(n, "panic:", err.Error())
			return
		}
		fmt.Printf("%d panic: %v %T\\n", n, r, r)
	}
}

// at makes an index of a sequence with n elements, which has to have some.
func at(i, n int) int {
	if n == 0 {
		return 0
	}
	return (i%n + n) % n
}

// upTo makes an index that may also be n.
func upTo(i, n int) int { return at(i, n+1) }

func toInt(f float64) int {
	if f > -1e15 && f < 1e15 {
		return int(f)
	}
	return -1
}

// short keeps strings from growing without end.
func short(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}

type shape interface {
	area(n int) int
}

type failure struct{ code int }

func (f *failure) Error() string { return "failure " + strconv.Itoa(f.code) }

func fail(n int) (result int, err error) {
	if n%3 == 0 {
		return n, &failure{n}
	}
	if n%3 == 1 {
		return n, fmt.Errorf("wrapped %d: %w", n, &failure{n})
	}
	return n * 2, nil
}

func sum(first int, rest ...int) int {
	for _, r := range rest {
		first = first*3 + r
	}
	return first
}

func isEven(n uint8) bool {
	if n == 0 {
		return true
	}
	return isOdd(n - 1)
}

func isOdd(n uint8) bool {
	if n == 0 {
		return false
	}
	return isEven(n - 1)
}

'''


class Expressions:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.declarations = []
        self.named = []
        self.structs = []
        self.shapes = []  # (type, expression that makes one from an int)
        self.make_types()

    # ---- Types of the program ----

    def pick(self, options):
        return self.random.choice(options)

    def chance(self, p):
        return self.random.random() < p

    def number_type(self):
        return self.pick([INT, INT, *INTS, *UINTS, *FLOATS, *[n for n in self.named if n.kind in ("int", "uint", "float")]])

    def basic(self):
        return self.pick([INT, INT, STRING, BOOL, self.number_type(), self.number_type(), *self.named])

    def make_types(self):
        for i in range(4):
            base = self.pick([INT, UINT8, INT32, FLOAT, STRING, self.pick(INTS), self.pick(UINTS), FLOATS[1]])
            name = f"N{i}"
            self.named.append(Type(name, base.kind, base.bits))
            self.declarations.append(f"type {name} {base.name}\n")
            value = "len(n)" if base.kind == "string" else "toInt(float64(n))" if base.kind == "float" else "int(n)"
            self.declarations.append(f"func (n {name}) area(k int) int {{ return {value}*{self.random.randint(2, 9)} + k }}\n")
            if self.chance(0.4):
                inner = "string(n)" if base.kind == "string" else f"{base.name}(n)"
                self.declarations.append(f'func (n {name}) String() string {{ return fmt.Sprint("<", {inner}, ">") }}\n')
            literal = 'strings.Repeat("x", at(%s, 5))' if base.kind == "string" else "%s"
            self.shapes.append((self.named[-1], f"{name}({literal})"))
        for i in range(5):
            self.make_struct(f"S{i}")
        # Literals are read from variables, so that the compiler computes no constants, which would have to fit.
        for t in [*INTS, *UINTS, *FLOATS, STRING, BOOL, *self.named]:
            self.declarations.append(f"var k{t.name} = [...]{t.name}{{{', '.join(self.literal(t) for _ in range(LITERALS))}}}\n")

    def make_struct(self, name):
        fields = []
        if self.structs and self.chance(0.5):
            embedded = self.pick(self.structs)
            fields.append((embedded.name, embedded))
        for j in range(self.random.randint(1, 5)):
            t = self.pick([self.basic(), self.basic(), array_of(self.basic(), self.random.randint(1, 4)), slice_of(self.basic()),
                           map_of(STRING, INT), *self.structs])
            fields.append((f"{name.lower()}{'abcde'[j]}", t))
        struct = Type(name, "struct", fields=tuple(fields))
        lines = "".join(f"\t{f}\n" if f == t.name else f"\t{f} {t.name}\n" for f, t in fields)
        self.declarations.append(f"type {name} struct {{\n{lines}}}\n")
        ints = [f for f, t in fields if t.kind in ("int", "uint") and f != t.name]
        value = " + ".join(["k"] + [f"int(s.{f})" for f in ints])
        if self.chance(0.5) or not ints:
            self.declarations.append(f"func (s {name}) area(k int) int {{ return {value} }}\n")
            self.shapes.append((struct, f"{name}{{}}"))
        else:
            self.declarations.append(f"func (s *{name}) area(k int) int {{\n\ts.{ints[0]}++\n\treturn {value}\n}}\n")
            self.shapes.append((pointer_to(struct), f"&{name}{{}}"))
        self.structs.append(struct)

    def any_type(self, depth=2):
        choice = self.random.random()
        if depth == 0 or choice < 0.5:
            return self.basic()
        if choice < 0.65:
            return slice_of(self.any_type(depth - 1))
        if choice < 0.75:
            return array_of(self.any_type(depth - 1), self.random.randint(1, 5))
        if choice < 0.85:
            key = self.pick([STRING, INT, self.pick(INTS), BOOL, *[s for s in self.structs if comparable(s) and printable(s)], array_of(INT, 2)])
            return map_of(key, self.any_type(depth - 1))
        return self.pick(self.structs)

    # ---- Expressions: free of side effects, may only panic because a sequence is empty ----

    def literal(self, t):
        if t.kind == "bool":
            return self.pick(["true", "false"])
        if t.kind == "string":
            return self.pick(['""', '"a"', '"go"', '"h\\u00e9llo"', '"\\xff\\x00"', '"abc" + "def"', '"\\u4e16\\u754c"', '`raw\\n`'])
        if t.kind == "float":
            return self.pick(["0", "1", "0.5", "-2.25", "1e10", "3.14159", "1e-3", "100"])
        top = 2 ** (t.bits - (1 if t.kind == "int" else 0)) - 1
        low = -top - 1 if t.kind == "int" else 0
        return str(self.pick([0, 1, 2, 3, 7, self.random.randint(0, 100), self.random.randint(low, top), top, low, max(low, -1)]))

    def value(self, t, scope, depth):
        """An expression of any type."""
        if t.kind == "string":
            text = self.expr(t, scope, depth)
            return f"short({text})" if t == STRING else f"{t.name}(short(string({text})))"
        if t.kind in SCALARS:
            return self.expr(t, scope, depth)
        places = self.places(t, scope)
        if places and self.chance(0.4):
            return self.pick(places)
        inner = lambda e: self.value(e, scope, max(depth - 1, 0))
        if t.kind == "slice":
            if self.chance(0.1):
                return self.pick([f"make({t.name}, {self.random.randint(0, 4)}, {self.random.randint(4, 8)})", f"{t.name}(nil)"])
            return t.name + "{" + ", ".join(inner(t.elem) for _ in range(self.random.randint(1, 4))) + "}"
        if t.kind == "array":
            if self.chance(0.2):
                return f"{t.name}{{{self.random.randrange(t.length)}: {inner(t.elem)}}}"
            return t.name + "{" + ", ".join(inner(t.elem) for _ in range(self.random.randint(0, t.length))) + "}"
        if t.kind == "map":
            keys = {"string": ['"k"', '"l"', '"m"', '""'], "int": ["0", "1", "2", "7"]}.get(t.key.kind, [])
            chosen = self.random.sample(keys, self.random.randint(0, min(3, len(keys))))
            return t.name + "{" + ", ".join(f"{k}: {inner(t.elem)}" for k in chosen) + "}"
        if t.kind == "struct":
            chosen = [f for f in t.fields if self.chance(0.9 if f[1].kind in ("slice", "struct") else 0.6)]
            return t.name + "{" + ", ".join(f"{name}: {inner(f)}" for name, f in chosen) + "}"
        if t.kind == "pointer":
            return "&" + self.value(t.elem, [], max(depth, 1)) if t.elem.kind == "struct" else f"new({t.elem.name})"
        if t == SHAPE:
            form = self.pick(self.shapes)[1]
            return form % self.random.randint(0, 100) if "%s" in form else form
        return self.value(self.pick([*INTS, STRING, *self.named, slice_of(INT), *self.structs, array_of(INT, 2), map_of(STRING, INT)]), scope, 1)

    def places(self, t, scope, limit=3):
        return [p for p, pt in self.paths(scope, limit) if pt == t]

    def paths(self, scope, limit=3):
        """Variables and what they contain, as addressable operands with their types."""
        result = []

        def walk(path, t, depth):
            result.append((path, t))
            if depth == 0:
                return
            structure = t.elem if t.kind == "pointer" else t
            if structure.kind == "struct":
                for name, f in structure.fields:
                    walk(f"{path}.{name}", f, depth - 1)
            elif t.kind == "array":
                walk(f"{path}[{self.random.randrange(t.length)}]", t.elem, depth - 1)
            elif t.kind == "slice" and self.chance(0.5):
                walk(f"{path}[at({self.random.randint(0, 6)}, len({path}))]", t.elem, depth - 1)
            elif t.kind == "pointer":
                walk(f"(*{path})", t.elem, depth - 1)

        for name, t in scope:
            walk(name, t, limit)
        return result

    def leaf(self, t, scope):
        places = self.places(t, scope)
        return self.pick(places) if places and self.chance(0.75) else f"k{t.name}[{self.random.randrange(LITERALS)}]"

    def expr(self, t, scope, depth):
        if depth == 0 or self.chance(0.15):
            return self.leaf(t, scope)
        form = {"bool": self.boolean, "string": self.string, "float": self.floating}.get(t.kind, self.integer)
        return form(t, scope, depth - 1)

    def floating(self, t, scope, depth):
        sub = lambda k=t: self.expr(k, scope, depth)
        return self.pick([lambda: f"({sub()} {self.pick('+-*/')} {sub()})", lambda: f"({sub()} {self.pick('+-*/')} {sub()})",
                          lambda: f"-{self.leaf(t, scope)}", lambda: f"{t.name}({sub(self.number_type())})"])()

    def integer(self, t, scope, depth):
        sub = lambda k=t: self.expr(k, scope, depth)
        leaf = lambda k=t: self.leaf(k, scope)
        operator = lambda: self.pick(["+", "-", "*", "&", "|", "^", "&^"])
        shift = lambda: self.pick(["<<", ">>"])
        integers = INTS + UINTS + [n for n in self.named if n.kind in ("int", "uint")]
        return self.pick([
            lambda: f"({sub()} {operator()} {sub()})",
            lambda: f"({leaf()} {operator()} {self.literal(t)})",
            lambda: f"({sub()} {self.pick('/%')} ({leaf()} | 1))",
            lambda: f"({sub()} {self.pick('/%')} {self.random.randint(1, 100)})",
            lambda: f"({sub()} {shift()} {self.random.randint(0, t.bits + 2)})",
            lambda: f"({sub()} {shift()} ({leaf(INT)} & 63))",
            lambda: f"({sub()} {shift()} {leaf(UINT8)})",
            lambda: f"{self.pick('-^+')}{leaf()}",
            lambda: f"{t.name}({sub(self.pick(integers))})",
            lambda: f"{t.name}(toInt({sub(FLOAT)}))",
            lambda: f"{t.name}(len({self.pick(self.sized(scope))}))",
            lambda: f"{t.name}(sum({sub(INT)}, {sub(INT)}))",
        ])()

    def sized(self, scope):
        return [p for p, t in self.paths(scope) if t.kind in ("slice", "map", "string")] or ["kint[:2]", "kstring[1]"]

    def string(self, t, scope, depth):
        sub = lambda: self.expr(t, scope, depth)
        leaf = self.leaf(t, scope)
        index = lambda: self.leaf(INT, scope)
        verb = self.pick(["%v", "%5v", "%q", "%x", "%-6v|", "%+v", "%T", "%#v", "%08v", "%.2v"])
        plain = lambda text: text if t == STRING else f"{t.name}({text})"
        return self.pick([
            lambda: f"({sub()} + {sub()})",
            lambda: f"{leaf}[upTo({index()}, len({leaf})):]",
            lambda: f"{leaf}[:upTo({index()}, len({leaf}))]",
            lambda: plain(f"strconv.Itoa({self.expr(INT, scope, depth)})"),
            lambda: plain(f"string(rune({index()}))"),
            lambda: f"{t.name}([]byte({leaf}))",
            lambda: f"{t.name}([]rune({leaf}))",
            lambda: plain(f"strings.ToUpper(string({leaf}))"),
            lambda: plain(f'fmt.Sprintf("{verb}", {self.expr(self.basic(), scope, depth)})'),
            lambda: f"{t.name}(strings.Repeat(string({leaf}), at({index()}, 4)))",
        ])()

    def boolean(self, t, scope, depth):
        def compare():
            u = self.basic()
            operators = ["==", "!="] if u.kind == "bool" else ["==", "!=", "<", "<=", ">", ">="]
            return f"({self.leaf(u, scope)} {self.pick(operators)} {self.expr(u, scope, depth)})"

        def whole():
            places = [(p, u) for p, u in self.paths(scope) if u.kind in ("struct", "array") and comparable(u)]
            if not places:
                return compare()
            path, u = self.pick(places)
            return f"({path} {self.pick(['==', '!='])} {self.pick([p for p, v in places if v == u])})"

        def is_nil():
            places = [p for p, u in self.paths(scope) if u.kind in ("slice", "map", "pointer")]
            return f"({self.pick(places)} == nil)" if places else compare()

        sub = lambda: self.expr(t, scope, depth)
        return self.pick([compare, compare, whole, is_nil, lambda: f"!{sub()}", lambda: f"({sub()} && {sub()})", lambda: f"({sub()} || {sub()})"])()
