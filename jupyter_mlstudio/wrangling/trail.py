"""Trail: the tables along a recipe, from the source to the last step that ran."""

from pathlib import Path
from typing import Literal, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError, StudioError
from jupyter_mlstudio.wrangling.cache import Cache
from jupyter_mlstudio.wrangling.execute import Stage, advance, begin, blamed, evaluate
from jupyter_mlstudio.wrangling.failure import place
from jupyter_mlstudio.wrangling.lays import Lay, lay_of
from jupyter_mlstudio.wrangling.messages import Opened
from jupyter_mlstudio.wrangling.messages import Stage as StageView
from jupyter_mlstudio.wrangling.origins import Origins
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files, Head
from jupyter_mlstudio.wrangling.sources.types import FileSource
from jupyter_mlstudio.wrangling.step import Incoming, Step
from jupyter_mlstudio.wrangling.windows import Windows
from jupyter_mlstudio.wrangling.writing import described

_COUNTED = 20_000_000
"""Tables with fewer cells than this are counted after each step at once."""
_REMEMBERED = 2_000
"""How many stages stay known: going back and forth between recipes then costs next to nothing."""

_LARGE = 64_000_000
"""Text files with more bytes are not counted before their first rows are shown."""
_PARQUET = frozenset({".parquet", ".pq"})

Outcome = Literal["ran", "off", "failed", "not run"]


class _Result(NamedTuple):
    step: Step
    state: Outcome
    error: StudioError | None


class Trail:
    """Walks along recipes on one table; what ran before does not run again."""

    def __init__(self, head: Head, files: Files, windows: Windows) -> None:
        self.head, self._files, self._windows = head, files, windows
        self.stages = [begin(head)]
        self._made: Cache[Stage] = Cache(_REMEMBERED)
        self._before: Cache[Stage] = Cache(_REMEMBERED)
        self._rows: dict[str, int] = {}
        self._origins = Origins(lambda stage: self._before.peek(stage.key))
        if head.rows is not None:
            self._rows[""] = head.rows
        windows.begin(self.stages[0], self.lay)

    def opened(self, recipe: Recipe) -> Opened:
        """Say what was opened."""
        head, source = self.head, self.stages[0]
        rows = self.count(source)
        return Opened(
            title=head.source.path.rpartition("/")[2] if isinstance(head.source, FileSource) else head.name,
            kind=head.kind,
            rows=rows,
            exact=rows is not None,
            columns=described(source.columns),
            recipe=recipe,
            settled=head.settle is None,
            notes=head.notes,
        )

    def walk(self, recipe: Recipe) -> tuple[Recipe, tuple[StageView, ...]]:
        """Apply a recipe as far as it can be; return it with what its steps have learned, and what became of each."""
        made, steps, views = [self.stages[0]], [], []
        failed = False
        for step in recipe.steps:
            result = self._next(made, step, failed=failed)
            failed = failed or result.state == "failed"
            steps.append(result.step)
            views.append(self._view(result, made[-1]))
        self.stages = made
        return recipe.model_copy(update={"source": self.head.source, "steps": tuple(steps)}), tuple(views)

    def at(self, upto: int | None) -> Stage:
        """Return the table after some active steps, or after the last that ran."""
        made = self.stages
        return made[-1] if upto is None else made[min(upto, len(made) - 1)]

    def lay(self, stage: Stage) -> Lay:
        """Return how the rows of a stage lie on those of an earlier one."""
        return lay_of(self.until(stage))

    def until(self, stage: Stage) -> list[Stage]:
        """Return the stages up to one: among them is the step to blame if its values cannot be computed."""
        made = [stage]
        while made[-1].key and (before := self._before.peek(made[-1].key)) is not None:
            made.append(before)
        return made[::-1]

    def count(self, stage: Stage) -> int | None:
        """Count the rows of a table, unless that takes long."""
        if stage.rows_of in self._rows:
            return self._rows[stage.rows_of]
        width, source = len(stage.columns), self._rows.get("")
        if not stage.key and (self._is_long or self.head.settle is not None):
            return None
        if stage.key and (source is None or source * width > _COUNTED):
            return None
        with blamed(self.until(stage)):
            self.counted(stage, self._windows.count(stage))
        return self._rows[stage.rows_of]

    def parquet(self, stage: Stage) -> Path | None:
        """Return the Parquet file that a stage shows as it is: its footer says much of it."""
        path = self._path
        return path if path is not None and not stage.key and path.suffix in _PARQUET else None

    @property
    def _is_long(self) -> bool:
        """Whether counting the rows of the source takes long; Parquet says how many it has."""
        path = self._path
        return path is not None and path.suffix not in _PARQUET and path.stat().st_size > _LARGE

    @property
    def _path(self) -> Path | None:
        source = self.head.source
        path = self._files.find(source.path) if isinstance(source, FileSource) else None
        return path if path is not None and path.is_file() else None

    def counted(self, stage: Stage, rows: int) -> None:
        """Remember how many rows somebody has found."""
        self._rows[stage.rows_of] = rows

    def after(self, stage: Stage, step: Step) -> Stage:
        """Return the table after one more step, which learns first what it has to; what ran before does not run again.

        Raises:
            InvalidError: The step does not fit the table, or fails on its values.
        """
        key = (stage.key, step.model_dump_json(exclude={"label", "note", "on"}))
        found = self._made.peek(key)
        if found is None:
            found = self._advanced(stage, self._origins.kept(stage, step))
            self._origins.learned(stage, found.step or step)
            self._made.put(key, found)
            if found.step is not None:  # with what it has learned, it leads to the same place
                self._made.put((stage.key, found.step.model_dump_json(exclude={"label", "note", "on"})), found)
            self._before.put(found.key, stage)
        return found._replace(
            step=found.step and found.step.model_copy(update={"label": step.label, "note": step.note, "on": step.on})
        )

    def _advanced(self, stage: Stage, step: Step) -> Stage:
        """Apply a step; one that looks at values looks at the nearest that there are."""
        if not (step.learns() or step.may_fail()):
            return advance(stage, step, self._files.text)
        with blamed(self.until(stage)):
            near = self._windows.lazy(stage)
        try:
            after = advance(stage._replace(table=near), step, self._files.text)
        except StudioError as error:
            if not (step.may_fail() and step.kind in {"row", "fit"} and error.code == "step_failed"):
                raise
            code = step.polars(Incoming(stage.columns, str, self._files.text))
            where = place(stage._replace(table=near), code)
            raise InvalidError(f"{error}{where}", code="step_failed") from error
        return after._replace(table=evaluate(stage.table, after.code))

    def _next(self, made: list[Stage], step: Step, *, failed: bool) -> _Result:
        """Apply one more step to the last stage, or take what ran before."""
        if not step.on or failed:
            return _Result(step, "not run" if step.on else "off", None)
        try:
            after = self.after(made[-1], step)
            self.count(after)
        except StudioError as error:
            return _Result(step, "failed", error)
        made.append(after)
        return _Result(after.step or step, "ran", None)

    def _view(self, result: _Result, stage: Stage) -> StageView:
        return StageView(
            sentence=result.step.sentence(),
            title=result.step.title,
            kind=result.step.kind,
            state=result.state,
            columns=described(stage.columns),
            rows=self.count(stage),
            error=str(result.error) if result.error else None,
            reason=result.error.code if result.error else None,
        )
