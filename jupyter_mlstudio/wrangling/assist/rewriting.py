"""Programs that write whole texts differently: other case, other signs, without some of them."""

import re
from collections.abc import Callable, Iterator

from jupyter_mlstudio.wrangling.assist.programs import Program, applied, shown

_SIGNS = re.compile(r"[^\w]|_")
CASES: tuple[tuple[str, Callable[[str], str], float, str], ...] = (
    ("lower", str.lower, 0.6, "in lower case"),
    ("upper", str.upper, 0.6, "in upper case"),
    ("title", lambda text: re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), text), 0.7, "with capitals"),
    ("capitalize", lambda text: text[:1].upper() + text[1:].lower(), 0.8, "with a capital"),
)


_REMOVED = (
    ("[^0-9]", "the digits"),
    ("[^0-9.]", "the digits and points"),
    ("[^A-Za-z]", "the letters"),
    ("[^A-Za-z0-9]", "the letters and digits"),
    (r"\s*\([^)]*\)", "what is not in parentheses"),
    (r"\s*\[[^\]]*\]", "what is not in brackets"),
    ("[0-9]", "what is no digit"),
    (r"<[^>]*>", "what is no tag"),
)
"""What is often removed, and words for what is left."""


def cleaned(column: Program, wanted: tuple[str, ...]) -> Iterator[Program]:
    """Remove or replace signs everywhere."""
    yield from _replaced(column, wanted)
    for pattern, words in _REMOVED:
        said = f"{words} of {column.words}"
        made = applied(column, "replace_pattern", (pattern, ""), lambda text, p=pattern: re.sub(p, "", text), 1.6, said)
        if made and made.values != column.values:
            yield made
    said = f"{column.words} with single spaces"
    squeezed = applied(column, "squeeze", (), lambda text: re.sub(r"\s+", " ", text), 0.7, said)
    if squeezed and squeezed.values != column.values:
        yield squeezed
        trimmed = applied(squeezed, "trim", (), str.strip, 0.2, f"{said}, trimmed")
        if trimmed:
            yield trimmed


def _replaced(column: Program, wanted: tuple[str, ...]) -> Iterator[Program]:
    """Write other signs, or none, in the place of one."""
    given, goal = set(_SIGNS.findall(str(column.values[0]))), set(_SIGNS.findall(wanted[0]))
    for sign in sorted(given):
        for new in ["", *sorted(goal - {sign})]:
            instead = f"{shown(new)} for {shown(sign)}" if new else ""
            words = f"{column.words} with {instead}" if new else f"{column.words} without {shown(sign)}"
            cost = 1.2 if new else 1.1
            made = applied(column, "replace", (sign, new), lambda text, s=sign, n=new: text.replace(s, n), cost, words)
            if made:
                yield made


def rewritten(program: Program, wanted: tuple[str, ...]) -> Iterator[Program]:
    """Write a whole text in one style: words joined by a sign."""
    for sign in sorted(set(re.findall(r"[-_. ]", wanted[0])))[:3]:
        cased = [
            applied(program, name, (), compute, cost, f"{program.words} {words}")
            for name, compute, cost, words in CASES[:3]
        ]
        for base in (program, *cased):
            made = base and applied(
                base,
                "replace_pattern",
                ("[^A-Za-z0-9]+", sign),
                lambda text, s=sign: re.sub("[^A-Za-z0-9]+", s, text),
                1.6,
                f"the words of {base.words} with {shown(sign)} between them",
            )
            if made:
                yield made
