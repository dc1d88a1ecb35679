"""Suggests rules from what a table is like: only such as a person would write, with room for new values."""

import re
from collections.abc import Iterator, Sequence
from math import ceil
from typing import TYPE_CHECKING, Literal

from jupyter_mlstudio.wrangling.rules.rule import (
    AnyRule,
    InRange,
    InSet,
    Length,
    Matches,
    NotMissing,
    Related,
    Severity,
    Unique,
)
from jupyter_mlstudio.wrangling.rules.types import RuleSuggestion, RuleSuggestions
from jupyter_mlstudio.wrangling.writing import role_of

if TYPE_CHECKING:
    import polars as pl

_LEAST_ROWS = 20
_SET = 20
_SET_OFTEN = 20
"""A value counts as known if it stands in so many rows on average."""
_RARELY_MISSING = 0.05
_PATTERNS = {
    "an e-mail address": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
    "a web address": r"https?://\S+",
    "an IP address": r"\d{1,3}(?:\.\d{1,3}){3}",
    "a UUID": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "a date like 2013-01-31": r"\d{4}-\d{2}-\d{2}",
    "a time like 05:15": r"\d{1,2}:\d{2}(?::\d{2})?",
}
_SHARES = re.compile(r"share|ratio|rate|percent|pct|prob|fraction", re.IGNORECASE)
_YEAR = re.compile(r"(?:^|[_\W])(?:year|yr)(?:$|[_\W])", re.IGNORECASE)
_NOT_NEGATIVE = re.compile(
    r"age|count|amount|price|cost|size|length|width|height|weight|mass|distance|duration|quantity|qty|number|total"
    r"|year|votes|gross|budget|time|seats|population|income|salary",
    re.IGNORECASE,
)
_KNOWN = {
    "month": (1, 12),
    "day": (1, 31),
    "weekday": (0, 7),
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
    "latitude": (-90, 90),
    "lat": (-90, 90),
    "longitude": (-180, 180),
    "lon": (-180, 180),
    "lng": (-180, 180),
}
"""What some words mean wherever they stand at the end of a name."""
_FEW = 10
_ORDERED = (
    ("start", "end"),
    ("begin", "end"),
    ("from", "to"),
    ("min", "max"),
    ("lower", "upper"),
    ("low", "high"),
    ("created", "updated"),
    ("birth", "death"),
    ("first", "last"),
    ("open", "close"),
)


def suggest(
    table: "pl.DataFrame", columns: Sequence[str], exactness: Literal["exact", "sampled"], known: Sequence[AnyRule] = ()
) -> RuleSuggestions:
    """Find rules that a table keeps and that new rows should keep too."""
    found: list[RuleSuggestion] = []
    if table.height >= _LEAST_ROWS:
        for name in (each for each in columns if each and not (each.startswith("^") and each.endswith("$"))):
            found += _of_column(table[name], exactness)
        found += _of_pairs(table, columns)
    taken = {_key(rule) for rule in known}
    items = tuple(each for each in found if _key(each.rule) not in taken)
    return RuleSuggestions(items=items, rows=table.height, exactness=exactness)


def _key(rule: AnyRule) -> tuple[object, ...]:
    return (rule.kind, *rule.names())


def _said(rule: AnyRule, reason: str) -> RuleSuggestion:
    return RuleSuggestion(rule=rule, sentence=rule.sentence(), reason=reason)


def _of_column(column: "pl.Series", exactness: str) -> Iterator[RuleSuggestion]:
    role = role_of(column.dtype)
    present = column.drop_nulls()
    if role in {"nested", "other", "duration"} or present.is_empty():
        return
    rows = f"all {column.len():,} rows" + (" looked at" if exactness == "sampled" else "")
    distinct = present.n_unique()
    yield from _presence(column, rows)
    if distinct == present.len() and _may_be_key(column, role):
        yield _said(Unique(columns=(column.name,)), f"No value stands twice in {rows}.")
        yield from _shape(present)
        return
    if role == "text":
        yield from _of_text(present, distinct, exactness)
    if role == "number":
        yield from _of_numbers(present)
    if role in {"date", "datetime"}:
        yield from _of_dates(present)


def _presence(column: "pl.Series", rows: str) -> Iterator[RuleSuggestion]:
    missing = column.null_count() / column.len()
    if missing == 0:
        yield _said(NotMissing(column=column.name), f"It has a value in {rows}.")
    elif missing <= _RARELY_MISSING:
        room = min(round(ceil(missing * 200) / 100, 2), 0.1)
        reason = f"It is missing in {missing:.2%} of the rows; more than {room:.0%} would be unusual."
        yield _said(NotMissing(column=column.name, tolerance=room, severity="warn"), reason)


def _may_be_key(column: "pl.Series", role: str) -> bool:
    """Tell whether a column without repetitions is one by design: not measured, not free text."""
    if role == "text":
        return not column.cast(str).str.contains(r"\s\S+\s|.{65}").any()
    return role == "number" and column.dtype.is_integer()


def _of_text(present: "pl.Series", distinct: int, exactness: str) -> Iterator[RuleSuggestion]:
    import polars as pl

    texts = present.cast(pl.String)
    if 1 < distinct <= _SET and texts.len() >= distinct * _SET_OFTEN:
        values = tuple(texts.unique().sort().to_list())
        reason = f"Only {distinct} values occur in {present.len():,} rows."
        severity: Severity = "fail" if exactness == "exact" else "warn"
        yield _said(InSet(column=present.name, values=values, severity=severity), reason)
    else:
        yield from _shape(texts)


