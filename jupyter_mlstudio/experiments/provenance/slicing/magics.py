"""Turns the source of a cell into Python that can be parsed, and tells what its magics may do."""

import ast
import io
import re
import textwrap
import tokenize
from typing import NamedTuple

BODY = frozenset(
    {"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "heat", "pyinstrument", "python", "py"}
)
"""Cell magics whose body is Python of the notebook."""

HARMLESS = frozenset(
    """
    html HTML javascript js latex markdown svg SVG job jobs ai who whos who_ls history hist ls ll pwd lsmagic magic
    quickref pinfo pinfo2 psource pdoc debug tb xmode precision page pycat notebook man more less cat connect_info
    qtconsole dhist info tensorboard psearch recall doctest_mode
    """.split()  # noqa: SIM905  # a list of so many words is read best as a text
)
"""Magics that no result depends on."""

LOOKING = re.compile(
    r"\s*(?:ls|ll|dir|pwd|cat|head|tail|wc|du|df|which|whoami|date|nvidia-smi|free|top|ps|uname|tree|file|stat|echo(?!.*>)"
    r"|git (?:status|log|diff|show)|python\d? --version|pip (?:list|freeze|show))\b(?!.*>)"
)
"""Commands that change nothing."""

TIMED = frozenset({"time", "timeit", "prun", "memit"})
"""Line magics that run the rest of their line."""

TEXTS = frozenset({tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)})

_MAGIC = re.compile(r"^(?P<indent>\s*)(?:(?P<target>[A-Za-z_][\w, ]*)\s*=\s*)?(?P<mark>%|!!?)(?P<rest>\S.*)$")
_HELP = re.compile(r"^\s*\??\??[%\w.*\[\]'\"]+\?{1,2}\s*$|^\s*\?{1,2}\S")
_NAMES = re.compile(r"[{$]\s*([A-Za-z_]\w*)")


class Readable(NamedTuple):
    """A cell as Python: what its magics read stands in it as plain names."""

    tree: ast.Module | None
    opaque: bool
    doubtful: bool


def readable(source: str) -> Readable:
    """Parse a cell.

    `opaque` is one that may do anything unseen; `doubtful` one whose statements may not have happened as they stand.
    """
    text = source.lstrip("\n")
    if text.lstrip().startswith("%%"):
        return _cell_magic(text.lstrip())
    lines, opaque = _without_magics(text)
    return Readable(_parsed("\n".join(lines)), opaque, False)


def _cell_magic(text: str) -> Readable:
    first, _, body = text.partition("\n")
    name, _, rest = first[2:].partition(" ")
    if name in HARMLESS:
        return Readable(ast.Module([], []), False, False)
    if name not in BODY:
        return Readable(_parsed(_reads(rest + body)), True, True)
    inner = readable(body)
    if name == "capture" and rest.split() and not rest.startswith("-") and inner.tree is not None:
        inner.tree.body.insert(0, ast.parse(f"{rest.split()[0]} = None").body[0])
    elif name in ("time", "timeit") and rest.strip() and not rest.strip().startswith("-"):
        extra = _parsed(rest.strip())
        if extra is not None and inner.tree is not None:
            inner.tree.body[:0] = extra.body
    return inner._replace(doubtful=name == "timeit")


def _without_magics(text: str) -> tuple[list[str], bool]:
    opaque = False
    lines: list[str] = []
    joined = ""
    inside = _inside_strings(text)
    for number, line in enumerate(text.split("\n")):
        if number in inside:
            lines.append(line)
            continue
        whole = joined + line.strip() if joined else line
        if (joined or whole.lstrip().startswith(("%", "!"))) and whole.endswith("\\"):
            joined = whole[:-1]
            lines.append("")
            continue
        joined = ""
        plain, unseen = _line(whole)
        lines.append(plain)
        opaque = opaque or unseen
    return lines, opaque


def _line(line: str) -> tuple[str, bool]:
    """Return a line as Python, and whether it may do anything unseen."""
    if _HELP.match(line):
        return re.match(r"\s*", line).group() + "pass", False  # type: ignore[union-attr]  # it always matches
    found = _MAGIC.match(line)
    if found is None:
        return line, False
    indent, target, mark, rest = found.group("indent", "target", "mark", "rest")
    name, _, argument = rest.partition(" ")
    if mark == "%" and name in TIMED:
        statement = argument.strip()
        return (indent + statement if statement and not statement.startswith("-") else indent + "pass"), False
    reads = _reads(rest)
    plain = f"{indent}{target} = ({reads})" if target else f"{indent}({reads})"
    harmless = name in HARMLESS if mark == "%" else LOOKING.match(rest) is not None
    return plain, not harmless and not target


def _reads(text: str) -> str:
    names = dict.fromkeys(_NAMES.findall(text))
    return "".join(f"{name}, " for name in names) or "None"


def _inside_strings(text: str) -> set[int]:
    """Return the numbers of the lines that begin inside a string or a bracket: a percent sign there is no magic."""
    found: set[int] = set()
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.OP and token.string in "([{":
                opened.append(token.start[0])
            elif token.type == tokenize.OP and token.string in ")]}" and opened:
                found.update(range(opened.pop(), token.start[0]))
            elif token.type in TEXTS:
                found.update(range(token.start[0], token.end[0]))
    except (tokenize.TokenError, SyntaxError, ValueError):  # a magic that looks like an open bracket
        return found
    return found


def _parsed(text: str) -> ast.Module | None:
    for each in (text, textwrap.dedent(text)):  # IPython takes cells that are indented as a whole
        try:
            tree = compile(each, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        return tree if isinstance(tree, ast.Module) else None
    return None
