"""Generates random deterministic Go programs that are Gol as well: the sequential core of the language, and goroutines
whose outcome does not depend on the schedule.

A program is a prelude (named types, structs, methods, an interface, helpers) and many independent functions, each of
which prints what it computes. What Go leaves open is avoided: calls with side effects stand alone, operations that may
panic are guarded or stand alone, the order of maps is never seen, variables of loops are not captured.
"""
from dataclasses import dataclass, field

from expressions import (BOOL, INT, INTS, PRELUDE, SCALARS, SHAPE, STRING, UINT8, Expressions, array_of, func_of, map_of, pointer_to,
                         printable, slice_of)


@dataclass
class Node:
    """A statement: its lines, or what opens and closes a block of others."""
    head: str
    body: "list | None" = None
    tail: str = "}"

    def text(self, indent):
        tabs = "\t" * indent
        if self.body is None:
            return "".join(tabs + line + "\n" for line in self.head.split("\n"))
        head = "".join(tabs + line + "\n" for line in self.head.split("\n"))
        return head + "".join(n.text(indent + 1) for n in self.body) + tabs + self.tail + "\n"


@dataclass
class Function:
    """A function of the program: nodes, some of which a shrinker may drop."""
    number: int
    body: list = field(default_factory=list)

    def text(self):
        return f"func f{self.number}() {{\n\tdefer caught({self.number})\n" + "".join(n.text(1) for n in self.body) + "}\n"


@dataclass
class Program:
    declarations: str
    functions: list
    ending: str

    def text(self):
        calls = "".join(f"\tf{f.number}()\n" for f in self.functions)
        return PRELUDE + self.declarations + "\n" + "\n".join(f.text() for f in self.functions) + f"\nfunc main() {{\n{calls}{self.ending}}}\n"


ENDINGS = [
    "", "", "", '\tfmt.Println("end")\n', "\tos.Exit(3)\n", '\tpanic("the end")\n', "\tpanic(fmt.Errorf(\"an error %d\", 1))\n",
    "\tpanic(&failure{7})\n", "\tvar m map[string]int\n\tm[\"x\"] = 1\n", "\tvar s []int\n\tfmt.Println(s[kint[1]])\n",
    "\tvar p *failure\n\tfmt.Println(p.code)\n", "\tdefer fmt.Println(\"deferred\")\n\tpanic(1.5)\n",
    "\tdefer func() { panic(\"second\") }()\n\tpanic(\"first\")\n", "\tdefer func() { fmt.Println(recover()) }()\n\tpanic(\"recovered\")\n",
    "\tvar x any = \"s\"\n\tfmt.Println(x.(int))\n", "\t<-make(chan int)\n", "\tvar mu sync.Mutex\n\tmu.Lock()\n\tmu.Lock()\n",
    "\tgo func() { panic(\"in a goroutine\") }()\n\tselect {}\n", "\tdefer os.Exit(5)\n\truntime.Goexit()\n",
    "\tvar wg sync.WaitGroup\n\twg.Add(1)\n\twg.Wait()\n", "\tvar e error\n\tpanic(e.Error())\n", "\tc := make(chan int)\n\tclose(c)\n\tclose(c)\n",
    "\tvar mu sync.Mutex\n\tmu.Unlock()\n", "\tpanic(fmt.Sprint(S0{}))\n", "\tprintln(len(kint))\n\tos.Exit(0)\n",
]


