"""Origins: where the values of each column come from, so that a step need not learn again what cannot have changed."""

import hashlib
import json
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.cache import Cache
from jupyter_mlstudio.wrangling.execute import Stage, digest_of, evaluate
from jupyter_mlstudio.wrangling.step import Code, Step

if TYPE_CHECKING:
    pass

_REMEMBERED = 2_000


class Origins:
    """Remembers, for what steps have learned, which steps their columns went through; only of recipes seen here."""

    def __init__(self, before: Callable[[Stage], Stage | None]) -> None:
        self._before = before
        self._columns: Cache[dict[str, str]] = Cache(_REMEMBERED)
        self._learned: Cache[str] = Cache(_REMEMBERED)

    def kept(self, stage: Stage, step: Step) -> Step:
        """Return a step with its state marked as good here, if its columns are what they were when it learned."""
        if not step.learns() or step.state is None:
            return step
        digest = digest_of(stage.digest, step)
        known = self._learned.peek((step.op, step.state.of))
        if step.state.of == digest or known is None or known != self.of(stage, step):
            return step
        return step.model_copy(update={"state": step.state.model_copy(update={"of": digest})})

    def learned(self, stage: Stage, step: Step) -> None:
        """Remember where the columns came from that a step has learned from."""
        if step.learns() and step.state is not None:
            self._learned.put((step.op, step.state.of), self.of(stage, step))

    def of(self, stage: Stage, step: Step) -> str:
        """Name the origin of all that a step reads, with its own options; of what says nothing, all is read."""
        if not step.reads():
            return stage.digest
        reads = sorted(step.reads() | ({stage.split} if stage.split in stage.columns else set()))
        origins = self._origins(stage)
        if any(name not in origins for name in reads):
            return stage.digest
        return _short([_options(step), *(f"{name}={origins[name]}" for name in reads)])

    def _origins(self, stage: Stage) -> dict[str, str]:
        """Follow the columns from the source on; a step that only hands one on leaves its origin as it is."""
        made = [stage]
        while self._columns.peek(made[-1].key) is None and (before := self._before(made[-1])) is not None:
            made.append(before)
        for before, after in pairwise(reversed(made)):
            origins = self._columns.peek(before.key) or dict.fromkeys(before.columns, before.key)
            in_place = after.step is not None and after.step.kind in {"row", "fit"}
            passed = untouched(before, after.code) if in_place else frozenset()
            named = {name: origins.get(name, "") if name in passed else after.key for name in after.columns}
            self._columns.put(after.key, named)
        return self._columns.peek(stage.key) or dict.fromkeys(stage.columns, stage.key)


def untouched(before: Stage, code: Code) -> frozenset[str]:
    """Find the columns that a step only hands on: the plan for one of them alone is to read it."""
    import polars as pl

    empty = pl.LazyFrame(schema=dict(before.columns))
    if code.tables:
        return frozenset()
    after = evaluate(empty, code)
    names = [name for name in after.collect_schema() if name in before.columns]
    return frozenset(name for name in names if after.select(name).explain() == empty.select(name).explain())


def _options(step: Step) -> str:
    return json.dumps(step.model_dump(mode="json", exclude={"state", "on", "label", "note"}), sort_keys=True)


def _short(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
