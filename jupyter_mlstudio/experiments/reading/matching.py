"""Which runs a filter lets pass, column by column."""

import math
import re
from array import array
from collections.abc import Callable, Iterable
from operator import and_, eq, ge, gt, le, lt, ne
from typing import Any, Protocol

from jupyter_mlstudio.experiments.reading.columns import Column, Kind, Runs
from jupyter_mlstudio.experiments.reading.filter import Condition, Filter, Value, number_of

SEARCHED = ("notebook",)
"""Columns in which words are searched, beside name, id and experiment."""

SIZES: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
Mask = bytes


class Source(Protocol):
    """Where columns come from that are not in memory as they are needed."""

    def state(self, place: int) -> str:
        """Return how a run is going."""

    def whole(self, kind: Kind, name: str) -> Column:
        """Return a column with its texts to their end."""

    def datasets(self, name: str) -> list[tuple[int, str]]:
        """Return places of runs, and names, digests or contexts of their datasets."""

    def artifact_uris(self) -> list[str]:
        """Return the address of each run's artifacts."""


def fitting(source: Source, runs: Runs, filter: Filter, candidates: Iterable[int]) -> list[int]:
    """Return the candidates that pass, in their order."""
    mask: Mask = b"\1" * len(runs)
    for condition in filter.conditions:
        mask = bytes(map(and_, mask, _mask(source, runs, condition)))
    for word in filter.words:
        mask = bytes(map(and_, mask, _searched(runs, word)))
    return [place for place in candidates if mask[place]]


def _mask(source: Source, runs: Runs, condition: Condition) -> Mask:
    subject, name, sign, value = condition
    if subject == "dataset":
        test = _text_test(sign, value)
        kept = bytearray(len(runs))
        for place, text in source.datasets(name):
            kept[place] |= test(text)
        return bytes(kept)
    if subject == "own":
        return _own(source, runs, condition)
    column = runs.columns.get((subject, name))
    if column is None or column.cut:
        column = source.whole(subject, name)
    return _of_column(column, len(runs), sign, value)


def _of_column(column: Column, count: int, sign: str, value: Value) -> Mask:
    """Test one value for each word, or each number; a run without a value passes IS NULL alone."""
    if column.kind == "metric":
        fits = bytes(map(_number_test(sign, value), column.values))
    else:
        test = _text_test(sign, value)
        words = bytes(map(test, column.words))
        fits = bytes(map(words.__getitem__, column.values))
    kept = bytearray([sign == "IS NULL"]) * count
    if column.rows is None:
        kept[: len(fits)] = fits
    else:
        for place, fit in zip(column.rows, fits, strict=True):
            kept[place] = fit
    return bytes(kept)


def _own(source: Source, runs: Runs, condition: Condition) -> Mask:
    _, name, sign, value = condition
    numbers = {
        "started": lambda: runs.started,
        "ended": lambda: runs.ended,
        "duration": lambda: array("d", (end - begin for begin, end in zip(runs.started, runs.ended, strict=True))),
    }
    if name in numbers:
        test = _number_test(sign, value)
        return bytes(sign == "IS NULL" if math.isnan(at) else test(at) for at in numbers[name]())
    if name == "state":
        lowered = tuple(item.lower() for item in value) if isinstance(value, tuple) else str(value).lower()
        return _of_texts([source.state(place).lower() for place in range(len(runs))], sign, lowered)
    texts = {
        "id": lambda: runs.ids,
        "name": lambda: runs.names,
        "experiment": lambda: runs.experiments,
        "artifact_uri": source.artifact_uris,
    }
    if name in texts:
        return _of_texts(texts[name](), sign, value)
    column = runs.own.get(name) or Column("own", name)
    return _of_column(column, len(runs), sign, value)


def _of_texts(texts: list[str], sign: str, value: Value) -> Mask:
    test = _text_test(sign, value)
    known: dict[str, bool] = {}
    return bytes(known[text] if text in known else known.setdefault(text, test(text)) for text in texts)


def _searched(runs: Runs, word: str) -> Mask:
    kept = bytearray(
        word in name.lower() or word in key or word in experiment.lower()
        for name, key, experiment in zip(runs.names, runs.ids, runs.experiments, strict=True)
    )
    for field in SEARCHED:
        column = runs.own.get(field)
        if column is not None:
            fits = [word in text.lower() for text in column.words]
            for place, code in zip(column.places(), column.values, strict=True):
                kept[place] |= fits[code]
    return bytes(kept)


def _number_test(sign: str, value: Value) -> Callable[[float], bool]:
    if sign in {"IS NULL", "IS NOT NULL"}:
        return lambda _: sign == "IS NOT NULL"
    wanted = float(value)  # type: ignore[arg-type]  # the parser has made it a number
    if math.isnan(wanted) and sign in {"=", "!="}:
        return math.isnan if sign == "=" else lambda found: not math.isnan(found)
    compare = SIZES[sign]
    return lambda found: compare(found, wanted)


def _text_test(sign: str, value: Value) -> Callable[[str], bool]:
    if sign in {"IS NULL", "IS NOT NULL"}:
        return lambda _: sign == "IS NOT NULL"
    if isinstance(value, tuple):
        listed = frozenset(value)
        return lambda found: (found in listed) == (sign == "IN")
    wanted = str(value)
    if sign in {"=", "!="}:
        return lambda found: (found == wanted) == (sign == "=")
    if sign.endswith("LIKE"):
        pattern = _pattern(wanted, sign.endswith("ILIKE"))
        return lambda found: (pattern.fullmatch(found) is not None) != sign.startswith("NOT")
    compare, number = SIZES[sign], number_of(wanted)
    if math.isnan(number):
        return lambda found: compare(found, wanted)
    return lambda found: compare(number_of(found), number)


def _pattern(like: str, ignores_case: bool) -> re.Pattern[str]:
    source = re.escape(like).replace("%", ".*").replace("_", ".")
    return re.compile(source, re.DOTALL | (re.IGNORECASE if ignores_case else 0))
