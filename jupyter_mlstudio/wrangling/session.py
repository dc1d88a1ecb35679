"""Session: one table under work, and what a panel asks of it."""

from collections.abc import Callable, Mapping, Sequence
from threading import Event, RLock
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, StudioError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.core.refs import RecipeRef
from jupyter_mlstudio.wrangling import code, output, quality
from jupyter_mlstudio.wrangling.catalogue import frames_in, kind_of
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.execute import Stage, advance, begin, blamed
from jupyter_mlstudio.wrangling.findings import findings
from jupyter_mlstudio.wrangling.preview import preview
from jupyter_mlstudio.wrangling.profile import SAMPLE, profiles, sample_of
from jupyter_mlstudio.wrangling.recipe import AnyStep, FileSource, FrameSource, Recipe, Source
from jupyter_mlstudio.wrangling.sources import Files, Head, framed, identifier
from jupyter_mlstudio.wrangling.step import Step
from jupyter_mlstudio.wrangling.types import (
    CodeText,
    FrameList,
    Leaks,
    Opened,
    Preview,
    Profiles,
    Progress,
    RunResult,
    StepKinds,
    View,
    Window,
)  # fmt: skip
from jupyter_mlstudio.wrangling.types import Stage as StageView
from jupyter_mlstudio.wrangling.windows import Order, Windows, arrow
from jupyter_mlstudio.wrangling.writing import described, meant

if TYPE_CHECKING:
    import polars as pl

_FIRST_ROWS = 1_000
_COUNTED = 20_000_000
"""Tables with fewer cells than this are counted after each step at once."""
_LEAK_ROWS = 50_000

Frames = Callable[[], Mapping[str, object]]


