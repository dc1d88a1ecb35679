"""The report as people hold it in a notebook."""

from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.files import inside, write_atomically
from jupyter_mlstudio.wrangling.report.course import Course
from jupyter_mlstudio.wrangling.report.types import BiasGroup, BiasReport, Insight, Problem, QualityReport

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.recipe import Recipe
    from jupyter_mlstudio.wrangling.sources.head import Table


class Report:
    """What is wrong with a table and what predicts its target. In a notebook it shows itself."""

    def __init__(self, result: QualityReport, project: Path) -> None:
        self.result, self._project = result, project

    @property
    def findings(self) -> tuple[Insight, ...]:
        """What was found, the worst first."""
        return self.result.insights

    def find(self, kind: str, column: str | None = None) -> tuple[Insight, ...]:
        """Return the findings of a kind, as `leak` or `missing`; with a column those about it."""
        return tuple(each for each in self.findings if each.kind == kind and column in (None, *each.columns))

    def mended(self, *ids: str) -> "Recipe":
        """Return a recipe with the first mend of findings, by their ids; without ids of all that have one.

        Raises:
            NotFoundError: There is no such finding.
        """
        from jupyter_mlstudio.wrangling.recipe import Recipe

        known = {each.id: each for each in self.findings}
        for id in ids:  # noqa: A001  # the glossary's word
            if id not in known:
                raise NotFoundError(f"There is no finding “{id}” in this report. Findings: {', '.join(known)}.")
        chosen = [known[id] for id in ids] if ids else list(self.findings)  # noqa: A001  # as above
        return Recipe.model_validate(
            {"steps": [step for each in chosen for mend in each.mends[:1] for step in mend.steps]}
        )

    def save(self, path: str, *, overwrite: bool = False) -> Path:
        """Write it as one HTML file of the project that needs nothing else.

        Raises:
            ConflictError: There is such a file, and it is not to be replaced.
        """
        from jupyter_mlstudio.wrangling.report.page import page

        named = path if path.endswith((".html", ".htm")) else f"{path}.html"
        found = inside(self._project, named)
        if found.exists() and not overwrite:
            raise ConflictError(
                f"There is a file “{named}” already. Choose another name, or replace it.", code="exists"
            )
        write_atomically(found, page(self.result))
        return found

    def __repr__(self) -> str:
        """List the findings."""
        lines = [f"{each.severity:<7} {each.title}" for each in self.findings] or ["Nothing odd was found."]
        score = f"\n{self.result.model.verdict}" if self.result.model else ""
        return f"Quality and insights: {self.result.title}\n" + "\n".join(lines) + score

    def _repr_html_(self) -> str:
        from jupyter_mlstudio.wrangling.report.page import fragment

        return fragment(self.result)


def make(
    table: "Table", target: str | None, problem: Problem | None, project: Path, title: str | None = None
) -> Report:
    """Report on a frame or the path of a file."""
    from jupyter_mlstudio.wrangling.execute import head_of
    from jupyter_mlstudio.wrangling.recipe import Recipe
    from jupyter_mlstudio.wrangling.report.insights import report_of

    head = head_of(Recipe(), table)
    name = title or (Path(table).name if isinstance(table, (str, Path)) else "table")
    return Report(report_of(head.table, target, problem, title=name, course=Course("report.insights")), project)


def measure(table: "Table", facet: BiasGroup, positive: BiasGroup, group: str) -> BiasReport:
    """Measure bias in a frame or a file."""
    from jupyter_mlstudio.wrangling.execute import head_of
    from jupyter_mlstudio.wrangling.recipe import Recipe
    from jupyter_mlstudio.wrangling.report.bias import bias_of

    return bias_of(head_of(Recipe(), table).table, facet, positive, group)
