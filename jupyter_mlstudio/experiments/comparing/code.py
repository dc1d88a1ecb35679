"""What a change of source means: whether it can have moved a result, and in which words to tell it."""

import ast
import re
from collections.abc import Iterable, Iterator
from copy import copy
from typing import NamedTuple

SHOWING = frozenset(
    {
        "print", "display", "show", "head", "tail", "describe", "info", "plot", "scatter", "bar", "barh", "hist", "pie",
        "legend", "title", "xlabel", "ylabel", "savefig", "figure", "subplots", "imshow", "heatmap", "boxplot", "grid",
        "axis", "tight_layout", "track", "start_run", "log_figure", "log_artifact", "log_text", "log_model",
        "log_dataset", "log_params", "log_param", "log_recipe", "log_input", "log_metric", "log_metrics",
        "log_predictions", "set_tags", "set_tag", "style", "warn", "filterwarnings", "simplefilter", "set_option",
        "use", "perf_counter", "time", "debug", "warning",
    }
)  # fmt: skip
"""Calls that show or note something and leave everything as it is."""

SHAPING = frozenset(
    {
        "read_csv", "read_parquet", "read_sql", "read_excel", "read_json", "scan_csv", "scan_parquet", "drop", "dropna",
        "fillna", "fill_null", "fill_nan", "drop_nulls", "drop_duplicates", "unique", "filter", "query", "sample",
        "merge", "join", "concat", "groupby", "group_by", "assign", "with_columns", "replace", "clip", "astype", "cast",
        "apply", "map", "where", "mask", "shuffle", "resample",
    }
)  # fmt: skip
"""Calls that make other data of data."""

BLOCKS = ("body", "orelse", "finalbody", "handlers")

SHOWN = 60
"""Characters of a line that a sentence repeats."""


class Change(NamedTuple):
    """What became of a piece of code.

    Attributes:
        matters: From 0, nothing that runs has changed, to 1, it is what trains or prepares.
        sentence: What changed, in words.
        shapes: Whether it can change the data.
        literals: The name that is set, the old and the new value, where nothing but literals has changed.
        names: Names that the changed statements set or change.
    """

    matters: float
    sentence: str
    shapes: bool
    literals: list[tuple[str, str, str]]
    names: set[str]


def change_of(before: str, after: str) -> Change:
    """Tell what a change of source means; one side may be empty."""
    one, other = _statements(before), _statements(after)
    if one is None or other is None:  # magics or a syntax error: only the text can be told
        same = before.split() == after.split()
        return Change(0.0 if same else 0.5, _told(before, after), shapes=False, literals=[], names=set())
    before_atoms, after_atoms = ([(ast.dump(node), node) for node in _atoms(side)] for side in (one, other))
    old, new = ({text for text, _ in side} for side in (before_atoms, after_atoms))
    gone = [node for text, node in before_atoms if text not in new]
    came = [node for text, node in after_atoms if text not in old]
    if not gone and not came:
        what = "in another order" if [text for text, _ in before_atoms] != [text for text, _ in after_atoms] else ""
        sentence = "its statements are in another order" if what else "only comments or blanks differ"
        return Change(0.3 if what else 0.0, sentence, shapes=False, literals=[], names=set())
    changed = [*gone, *came]
    calls = _calls(changed)
    return Change(
        _weight(changed, calls),
        _told("\n".join(map(ast.unparse, gone)), "\n".join(map(ast.unparse, came))),
        shapes=bool(calls & SHAPING) or any(_sets_part(node) for node in changed),
        literals=_literals(gone, came),
        names=set().union(*map(_names_set, changed)),
    )


def imports(sources: Iterable[str]) -> set[str]:
    """Return the top modules that pieces of code import."""
    found: set[str] = set()
    for source in sources:
        for node in ast.walk(ast.Module(_statements(source) or [], [])):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found


def needed(sources: list[str], last: int) -> set[int]:
    """Return the places of the pieces that the last one depends on, by the names that they set and use.

    Only a rough answer, for runs that kept their sources and nothing more.
    """
    wanted: set[str] = set()
    found: set[int] = set()
    for place in range(last, -1, -1):
        nodes = _statements(sources[place])
        sets = set().union(*map(_names_set, nodes)) if nodes else set()
        if place == last or nodes is None or sets & wanted:
            found.add(place)
            wanted |= {
                node.id
                for node in ast.walk(ast.Module(nodes or [], []))
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
            }
    return found


