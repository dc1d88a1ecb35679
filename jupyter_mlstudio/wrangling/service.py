"""Recipes: the recipe files of a project."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import ConflictError, InvalidError, StudioError
from jupyter_mlstudio.core.events import Changed, Publish
from jupyter_mlstudio.core.files import existing, inside, write_atomically
from jupyter_mlstudio.core.refs import RecipeRef
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.types import RecipeList, RecipeSummary

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.job import JobNotebook
    from jupyter_mlstudio.wrangling.messages import RunResult
    from jupyter_mlstudio.wrangling.out import RulesMode
    from jupyter_mlstudio.wrangling.report.report import Report
    from jupyter_mlstudio.wrangling.report.types import BiasReport, Problem
    from jupyter_mlstudio.wrangling.selection.selection import Selection
    from jupyter_mlstudio.wrangling.session import Session
    from jupyter_mlstudio.wrangling.sources.head import Frame, Table
    from jupyter_mlstudio.wrangling.sources.types import Source

ENDING = ".recipe.json"
MARK = Path(".mlstudio") / "recipe-saved"
_DEEPEST = 4
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})


def keep(recipe: Recipe, project: Path, path: str, *, overwrite: bool) -> RecipeRef:
    """Write a recipe file into a project, and leave a mark by which other processes notice.

    Raises:
        ConflictError: There is such a file, and it is not to be replaced.
    """
    found = inside(project, _ended(path))
    if found.exists() and not overwrite:
        raise ConflictError(f"There is a recipe “{path}” already. Choose another name, or replace it.", code="exists")
    recipe.write(found)
    ref = RecipeRef(path=found.relative_to(project.resolve()).as_posix())
    if (project / MARK).parent.is_dir():
        write_atomically(project / MARK, ref.path)
    return ref


def _ended(path: str) -> str:
    return path if path.endswith(ENDING) else f"{path}{ENDING}"


class Recipes:
    """Finds, reads and removes recipes: files that end in .recipe.json. It reads no data and imports no engine."""

    def __init__(self, project: Path, publish: Publish) -> None:
        self._project, self._publish = project, publish
        self._told = self._latest()

    def all(self) -> RecipeList:
        """List the recipes of the project, the latest first."""
        found = sorted(self._files(), key=lambda path: -path.stat().st_mtime)
        return RecipeList(items=tuple(self._summary(path) for path in found))

    def read(self, path: str) -> Recipe:
        """Read a recipe.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: It is no recipe, or outside the project.
        """
        return Recipe.read(existing(self._project, path))

    def save(self, path: str, recipe: Recipe, *, overwrite: bool = False) -> RecipeRef:
        """Write a recipe into the project.

        Raises:
            ConflictError: There is such a file, and it is not to be replaced.
        """
        there = (self._project / _ended(path)).exists()
        ref = keep(recipe, self._project, path, overwrite=overwrite)
        self._told = self._latest()
        self._publish(Changed(kind="recipe", id=ref.path, change="changed" if there else "added"))
        return ref

    def open(
        self, source: "Source | Frame | str | Path", recipe: "Recipe | str | None" = None, password: str = ""
    ) -> "Session":
        """Work on a table as the panel does: windows, profiles, previews, the report, code.

        Args:
            source: A path from the project folder, a source, or a frame.
            recipe: Steps for it, or the path of their file.
            password: Of the database; it is kept nowhere.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: It cannot be read.
        """
        from jupyter_mlstudio.wrangling.session import Session
        from jupyter_mlstudio.wrangling.sources import Files
        from jupyter_mlstudio.wrangling.sources.types import DatabaseSource, FileSource, FrameSource

        named: Source
        if isinstance(source, (str, Path)):
            named = FileSource(path=Path(source).as_posix())
        else:
            named = (
                source if isinstance(source, (FileSource, DatabaseSource, FrameSource)) else FrameSource(name="table")
            )
        session = Session(Files(self._project), lambda: {"table": source})
        steps = self.read(recipe) if isinstance(recipe, str) else recipe
        session.open(named, steps, password)
        if steps is not None:
            session.apply(steps.model_copy(update={"source": session.recipe.source}))
        return session

    def run(
        self,
        recipe: "Recipe | str",
        output: str,
        *,
        source: "Source | Frame | str | Path | None" = None,
        table: str | None = None,
        rules: "RulesMode" = "fail",
        overwrite: bool = True,
    ) -> "RunResult":
        """Run a recipe over the whole data, and write the result into the project.

        Args:
            recipe: The recipe, or the path of its file.
            output: Path of what is written; its ending says how.
            source: What to run it on; the recipe's own source if left out.
            table: Name of the table in a SQLite or DuckDB file.
            rules: Whether a broken rule keeps the table from being written, is only told, or is not looked at.
            overwrite: Replace the file or table if there is one.

        Raises:
            InvalidError: A step fails; the message names it.
            ConflictError: A rule is broken, or the file is there and not to be replaced.
        """
        from jupyter_mlstudio.wrangling.out import whole

        steps = self.read(recipe) if isinstance(recipe, str) else recipe
        wanted = steps.source if source is None else source
        if wanted is None:
            raise InvalidError("source: the recipe names no table. Say which file it is to run on.")
        return whole(self.open(wanted), steps, output, overwrite=overwrite, table=table, rules=rules)

    def job(self, recipe: str, output: str, *, table: str | None = None, rules: "RulesMode" = "fail") -> "JobNotebook":
        """Write a notebook that runs a recipe file over the whole data, to be submitted as a job.

        Raises:
            NotFoundError: There is no such recipe.
        """
        from jupyter_mlstudio.wrangling.job import job_notebook

        self.read(recipe)
        return job_notebook(self._project, recipe, output, table=table, rules=rules)

    def remove(self, path: str) -> None:
        """Remove a recipe file.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: It is no recipe file, or outside the project.
        """
        found = existing(self._project, _ended(path))
        found.unlink()
        self._publish(Changed(kind="recipe", id=self._relative(found), change="removed"))

    def report(self, table: "Table", target: str | None = None, *, problem: "Problem | None" = None) -> "Report":
        """Find what is wrong with a table, the worst first, with the steps that mend it, and what predicts a target.

        Args:
            table: A frame, or the path of a file.
            target: The column that is to be predicted.
            problem: What predicting it means; judged by its values if not given.

        Raises:
            InvalidError: There is no such column, or the table is empty.
        """
        from jupyter_mlstudio.wrangling.report.report import make

        return make(table, target, problem, self._project)

    def bias(
        self, table: "Table", facet: Mapping[str, object], positive: Mapping[str, object], group: str = ""
    ) -> "BiasReport":
        """Measure by SageMaker Clarify's metrics how differently a group is treated in the data.

        Args:
            table: A frame, or the path of a file.
            facet: The group that may be disadvantaged, as `{"column": "sex", "values": ["female"]}`, or with `above`
                in place of `values` for numbers.
            positive: The outcome that is wished for, in the same way, of the target.
            group: Column to compare within, for the conditional metric.

        Raises:
            InvalidError: A column or value does not exist, or everybody or nobody belongs to the facet.
        """
        from jupyter_mlstudio.wrangling.report.report import measure
        from jupyter_mlstudio.wrangling.report.types import BiasGroup

        return measure(table, convert(BiasGroup, dict(facet)), convert(BiasGroup, dict(positive)), group)

    def select_features(self, table: "Table", target: str, **options: object) -> "Selection":
        """Choose the columns that are worth keeping to predict a target.

        Args:
            table: A frame, or the path of a file.
            target: The column that is to be predicted.
            **options: Fields of `SelectionSpec`: `keep`, `correlated`, `at_most`, `shuffles`, `eliminate`, `rows`.

        Raises:
            InvalidError: There is no such target or option, or the target cannot be predicted.
        """
        from jupyter_mlstudio.wrangling.selection.selection import select
        from jupyter_mlstudio.wrangling.selection.types import SelectionSpec

        return select(table, convert(SelectionSpec, {"target": target, **options}))

    def poll(self) -> list[Changed]:
        """Return the recipe that another process, such as a kernel, has saved since the last call."""
        latest = self._latest()
        if latest == self._told:
            return []
        self._told = latest
        return [Changed(kind="recipe", id=latest[1], change="changed")]

    def _latest(self) -> tuple[int, str]:
        mark = self._project / MARK
        try:
            return mark.stat().st_mtime_ns, mark.read_text()
        except OSError:
            return 0, ""

    def _summary(self, path: Path) -> RecipeSummary:
        recipe, error = Recipe(), None
        try:
            recipe = Recipe.read(path)
        except StudioError as failure:
            error = str(failure)
        return RecipeSummary(
            path=self._relative(path),
            title=path.name.removesuffix(ENDING),
            source=recipe.source,
            steps=len(recipe.steps),
            changed_at=path.stat().st_mtime,
            error=error,
        )

    def _files(self) -> Iterator[Path]:
        """Walk the upper folders of the project, leaving out hidden ones and those that tools fill."""
        waiting = [(self._project, 0)]
        while waiting:
            folder, depth = waiting.pop()
            try:
                items = list(folder.iterdir())
            except OSError:
                continue
            for item in items:
                if item.name.endswith(ENDING) and item.is_file():
                    yield item
                elif depth < _DEEPEST and not item.name.startswith(".") and item.name not in _SKIPPED and item.is_dir():
                    waiting.append((item, depth + 1))

    def _relative(self, path: Path) -> str:
        return path.resolve().relative_to(self._project.resolve()).as_posix()
