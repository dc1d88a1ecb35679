"""The runs table as it goes to the browser: packed, by column."""

import re
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple, Protocol

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.experiments.reading import loading
from jupyter_mlstudio.experiments.reading.cache import RunCache
from jupyter_mlstudio.experiments.reading.columns import Kind, Runs
from jupyter_mlstudio.experiments.reading.emission import packed
from jupyter_mlstudio.experiments.reading.filter import parsed
from jupyter_mlstudio.experiments.reading.matching import fitting

FEW = 500
"""Runs that are read past the memory as long as that is empty: the first ones are there at once."""

KINDS: dict[str, Kind] = {"param": "param", "metric": "metric", "tag": "tag"}
COLUMN = re.compile(r"(?P<kind>param|metric|tag)(?:s\.|:)(?P<name>.+)", re.DOTALL)


class Fits(Protocol):
    """Picks the runs that fit out of some."""

    def __call__(self, *, runs: Runs, candidates: Iterable[int]) -> list[int]: ...


class TableQuery(Struct):
    """Which runs and columns to give."""

    experiment: str | None = Field(default=None, description="Name of an experiment; all of them if not given.")
    filter: str = Field(
        default="", description="Which runs, in MLflow's search syntax; words without any are looked for in names."
    )
    deleted: bool = Field(default=False, description="Give the deleted runs instead of the others.")
    limit: int | None = Field(default=None, ge=0, description="How many runs at most, the newest; all if not given.")
    ids: list[str] | None = Field(default=None, description="Only these runs.")
    columns: list[str] | None = Field(
        default=None, description="Only these columns, such as `param:depth`; the widest of the store if not given."
    )
    own: bool = Field(default=False, description="With `columns`: tell the name, state and times of the runs, too.")
    since: str | None = Field(
        default=None, description="A revision that was answered before: only what has changed since then is given."
    )


class Chosen(NamedTuple):
    """Which runs go out.

    Attributes:
        places: Their places, the newest first.
        total: How many would, without a limit.
        removed: Ids that no longer fit, of what has changed.
        full: Whether this is everything, and no change of an answer before.
    """

    places: list[int]
    total: int
    removed: list[str]
    full: bool


def table(cache: RunCache, query: TableQuery, progress: dict[str, object] | None = None) -> bytes:
    """Answer a query; `progress` tells how far a copy is, if this is one.

    Raises:
        InvalidError: The filter cannot be understood, or a column is not named as it should be.
    """
    fits = _fits(cache, query.filter)
    wanted = None if query.columns is None else [_named(name) for name in query.columns]
    if cache.waits and fits is None and wanted is None and _is_small(query):
        return _glance(cache, query, progress)
    with cache.current() as runs:
        chosen = _chosen(cache, runs, query, fits)
        columns = runs.columns.values() if wanted is None else cache.fetched(wanted)
        told = {
            "revision": f"{cache.epoch}.{cache.revision}",
            "full": chosen.full,
            "total": chosen.total,
            "removed": chosen.removed,
            "unsettled": cache.unsettled,
            "progress": progress,
            "more": []
            if wanted is not None
            else [{"kind": kind, "name": name, "count": n} for (kind, name), n in _more(runs)],
        }
        states = None if query.columns is not None and not query.own else list(map(cache.state, chosen.places))
        return packed(runs, chosen.places, states, columns, told)


def _fits(cache: RunCache, text: str) -> Fits | None:
    wanted = parsed(text)
    return partial(fitting, cache, filter=wanted) if any(wanted) else None


def _is_small(query: TableQuery) -> bool:
    return (query.limit is not None and query.limit <= FEW) or (query.ids is not None and len(query.ids) <= FEW)


def _glance(cache: RunCache, query: TableQuery, progress: dict[str, object] | None) -> bytes:
    """Answer from the store itself: what a screen shows need not wait for all the runs there are."""
    with cache.glance() as connection:
        found, total = loading.newest_rows(connection, query.experiment, query.deleted, query.ids, query.limit)
        runs = loading.some_runs(connection, found, 0)
    states = [loading.state(runs, place) for place in range(len(runs))]
    told = {
        "revision": "",
        "full": True,
        "total": total,
        "removed": [],
        "unsettled": False,
        "more": [],
        "progress": progress,
    }
    return packed(runs, range(len(runs)), states, runs.columns.values(), told)


def _chosen(cache: RunCache, runs: Runs, query: TableQuery, fits: Fits | None) -> Chosen:
    candidates = _candidates(runs, query)
    fitting = candidates if fits is None else fits(runs=runs, candidates=candidates)
    shown = fitting[: query.limit]
    epoch, _, revision = (query.since or "").partition(".")
    if epoch != cache.epoch or not revision.isdecimal():
        return Chosen(shown, len(fitting), [], True)
    known = int(revision)
    listed = set(shown)
    removed = [runs.ids[place] for place, at in enumerate(runs.changed) if at > known and place not in listed]
    return Chosen([place for place in shown if runs.changed[place] > known], len(fitting), removed, False)


def _candidates(runs: Runs, query: TableQuery) -> list[int]:
    wanted = None if query.ids is None else {runs.places[run] for run in query.ids if run in runs.places}
    return [
        place
        for place in runs.newest()
        if runs.deleted[place] == query.deleted
        and (query.experiment is None or runs.experiments[place] == query.experiment)
        and (wanted is None or place in wanted)
    ]


def _more(runs: Runs) -> list[tuple[tuple[Kind, str], int]]:
    return sorted(runs.more.items(), key=lambda item: (-item[1], item[0]))


def _named(column: str) -> tuple[Kind, str]:
    found = COLUMN.fullmatch(column)
    if found is None:
        told = f"columns: {column!r} is no column. Name it `param:<name>`, `metric:<name>` or `tag:<name>`."
        raise InvalidError(told)
    return KINDS[found["kind"]], found["name"]
