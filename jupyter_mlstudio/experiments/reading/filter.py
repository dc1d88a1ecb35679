"""MLflow's search syntax, read by ourselves: an error can say where it is, and the browser reads the very same.

What MLflow takes is taken with the same meaning. Beyond that, params and tags may be compared by size, values need no
quotes when they are single words, AND may be left out, and words that belong to no condition are searched for.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, NoReturn

from jupyter_mlstudio.core.errors import InvalidError

Subject = Literal["metric", "param", "tag", "own", "dataset"]
Value = str | float | tuple[str, ...] | None

PREFIXES: dict[str, Subject] = {
    **dict.fromkeys(("metric", "metrics"), "metric"),
    **dict.fromkeys(("param", "params", "parameter", "parameters"), "param"),
    **dict.fromkeys(("tag", "tags"), "tag"),
    **dict.fromkeys(("attribute", "attributes", "attr", "run"), "own"),
    **dict.fromkeys(("dataset", "datasets"), "dataset"),
}

OWN = {
    "run_id": "id",
    "run_name": "name",
    "run name": "name",
    "status": "state",
    "start_time": "started",
    "created": "started",
    "end_time": "ended",
    "user_id": "user",
    **{
        name: name
        for name in (
            *("id", "name", "state", "started", "ended", "duration", "experiment", "notebook", "job", "user"),
            *("parent", "recipe", "commit", "data", "code", "note", "error", "artifact_uri"),
        )
    },
}
"""MLflow's names for what every run has, and the table's."""

OF_DATASETS = ("name", "digest", "context")
NUMERIC = frozenset({"started", "ended", "duration"})
SPOKEN = ("IS NOT NULL", "NOT ILIKE", "NOT LIKE", "IS NULL", "NOT IN", "ILIKE", "LIKE", "IN")
SIZES = frozenset({"=", "!=", "<", "<=", ">", ">="})
NOTHING = frozenset({"IS NULL", "IS NOT NULL"})
LISTS = frozenset({"IN", "NOT IN"})
TOKEN = re.compile(
    r"""\s*(?:(?P<sign>[<>!]=|=|<|>)|(?P<mark>[(),])|(?P<name>`[^`]*`)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<word>(?:[^\s<>=!(),"'`]|"[^"]*"|`[^`]*`)+)|(?P<open>\S))""",
    re.DOTALL,
)


class Condition(NamedTuple):
    """One condition, such as `metrics.auc > 0.9`; the value is a list for IN, and None for IS NULL."""

    subject: Subject
    name: str
    sign: str
    value: Value