class Generator(Expressions):
    """Statements. A scope is a list of (name, type); names that begin with i are not assigned to nor captured."""

    def __init__(self, seed):
        super().__init__(seed)
        self.counter = 0
        self.depth = 0

    def program(self, functions):
        made = [self.function(n) for n in range(functions)]
        return Program("\n".join(self.declarations), made, self.pick(ENDINGS))

    def function(self, number):
        self.counter = 0
        function = Function(number)
        scope = []
        for t in (INT, STRING, self.any_type(), self.any_type(), self.any_type(), slice_of(INT), self.pick(self.structs)):
            function.body.append(self.declare(t, scope))
        for _ in range(self.random.randint(6, 14)):
            known = len(scope)
            nodes = self.statement(scope)
            if len(scope) == known and self.chance(0.6):  # what panics here ends no more than this
                nodes = [Node(f"func() {{\n\tdefer caught({number})", nodes, "}()")]
            function.body += nodes
        function.body += self.report(number, scope)
        return function

    def fresh(self, prefix="v"):
        self.counter += 1
        return f"{prefix}{self.counter}"

    def declare(self, t, scope, text=None):
        name = self.fresh()
        text = text or self.value(t, scope, 2)
        form = f"var {name} {t.name} = {text}" if t.kind in SCALARS or self.chance(0.3) or text == "nil" else f"{name} := {text}"
        scope.append((name, t))
        return Node(f"{form}\n_ = {name}")

    def report(self, number, scope):
        nodes = []
        for name, t in scope:
            if t.kind == "pointer" and printable(t.elem):
                nodes.append(Node(f'fmt.Printf("{number} {name} %+v\\n", *{name})'))
            elif printable(t):
                verb = self.pick(["%v", "%v", "%+v", "%#v", "%T %[1]v"])
                nodes.append(Node(f'fmt.Printf("{number} {name} {verb}\\n", {name})'))
        return nodes

    def assignable(self, scope):
        return [(p, t) for p, t in self.paths(scope) if not p.startswith("i") and not p.startswith("(*i") and t.kind != "func"]

    def captured(self, scope):
        return [(n, t) for n, t in scope if not n.startswith("i")]

    def block(self, scope, count):
        """Statements in a scope that they may extend."""
        nodes = []
        for _ in range(count):
            nodes += self.statement(scope)
        return nodes

    def inner(self, scope, count=3):
        """A block of its own."""
        self.depth += 1
        nodes = self.block(list(scope), self.random.randint(1, count))
        self.depth -= 1
        return nodes

    def statement(self, scope):
        simple = [self.s_declare, self.s_assign, self.s_assign, self.s_operate, self.s_swap, self.s_append, self.s_slice, self.s_map, self.s_print,
                  self.s_pointer, self.s_call, self.s_copy, self.s_lookup, self.s_error, self.s_bytes, self.s_method_value, self.s_shadow, self.s_equal]
        nested = [self.s_if, self.s_for, self.s_range, self.s_switch, self.s_type_switch, self.s_closure, self.s_defer, self.s_recover, self.s_labels,
                  self.s_goto, self.s_channel, self.s_shape, self.s_goroutines, self.s_range_text, self.s_multiple, self.s_defer_arguments,
                  self.s_anonymous, self.s_constants, self.s_recursion, self.s_interface_keys, self.s_select, self.s_builder, self.s_functions]
        kinds = simple if self.depth >= 3 or self.chance(0.6) else nested
        return self.pick(kinds)(scope)

    # ---- Simple statements ----

    def s_declare(self, scope):
        t = self.any_type()
        return [self.declare(pointer_to(self.pick(self.structs)) if self.chance(0.1) else t, scope)]

    def s_assign(self, scope):
        path, t = self.pick(self.assignable(scope))
        return [Node(f"{path} = {self.value(t, scope, 3)}")]

    def s_operate(self, scope):
        places = [(p, t) for p, t in self.assignable(scope) if t.kind in ("int", "uint", "float")]
        path, t = self.pick(places)
        if self.chance(0.3):
            return [Node(path + self.pick(["++", "--"]))]
        if t.kind == "float":
            return [Node(f"{path} {self.pick('+-*/')}= {self.expr(t, scope, 2)}")]
        form = self.random.randrange(3)
        if form == 0:
            return [Node(f"{path} {self.pick(['<<', '>>'])}= {self.leaf(UINT8, scope)}")]
        if form == 1:
            return [Node(f"{path} {self.pick('/%')}= ({self.leaf(t, scope)} | 1)")]
        return [Node(f"{path} {self.pick(['+', '-', '*', '&', '|', '^', '&^'])}= {self.expr(t, scope, 2)}")]

    def s_swap(self, scope):
        places = self.assignable(scope)
        path, t = self.pick(places)
        other = self.pick([p for p, u in places if u == t])
        if self.chance(0.5):
            return [Node(f"{path}, {other} = {other}, {path}")]
        second, u = self.pick(places)
        return [Node(f"{path}, {second} = {self.value(t, scope, 1)}, {self.value(u, scope, 1)}")]

    def s_append(self, scope):
        places = [(p, t) for p, t in self.assignable(scope) if t.kind == "slice"]
        path, t = self.pick(places)
        form = self.random.randrange(5)
        if form == 0:
            source = self.pick([p for p, u in places if u == t])
            return [Node(f"if len({source}) < 20 && len({path}) < 40 {{\n\t{path} = append({path}, {source}...)\n}}")]
        if form == 1:
            cut = f"at({self.leaf(INT, scope)}, len({path})+1)"
            name = self.fresh()
            return [Node(f"{name} := {cut}\n{path} = append({path}[:{name}], {path}[{name}:]...)")]
        if form == 2:
            name = self.fresh()
            scope.append((name, t))
            return [Node(f"{name} := append({path}[:at(3, len({path})+1)], {self.value(t.elem, scope[:-1], 1)})\n_ = {name}")]
        if form == 3:
            return [Node(f'fmt.Println("cap", len({path}), cap(append({path}, {self.value(t.elem, scope, 0)})))')]
        values = ", ".join(self.value(t.elem, scope, 1) for _ in range(self.random.randint(1, 3)))
        return [Node(f"if len({path}) < 40 {{\n\t{path} = append({path}, {values})\n}}")]

    def s_slice(self, scope):
        places = [(p, t) for p, t in self.assignable(scope) if t.kind in ("slice", "array")]
        if not places:
            return self.s_declare(scope)
        path, t = self.pick(places)
        low, high, name = self.fresh("i"), self.fresh("i"), self.fresh()
        bounds = f"{low} := upTo({self.leaf(INT, scope)}, len({path}))\n{high} := {low} + upTo({self.leaf(INT, scope)}, len({path})-{low})\n"
        form = self.pick([f"{low}:{high}", f"{low}:{high}:{high}", f"{low}:", f":{high}", ":"])
        scope.append((name, slice_of(t.elem)))
        return [Node(f"{bounds}_, _ = {low}, {high}\n{name} := {path}[{form}]\n_ = {name}")]

    def s_map(self, scope):
        places = [(p, t) for p, t in self.assignable(scope) if t.kind == "map"]
        if not places:
            t = map_of(self.pick([STRING, INT]), self.any_type(1))
            return [self.declare(t, scope)]
        path, t = self.pick(places)
        key = self.value(t.key, scope, 1)
        form = self.random.randrange(4)
        if form == 0:
            return [Node(f"delete({path}, {key})")]
        if form == 1 and t.elem.kind in ("int", "uint", "float"):
            return [Node(f"if {path} != nil {{\n\t{path}[{key}] {self.pick('+-*')}= {self.expr(t.elem, scope, 1)}\n}}")]
        if form == 2 and t.elem.kind == "slice":
            return [Node(f"if {path} != nil && len({path}[{key}]) < 20 {{\n\t{path}[{key}] = append({path}[{key}], {self.value(t.elem.elem, scope, 1)})\n}}")]
        return [Node(f"if {path} != nil {{\n\t{path}[{key}] = {self.value(t.elem, scope, 1)}\n}}")]

    def s_lookup(self, scope):
        places = [(p, t) for p, t in self.paths(scope) if t.kind == "map"]
        if not places:
            return self.s_assign(scope)
        path, t = self.pick(places)
        value, ok = self.fresh(), self.fresh()
        key = self.value(t.key, scope, 1)
        scope += [(value, t.elem), (ok, BOOL)]
        return [Node(f"{value}, {ok} := {path}[{key}]\n_, _ = {value}, {ok}")]

    def s_print(self, scope):
        places = [p for p, t in self.paths(scope) if printable(t)]
        chosen = ", ".join(self.random.sample(places, min(len(places), self.random.randint(1, 4))))
        if self.chance(0.3):
            verb = self.pick(["%v", "%d", "%x", "%q", "%s", "%+v", "%#v", "%T", "%8v", "%-8v|", "%08d", "%+d", "%X", "% x", "%.3v", "%t", "%e", "%g", "%c", "%U", "%b", "%o"])
            return [Node(f'fmt.Printf("{verb}\\n", {self.pick(places)})')]
        return [Node(f"fmt.Println({chosen})")]

    def s_pointer(self, scope):
        places = [(p, t) for p, t in self.assignable(scope) if t.kind in ("struct", "int", "array", "slice") and "(*" not in p and not p.startswith("k")]
        path, t = self.pick(places)
        name = self.fresh()
        scope.append((name, pointer_to(t)))
        return [Node(f"{name} := &{path}\n_ = {name}")]

    def s_call(self, scope):
        functions = [(n, t) for n, t in scope if t.kind == "func"]
        name = self.fresh()
        if not functions:
            scope.append((name, INT))
            many = self.places(slice_of(INT), scope[:-1])
            rest = f"{self.pick(many)}..." if many and self.chance(0.5) else self.expr(INT, scope[:-1], 1)
            return [Node(f"{name} := sum({self.expr(INT, scope[:-1], 1)}, {rest})\n_ = {name}")]
        function, t = self.pick(functions)
        arguments = ", ".join(self.value(p, scope, 1) for p in t.fields)
        scope.append((name, t.elem))
        return [Node(f"{name} := {function}({arguments})\n_ = {name}")]

    def s_copy(self, scope):
        places = [(p, t) for p, t in self.assignable(scope) if t.kind == "slice"]
        path, t = self.pick(places)
        source = self.pick([p for p, u in places if u == t])
        return [Node(f'fmt.Println("copied", copy({path}[at(1, len({path})+1):], {source}))')]

    def s_error(self, scope):
        n = self.expr(INT, scope, 1)
        name, err, target = self.fresh(), self.fresh("e"), self.fresh("e")
        scope.append((name, INT))
        return [Node(f"{name}, {err} := fail({n})\nvar {target} *failure\nif errors.As({err}, &{target}) {{\n\tfmt.Println({name}, {err}, {target}.code, errors.Unwrap({err}) != nil)\n}}")]

    def s_bytes(self, scope):
        text = self.leaf(STRING, scope)
        name = self.fresh()
        t = self.pick([slice_of(UINT8), slice_of(INTS[3])])
        scope.append((name, t))
        # Appended, because the capacity after a conversion depends on where the compiler keeps the variable.
        make = f"append([]byte(nil), {text}...)" if t.elem == UINT8 else f"append([]rune(nil), []rune({text})...)"
        value = "'x'" if self.chance(0.5) else self.leaf(t.elem, scope[:-1])
        return [Node(f"{name} := {make}\nif len({name}) > 0 {{\n\t{name}[len({name})-1] = {value}\n}}\nfmt.Println(string({name}))")]

    def s_method_value(self, scope):
        places = [(p, t) for p, t in self.assignable(scope) if (t.kind == "struct" or t in self.named) and not p.startswith("k")]
        if not places:
            return self.s_assign(scope)
        path, t = self.pick(places)
        name = self.fresh()
        nodes = [Node(f"{name} := {path}.area\n_ = {name}")]
        if t.kind == "struct" and self.chance(0.5):
            nodes.append(Node(f"{path} = {self.value(t, scope, 1)}"))
        scope.append((name, func_of([INT], INT)))
        return nodes

    def s_shadow(self, scope):
        if not scope:
            return []
        name, t = self.pick(scope)
        if t.kind == "func":
            return self.s_assign(scope)
        body = [Node(f"{name} := {name}\n_ = {name}")] + self.inner(scope, 2) if not name.startswith("i") else self.inner(scope, 2)
        return [Node("{", body)]

    def s_equal(self, scope):
        left, right = (self.pick([p for p, t in self.paths(scope) if t.kind != "func" and "kint" not in p]) for _ in range(2))
        return [Node(f"func() {{\n\tdefer func() {{\n\t\tif r := recover(); r != nil {{\n\t\t\tfmt.Println(r)\n\t\t}}\n\t}}()\n\tfmt.Println(any({left}) == any({right}))\n}}()")]

    # ---- Statements with blocks ----

    def s_if(self, scope):
        condition = self.expr(BOOL, scope, 2)
        if self.chance(0.3):
            name = self.fresh()
            condition = f"{name} := {self.expr(INT, scope, 2)}; {name} > {self.leaf(INT, scope)} || {condition}"
        if self.chance(0.5):
            return [IfElse(f"if {condition} {{", self.inner(scope), self.inner(scope))]
        return [Node(f"if {condition} {{", self.inner(scope))]

    def loop(self, scope):
        """The head of a loop that ends, and the scope inside."""
        name = self.fresh("i")
        head = self.pick([f"for {name} := 0; {name} < {self.random.randint(1, 4)}; {name}++ {{",
                          f"for {name} := {self.random.randint(1, 5)}; {name} > 0; {name} -= 2 {{"])
        return head, scope + [(name, INT)]

    def s_for(self, scope):
        head, inside = self.loop(scope)
        return [Node(head, self.inner(inside))]

    def s_range(self, scope):
        places = [(p, t) for p, t in self.paths(scope) if t.kind in ("slice", "array", "map")]
        path, t = self.pick(places) if places else ("kint", array_of(INT, 8))
        key, value = self.fresh("i"), self.fresh("i")
        if t.kind == "map":
            name = self.fresh()
            scope.append((name, INT))
            size = {"int": f"int({value})", "uint": f"int({value})", "string": f"len({value})", "slice": f"len({value})"}.get(t.elem.kind, "1")
            use = f"_, _ = {key}, {value}\n{name} += {size}"
            return [Node(f"{name} := 0"), Node(f"for {key}, {value} := range {path} {{", [Node(use)])]
        form = self.random.randrange(3)
        if form == 0:
            return [Node(f"for {key} := range {path} {{", [Node(f"_ = {key}")] + self.inner(scope + [(key, INT)]))]
        bound = [Node(f"_, _ = {key}, {value}")]
        return [Node(f"for {key}, {value} := range {path} {{", bound + self.inner(scope + [(key, INT), (value, t.elem)], 2))]

    def s_range_text(self, scope):
        key, value = self.fresh("i"), self.fresh("i")
        return [Node(f"for {key}, {value} := range {self.leaf(STRING, scope)} {{",
                     [Node(f"_, _ = {key}, {value}")] + self.inner(scope + [(key, INT), (value, INTS[3])], 2))]

    def s_switch(self, scope):
        cases = []
        if self.chance(0.5):
            t = self.basic()
            head = f"switch {self.leaf(t, scope)} {{"
            tests = [", ".join(self.expr(t, scope, 1) for _ in range(self.random.randint(1, 2))) for _ in range(self.random.randint(1, 3))]
        else:
            head = "switch {"
            tests = [self.expr(BOOL, scope, 2) for _ in range(self.random.randint(1, 3))]
        for n, test in enumerate(tests):
            body = self.inner(scope, 2)
            if n + 1 < len(tests) and self.chance(0.2):
                body.append(Node("fallthrough"))
            elif self.chance(0.1):
                body.insert(0, Node("if kbool[0] {\n\tbreak\n}"))
            cases.append(Node(f"case {test}:", body, ""))
        if self.chance(0.5):
            cases.insert(self.random.randrange(len(cases)), Node("default:", self.inner(scope, 2), ""))
        return [Node(head, cases)]

    def s_type_switch(self, scope):
        candidates = [INT, STRING, *self.named, *self.structs, slice_of(INT), array_of(INT, 2), map_of(STRING, INT), UINT8]
        chosen = self.random.sample(candidates, 3)
        name = self.fresh("i")
        cases = [Node(f"case {t.name}:", [Node(f"_ = {name}")] + self.inner(scope + [(name, t)], 2), "") for t in chosen]
        cases += [Node(f"case {self.pick(['nil', 'shape', 'error', 'fmt.Stringer'])}:", self.inner(scope, 1), "")]
        cases += [Node("default:", [Node(f'fmt.Printf("other %T\\n", {name})')], "")]
        return [Node(f"switch {name} := any({self.value(self.pick(candidates), scope, 1)}).(type) {{", cases)]

    def s_closure(self, scope):
        parameters = [self.pick([INT, STRING, self.basic(), self.any_type(1)]) for _ in range(self.random.randint(0, 3))]
        result = self.pick([INT, self.basic(), self.any_type(1)])
        names = [self.fresh("p") for _ in parameters]
        inside = self.captured(scope) + list(zip(names, parameters))
        self.depth += 1
        body = self.block(inside, self.random.randint(1, 3))
        self.depth -= 1
        body.append(Node(f"return {self.value(result, inside, 2)}"))
        name = self.fresh()
        head = f"{name} := func({', '.join(f'{n} {t.name}' for n, t in zip(names, parameters))}) {result.name} {{"
        scope.append((name, func_of(parameters, result)))
        return [Node(head, body), Node(f"_ = {name}")] + self.s_call(scope)

    def s_defer(self, scope):
        if self.depth > 1:  # in loops they add up
            return self.s_assign(scope)
        inside = self.captured(scope)
        return [Node("defer func() {", self.inner(inside, 2) + [Node(f'fmt.Println("deferred", {self.expr(INT, inside, 1)})')], "}()")]

    def s_recover(self, scope):
        """A call that may panic, whose deferred function changes the result."""
        inside = self.captured(scope)
        name, result = self.fresh(), self.fresh("r")
        handler = f"defer func() {{\n\tif e := recover(); e != nil {{\n\t\tfmt.Println(\"recovered\", e)\n\t\t{result} = {self.literal(INT)}\n\t}}\n}}()"
        body = [Node(handler)] + self.inner(inside, 2) + [Node(self.panicking(inside))] + self.inner(inside, 1)
        body.append(Node(f"return {self.expr(INT, inside, 2)}"))
        scope.append((name, INT))
        return [Node(f"{name} := func() ({result} int) {{", body, "}()"), Node(f"_ = {name}")]

    def panicking(self, scope):
        """One operation that may panic."""
        i = self.leaf(INT, scope)
        sequences = [p for p, t in self.paths(scope) if t.kind in ("slice", "string")] or ["kint[:3]"]
        s = self.pick(sequences)
        return self.pick([
            f"_ = {s}[{i}]", f"_ = {s}[{i}:]", f"_ = {s}[:{i}]", f"_ = {s}[{self.random.randint(0, 3)}:{i}]", f"_ = {i} / {self.leaf(INT, scope)}", f"_ = {i} % (kint[1] - kint[1])",
            "var m map[string]int\nm[\"k\"]++", "var p *failure\np.code++", f"_ = any({i}).(string)", "_ = any(failure{}).(shape)", f"panic({i})", "panic(fmt.Sprint(1))",
            "panic(&failure{3})", "var f func()\nf()", f"_ = make([]int, {i} % 100)", f"_ = kint[{i}]", "var c chan int\nclose(c)", "c := make(chan int, 1)\nclose(c)\nc <- 1",
            f"_ = 1 << ({i} % 100)", "var s shape\ns.area(1)", "runtime.Gosched()", f"_ = kint[at({i}, 9) : {i}&7]",
            "_ = map[any]int{func() {}: 1}", f"_ = strings.Repeat(\"x\", {i} % 100)",
        ])

    def s_labels(self, scope):
        label = f"L{self.fresh('')}"
        outer, middle = self.loop(scope)
        inner, inside = self.loop(middle)
        leave = Node(f"if {self.expr(BOOL, inside, 2)} {{\n\t{self.pick(['break', 'continue'])} {label}\n}}")
        return [Node(f"{label}:\n{outer}", [Node(inner, self.inner(inside, 2) + [leave] + self.inner(inside, 1))] + self.inner(middle, 1))]

    def s_goto(self, scope):
        label, count = f"L{self.fresh('')}", self.fresh()
        jump = Node(f"if {count}++; {count} < 3 && {self.expr(BOOL, scope, 1)} {{\n\tgoto {label}\n}}")
        return [Node("{", [Node(f"{count} := 0\n{label}:"), Node("{", self.inner(scope, 2)), jump])]

    def s_channel(self, scope):
        t = self.pick([INT, STRING, self.pick(self.structs), self.basic()])
        c, v, ok = self.fresh("c"), self.fresh("i"), self.fresh("i")
        size = self.random.randint(1, 4)
        nodes = [Node(f"{c} := make(chan {t.name}, {size})")]
        nodes += [Node(f"{c} <- {self.value(t, scope, 1)}") for _ in range(self.random.randint(1, size))]
        nodes.append(Node(f"select {{\ncase {c} <- {self.value(t, scope, 1)}:\n\tfmt.Println(\"sent\", len({c}), cap({c}))\ndefault:\n\tfmt.Println(\"full\")\n}}"))
        nodes.append(Node(f"close({c})"))
        if self.chance(0.5):
            nodes.append(Node(f"for {v} := range {c} {{", [Node(f"_ = {v}")] + self.inner(scope + [(v, t)], 2)))
        nodes.append(Node(f"select {{\ncase {v}, {ok} := <-{c}:\n\t_ = {v}\n\tfmt.Println({ok})\ndefault:\n}}"))
        return [Node("{", nodes)]

    def s_shape(self, scope):
        made = self.value(SHAPE, scope, 1)
        s, r, x = self.fresh("s"), self.fresh(), self.fresh("i")
        t = self.pick(self.shapes)[0]
        scope.append((r, INT))
        return [Node(f"{r} := 0\n{{\n\tvar {s} shape = {made}\n\t{r} = {s}.area({self.expr(INT, scope[:-1], 1)})\n\tfmt.Println({r}, {s}.area(1))\n\tif {x}, ok := {s}.({t.name}); ok {{\n\t\tfmt.Println({x}.area(2))\n\t}}\n}}")]

    def s_multiple(self, scope):
        """A function with several results, passed on and taken apart."""
        first, second = self.pick([INT, self.basic()]), self.any_type(1)
        inside = self.captured(scope)
        f, a, b = self.fresh("g"), self.fresh(), self.fresh()
        x, y = self.fresh("r"), self.fresh("r")
        self.depth += 1
        body = self.block(list(inside) + [(x, first), (y, second)], 2)
        self.depth -= 1
        finish = self.pick(["return", f"return {self.value(first, inside, 1)}, {self.value(second, inside, 1)}", f"{x} = {self.value(first, inside, 1)}\nreturn {x}, {y}"])
        nodes = [Node(f"{f} := func() ({x} {first.name}, {y} {second.name}) {{", body + [Node(finish)]),
                 Node(f"{a}, {b} := {f}()\n_, _ = {a}, {b}")]
        if printable(first) and printable(second):
            nodes.append(Node(f"fmt.Println({f}())"))
        scope += [(a, first), (b, second)]
        return nodes

    def s_defer_arguments(self, scope):
        """Arguments of deferred calls are evaluated at once, the calls come last first."""
        inside = self.captured(scope)
        n, made = self.random.randint(1, 3), self.value(SHAPE, inside, 1)
        i, x = self.fresh("i"), self.fresh("s")
        body = [Node(f"for {i} := 0; {i} < {n}; {i}++ {{\n\tdefer fmt.Println(\"deferred\", {i}, {self.expr(INT, inside, 1)})\n}}"),
                Node(f"var {x} shape = {made}\ndefer func(n int) {{ fmt.Println(n, {x}.area(n)) }}({x}.area(1))\ndefer {x}.area({self.leaf(INT, inside)})")]
        return [Node("func() {", body + self.inner(inside, 2), "}()")]

    def s_anonymous(self, scope):
        first, second = self.basic(), self.any_type(1)
        v, w = self.fresh("w"), self.fresh("w")
        t = f"struct {{\n\ta {first.name}\n\tb {second.name}\n}}"
        lines = [f"{v} := {t}{{{self.value(first, scope, 1)}, {self.value(second, scope, 1)}}}", f"{w} := {v}", f"{w}.a = {self.value(first, scope, 1)}",
                 f"type local {t}", f"{v} = {t}(local({w}))"]
        if printable(first) and printable(second):
            lines.append(f'fmt.Printf("%v %+v %v\\n", {v}, local({w}), any({v}) == any(local({w})))')
        return [Node("{", [Node("\n".join(lines) + f"\n_, _ = {v}, {w}")])]

    def s_constants(self, scope):
        a, b, c = (self.fresh("k") for _ in range(3))
        t = self.pick(INTS)
        form = self.pick(["iota", "1 << iota", "iota * 3 % 5", "100 - iota*iota", "(iota + 1) & 6"])
        x, y = self.random.randint(1, 10**9), self.random.randint(1, 10**9)
        return [Node(f"const (\n\t{a} {t.name} = {form}\n\t{b}\n\t_\n\t{c}\n)\nfmt.Println({a}, {b}, {c}, {x}*{y}/{y}, {x}.0/{y}, {x}<<{x % 30}>>{y % 30}, -{x}%{y % 100 + 1}, {x}&^{y}, "
                     f"float32({x})/3, len(\"{'x' * (x % 7)}\"), '{'abcxyz'[x % 6]}'+{y % 50}, uint8({x % 256})+uint8({self.leaf(UINT8, scope)}))")]

    def s_recursion(self, scope):
        inside = self.captured(scope)
        f, n, x, result = self.fresh("g"), self.fresh("i"), self.fresh("p"), self.fresh()
        t = self.pick([INT, STRING, slice_of(INT), self.pick(self.structs)])
        deeper = inside + [(n, INT), (x, t)]
        body = [Node(f"if {n} <= 0 {{\n\treturn {self.value(t, deeper, 1)}\n}}")] + self.inner(deeper, 2)
        body.append(Node(f"return {f}({n}-1, {self.value(t, deeper, 1)})"))
        start = self.value(t, inside, 1)
        scope.append((result, t))
        return [Node(f"var {f} func({n} int, {x} {t.name}) {t.name}"), Node(f"{f} = func({n} int, {x} {t.name}) {t.name} {{", body),
                Node(f"{result} := {f}({self.random.randint(1, 4)}, {start})\n_ = {result}")]

    def s_interface_keys(self, scope):
        m = self.fresh("m")
        types = self.random.sample([INT, STRING, BOOL, UINT8, *self.named, array_of(INT, 2)], 4)
        lines = [f"{m} := map[any]int{{}}"]
        lines += [f"{m}[{t.name}({self.leaf(t, scope)})] += {n + 1}" if t.kind in SCALARS else f"{m}[{t.name}{{1, {n}}}] = {n}" for n, t in enumerate(types)]
        lines.append(f"delete({m}, any({self.leaf(INT, scope)}))")
        looked = ", ".join(f"{m}[{t.name}({self.leaf(t, scope)})]" for t in types if t.kind in SCALARS)
        return [Node("{", [Node("\n".join(lines) + f"\nfmt.Println(len({m}), {looked})")])]

    def s_select(self, scope):
        """One case is ready."""
        a, b, v = self.fresh("c"), self.fresh("c"), self.fresh("i")
        t = self.basic()
        setup = self.pick([f"{a} <- {self.value(t, scope, 1)}", f"{b} <- {self.value(t, scope, 1)}", f"close({a})", f"{a} <- {self.value(t, scope, 1)}\n{b} = nil"])
        ready = "full" if self.chance(0.3) else ""
        label = f"L{self.fresh('')}"
        body = [Node(f"{a}, {b} := make(chan {t.name}, 1), make(chan {t.name}, 1)\n{setup}"), Node(f"{label}:\nfor {{", [
            Node("select {", [Node(f"case {v}, ok := <-{a}:", [Node(f"_ = {v}\nfmt.Println(\"a\", ok)")] + self.inner(scope + [(v, t)], 1) + [Node(f"if ok {{\n\tcontinue {label}\n}}\nbreak {label}")], ""),
                              Node(f"case {v} := <-{b}:", [Node(f"fmt.Println(\"b\", {v} == {v})\nbreak")], ""),
                              Node("default:", [Node(f"fmt.Println(\"default{ready}\")\nbreak {label}")], "")])])]
        return [Node("{", body)]

    def s_builder(self, scope):
        b, i, r = self.fresh("b"), self.fresh("i"), self.fresh("i")
        parts = [Node(f"{b}.WriteString({self.value(STRING, scope, 2)})"), Node(f"{b}.WriteByte({self.leaf(UINT8, scope)})"), Node(f"{b}.WriteRune(rune({self.leaf(INT, scope)}))"),
                 Node(f'fmt.Fprintf(&{b}, "%v,%x", {self.leaf(self.basic(), scope)}, {self.leaf(STRING, scope)})')]
        self.random.shuffle(parts)
        finish = Node(f'for {i}, {r} := range strings.Split({b}.String(), "a") {{\n\tfmt.Printf("%d %q ", {i}, {r})\n}}\nfmt.Println({b}.Len(), strings.Fields({b}.String()), strings.Contains({b}.String(), "go"))')
        return [Node("{", [Node(f"var {b} strings.Builder")] + parts + [finish])]

    def s_functions(self, scope):
        """Functions as values: in slices, maps and structs, as arguments, as results."""
        inside = self.captured(scope)
        fs, x, f, h = self.fresh("f"), self.fresh("p"), self.fresh("i"), self.fresh("h")
        literals = ",\n\t".join(f"func({x} int) int {{ return {self.expr(INT, inside + [(x, INT)], 2)} }}" for _ in range(self.random.randint(1, 3)))
        place = self.pick([p for p, t in self.assignable(inside) if t == INT])
        lines = [f"{fs} := []func(int) int{{\n\t{literals},\n}}", f"{fs} = append({fs}, {fs}[0])",
                 f"{h} := func(g func(int) int, n int) func() int {{ return func() int {{ {place} += n; return g(n) }} }}",
                 f"for _, {f} := range {fs} {{\n\tfmt.Println({f}(1), {h}({f}, {self.leaf(INT, inside)})())\n}}"]
        return [Node("{", [Node("\n".join(lines))])]

    def s_goroutines(self, scope):
        """Goroutines whose result is the same in every schedule."""
        n, k = self.random.randint(2, 5), self.random.randint(1, 6)
        result, seed = self.fresh(), self.leaf(INT, self.captured(scope))
        start = f"{self.fresh('s')}"
        work = f"(x ^ {self.expr(INT, [('x', INT), ('g', INT)], 2)})"
        forms = [
            # Every goroutine has its own element.
            f"parts := make([]int, {n})\nvar wg sync.WaitGroup\nfor g := range parts {{\n\twg.Add(1)\n\tgo func(g int) {{\n\t\tdefer wg.Done()\n\t\tx := {start}\n"
            f"\t\tfor j := 0; j < {k}; j++ {{\n\t\t\tx = {work}\n\t\t}}\n\t\tparts[g] = x\n\t}}(g)\n}}\nwg.Wait()\nfor _, x := range parts {{\n\t{result} = {result}*31 + x\n}}",
            # A sum that commutes, under a lock.
            f"var mu sync.Mutex\nvar wg sync.WaitGroup\nwg.Add({n})\nfor g := 0; g < {n}; g++ {{\n\tgo func(g int) {{\n\t\tdefer wg.Done()\n\t\tfor x := {start} & 15; x < 20; x++ {{\n"
            f"\t\t\tmu.Lock()\n\t\t\t{result} += {work}\n\t\t\tmu.Unlock()\n\t\t}}\n\t}}(g)\n}}\nwg.Wait()",
            # Fan-in of a sum.
            f"c := make(chan int{self.pick(['', ', 1', ', 3'])})\nfor g := 0; g < {n}; g++ {{\n\tgo func(g int) {{\n\t\tfor j := 0; j < {k}; j++ {{\n\t\t\tx := {start} + j\n"
            f"\t\t\tc <- {work}\n\t\t}}\n\t}}(g)\n}}\nfor j := 0; j < {n * k}; j++ {{\n\t{result} += <-c\n}}",
            # A pipeline keeps the order.
            f"source := make(chan int)\ngo func() {{\n\tdefer close(source)\n\tfor j := 0; j < {k}; j++ {{\n\t\tsource <- {start} + j\n\t}}\n}}()\nstage := source\nfor g := 0; g < {n}; g++ {{\n"
            f"\tout := make(chan int{self.pick(['', ', 2'])})\n\tgo func(g int, in <-chan int, out chan<- int) {{\n\t\tdefer close(out)\n\t\tfor x := range in {{\n\t\t\tout <- {work}\n\t\t}}\n"
            f"\t}}(g, stage, out)\n\tstage = out\n}}\nfor x := range stage {{\n\t{result} = {result}*7 + x\n}}",
            # Taking turns.
            f"ping, pong := make(chan int), make(chan int)\ngo func() {{\n\tg := 1\n\t_ = g\n\tfor x := range ping {{\n\t\tpong <- {work}\n\t}}\n\tclose(pong)\n}}()\nfor j := 0; j < {k}; j++ {{\n"
            f"\tping <- {start} ^ j\n\t{result} = {result}*3 + <-pong\n}}\nclose(ping)\n_, ok := <-pong\nfmt.Println(ok)",
            # Once, and a condition.
            f"var once sync.Once\nvar mu sync.Mutex\ncond := sync.NewCond(&mu)\ndone := 0\nfor g := 0; g < {n}; g++ {{\n\tgo func(x, g int) {{\n\t\tonce.Do(func() {{ {result} = {start} }})\n\t\tmu.Lock()\n"
            f"\t\t{result} += {work}\n\t\tdone++\n\t\tcond.Broadcast()\n\t\tmu.Unlock()\n\t}}({k}, g)\n}}\nmu.Lock()\nfor done < {n} {{\n\tcond.Wait()\n}}\nmu.Unlock()",
        ]
        scope.append((result, INT))
        return [Node(f"{result}, {start} := 0, {seed}\n_ = {start}"), Node("{", [Node(self.pick(forms))])]


@dataclass
class IfElse(Node):
    """if ... { body } else { other }"""
    other: list = field(default_factory=list)

    def __init__(self, head, body, other):
        super().__init__(head, body)
        self.other = other

    def text(self, indent):
        tabs = "\t" * indent
        inner = lambda nodes: "".join(n.text(indent + 1) for n in nodes)
        return f"{tabs}{self.head}\n{inner(self.body)}{tabs}}} else {{\n{inner(self.other)}{tabs}}}\n"
