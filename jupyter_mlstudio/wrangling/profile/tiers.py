"""Tiers of a profile: each is surer than the one before, and costs more."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.cache import Cache
from jupyter_mlstudio.wrangling.execute import Stage
from jupyter_mlstudio.wrangling.figures import ColumnProfile, Profiles, Tier
from jupyter_mlstudio.wrangling.profile.eager import profiles
from jupyter_mlstudio.wrangling.profile.footers import Fact, footer
from jupyter_mlstudio.wrangling.profile.guess import guess
from jupyter_mlstudio.wrangling.profile.scan import scan
from jupyter_mlstudio.wrangling.profile.shapes import edge
from jupyter_mlstudio.wrangling.profile.sorting import sort
from jupyter_mlstudio.wrangling.windows import Windows

if TYPE_CHECKING:
    import polars as pl

SAMPLE = 100_000
"""Tables with no more rows are described whole; of larger ones, about so many rows are looked at first."""
_SORTED = 60_000_000
"""Columns with more rows keep the quantiles of the sample: sorting them would take too much memory."""
_COLUMNS = 2_000


class Profiler:
    """Describes the columns of stages, and keeps what it has found; safe to share between threads."""

    def __init__(self, windows: Windows, file: Callable[[Stage], Path | None]) -> None:
        self._windows, self._file = windows, file
        self._samples: Cache[pl.DataFrame] = Cache(2)
        self._known: Cache[ColumnProfile] = Cache(_COLUMNS)
        self._footers: Cache[dict[str, Fact]] = Cache(2)

    def profiles(self, stage: Stage, names: Sequence[str], tier: Tier) -> Profiles:
        """Describe columns as surely as a tier does, or more so where that is known already."""
        if tier == "facts" and self._file(stage) is None:
            return Profiles(items=(), rows=None, tier=tier, next="sampled")
        rows = self._windows.count(stage)
        if rows <= SAMPLE:
            items = tuple(self._whole(stage, name) for name in names)
            return Profiles(items=items, rows=rows, tier="quantiles", next=None)
        if tier == "facts":
            items = tuple(self._stated(stage, name, rows) for name in names if name in self._facts(stage))
            return Profiles(items=items, rows=rows, tier=tier, next="sampled")
        self._sample(stage, names, rows)
        if tier != "sampled":
            self._scan(stage, names)
        if tier == "quantiles" and rows <= _SORTED:
            self._sort(stage, names)
        items = tuple(self._best(stage, name) for name in names)
        coming = _next(items, tier, rows)
        if coming is None:
            self._windows.prepare(stage)  # nobody waits for figures any more; soon somebody may sort
        return Profiles(items=items, rows=rows, tier=tier, next=coming)

    def clear(self) -> None:
        """Forget everything."""
        for cache in (self._samples, self._known, self._footers):
            cache.clear()

    def _whole(self, stage: Stage, name: str) -> ColumnProfile:
        return self._known.get(
            (stage.key, name), lambda: profiles(self._sampled(stage).select(name), [name], "exact")[0]
        )

    def _sample(self, stage: Stage, names: Sequence[str], rows: int) -> None:
        """Describe columns by a sample, and by what the file says of all rows."""
        missing = [name for name in names if self._known.peek((stage.key, name)) is None]
        facts = self._facts(stage)
        for profile in profiles(self._sampled(stage), missing, "sampled", rows):
            self._keep(stage, _with(profile, facts.get(profile.name)))

    def _scan(self, stage: Stage, names: Sequence[str]) -> None:
        wanted = [known for name in names if (known := self._best(stage, name)).sure.mean == "sampled"]
        for profile in scan(self._table(stage), wanted) if wanted else ():
            self._keep(stage, profile)

    def _sort(self, stage: Stage, names: Sequence[str]) -> None:
        for name in names:
            self._keep(stage, sort(self._table(stage), self._best(stage, name)))

    def _table(self, stage: Stage) -> "pl.LazyFrame":
        """Return the table to read; sources have no NaN any more, steps may make new ones."""
        table = self._windows.lazy(stage)
        return table.fill_nan(None) if stage.key else table

    def _keep(self, stage: Stage, profile: ColumnProfile) -> None:
        self._known.put((stage.key, profile.name), profile.model_copy(update={"guess": guess(profile)}))

    def _best(self, stage: Stage, name: str) -> ColumnProfile:
        return self._known.get((stage.key, name), lambda: profiles(self._sampled(stage), [name], "sampled")[0])

    def _sampled(self, stage: Stage) -> "pl.DataFrame":
        return self._samples.get(stage.key, lambda: self._windows.sample(stage, SAMPLE))

    def _facts(self, stage: Stage) -> dict[str, Fact]:
        path = self._file(stage)
        return {} if path is None else self._footers.get(path, lambda: footer(path))

    def _stated(self, stage: Stage, name: str, rows: int) -> ColumnProfile:
        """Describe a column by the footer alone."""
        import polars as pl

        empty = profiles(pl.DataFrame(schema={name: stage.columns[name]}), [name], "sampled", rows)[0]
        return _with(empty, self._facts(stage)[name]).model_copy(update={"guess": "text"})


def _with(profile: ColumnProfile, fact: Fact | None) -> ColumnProfile:
    """Put what is known of all rows in place of what was guessed from some."""
    if fact is None:
        return profile
    changed: dict[str, object] = {}
    sure: dict[str, object] = {}
    if fact.missing is not None:
        changed |= {"missing": fact.missing, "missing_share": fact.missing / profile.rows if profile.rows else 0.0}
        sure["missing"] = "exact"
    if fact.low is not None:
        changed |= {"min": edge(fact.low), "max": edge(fact.high)}
        sure["range"] = "exact"
    return profile.model_copy(update={**changed, "sure": profile.sure.model_copy(update=sure)})


def _next(items: Sequence[ColumnProfile], tier: Tier, rows: int) -> Tier | None:
    if all(profile.exactness == "exact" for profile in items):
        return None
    later: dict[Tier, Tier | None] = {"sampled": "exact", "exact": "quantiles" if rows <= _SORTED else None}
    return later.get(tier)
