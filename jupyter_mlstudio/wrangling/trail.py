"""Trail: the tables along a recipe, from the source to the last step that ran."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.wrangling.execute import Stage, advance, begin, blamed
from jupyter_mlstudio.wrangling.messages import Stage as StageView
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Head
from jupyter_mlstudio.wrangling.step import Step
from jupyter_mlstudio.wrangling.windows import Windows
from jupyter_mlstudio.wrangling.writing import described

_COUNTED = 20_000_000
"""Tables with fewer cells than this are counted after each step at once."""

Outcome = Literal["ran", "off", "failed", "not run"]


class _Result(NamedTuple):
    step: Step
    state: Outcome
    error: str | None


class Trail:
    """Walks along recipes on one table; what ran before does not run again."""

    def __init__(self, head: Head, files: Callable[[str], str], windows: Windows) -> None:
        self.head, self._files, self._windows = head, files, windows
        self.stages = [begin(head)]
        self._rows: dict[str, int] = {}

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

    def until(self, stage: Stage) -> list[Stage]:
        """Return the stages up to one: among them is the step to blame if its values cannot be computed."""
        made = self.stages
        place = next((index for index, each in enumerate(made) if each is stage), len(made) - 1)
        return [*made[: place + 1], stage]

    def count(self, stage: Stage) -> int | None:
        """Count the rows of a table, unless that takes long."""
        import polars as pl

        if stage.rows_of in self._rows:
            return self._rows[stage.rows_of]
        if stage.key and self._rows.get("", 0) * len(stage.columns) > _COUNTED:
            return None
        with blamed(self.until(stage)):
            self._rows[stage.rows_of] = int(stage.table.select(pl.len()).collect().item())
        return self._rows[stage.rows_of]

    def counted(self, stage: Stage, rows: int) -> None:
        """Remember how many rows somebody has found."""
        self._rows[stage.rows_of] = rows

    def _next(self, made: list[Stage], step: Step, *, failed: bool) -> _Result:
        """Apply one more step to the last stage, or take what ran before."""
        if not step.on or failed:
            return _Result(step, "not run" if step.on else "off", None)
        place = len(made)
        ran_before = place < len(self.stages) and made[-1] is self.stages[place - 1] and self.stages[place].step == step
        try:
            after = self.stages[place] if ran_before else advance(self._at_hand(made[-1], step), step, self._files)
            self.count(after)
        except StudioError as error:
            return _Result(step, "failed", str(error))
        made.append(after)
        return _Result(after.step or step, "ran", None)

    def _at_hand(self, stage: Stage, step: Step) -> Stage:
        """Keep the table in memory from which a step learns, if it is small: the steps after it begin there too."""
        rows = self.count(stage) if step.learns() and step.state is None else None
        if rows is None or rows * len(stage.columns) > _COUNTED:
            return stage
        return stage._replace(table=self._windows.table(stage).lazy())

    def _view(self, result: _Result, stage: Stage) -> StageView:
        return StageView(
            sentence=result.step.sentence(),
            title=result.step.title,
            kind=result.step.kind,
            state=result.state,
            columns=described(stage.columns),
            rows=self.count(stage),
            error=result.error,
        )
