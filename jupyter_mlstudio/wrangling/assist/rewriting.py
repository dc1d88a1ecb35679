"""Programs that write whole texts differently: other case, other signs, without some of them."""

import re
from collections.abc import Callable, Iterator

from jupyter_mlstudio.wrangling.assist.programs import Program, applied, shown

CASES: tuple[tuple[str, Callable[[str], str], float, str], ...] = (
    ("lower", str.lower, 0.6, "in lower case"),
    ("upper", str.upper, 0.6, "in upper case"),
    ("title", lambda text: re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), text), 0.7, "with capitals"),
    ("capitalize", lambda text: text[:1].upper() + text[1:].lower(), 0.8, "with a capital"),
)


def cleaned(column: Program, wanted: tuple[str, ...]) -> Iterator[Program]:
    """Remove or replace signs everywhere."""
    found = column.texts()
    if not found:
        return
    signs = set(re.findall(r"[^\w]|_", found[0]))
    for sign in sorted(signs):
        for new in ["", *sorted(set(re.findall(r"[^\w]|_", wanted[0])) - {sign})]:
            words = (
                f"{column.words} without {shown(sign)}"
                if not new
                else f"{column.words} with {shown(new)} for {shown(sign)}"
            )
            made = applied(
                column,
                "replace",
                (sign, new),
                lambda text, s=sign, n=new: text.replace(s, n),
                1.1 + 0.1 * bool(new),
                words,
            )
            if made:
                yield made
    for pattern, words in (
        ("[^0-9]", "the digits"),
        ("[^0-9.]", "the digits and points"),
        ("[^A-Za-z]", "the letters"),
        ("[^A-Za-z0-9]", "the letters and digits"),
        (r"\s*\([^)]*\)", "what is not in parentheses"),
        (r"\s*\[[^\]]*\]", "what is not in brackets"),
        ("[0-9]", "what is no digit"),
        (r"<[^>]*>", "what is no tag"),
    ):
        made = applied(
            column,
            "replace_pattern",
            (pattern, ""),
            lambda text, p=pattern: re.sub(p, "", text),
            1.6,
            f"{words} of {column.words}",
        )
        if made and made.values != column.values:
            yield made
    squeezed = applied(
        column, "squeeze", (), lambda text: re.sub(r"\s+", " ", text), 0.7, f"{column.words} with single spaces"
    )
    if squeezed and squeezed.values != column.values:
        yield squeezed
        trimmed = applied(squeezed, "trim", (), str.strip, 0.2, f"{column.words} with single spaces, trimmed")
        if trimmed:
            yield trimmed


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
