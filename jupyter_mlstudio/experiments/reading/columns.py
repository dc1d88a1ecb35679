"""Runs by column, as plain arrays: ten thousand runs take a few megabytes, and go out as they are."""

import math
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Literal

Kind = Literal["param", "metric", "tag", "own"]
SHOWN = 200
"""Characters of a param or tag that a table gets; the run itself has all of them."""

NOTHING = -1
"""The code of a text that is not there."""


class Column:
    """One param, metric or tag: the places of the runs that have it, and their values.

    `rows` is None as long as the first runs all have it: the usual case, which then needs no places.
    Numbers are kept as they are, texts as codes into `words`.
    """

    __slots__ = ("_codes", "cut", "kind", "name", "rows", "values", "words")

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind, self.name = kind, name
        self.rows: array[int] | None = None
        self.words: list[str] = []
        self.values: array[Any] = array("d" if kind == "metric" else "i")
        self.cut = False
        self._codes: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def fill(self, places: "array[int]", values: Iterable[Any]) -> None:
        """Take all values at once; the places may be in any order."""
        if self.kind == "metric":
            found: array[Any] = array("d", values)
        else:
            codes = defaultdict[str, int](count().__next__)  # a word that is new gets the next number
            found = array("i", map(codes.__getitem__, values))
            self.words = list(codes)
            self.cut = max(map(len, self.words), default=0) > SHOWN
        size = len(places)
        if places == _first(size):
            self.rows, self.values = None, found
        elif size and max(places) == size - 1 and len(set(places)) == size:
            self.rows, self.values = None, found[:]
            for place, value in zip(places, found, strict=True):
                self.values[place] = value
        else:
            order = sorted(range(size), key=places.__getitem__)
            self.rows = array("i", map(places.__getitem__, order))
            self.values = array(found.typecode, map(found.__getitem__, order))

    def put(self, place: int, value: float | str) -> None:
        """Set one run's value."""
        if self.kind != "metric" and self.get(place) == value:
            return  # as params always are; to know the codes of all words would cost more than all the rest
        kept = value if self.kind == "metric" else self._code(value)
        if self.rows is None and place < len(self.values):
            self.values[place] = kept
        elif self.rows is None and place == len(self.values):
            self.values.append(kept)
        else:
            self._insert(place, kept)

    def drop(self, place: int) -> None:
        """Take one run's value away, if it has one."""
        index = self._find(place)
        if index is not None:
            if self.rows is None:
                self.rows = array("i", range(len(self.values)))
            del self.rows[index], self.values[index]

    def get(self, place: int) -> float | str | None:
        """Return one run's value."""
        index = self._find(place)
        if index is None:
            return None
        value: float = self.values[index]
        return value if self.kind == "metric" else self.words[int(value)]

    def index_of(self, place: int) -> int | None:
        """Return where in `values` a run's is."""
        return self._find(place)

    def everywhere(self, count: int) -> bool:
        """Tell whether each of so many runs has it."""
        return self.rows is None and len(self.values) == count

    def places(self) -> Sequence[int]:
        """Return the runs that have it, in ascending order."""
        return range(len(self.values)) if self.rows is None else self.rows

    def _find(self, place: int) -> int | None:
        if self.rows is None:
            return place if place < len(self.values) else None
        index = bisect_left(self.rows, place)
        return index if index < len(self.rows) and self.rows[index] == place else None

    def _insert(self, place: int, kept: Any) -> None:
        if self.rows is None:
            self.rows = array("i", range(len(self.values)))
        index = bisect_left(self.rows, place)
        if index < len(self.rows) and self.rows[index] == place:
            self.values[index] = kept
        else:
            self.rows.insert(index, place)
            self.values.insert(index, kept)

    def _code(self, word: Any) -> int:
        if self._codes is None:
            self._codes = {known: code for code, known in enumerate(self.words)}
        code = self._codes.setdefault(word, len(self.words))
        if code == len(self.words):
            self.words.append(word)
            self.cut = self.cut or len(word) > SHOWN
        return code

    def settle(self) -> None:
        """Let go of what only adding needs."""
        self._codes = None


@lru_cache(8)
def _first(count: int) -> "array[int]":
    """Return the places of the first runs; nobody changes them."""
    return array("i", range(count))


class Runs:
    """All runs of a store, by column, each at its place; a place is never given to another run.

    Attributes:
        changed: For each run the revision at which it changed last.
        columns: What was logged, under kind and name.
        own: What a table tells of every run, taken from MLflow's and the studio's own tags.
        more: Columns of wide stores that are left out here, with how many runs have them.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.places: dict[str, int] = {}
        self.names: list[str] = []
        self.experiments: list[str] = []
        self.states: list[str] = []
        self.started: array[float] = array("d")
        self.ended: array[float] = array("d")
        self.deleted = bytearray()
        self.changed: array[int] = array("q")
        self.columns: dict[tuple[Kind, str], Column] = {}
        self.own: dict[str, Column] = {}
        self.more: dict[tuple[Kind, str], int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def fill(self, found: Sequence[Sequence[Any]], revision: int) -> None:
        """Take all runs at once."""
        if not found:
            return
        ids, names, experiments, states, started, ended, deleted = list(zip(*found, strict=True))[:7]
        self.ids, self.names, self.experiments, self.states = map(list, (ids, names, experiments, states))
        self.places = {key: place for place, key in enumerate(ids)}
        self.started = array("d", (at or 0 for at in started))
        self.ended = array("d", (math.nan if at is None else at for at in ended))
        self.deleted = bytearray(deleted)
        self.changed = array("q", [revision]) * len(ids)

    def put(self, run: Sequence[Any], revision: int) -> int:
        """Add a run, or set what the list tells of it, and return its place.

        `run` is its id, name, experiment, state, times of begin and end, and whether it is deleted.
        """
        key, name, experiment, state, started, ended, deleted = run[:7]
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = len(self.ids)
            self._grow(key)
        self.names[place], self.experiments[place], self.states[place] = name, experiment, state
        self.started[place] = 0 if started is None else started
        self.ended[place] = math.nan if ended is None else ended
        self.deleted[place] = deleted
        self.changed[place] = revision
        return place

    def column(self, kind: Kind, name: str) -> Column:
        """Return a column; makes it if there is none."""
        columns: dict[Any, Column] = self.own if kind == "own" else self.columns
        key = name if kind == "own" else (kind, name)
        column = columns.get(key)
        if column is None:
            column = columns[key] = Column(kind, name)
        return column

    def newest(self) -> list[int]:
        """Return all places, the newest run first."""
        return sorted(range(len(self.ids)), key=self.started.__getitem__, reverse=True)

    def cells(self) -> Iterable[Column]:
        """Return every column, those of the list included."""
        return [*self.own.values(), *self.columns.values()]

    def _grow(self, key: str) -> None:
        self.ids.append(key)
        for texts in (self.names, self.experiments, self.states):
            texts.append("")
        self.started.append(math.nan)
        self.ended.append(math.nan)
        self.deleted.append(0)
        self.changed.append(0)