def _shape(present: "pl.Series") -> Iterator[RuleSuggestion]:
    """Suggest how texts are written, if they are all written alike."""
    import polars as pl

    if role_of(present.dtype) != "text":
        return
    texts = present.cast(pl.String)
    for what, pattern in _PATTERNS.items():
        if texts.str.contains(f"^(?:{pattern})$").all():
            yield _said(Matches(column=present.name, pattern=pattern), f"Every value is written like {what}.")
            return
    alike = _alike(texts)
    if alike is not None:
        yield _said(Matches(column=present.name, pattern=alike), f"Every value is written like “{texts[0]}”.")
        return
    lengths = texts.str.len_chars().unique()
    if lengths.len() == 1 and texts.n_unique() > 1:
        length = int(lengths.item())
        reason = f"Every value has {length} characters."
        yield _said(Length(column=present.name, least=length, most=length), reason)


def _alike(texts: "pl.Series") -> str | None:
    """Return the one pattern of letters, digits and signs that all texts have; None if they differ."""
    shapes = texts.str.replace_all(r"[A-Z]", "A").str.replace_all(r"[a-z]", "a").str.replace_all(r"[0-9]", "0").unique()
    if shapes.len() != 1 or texts.n_unique() <= 1 or len(shapes[0]) > 40 or not re.search(r"[0-9]", shapes[0]):  # noqa: PLR2004  # longer ones are prose
        return None
    classes = {"A": "[A-Z]", "a": "[a-z]", "0": r"\d"}
    parts = [(match[0][0], len(match[0])) for match in re.finditer(r"(.)\1*", shapes[0])]
    return "".join(f"{classes.get(sign, re.escape(sign))}{f'{{{count}}}' * (count > 1)}" for sign, count in parts)


def _of_numbers(present: "pl.Series") -> Iterator[RuleSuggestion]:
    finite = present.filter(present.is_finite()) if present.dtype.is_float() else present
    if finite.is_empty():
        return
    low, high = float(finite.min()), float(finite.max())  # type: ignore[arg-type]  # numbers
    if low == high or (low < 0 and not _known_range(present.name)):
        return
    few = present.dtype.is_integer() and finite.n_unique() <= _SET and finite.len() >= finite.n_unique() * _SET_OFTEN
    if _SHARES.search(present.name) and high <= 100:  # noqa: PLR2004  # percent
        most = 1 if high <= 1 else 100
        yield _said(InRange(column=present.name, least=0, most=most), f"All lie between {low:g} and {high:g}.")
    elif (known := _known_range(present.name)) and known[0] <= low and high <= known[1]:
        reason = f"The values go from {low:g} to {high:g}."
        yield _said(InRange(column=present.name, least=known[0], most=known[1]), reason)
    elif few and finite.n_unique() <= _FEW and high - low < _FEW and high > 1:
        least, most = int(low), int(high)
        yield _said(
            InRange(column=present.name, least=least, most=most, severity="warn"),
            f"Only whole numbers from {least} to {most} occur in {present.len():,} rows.",
        )
    elif few and high <= 1:
        yield _said(InSet(column=present.name, values=(0, 1)), "Only 0 and 1 occur.")
    elif _YEAR.search(present.name) and low >= 1000 and high <= 2100:  # noqa: PLR2004  # so are years written
        least = int(low // 100 * 100)
        reason = f"The years go from {low:g} to {high:g}."
        yield _said(InRange(column=present.name, least=least, most=2100, severity="warn"), reason)
    elif _NOT_NEGATIVE.search(present.name):
        reason = f"None is negative; the smallest is {low:g}."
        yield _said(InRange(column=present.name, least=0), reason)


def _known_range(name: str) -> tuple[int, int] | None:
    words = [word.lower() for word in re.split(r"[_\W]+|(?<=[a-z])(?=[A-Z])", name)]
    return next((limits for word, limits in _KNOWN.items() if words and words[-1] == word), None)


def _of_dates(present: "pl.Series") -> Iterator[RuleSuggestion]:
    low, high = present.min(), present.max()
    first = getattr(low, "year", 0)
    if first >= 1900 and getattr(high, "year", 0) <= 2100:  # noqa: PLR2004  # before and after these years are typing errors
        least = f"{first // 10 * 10}-01-01"
        reason = f"The dates go from {low!s} to {high!s}; years like 0013 or 2913 are typing errors."
        yield _said(InRange(column=present.name, least=least, most="2100-12-31", severity="warn"), reason)


def _of_pairs(table: "pl.DataFrame", columns: Sequence[str]) -> Iterator[RuleSuggestion]:
    """Suggest an order of two columns whose names say that they have one."""
    for one in columns:
        for low, high in _ORDERED:
            words = re.split(r"[_\W]+|(?<=[a-z])(?=[A-Z])", one)
            if low not in [word.lower() for word in words]:
                continue
            wanted = [high if word.lower() == low else word.lower() for word in words]
            other = next(
                (
                    name
                    for name in columns
                    if [w.lower() for w in re.split(r"[_\W]+|(?<=[a-z])(?=[A-Z])", name)] == wanted
                ),
                None,
            )
            if other is not None and table[one].dtype == table[other].dtype and _in_order(table, one, other):
                reason = "It is so in every row that has both."
                yield _said(Related(column=one, test="<=", other=other), reason)


def _in_order(table: "pl.DataFrame", one: str, other: str) -> bool:
    if role_of(table[one].dtype) not in {"number", "date", "datetime"}:
        return False
    both = table.select(one, other).drop_nulls()
    return both.height >= _LEAST_ROWS and bool((both[one] <= both[other]).all())
