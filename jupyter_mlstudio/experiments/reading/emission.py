"""Columns of chosen runs, packed for the browser."""

from array import array
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from jupyter_mlstudio.experiments.reading import loading
from jupyter_mlstudio.experiments.reading.columns import NOTHING, Column, Runs
from jupyter_mlstudio.experiments.reading.packed import Packer

HIDDEN = frozenset({"process"})
"""What the list needs to know of runs, but does not tell."""


class Selection:
    """Some runs in an order, and where each of them comes in it."""

    def __init__(self, places: Sequence[int], count: int) -> None:
        self.places, self._backwards = places, list(places) == list(range(count - 1, -1, -1))
        self._positions: array[int] | None = None
        self._count = count

    def of(self, column: Column) -> tuple["array[int] | None", "array[Any]"]:
        """Return which of the runs have it, None if all do, and their values."""
        form = column.values.typecode
        if column.everywhere(self._count):
            if self._backwards:
                return None, column.values[::-1]
            return None, array(form, map(column.values.__getitem__, self.places))
        pairs = self._few(column) if len(self.places) < len(column) else self._many(column)
        found = None if len(pairs) == len(self.places) else array("i", map(itemgetter(0), pairs))
        return found, array(form, map(itemgetter(1), pairs))

    def _few(self, column: Column) -> list[tuple[int, Any]]:
        found = ((position, column.index_of(place)) for position, place in enumerate(self.places))
        return [(position, column.values[index]) for position, index in found if index is not None]

    def _many(self, column: Column) -> list[tuple[int, Any]]:
        if self._positions is None:
            self._positions = array("i", [NOTHING]) * self._count
            for position, place in enumerate(self.places):
                self._positions[place] = position
        positions = map(self._positions.__getitem__, column.places())
        return sorted(
            (pair for pair in zip(positions, column.values, strict=True) if pair[0] != NOTHING), key=itemgetter(0)
        )


def packed(
    runs: Runs, places: Sequence[int], states: Sequence[str] | None, columns: Iterable[Column], told: dict[str, Any]
) -> bytes:
    """Write the body; `told` goes into its header as it is.

    Without `states` it is about certain columns, and of the runs themselves only the ids are told.
    """
    packer, selection = Packer(), Selection(places, len(runs))
    own: dict[str, Any] = {"id": [runs.ids[place] for place in places]}
    if states is not None:
        own |= _listed(packer, selection, runs, states)
    written = (_column(packer, selection, column) for column in columns)
    return packer.body({**told, "rows": len(places), "own": own, "columns": [item for item in written if item]})


def _listed(packer: Packer, selection: Selection, runs: Runs, states: Sequence[str]) -> dict[str, Any]:
    """Write what the list tells of every run."""
    places = selection.places
    own: dict[str, Any] = {
        "name": [runs.names[place] for place in places],
        "experiment": _coded(packer, [runs.experiments[place] for place in places]),
        "state": _coded(packer, [state.lower() for state in states]),
        "started": packer.put(array("d", map(runs.started.__getitem__, places))),
        "ended": packer.put(array("d", map(runs.ended.__getitem__, places))),
    }
    for field in loading.OWN.keys() - HIDDEN:
        own[field] = _own(packer, selection, runs.own.get(field) or Column("own", field))
    return own


def _column(packer: Packer, selection: Selection, column: Column) -> dict[str, Any] | None:
    rows, values = selection.of(column)
    if not len(values):
        return None
    told: dict[str, Any] = {
        "kind": column.kind,
        "name": column.name,
        "form": "number" if column.kind == "metric" else "words",
        "count": len(values),
        "rows": None if rows is None else packer.put(rows),
    }
    if column.kind != "metric":
        words, values = _words(column, values)
        told |= {"words": words, "cut": column.cut}
    return {**told, "values": packer.put(values)}


def _own(packer: Packer, selection: Selection, column: Column) -> dict[str, Any]:
    rows, values = selection.of(column)
    words, values = _words(column, values)
    if rows is None:
        return {"words": words, "codes": packer.put(values)}
    codes = array("i", [NOTHING]) * len(selection.places)
    for row, value in zip(rows, values, strict=True):
        codes[row] = value
    return {"words": words, "codes": packer.put(codes)}


def _words(column: Column, codes: "array[int]") -> tuple[list[str], "array[int]"]:
    """Return the words that codes stand for; those that none stands for stay here."""
    if len(codes) >= len(column.words):
        return column.words, codes
    kept: dict[int, int] = {}
    again = array("i", [kept.setdefault(code, len(kept)) for code in codes])
    return [column.words[code] for code in kept], again


def _coded(packer: Packer, words: list[str]) -> dict[str, Any]:
    codes: dict[str, int] = {}
    numbers = array("i", [codes.setdefault(word, len(codes)) for word in words])
    return {"words": list(codes), "codes": packer.put(numbers)}
