"""Session: one table under work, and what a panel asks of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from threading import Event, RLock
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.core.refs import RecipeRef
from jupyter_mlstudio.wrangling import code, quality
from jupyter_mlstudio.wrangling.catalogue import frames_in, kind_of
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.execute import Stage, blamed
from jupyter_mlstudio.wrangling.faces.languages import Dialect, Language
from jupyter_mlstudio.wrangling.figures import Profiles, Tier
from jupyter_mlstudio.wrangling.findings import findings
from jupyter_mlstudio.wrangling.looking.verbs import LookingVerbs
from jupyter_mlstudio.wrangling.messages import (
    CodeText,
    FrameList,
    Leaks,
    Opened,
    Preview,
    Progress,
    RunResult,
    StepKinds,
    View,
    Window,
)  # fmt: skip
from jupyter_mlstudio.wrangling.orders import Order
from jupyter_mlstudio.wrangling.out import OutVerbs, RulesMode
from jupyter_mlstudio.wrangling.preview import preview
from jupyter_mlstudio.wrangling.profile import Profiler
from jupyter_mlstudio.wrangling.recipe import AnyStep, Recipe
from jupyter_mlstudio.wrangling.report.verbs import ReportVerbs
from jupyter_mlstudio.wrangling.selection.verbs import SelectionVerbs
from jupyter_mlstudio.wrangling.service import keep
from jupyter_mlstudio.wrangling.sources import Files, Head
from jupyter_mlstudio.wrangling.sources.types import Source
from jupyter_mlstudio.wrangling.sources.verbs import SourceVerbs
from jupyter_mlstudio.wrangling.step import step_kinds
from jupyter_mlstudio.wrangling.trail import Trail
from jupyter_mlstudio.wrangling.windows import Windows, arrow

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.assist.verbs import AssistVerbs
    from jupyter_mlstudio.wrangling.combining.verbs import CombineVerbs
    from jupyter_mlstudio.wrangling.rules.verbs import RuleVerbs

_LEAK_ROWS = 50_000

Frames = Callable[[], Mapping[str, object]]


class Session:
    """Works on one table: opens it, applies recipes, answers windows, profiles and previews.

    Nothing that fails loses anything: a recipe with a failing step stays, and so does the table before it.
    Safe to share between threads; rows and figures are computed without holding others up.
    """

    def __init__(self, files: Files, frames: Frames, tell: Callable[[Progress], None] = lambda _: None) -> None:
        self.files, self.variables, self.tell = files, frames, tell
        self._lock, self.stopped, self.windows = RLock(), Event(), Windows()
        self._profiler = Profiler(self.windows, lambda stage: self.trail.parquet(stage))
        self._trail: Trail | None = None
        self._recipe = Recipe()
        self._target: str | None = None

    def frames(self) -> FrameList:
        """List the DataFrames of the kernel."""
        return FrameList(items=tuple(frames_in(self.variables())))

    def steps(self) -> StepKinds:
        """List the steps that can be added, with their forms."""
        return StepKinds(items=tuple(kind_of(step) for step in step_kinds().values()))

    def open(self, source: Source, recipe: Recipe | None = None, password: str = "") -> Opened:
        """Open a file, a frame or a database. A given recipe becomes the session's, and waits for `apply`.

        Args:
            source: Which table.
            recipe: Steps for it.
            password: Of the database; it is kept nowhere.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: There is no such frame or table, or it cannot be read.
        """
        return self.begin(self.sources.head(source, password), recipe)

    def begin(self, head: Head, recipe: Recipe | None = None) -> Opened:
        """Go to work on a table that was opened."""
        with self._lock:
            self._profiler.clear()
            self._trail = trail = Trail(head, self.files, self.windows)
            self._recipe = (recipe or Recipe()).model_copy(update={"source": head.source})
            return trail.opened(self._recipe)

    def apply(self, recipe: Recipe) -> View:
        """Make this the session's recipe, and say what each step leads to.

        Steps learn what they have not learned yet. The first that fails carries the error; those after it do not run.
        """
        trail = self.trail
        with self._lock:
            self._recipe, views = trail.walk(recipe)
        return View(stages=views, recipe=self._recipe, findings=findings(self._recipe, target=self._target))

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
        stage = self.stage(upto)
        names = _known(columns, stage)
        order = Order(sort, filter, search.strip())
        with blamed(self.trail.until(stage)):
            if order == Order() and not stage.key and self.trail.count(stage) is None:
                rows = self.windows.begun(start, stop, names, settled=self.trail.head.settle is None)
            else:
                rows = self.windows.rows(stage, order, start, stop, names)
        if order == Order() and rows.exact:
            self.trail.counted(stage, rows.total)
        table = rows.table.select(names)
        return Window(start=start, rows=table.height, rows_total=rows.total, exact=rows.exact), arrow(table)

    def preview(self, step: AnyStep, position: int, replace: bool = False) -> tuple[Preview, bytes]:
        """Try a step before, or in place of, the step at a position of the recipe; the recipe stays as it is."""
        before = self._before(position)
        return preview(step, before, self.trail.count(before), self.files.text, self.windows)

    def profile(self, upto: int | None = None, columns: tuple[str, ...] = (), tier: Tier = "sampled") -> Profiles:
        """Describe columns, as surely as a tier does; the answer says which tier to ask for to learn more.

        `facts` stand in the file, `sampled` comes from some rows, `exact` reads all of them once, `quantiles` sorts.
        """
        stage = self.stage(upto)
        with blamed(self.trail.until(stage)):
            return self._profiler.profiles(stage, _known(columns, stage), tier)

    def leaks(self, target: str) -> Leaks:
        """Find columns that give the answer away."""
        stage, self._target = self.stage(None), target
        with blamed(self.trail.stages):
            table = self.windows.sample(stage, _LEAK_ROWS)
            return Leaks(target=target, rows=table.height, items=quality.leaks(table, target))

    def code(
        self,
        upto: int | None = None,
        name: str | None = None,
        language: Language = "polars",
        dialect: Dialect = "duckdb",
        path: str | None = None,
    ) -> CodeText:
        """Write the steps up to one as a program; Polars is the text that ran.

        Args:
            upto: How many active steps; all if left out.
            name: Variable for the result.
            language: Polars, pandas, SQL, or a step of a scikit-learn pipeline.
            dialect: Of SQL.
            path: Where the recipe is saved, for a pipeline that reads it there.
        """
        head = self.trail.head
        made = self.trail.stages[1 : None if upto is None else upto + 1]
        text = code.Programs(head, made, self.files, self._recipe).text(language, dialect, name, path)
        return CodeText(language=language, dialect=dialect, text=text, name=name or head.result)

    def save(self, path: str, overwrite: bool = False) -> RecipeRef:
        """Write the recipe into the project.

        Raises:
            ConflictError: There is such a file, and it is not to be replaced.
        """
        return keep(self._recipe, self.files.project, path, overwrite=overwrite)

    def load(self, path: str) -> Recipe:
        """Read a recipe of the project, without applying it."""
        return Recipe.read(self.files.find(path))

    def run(
        self,
        path: str,
        overwrite: bool = False,
        table: str | None = None,
        rules: RulesMode = "fail",
    ) -> RunResult:
        """Write the whole result into the project, as the ending of the path says.

        Args:
            path: A file: Parquet, CSV, Arrow, NDJSON, Excel, or a SQLite or DuckDB file for a table in it.
            overwrite: Replace the file or table if there is one.
            table: Name of the table in a SQLite or DuckDB file.
            rules: Whether a broken rule keeps the table from being written, or is only told.

        Raises:
            ConflictError: There is such a file, it is not to be replaced, a rule is broken, or `stop` came in between.
        """
        return self.out.run(path, overwrite=overwrite, table=table, rules=rules)

    def stop(self) -> None:
        """Stop `run`; the file is then as it was before."""
        self.stopped.set()

    def close(self) -> None:
        """Let go of everything."""
        self.stopped.set()
        self.windows.close()

    @cached_property
    def sources(self) -> SourceVerbs:
        """What can be asked about sources."""
        return SourceVerbs(self)

    @cached_property
    def looking(self) -> LookingVerbs:
        """Finding texts and values, and what steps change."""
        return LookingVerbs(self)

    @cached_property
    def combining(self) -> "CombineVerbs":
        """What is asked before joins and own code."""
        from jupyter_mlstudio.wrangling.combining.verbs import CombineVerbs

        return CombineVerbs(self)

    @cached_property
    def out(self) -> OutVerbs:
        """What brings the result out."""
        return OutVerbs(self)

    @cached_property
    def report(self) -> ReportVerbs:
        """The quality and insights report."""
        return ReportVerbs(self)

    @cached_property
    def selection(self) -> SelectionVerbs:
        """Automatic feature selection."""
        return SelectionVerbs(self)

    @cached_property
    def rules(self) -> "RuleVerbs":
        """What can be asked about rules."""
        from jupyter_mlstudio.wrangling.rules.verbs import RuleVerbs

        return RuleVerbs(self)

    @cached_property
    def assist(self) -> "AssistVerbs":
        """What helps to find the next step."""
        from jupyter_mlstudio.wrangling.assist.verbs import AssistVerbs

        return AssistVerbs(self)

    @property
    def recipe(self) -> Recipe:
        """The recipe as it was applied last."""
        return self._recipe

    def result(self) -> "pl.DataFrame":
        """Return the whole table after all steps that ran."""
        return self.windows.table(self.stage(None))

    @property
    def trail(self) -> Trail:
        """The tables along the recipe.

        Raises:
            ConflictError: Nothing is open.
        """
        if self._trail is None:
            raise ConflictError("Nothing is open. Open a file or a DataFrame first.", code="not_open")
        return self._trail

    def stage(self, upto: int | None = None) -> Stage:
        """Return the table after some active steps, or after the last that ran."""
        return self.trail.at(upto)

    def _before(self, position: int) -> Stage:
        active = sum(step.on for step in self._recipe.steps[:position])
        if active >= len(self.trail.stages):
            raise InvalidError("An earlier step fails. Mend it or switch it off first.", code="earlier_step")
        return self.stage(active)


def _known(columns: Sequence[str], stage: Stage) -> list[str]:
    return [name for name in columns or stage.columns if name in stage.columns]
