"""What a panel asks of the report of its table."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.core.files import inside, write_atomically
from jupyter_mlstudio.wrangling.execute import blamed
from jupyter_mlstudio.wrangling.report.course import Course
from jupyter_mlstudio.wrangling.report.types import BiasGroup, BiasReport, Problem, QualityReport, Saved

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.session import Session


class ReportVerbs:
    """The quality and insights report of a session's table. The last one is kept, so that writing it costs nothing."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._course: Course | None = None
        self._last: tuple[object, QualityReport] | None = None

    def insights(
        self, target: str | None = None, problem: Problem | None = None, upto: int | None = None
    ) -> QualityReport:
        """Find what is wrong with the table, and what predicts the target.

        Raises:
            InvalidError: There is no such column, or the table is empty.
            ConflictError: `stop` came in between.
        """
        from jupyter_mlstudio.wrangling.report.insights import report_of

        stage = self._session.stage(upto)
        self.stop()  # the answer to an earlier question is not waited for any more
        self._course = course = Course("report.insights", self._session.tell)
        with blamed(self._session.trail.until(stage)):
            report = report_of(
                self._session.windows.lazy(stage),
                target,
                problem,
                title=self._title(),
                rows=self._session.trail.count(stage),
                course=course,
            )
        self._last = ((stage.key, target, problem), report)
        return report

    def stop(self) -> None:
        """Stop the report that is being made."""
        if self._course is not None:
            self._course.stop()

    def bias(self, facet: BiasGroup, positive: BiasGroup, group: str = "", upto: int | None = None) -> BiasReport:
        """Measure how differently a group is treated in the data, before any model is trained.

        Args:
            facet: The group that may be disadvantaged.
            positive: The outcome that is wished for, as values of the target.
            group: Column to compare within, for CDDL.
            upto: Number of active steps, or all.
        """
        from jupyter_mlstudio.wrangling.report.bias import bias_of

        stage = self._session.stage(upto)
        with blamed(self._session.trail.until(stage)):
            return bias_of(self._session.windows.lazy(stage), facet, positive, group)

    def html(
        self,
        path: str,
        target: str | None = None,
        problem: Problem | None = None,
        upto: int | None = None,
        overwrite: bool = False,
    ) -> Saved:
        """Write the report as one HTML file of the project.

        Raises:
            ConflictError: There is such a file, and it is not to be replaced.
        """
        from jupyter_mlstudio.wrangling.report.page import page

        named = path if path.endswith((".html", ".htm")) else f"{path}.html"
        found = inside(self._session.files.project, named)
        if found.exists() and not overwrite:
            raise ConflictError(
                f"There is a file “{named}” already. Choose another name, or replace it.", code="exists"
            )
        wanted = (self._session.stage(upto).key, target, problem)
        last = self._last
        report = last[1] if last is not None and last[0] == wanted else self.insights(target, problem, upto)
        text = page(report)
        write_atomically(found, text)
        return Saved(path=named, bytes=len(text.encode()))

    def _title(self) -> str:
        source = self._session.recipe.source
        return getattr(source, "path", None) or getattr(source, "name", None) or "table"
