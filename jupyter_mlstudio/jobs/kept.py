"""Kernels of failed jobs that are kept: run on in them, look into them, let them go."""

import json
import os
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.core.files import existing, write_atomically
from jupyter_mlstudio.core.processes import alive, send
from jupyter_mlstudio.core.sql import Answer, Sql
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.rows import Running, time_text
from jupyter_mlstudio.jobs.types import ConsoleTarget, Job, JobCell, JobCells, JobState

TABLE = """
CREATE TABLE IF NOT EXISTS resumptions (
    job TEXT NOT NULL, project TEXT NOT NULL, attempt INTEGER NOT NULL, cells TEXT NOT NULL, PRIMARY KEY (job, attempt)
);
"""
FAILED = "id = :id AND project = :project AND attempt = :attempt AND state = 'failed'"
RESUME = f"""UPDATE jobs SET state = 'running', attempt = attempt + 1, started_at = :now, heartbeat_at = :now,
    ended_at = NULL, error = NULL, kept_until = NULL, cell = NULL WHERE {FAILED} AND kept_until IS NOT NULL"""
ADD = "INSERT INTO resumptions (job, project, attempt, cells) VALUES (:id, :project, :attempt, :cells)"
TAKE = """DELETE FROM resumptions WHERE job = :id AND project = :project AND attempt = :attempt
    RETURNING cells"""


class KeptRows:
    """What is written about kept kernels; each write holds for one attempt only."""

    def __init__(self, database: Sql, project: str) -> None:
        self._database, self._project = database, project

    def keep(self, job: Job, until: datetime) -> bool:
        """Note until when the kernel of a failed job stays; false if the job is no longer this attempt's."""
        changed = f"UPDATE jobs SET kept_until = :until WHERE {FAILED}"
        return self._run(changed, job, until=time_text(until)).count == 1

    def let_go(self, job: Job) -> bool:
        """Note that the kernel is not kept any longer; false if somebody runs on in it already."""
        changed = f"UPDATE jobs SET kept_until = NULL WHERE {FAILED} AND kept_until IS NOT NULL"
        return self._run(changed, job).count == 1

    def resume(self, job: Job, cells: list[notebooks.Cell]) -> bool:
        """Begin the next attempt with these cells; false if the kernel is not kept any longer."""
        self._database.script(TABLE)
        with self._database.transaction():
            if self._run(RESUME, job, now=time_text()).count == 0:
                return False
            self._run(ADD, job, cells=json.dumps(cells))
        return True

    def take(self, job: Job) -> list[notebooks.Cell] | None:
        """Return the cells to run on with, once."""
        if self._next_attempt(job):
            rows = self._run(TAKE, job).rows
            return json.loads(rows[0]["cells"]) if rows else None
        return None

    def connection(self, job: Job) -> str | None:
        """Return the connection file of a job's kernel."""
        rows = self._run("SELECT connection FROM jobs WHERE id = :id AND project = :project", job).rows
        found: str | None = rows[0]["connection"]
        return found

    def _next_attempt(self, job: Job) -> bool:
        rows = self._run("SELECT attempt FROM jobs WHERE id = :id AND project = :project", job).rows
        return bool(rows) and rows[0]["attempt"] == job.attempt + 1

    def _run(self, statement: str, job: Job, **values: Any) -> Answer:
        return self._database.run(statement, {"id": job.id, "project": self._project, "attempt": job.attempt, **values})


