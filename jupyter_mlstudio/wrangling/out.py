"""What a panel asks about the way out of a session: a written table, a job over the whole data."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.wrangling import output
from jupyter_mlstudio.wrangling.execute import blamed
from jupyter_mlstudio.wrangling.job import JobNotebook, job_notebook
from jupyter_mlstudio.wrangling.messages import RunResult
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.rules.check import check
from jupyter_mlstudio.wrangling.service import keep
from jupyter_mlstudio.wrangling.sources.types import FrameSource

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.session import Session

RulesMode = Literal["fail", "warn", "off"]


class OutVerbs:
    """Brings the result of a session out of it."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    def run(self, path: str, *, overwrite: bool, table: str | None, rules: RulesMode) -> RunResult:
        """Write the whole result; `Session.run` says more."""
        session = self._session
        stage = session.stage(None)
        if len(session.trail.stages) - 1 != len(session.recipe.active()):
            raise InvalidError("A step fails. Mend it or switch it off before the recipe runs on everything.")
        session.stopped.clear()
        target = output.Target(inside(session.files.project, path), path, table, overwrite)
        work = output.Output(session.trail.count(stage), session.tell, session.stopped)
        asked = session.recipe.rules if rules != "off" else ()
        checks = partial(check, rules=asked) if asked else None
        with blamed(session.trail.until(stage)):
            return work.write(stage.table, target, checks, must=rules == "fail")

    def job(
        self, path: str, recipe: str | None = None, table: str | None = None, rules: RulesMode = "fail"
    ) -> JobNotebook:
        """Write a notebook that runs the recipe over the whole data, to be submitted as a job.

        Args:
            path: What the job writes.
            recipe: Where the recipe is saved; a file beside the notebook if left out.
            table: Name of the table in a SQLite or DuckDB file.
            rules: What a broken rule does.

        Raises:
            InvalidError: The table is a frame of this kernel, which a job does not have.
        """
        session = self._session
        head, project = session.trail.head, session.files.project
        if head.source is None or isinstance(head.source, FrameSource):
            raise InvalidError(
                f"A job has a kernel of its own, without “{head.name}”. Save the frame as a file, and open that."
            )
        output.refuse(output.Target(inside(project, path), path, table, overwrite=True))
        saved = keep(session.recipe, project, recipe or f"jobs/recipes/{head.name}", overwrite=True).path
        return job_notebook(project, saved, path, table=table, rules=rules)


def whole(
    session: "Session", recipe: Recipe, path: str, *, overwrite: bool, table: str | None, rules: RulesMode
) -> RunResult:
    """Run a recipe on the table of a session, and close the session whatever happens.

    Raises:
        InvalidError: A step fails; the message names it.
    """
    try:
        session.sources.settle()
        view = session.apply(recipe.model_copy(update={"source": session.recipe.source}))
        failed = next((stage.error for stage in view.stages if stage.error is not None), None)
        if failed is not None:
            raise InvalidError(failed, code="step_failed")
        return session.out.run(path, overwrite=overwrite, table=table, rules=rules)
    finally:
        session.close()