def _statements(source: str) -> list[ast.stmt] | None:
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    try:
        return ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError):
        return None


def _atoms(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield statements one by one: of a block its head, then what is in it."""
    for node in nodes:
        inner = {name: getattr(node, name) for name in BLOCKS if getattr(node, name, None)}
        head = copy(node)
        for name in inner:
            setattr(head, name, [])
        yield head
        for block in inner.values():
            yield from _atoms(block)


def _weight(changed: list[ast.AST], calls: set[str]) -> float:
    if all(_is_silent(node) for node in changed):
        return 0.03
    if all(isinstance(node, ast.Import | ast.ImportFrom) for node in changed):
        return 0.15
    return 1.0 if calls or any(map(_sets_part, changed)) else 0.8


def _is_silent(node: ast.AST) -> bool:
    """Tell whether a statement only shows something: a bare value, or calls that show."""
    if isinstance(node, ast.With):  # its head: what is in it stands for itself
        return not _calls([node]) - SHOWING
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return bool(_calls([node]) & SHOWING) and not _calls([node]) - SHOWING
    if not isinstance(node, ast.Expr):
        return isinstance(node, ast.Pass)
    calls = _calls([node])
    return not calls or bool(calls & SHOWING)


def _calls(nodes: Iterable[ast.AST]) -> set[str]:
    found = set()
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Call):
                found.add(each.func.attr if isinstance(each.func, ast.Attribute) else getattr(each.func, "id", ""))
    return found


def _names_set(node: ast.AST) -> set[str]:
    """Return the names that a statement sets, or whose value it may change."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store | ast.Del):
            found.add(each.id)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(each.name)
        elif isinstance(each, ast.alias):
            found.add((each.asname or each.name).partition(".")[0])
        elif isinstance(each, ast.Subscript | ast.Attribute) and isinstance(each.ctx, ast.Store):
            found |= _root(each)
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr not in SHOWING:
            found |= _root(each.func)  # a method may change what it belongs to
    return found


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _sets_part(node: ast.AST) -> bool:
    """Tell whether a statement sets a column or an element."""
    return any(isinstance(each, ast.Subscript) and isinstance(each.ctx, ast.Store) for each in ast.walk(node))


def _literals(gone: list[ast.AST], came: list[ast.AST]) -> list[tuple[str, str, str]]:
    if len(gone) != len(came):
        return []
    found: list[tuple[str, str, str]] = []
    for before, after in zip(gone, came, strict=True):
        one, other = list(ast.walk(before)), list(ast.walk(after))
        if [type(node) for node in one] != [type(node) for node in other]:
            return []
        for left, right in zip(one, other, strict=True):
            if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
                name = " ".join(_names_set(after))
                found += [(name, str(left.value), str(right.value))] if left.value != right.value else []
            elif isinstance(left, ast.Name | ast.Attribute) and _label(left) != _label(right):
                return []
    return found


def _label(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _told(before: str, after: str) -> str:
    one, other = before.splitlines(), after.splitlines()
    gone = [line.strip() for line in one if line.strip() and line not in other]
    came = [line.strip() for line in other if line.strip() and line not in one]
    more = max(len(gone), len(came)) - 1
    rest = "" if more < 1 else f", and {more} more {'line' if more == 1 else 'lines'}"
    if gone and came:
        return f"{_became(gone[0], came[0])}{rest}"
    if came:
        return f"new: `{_short(came[0])}`{rest}"
    return f"gone: `{_short(gone[0])}`{rest}" if gone else "its text changed"


def _became(before: str, after: str) -> str:
    """Say what became of a line; of long ones the part that differs."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(0, same - SHOWN // 3) if max(len(before), len(after)) > SHOWN else 0
    dots = "…" if start else ""
    return f"`{_short(dots + before[start:])}` became `{_short(dots + after[start:])}`"


def _short(line: str) -> str:
    line = re.sub(r"\s+", " ", line).replace("`", "'")
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
