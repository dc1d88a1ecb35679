"""The cells that a result depends on: nothing that matters is left out, and little that does not is kept."""

import random

import pytest

from jupyter_mlstudio.experiments.provenance.slicing.needed import Executed, needed

CASES = {
    "what is not used is left out": (["x = 1", "y = 2", "z = x"], [0, 2]),
    "the last version before its use counts": (["x = 1", "x = 2", "z = x"], [1, 2]),
    "a cell that was executed twice is there twice": (["x = 1", "x += 1", "x += 1", "z = x"], [0, 1, 2, 3]),
    "a column that was set belongs to the frame": (
        ["import pandas as pd", "df = pd.DataFrame({'a': [1]})", "df['b'] = 2", "df.head()", "print(df)",
         "df.c = 1\nm = df.a"],
        [0, 1, 2, 5],
    ),
    "an attribute that was set belongs to the object": (["m = thing()", "m.rate = 2", "v = m"], [0, 1, 2]),
    "two names of one list": (["l = []", "l.append(1)", "k = l", "k.append(2)", "n = len(l)"], [0, 1, 2, 3, 4]),
    "in place": (["df = make()", "df.dropna(inplace=True)", "df.dropna()", "v = df"], [0, 1, 3]),
    "random numbers after a seed": (
        ["import numpy as np", "np.random.seed(0)", "x = np.random.rand()", "y = np.random.rand()"],
        [0, 1, 2, 3],
    ),
    "random numbers with a generator of their own": (
        ["import numpy as np", "one = np.random.default_rng(0)", "two = np.random.default_rng(1)", "x = one.normal()"],
        [0, 1, 3],
    ),
    "what a function reads when it is called": (["a = 1", "def f(): return a", "a = 2", "r = f()"], [1, 2, 3]),
    "what a function changes in what it is given": (
        ["def f(d): d['x'] = 1", "d = {}", "f(d)", "v = d['x']"],
        [0, 1, 2, 3],
    ),
    "a function that only looks": (["def f(d): return len(d)", "d = {}", "f(d)", "v = d"], [1, 3]),
    "a function that binds a name of the notebook": (
        ["n = 0", "def f():\n    global n\n    n = 1", "f()", "v = n"],
        [0, 1, 2, 3],
    ),
    "methods of a class": (
        ["class A:\n    def go(self): return g()", "def g(): return k", "k = 1", "o = A()", "unused = 1",
         "v = o.go()"],
        [0, 1, 2, 3, 5],
    ),
    "a lambda reads later": (["x = 1", "f = lambda: x", "x = 2", "y = f()"], [1, 2, 3]),
    "a command may do anything": (["!pip install x", "x = 1"], [0, 1]),
    "a command that only looks": (["!ls", "x = 1"], [1]),
    "a command that reads names": (["n = 3", "!echo {n} > out.txt", "y = 1"], [0, 1, 2]),
    "what a command answers": (["x = !ls", "z = 2", "y = x"], [0, 2]),
    "magics that set something up": (["%matplotlib inline", "%autoreload 2", "x = 1"], [0, 1, 2]),
    "another file that is run": (["%run other.py", "x = y"], [0, 1]),
    "star imports": (["from math import *", "x = sin(1)"], [0, 1]),
    "a timed cell is a cell": (["x = 1", "%%time\ny = x", "z = y"], [0, 1, 2]),
    "a timed line is a line": (["x = 1", "%time y = x", "z = y"], [0, 1, 2]),
    "a captured cell": (["x = 1", "%%capture out\ny = x", "z = out, y"], [0, 1, 2]),
    "a shell cell": (["%%bash\necho hi > f", "x = 1"], [0, 1]),
    "a cell of another language for the eye": (["x = 1", "%%html\n<b>", "y = x"], [0, 2]),
    "a question": (["x = 1", "x?", "y = x"], [0, 2]),
    "a per cent sign in a text": (["x = '''\n%run me\n'''", "y = x"], [0, 1]),
    "a per cent sign in brackets": (["a, b = 1, 2", "x = (a\n%b\n)", "y = x"], [0, 1, 2]),
    "a cell that is indented as a whole": (["    x = 1", "y = x"], [0, 1]),
    "del and anew": (["x = 1", "del x", "x = 3", "y = x"], [2, 3]),
    "a branch may not be taken": (["x = 1", "if flag():\n    x = 2", "y = x"], [0, 1, 2]),
    "a file that was written": (
        ["df = 1", "df.to_csv('a.csv')", "import pandas as pd", "d = pd.read_csv('a.csv')", "v = d"],
        [0, 1, 2, 3, 4],
    ),
    "a file that is another": (
        ["import pandas as pd", "f = 1", "f.to_csv('b.csv')", "d = pd.read_csv('a.csv')"],
        [0, 3],
    ),
    "syntax errors have done nothing": (["x = 1", "def broken(:", "y = x"], [0, 2]),
    "settings of modules": (
        ["import os", "os.environ['A'] = '1'", "import sys", "sys.path.append('.')", "import pandas as pd",
         "pd.options.mode.x = None", "pd.set_option('a', 1)", "x = 1"],
        [0, 1, 2, 3, 4, 5, 6, 7],
    ),
    "code in a text": (["k = 'a'", "exec('b = 1')", "c = b"], [0, 1, 2]),
    "the second model": (
        ["from sklearn.linear_model import LogisticRegression", "X, y = 1, 2", "m = LogisticRegression()",
         "m.fit(X, y)", "m2 = LogisticRegression()", "m2.fit(X, y)", "s = m.score(X, y)"],
        [0, 1, 2, 3, 6],
    ),
    "a model in a pipeline": (
        ["from sklearn.pipeline import Pipeline", "m = model()", "p = Pipeline([('m', m)])", "p.fit(1, 2)",
         "s = m.coef_"],
        [0, 1, 2, 3, 4],
    ),
    "a comprehension has names of its own": (["x = [1]", "i = 5", "y = [i for i in x]"], [0, 2]),
    "plots": (["import matplotlib.pyplot as plt", "df = [1]", "plt.plot(df)\nplt.show()", "m = df"], [1, 3]),
    "other runs of the same studio": (
        ["from jupyter_mlstudio import Studio", "s = Studio.open()",
         "with s.track('x') as run:\n    run.log_metric('a', 1)",
         "with s.track('y') as run:\n    run.log_metric('a', 2)"],
        [0, 1, 3],
    ),
    "awaiting": (["async def f(): return 1", "x = await f()", "y = x"], [0, 1, 2]),
    "decorators": (
        ["kept = []", "def keep(f):\n    kept.append(f)\n    return f", "@keep\ndef g(): return 1", "n = kept"],
        [0, 1, 2, 3],
    ),
    "an import for a dotted name": (["import os", "import os.path", "x = os.path.join('a')"], [0, 1, 2]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_exactly_what_is_needed_is_kept(name):
    cells, expected = CASES[name]
    executed = [Executed(cell, failed="broken" in cell) for cell in cells]
    assert needed(executed, [len(cells) - 1]) == expected


def test_a_cell_that_failed_halfway_may_have_done_something():
    executed = [Executed("x = 1"), Executed("x = 2\n1/0", failed=True), Executed("y = x")]
    assert needed(executed, [2]) == [0, 1, 2]


def test_all_cells_of_a_long_run_are_kept():
    executed = [Executed(cell) for cell in ("run = start()", "a = 1", "b = 2", "run.end()")]
    assert needed(executed, [0, 1, 2, 3]) == [0, 1, 2, 3]


NAMES = "abcde"
CELLS = (
    "{0} = {n}",
    "{0} = [{n}, {n}]",
    "{0} = {1}",
    "{0} = [{1}, {2}]",
    "{0} = [*{1}, {n}]",
    "{0} += [{n}]",
    "{0}.append({n})",
    "{0}.append({1})",
    "if len({1}) > 2:\n    {0} = [{n}]",
    "for each in {1}:\n    {0} = [each]",
    "def f(x):\n    x.append({n})\n    return {1}",
    "def f(x):\n    return list({1})",
    "{0} = f({1})",
    "f({0})",
    "{0} = [str(each) for each in {1}]",
    "del {0}[0]",
    "{0}[0] = {1}",
    "try:\n    {0} = [{1}[9]]\nexcept IndexError:\n    {0} = [{n}]",
    "g = lambda: {0} + [{n}]",
    "{0} = g()",
    "{0}, {1} = {1}, {0}",
    "with open('file.txt', 'w') as out:\n    out.write(str({0}))",
    "with open('file.txt') as text:\n    {0} = [text.read()]",
    "{0} = ({1}, {n})\n{0} = list({0})",
    "{0} = dict(k={1})['k']",
    "class K:\n    items = {0}\n    def add(self):\n        self.items.append({n})",
    "k = K()",
    "k.add()",
    "print({0}, len({1}))",
)
FIRST = [*(f"{name} = [{place}]" for place, name in enumerate(NAMES)), "def f(x):\n    return x", "g = lambda: [0]"]
FIRST += ["class K:\n    items = []\n    def add(self): pass", "k = K()", "open('file.txt', 'w').close()"]


def value_of(cells):
    names: dict[str, object] = {}
    for cell in cells:
        exec(cell, names)
    return repr(names["result"])


@pytest.mark.parametrize("seed", range(3))
def test_a_minimal_notebook_gives_the_same_result(seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw = random.Random(seed)
    shorter = 0
    for _ in range(30):
        cells = executable(draw)
        places = needed([Executed(cell) for cell in cells], [len(cells) - 1])
        minimal = [cells[place] for place in places]
        assert value_of(minimal) == value_of(cells), "\n---\n".join(cells)
        shorter += len(cells) - len(minimal)
    assert shorter > 0


def executable(draw):
    """Put cells together that run in this order, one after the other, some of them again and again."""
    cells, names = [], {}
    for cell in FIRST:
        exec(cell, names)
        cells.append(cell)
    while len(cells) < len(FIRST) + 14:
        again = draw.random() < 0.2
        cell = draw.choice(cells) if again else draw.choice(CELLS).format(*draw.sample(NAMES, 3), n=draw.randint(0, 9))
        try:
            copy = {}
            for each in [*cells, cell]:
                exec(each, copy)
        except Exception:  # not every cell fits behind every other
            continue
        cells.append(cell)
    return [*cells, f"result = ({draw.choice(NAMES)}, k.items)"]