class Session:
    """Works on one table: opens it, applies recipes, answers windows, profiles and previews.

    Nothing that fails loses anything: a recipe with a failing step stays, and so does the table before it.
    Safe to share between threads; rows and figures are computed without holding others up.
    """

    def __init__(self, files: Files, frames: Frames, tell: Callable[[Progress], None] = lambda _: None) -> None:
        self._files, self._frames, self._tell = files, frames, tell
        self._lock, self._stopped, self._windows = RLock(), Event(), Windows()
        self._head: Head | None = None
        self._recipe = Recipe()
        self._stages: list[Stage] = []
        self._rows: dict[str, int] = {}

    def frames(self) -> FrameList:
        """List the DataFrames of the kernel."""
        return FrameList(items=tuple(frames_in(self._frames())))

    def steps(self) -> StepKinds:
        """List the steps that can be added, with their forms."""
        return StepKinds(items=tuple(kind_of(step) for step in Step.known.values()))

    def open(self, source: Source, recipe: Recipe | None = None) -> Opened:
        """Open a file or a frame, and apply a recipe if one is given.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: There is no such frame, or it cannot be read.
        """
        head = self._files.open(source) if isinstance(source, FileSource) else self._framed(source)
        with self._lock:
            self._windows.close()
            self._head, self._rows, self._stages = head, {}, [begin(head)]
            self._recipe = (recipe or Recipe()).model_copy(update={"source": head.source})
            rows = self._count(self._stages[0])
        title = source.path.rpartition("/")[2] if isinstance(source, FileSource) else head.name
        return Opened(
            title=title,
            kind=head.kind,
            rows=rows,
            exact=rows is not None,
            columns=described(self._stages[0].columns),
            recipe=self._recipe,
        )

    def apply(self, recipe: Recipe) -> View:
        """Make this the session's recipe, and say what each step leads to.

        Steps learn what they have not learned yet. The first that fails carries the error; those after it do not run.
        """
        head = self._opened()
        with self._lock:
            made, states, views = [self._stages[0]], [], []
            failure: str | None = None
            for step in recipe.steps:
                state, failure = self._next(made, step, failure)
                states.append(made[-1].step or step if state == "ran" else step)
                views.append(self._view(states[-1], made[-1], state, failure if state == "failed" else None))
            self._stages = made
            self._recipe = recipe.model_copy(update={"source": head.source, "steps": tuple(states)})
        return View(stages=tuple(views), recipe=self._recipe, findings=findings(self._recipe))

    def window(
        self,
        upto: int | None = None,
        start: int = 0,
        stop: int = 200,
        columns: tuple[str, ...] = (),
        sort: tuple[SortKey, ...] = (),
        filter: tuple[Condition, ...] = (),
        search: str = "",
    ) -> tuple[Window, bytes]:
        """Return rows after the first `upto` active steps, in an order to look at; all columns if none are named."""
        stage = self._stage(upto)
        names = [name for name in columns or stage.columns if name in stage.columns]
        order = Order(sort, filter, search.strip())
        with blamed(self._until(stage)):
            if order == Order() and self._windows.at_hand(stage) is None and stop <= _FIRST_ROWS:
                quick = self._first(stage, start, stop, names)
                if quick is not None:
                    return quick
            rows = self._windows.rows(stage, order, start, stop, names)
        if order == Order():
            self._rows[stage.rows_of] = rows.total
        return Window(start=start, rows=rows.table.height, rows_total=rows.total, exact=True), arrow(rows.table)

    def preview(self, step: AnyStep, position: int, replace: bool = False) -> tuple[Preview, bytes]:
        """Try a step before, or in place of, the step at a position of the recipe; the recipe stays as it is."""
        before = self._before(position)
        return preview(step, before, self._count(before), self._files.text, replace=replace)

    def profile(self, upto: int | None = None, columns: tuple[str, ...] = (), exact: bool = False) -> Profiles:
        """Describe columns; from a sample, unless the table is small or `exact` is asked for."""
        stage = self._stage(upto)
        names = [name for name in columns or stage.columns if name in stage.columns]
        with blamed(self._until(stage)):
            rows = self._count(stage)
            if exact or rows is None or rows <= SAMPLE:
                table = self._windows.table(stage)
                self._rows[stage.rows_of] = table.height
                return Profiles(items=profiles(table, names, "exact"), rows=table.height)
            made = self._windows.at_hand(stage)
            sample = sample_of(stage.table if made is None and not stage.rows_of else self._windows.table(stage), rows)
        return Profiles(items=profiles(sample, names, "sampled"), rows=rows)

    def leaks(self, target: str) -> Leaks:
        """Find columns that give the answer away."""
        stage = self._stage(None)
        with blamed(self._stages):
            table = sample_of(self._windows.table(stage), self._windows.table(stage).height, _LEAK_ROWS)
            return Leaks(target=target, rows=table.height, items=quality.leaks(table, target))

    def code(self, upto: int | None = None, name: str | None = None) -> CodeText:
        """Write the steps up to one as a program: the text that ran."""
        head = self._opened()
        made = self._stages[1 : None if upto is None else upto + 1]
        return CodeText(language="polars", text=code.program(head, made, name), name=name or head.result)

    def save(self, path: str, overwrite: bool = False) -> RecipeRef:
        """Write the recipe into the project.

        Raises:
            ConflictError: There is such a file, and it is not to be replaced.
        """
        found = inside(self._files.project, path if path.endswith(".recipe.json") else f"{path}.recipe.json")
        if found.exists() and not overwrite:
            raise ConflictError(f"There is a file “{path}” already. Choose another name, or replace it.", code="exists")
        self._recipe.write(found)
        return RecipeRef(path=found.relative_to(self._files.project.resolve()).as_posix())

    def load(self, path: str) -> Recipe:
        """Read a recipe of the project, without applying it."""
        return Recipe.read(self._files.find(path))

    def run(self, path: str, overwrite: bool = False) -> RunResult:
        """Write the whole result as a Parquet or CSV file of the project.

        Raises:
            ConflictError: There is such a file, it is not to be replaced, or `stop` came in between.
        """
        stage = self._stage(None)
        if stage is not self._stages[-1] or len(self._stages) - 1 != len(self._recipe.active()):
            raise InvalidError("A step fails. Mend it or switch it off before the recipe runs on everything.")
        self._stopped.clear()
        found = inside(self._files.project, path)
        if found.exists() and not overwrite:
            raise ConflictError(f"There is a file “{path}” already. Choose another name, or replace it.", code="exists")
        with blamed(self._until(stage)):
            return output.write(stage.table, found, path, self._count(stage), self._tell, self._stopped)

    def stop(self) -> None:
        """Stop `run`; the file is then as it was before."""
        self._stopped.set()

    def close(self) -> None:
        """Let go of everything."""
        self._stopped.set()
        self._windows.close()

    @property
    def recipe(self) -> Recipe:
        """The recipe as it was applied last."""
        return self._recipe

    def result(self) -> "pl.DataFrame":
        """Return the whole table after all steps that ran."""
        return self._windows.table(self._stage(None))

    def _opened(self) -> Head:
        if self._head is None:
            raise ConflictError("Nothing is open. Open a file or a DataFrame first.", code="not_open")
        return self._head

    def _framed(self, source: FrameSource) -> Head:
        known = self._frames()
        if source.name not in known:
            raise InvalidError(
                f"The kernel has no DataFrame “{source.name}”.{meant(source.name, known)} Run the cell that makes it.",
                code="no_frame",
            )
        return framed(
            identifier(source.name.partition("#")[0]) if "#" in source.name else source.name, known[source.name]
        )

    def _stage(self, upto: int | None) -> Stage:
        self._opened()
        made = self._stages
        return made[-1] if upto is None else made[min(upto, len(made) - 1)]

    def _until(self, stage: Stage) -> list[Stage]:
        """Return the stages up to one: among them is the step to blame if its values cannot be computed."""
        made = self._stages
        place = next((index for index, each in enumerate(made) if each is stage), len(made) - 1)
        return [*made[: place + 1], stage]

    def _before(self, position: int) -> Stage:
        active = sum(step.on for step in self._recipe.steps[:position])
        if active >= len(self._stages):
            raise InvalidError("An earlier step fails. Mend it or switch it off first.", code="earlier_step")
        return self._stage(active)

    def _next(self, made: list[Stage], step: Step, failure: str | None) -> tuple[str, str | None]:
        """Apply one more step to the last stage, reusing what ran before; say what became of it."""
        if not step.on:
            return "off", failure
        if failure is not None:
            return "not run", failure
        known = self._stages[len(made)] if len(made) < len(self._stages) else None
        before_same = len(made) <= len(self._stages) and made[-1] is self._stages[len(made) - 1]
        if known is not None and before_same and known.step == step:
            made.append(known)
            return "ran", None
        try:
            made.append(advance(made[-1], step, self._files.text))
        except StudioError as error:
            return "failed", str(error)
        return "ran", None

    def _view(self, step: Step, stage: Stage, state: str, error: str | None) -> StageView:
        rows: int | None = None
        try:
            rows = self._count(stage)
        except StudioError as failure:
            state, error = "failed", str(failure)
        return StageView.model_validate(
            {
                "sentence": step.sentence(),
                "title": step.title,
                "kind": step.kind,
                "state": state,
                "columns": described(stage.columns),
                "rows": rows,
                "error": error,
            }
        )

    def _count(self, stage: Stage) -> int | None:
        """Count the rows of a stage, unless that takes long."""
        import polars as pl

        if stage.rows_of in self._rows:
            return self._rows[stage.rows_of]
        source = self._rows.get("", 0)
        if stage.key and source * len(stage.columns) > _COUNTED:
            return None
        with blamed(self._until(stage)):
            self._rows[stage.rows_of] = int(stage.table.select(pl.len()).collect().item())
        return self._rows[stage.rows_of]

    def _first(self, stage: Stage, start: int, stop: int, names: Sequence[str]) -> tuple[Window, bytes] | None:
        """Return the first rows without making the whole table, where that can be done."""
        total = self._count(stage)
        if stage.rows_of or total is None:
            return None
        table = stage.table.select(names).slice(start, stop - start).collect()
        return Window(start=start, rows=table.height, rows_total=total, exact=True), arrow(table)