class Kept:
    """What can be done with the kernels of jobs that run or have failed."""

    def __init__(self, place: Place, queue: Queue) -> None:
        self._project, self._queue = place.project, queue
        self._sources = notebooks.Sources(place.state / "jobs" / "sources")
        self._rows = KeptRows(queue.database, queue.project)

    def cells(self, id: str) -> JobCells:
        """Return the code cells of a job's result, by their numbers."""
        notebook = self._result(self._queue.get(id))
        cells = [
            JobCell(number=number, source=notebooks.source_of(cell))
            for number, cell in enumerate(notebooks.code_cells(notebook["cells"]), start=1)
        ]
        return JobCells(items=cells, language=notebooks.language_of(notebook))

    def resume(self, id: str, sources: Mapping[int, str] | None, *, write: bool) -> Job:
        """Run a failed job on from the cell that failed, in its kernel.

        Args:
            id: The job.
            sources: New sources by number of the code cell; without it the notebook file holds as it is now.
            write: Write the new sources into the notebook file too.

        Raises:
            InvalidError: The kernel is gone, or the job has not failed.
            ConflictError: A cell that has run already was changed.
        """
        found = self._kept(id)
        result = self._result(found.job)
        failed = found.job.cells_done + 1
        if sources is None:
            cells = self._of_file(found.job, result, failed)
        else:
            cells = _edited(result, failed, sources)
            if write:
                self._write(found.job, result, sources)
        if not self._rows.resume(found.job, cells):
            raise _gone()
        self._wake(found)
        return self._queue.get(id)

    def release(self, id: str) -> Job:
        """Let the kernel of a failed job go before its time."""
        found = self._kept(id)
        self._rows.let_go(found.job)
        self._wake(found)
        return self._queue.get(id)

    def console(self, id: str) -> ConsoleTarget:
        """Return how to talk to the kernel of a job that runs, or has failed and is kept.

        Raises:
            ConflictError: It has no kernel, or one on another machine.
        """
        found = self._queue.find(id)
        connection = self._rows.connection(found.job)
        here = found.host == socket.gethostname() and alive(found.kernel)
        if connection is None or not here or not Path(connection).is_file():
            raise ConflictError("This job has no kernel on this machine now: it waits, or its kernel has ended.")
        kernel = str(uuid5(NAMESPACE_URL, connection))
        name = found.job.spec.kernel or notebooks.kernel_of(self._source(found.job)) or "python3"
        return ConsoleTarget(kernel_id=kernel, kernel_name=name, connection_file=connection)

    def _kept(self, id: str) -> Running:
        found = self._queue.find(id)
        if found.job.state is not JobState.FAILED:
            raise ConflictError(f"Only a job that has failed can be run on; this one is {found.job.state.value}.")
        until = found.job.kept_until
        dead = found.host == socket.gethostname() and not alive(found.runner)
        if until is None or until < now() or dead:
            raise _gone()
        return found

    def _result(self, job: Job) -> notebooks.Notebook:
        return notebooks.read(self._project, job.output)[0]

    def _source(self, job: Job) -> notebooks.Notebook:
        return notebooks.parse(job.spec.notebook, self._sources.path(job.source_digest).read_bytes())[0]

    def _of_file(self, job: Job, result: notebooks.Notebook, failed: int) -> list[notebooks.Cell]:
        """Return the cells of the notebook file from the one that failed on."""
        if job.generated:
            raise InvalidError("The notebook of this job was made for it: give the changed cells in `cells`.")
        own = notebooks.read(self._project, job.spec.notebook)[0]["cells"]
        ran = notebooks.code_cells(result["cells"])[: failed - 1]
        before = [notebooks.source_of(cell) for cell in ran if not notebooks.tagged(cell, "injected-parameters")]
        count = 0
        for place, cell in enumerate(own):
            if not notebooks.runs(cell) or notebooks.tagged(cell, "injected-parameters"):
                continue
            if count == len(before):
                return [notebooks.fresh(each) for each in own[place:]]
            if notebooks.source_of(cell) != before[count]:
                raise _changed(notebooks.source_of(cell))
            count += 1
        raise InvalidError("The notebook file has no cell left that could run after those that have. Run it again.")

    def _write(self, job: Job, result: notebooks.Notebook, sources: Mapping[int, str]) -> None:
        """Write new sources into the notebook file, wherever it still has the old ones."""
        path = existing(self._project, job.spec.notebook)
        notebook = notebooks.read(self._project, job.spec.notebook)[0]
        numbered = dict(enumerate(notebooks.code_cells(result["cells"]), start=1))
        for number, source in sources.items():
            old = notebooks.source_of(numbered[number])
            places = [cell for cell in notebook["cells"] if notebooks.runs(cell) and notebooks.source_of(cell) == old]
            if len(places) != 1:
                raise ConflictError(
                    f"Cell {number} is not in {job.spec.notebook!r} as it was run. Save your change there yourself."
                )
            places[0]["source"] = source.splitlines(keepends=True)
        write_atomically(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")

    @staticmethod
    def _wake(found: Running) -> None:
        if found.runner is not None and found.host == socket.gethostname() and alive(found.runner):
            with suppress(ProcessLookupError):
                os.kill(found.runner.pid, signal.SIGUSR1)


def forget_dead(queue: Queue) -> None:
    """End kept kernels of this machine whose runners were killed; nobody could run on in them."""
    statement = """SELECT id FROM jobs WHERE project = :project AND kept_until IS NOT NULL AND state = 'failed'
                   AND host = :host"""
    values = {"project": queue.project, "host": socket.gethostname()}
    for row in queue.database.run(statement, values).rows:
        found = queue.find(row["id"])
        dead = not alive(found.runner) and KeptRows(queue.database, queue.project).let_go(found.job)
        if dead and found.kernel is not None:
            send(found.kernel, signal.SIGKILL)


def _edited(result: notebooks.Notebook, failed: int, sources: Mapping[int, str]) -> list[notebooks.Cell]:
    """Return the cells of the result from the one that failed on, some with new sources."""
    cells = [cell for cell in result["cells"] if not notebooks.tagged(cell, "papermill-error-cell-tag")]
    numbered = {id(cell): number for number, cell in enumerate(notebooks.code_cells(cells), start=1)}
    for cell in cells:
        number = numbered.get(id(cell), 0)
        if number in sources and number < failed and sources[number] != notebooks.source_of(cell):
            raise _changed(notebooks.source_of(cell), number)
    unknown = sources.keys() - set(numbered.values())
    if unknown:
        raise InvalidError(f"cells: there is no code cell {min(unknown)} in this job.")
    first = next(place for place, cell in enumerate(cells) if numbered.get(id(cell)) == failed)
    return [notebooks.fresh(cell, sources.get(numbered.get(id(cell), 0))) for cell in cells[first:]]


def _changed(source: str, number: int | None = None) -> ConflictError:
    title = (source.strip().splitlines() or [""])[0][:60]
    name = f"Cell {number} ({title!r})" if number else f"A cell that has run already ({title!r})"
    return ConflictError(
        f"{name} was changed, but it comes before the one that failed. Run the job again instead.", code="cell_changed"
    )


def _gone() -> InvalidError:
    return InvalidError("The kernel of this job is gone, so it cannot run on. Run the job again.", code="kernel_gone")