class Filter(NamedTuple):
    """All conditions must hold, and all words must be found."""

    conditions: tuple[Condition, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """A part of the text, without its quotes, and where it begins."""

    kind: str
    text: str
    at: int


@lru_cache(64)
def parsed(text: str) -> Filter:
    """Read a filter.

    Raises:
        InvalidError: It cannot be understood; the message says what is wrong, and at which character.
    """
    return _Reading(text).filter()


def refuse(message: str, at: int) -> NoReturn:
    """Say what is wrong with a filter, and where."""
    raise InvalidError(f"filter: {message} (at character {at + 1})")


class _Reading:
    """Goes through the parts of a filter once."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._end, self._place = len(text.rstrip()), 0

    def filter(self) -> Filter:
        conditions: list[Condition] = []
        words: list[str] = []
        more = False
        while more or self._place < len(self._tokens):
            token = self._take("a condition, such as metrics.auc > 0.9")
            sign = self._sign()
            if sign is None:
                words.append(_word(token))
            else:
                conditions.append(self._condition(token, sign))
            more = self._keyword(0) == "AND"
            self._place += more
        return Filter(tuple(conditions), tuple(words))

    def _condition(self, token: Token, sign: str) -> Condition:
        if token.kind not in {"word", "name"} or (found := named(token.text)) is None:
            refuse(f"{token.text} is unknown. Begin with metrics., params., tags., attributes. or datasets.", token.at)
        subject, name = found
        numeric = subject == "metric" or (subject == "own" and name in NUMERIC)
        if numeric and sign not in SIZES | NOTHING:
            refuse(f"{token.text} is a number; {sign} is for text.", token.at)
        if subject == "dataset" and sign in SIZES - {"=", "!="} | NOTHING:
            refuse(f"{token.text} is a text of a dataset; compare it with = or LIKE.", token.at)
        if sign in NOTHING:
            return Condition(subject, name, sign, None)
        return Condition(subject, name, sign, self._list() if sign in LISTS else self._value(numeric))

    def _value(self, numeric: bool) -> Value:
        token = self._take("a value")
        if token.kind in {"sign", "mark"}:
            refuse(f"A value is missing before {token.text}.", token.at)
        if not numeric:
            return token.text
        try:
            return float(token.text)
        except ValueError:
            refuse(f"{token.text} is no number.", token.at)

    def _list(self) -> tuple[str, ...]:
        values: list[str] = []
        mark = self._take("a list, such as ('a', 'b')")
        while (mark.kind, mark.text) != ("mark", ")"):
            if mark.kind != "mark":
                refuse("A list looks like ('a', 'b').", mark.at)
            values.append(self._take("a value").text)
            mark = self._take(") of the list")
        return tuple(values)

    def _sign(self) -> str | None:
        if self._place < len(self._tokens) and self._tokens[self._place].kind == "sign":
            return self._take("a sign").text
        said = " ".join(self._keyword(step) for step in range(3))
        for sign in SPOKEN:
            if f"{said} ".startswith(f"{sign} "):
                self._place += len(sign.split())
                return sign
        return None

    def _take(self, expected: str) -> Token:
        if self._place >= len(self._tokens):
            refuse(f"Here {expected} is missing.", self._end)
        token = self._tokens[self._place]
        if token.kind == "open":
            refuse(f"The {token.text} is not closed.", token.at)
        self._place += 1
        return token

    def _keyword(self, step: int) -> str:
        place = self._place + step
        token = self._tokens[place] if place < len(self._tokens) else None
        return token.text.upper() if token is not None and token.kind == "word" else ""


def named(name: str) -> tuple[Subject, str] | None:
    """Return what a name in a filter stands for; None if it cannot stand for anything."""
    prefix, dot, rest = name.partition(".")
    subject = PREFIXES.get(prefix.lower().strip("`")) if dot else None
    if subject is None:
        own = OWN.get(_unquoted(name).lower())
        return None if own is None else ("own", own)
    plain = _unquoted(rest)
    if subject == "dataset":
        return ("dataset", plain) if plain in OF_DATASETS else None
    if subject == "own":
        own = OWN.get(plain.lower())
        return None if own is None else ("own", own)
    return (subject, plain) if plain else None


def _tokens(text: str) -> list[Token]:
    found = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "open"
        said = match[kind]
        plain = said
        if kind == "text":
            plain = re.sub(r"""\\(["'\\])""", r"\1", said[1:-1])
        elif kind == "name":
            plain = said[1:-1]
        found.append(Token(kind, plain, match.start(kind)))
    return found


def _word(token: Token) -> str:
    if token.kind not in {"word", "text", "name"}:
        refuse(f"A name is missing before {token.text}.", token.at)
    prefix, dot, _ = token.text.partition(".")
    if token.kind == "word" and dot and prefix.lower() in PREFIXES:
        refuse(f"After {token.text} a comparison is missing, such as = or >.", token.at)
    if token.kind == "word" and token.text.lower() == "or":
        refuse("Only AND can join conditions.", token.at)
    return token.text.lower()


def _unquoted(name: str) -> str:
    return name[1:-1] if re.fullmatch(r"""(["`]).*\1""", name, re.DOTALL) else name


def number_of(text: str) -> float:
    """Return the number that a text says; NaN if it says none."""
    try:
        return float(text) if text.strip() else math.nan
    except ValueError:
        return math.nan
