"""What a panel asks of automatic feature selection."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.wrangling.execute import blamed
from jupyter_mlstudio.wrangling.report.course import Course
from jupyter_mlstudio.wrangling.selection.types import FeatureSelection, SelectionSpec

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.session import Session


class SelectionVerbs:
    """Chooses the columns of a session's table that are worth keeping."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._course: Course | None = None

    def select(self, spec: SelectionSpec, upto: int | None = None) -> FeatureSelection:
        """Decide about every column; the recipe stays as it is, and the answer has the step to append.

        Raises:
            InvalidError: There is no such target, or it cannot be predicted.
            ConflictError: `stop` came in between.
        """
        from jupyter_mlstudio.wrangling.selection.choosing import choose

        stage = self._session.stage(upto)
        self.stop()
        self._course = course = Course("selection.select", self._session.tell)
        with blamed(self._session.trail.until(stage)):
            return choose(self._session.windows.lazy(stage), spec, course)

    def stop(self) -> None:
        """Stop the selection that is being made."""
        if self._course is not None:
            self._course.stop()
