"""Runs a batch transform in this process, with others beside it where that has proved to be quicker."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.errors import EngineError
from jupyter_mlstudio.core.processes import ProcessRef, alive, end
from jupyter_mlstudio.serving.batch import joining
from jupyter_mlstudio.serving.batch.parts import Parts
from jupyter_mlstudio.serving.batch.plan import Plan
from jupyter_mlstudio.serving.batch.progress import Pace
from jupyter_mlstudio.serving.batch.types import TransformProgress, TransformResult
from jupyter_mlstudio.serving.batch.work import StoppedError, Work
from jupyter_mlstudio.serving.runtime.question import Predictor

if TYPE_CHECKING:
    import pyarrow as pa

Tell = Callable[[TransformProgress], None]

LOOK = 0.25
"""Seconds between two looks at how far all processes are."""
ENOUGH = 1.0
"""Seconds of work after which it is clear what it is that takes time."""
MODEL = 0.6
"""If the model takes a larger part of the time, another process helps; if not, reading does not get quicker by it."""
PARALLEL = 1.5
"""A model that keeps so many processors busy needs no other process."""
GRACE = 3.0


class Run:
    """One attempt at a batch transform, whose plan is made."""

    def __init__(self, work: Path, plan: Plan, predictor: Predictor, output: Path, tell: Tell) -> None:
        self._work, self._plan, self._output, self._tell = work, plan, output, tell
        self._way = f"{predictor.way.name}: {predictor.way.why}"
        self._stop, self._trouble = Event(), ""
        self._mine = Work(work, plan, predictor, self._stop.is_set)
        self._parts = Parts(work)
        self._others: list[ProcessRef] = []
        self._pace = Pace(plan.pieces, self._parts, self._way)

    def run(self, workers: int | None, most_errors: int | None) -> TransformResult:
        """Answer what is not answered yet, and join everything.

        Raises:
            EngineError: It cannot be done; the message says why.
        """
        self._parts.prepare()
        self._check_parts()
        self._pace.begin()
        # whoever asked for it holds the transform's lock, by which the other processes see that somebody waits for them
        watching = Thread(target=self._watch, args=[workers, most_errors], name="mlstudio-transform", daemon=True)
        watching.start()
        try:
            self._answer()
            if self._too_many(self._pace.now(1), most_errors):
                raise EngineError(self._trouble)
            names = self._join()
        finally:
            self._stop.set()
            watching.join()
            for other in self._others:
                end(other, GRACE)
        progress = self._pace.now(self._pace.workers)
        self._tell(progress)
        return self._result(progress, names)

    def _check_parts(self) -> None:
        """Forget pieces whose files a crash of the machine has spoilt."""
        import pyarrow as pa

        for piece in self._plan.pieces:
            done = self._parts.done(piece.number)
            if done is not None:
                try:
                    rows = sum(table.num_rows for table in joining.tables(self._parts, piece.number))
                except (pa.ArrowException, OSError):
                    rows = -1
                if rows != done.rows:
                    self._parts.forget(piece.number)

    def _answer(self) -> None:
        """Work as long as there is a piece that nobody is at, and wait for those of others."""
        try:
            while not all(self._parts.done(piece.number) for piece in self._plan.pieces):
                self._mine.everything()
                self._stop.wait(0.02)
                self._mine.check()
        except StoppedError:
            raise EngineError(self._trouble or "The transform was stopped.") from None

    def _watch(self, workers: int | None, most_errors: int | None) -> None:
        """Look how far all are, call others to help, and give up when too much is wrong."""
        decided = False
        while not self._stop.wait(LOOK):
            progress = self._pace.now(1 + sum(alive(other) for other in self._others))
            self._tell(progress)
            if self._too_many(progress, most_errors):
                self._stop.set()
            if not decided and (workers is not None or self._mine.seconds > ENOUGH):
                decided = True
                for _ in range(self._helpers(workers)):
                    self._others.append(self._helper())

    def _too_many(self, progress: TransformProgress, most_errors: int | None) -> bool:
        if most_errors is None or progress.errors <= most_errors:
            return False
        self._trouble = f"{progress.errors} rows cannot be answered; at most {most_errors} were allowed."
        return True

    def _helpers(self, workers: int | None) -> int:
        """Decide how many other processes are of use."""
        left = sum(self._parts.done(piece.number) is None for piece in self._plan.pieces) - 1
        if workers is not None:
            return max(0, min(workers - 1, left))
        share = self._mine.busy / self._mine.seconds
        if share < MODEL or time.process_time() - self._pace.worked > PARALLEL * self._mine.seconds:
            return 0
        return max(0, min((os.cpu_count() or 1) - 1, left))

    def _helper(self) -> ProcessRef:
        log = self._work / "log.txt"
        return forkserver.start("jupyter_mlstudio.serving.batch.worker", [str(self._work)], log, {})

    def _join(self) -> list[str]:
        errors = self._joined(errors_path(self._output), errors=True, schema=None)
        try:
            return self._joined(self._output, errors=False, schema=None)
        except joining.ConflictingError:
            paths = [self._parts.answers(piece.number) for piece in self._plan.pieces]
            found = [schema for path in paths if (schema := joining.schema_of_part(path)) is not None]
            return self._joined(self._output, errors=False, schema=joining.common(found))
        finally:
            if not errors:
                errors_path(self._output).unlink(missing_ok=True)

    def _joined(self, output: Path, *, errors: bool, schema: "pa.Schema | None") -> list[str]:
        join, first = joining.Joining(output, schema), 0
        try:
            for piece in self._plan.pieces:
                for table in joining.tables(self._parts, piece.number, errors=errors):
                    join.add(_counted(table, first) if errors else table, 0 if errors else len(self._plan.carried))
                done = self._parts.done(piece.number)
                first += done.rows if done is not None else 0
            return join.finish()
        finally:
            join.drop()

    def _result(self, progress: TransformProgress, names: list[str]) -> TransformResult:
        errors = errors_path(self._output)
        new = progress.rows - progress.continued_rows
        shutil.rmtree(self._work, ignore_errors=True)
        return TransformResult(
            output=str(self._output),
            rows=progress.rows,
            errors=progress.errors,
            errors_path=str(errors) if progress.errors else None,
            columns=names,
            seconds=progress.seconds,
            rows_a_second=new / max(progress.seconds, 1e-6),
            workers=self._pace.workers,
            continued_rows=progress.continued_rows,
            way=self._way,
        )


def errors_path(output: Path) -> Path:
    """Return where the rows without an answer are told of."""
    return output.with_name(f"{output.stem}.errors.parquet")


def _counted(table: "pa.Table", first: int) -> "pa.Table":
    """Count rows over all pieces."""
    from pyarrow import compute

    return table.set_column(0, "row", compute.add(table.column("row"), first))
