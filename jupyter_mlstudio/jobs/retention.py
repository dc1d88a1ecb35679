"""Which ended jobs are kept, and how one is forgotten with all that belongs to it."""

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jupyter_mlstudio.core.errors import ConflictError, NotFoundError
from jupyter_mlstudio.core.sql import Row
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs import surroundings
from jupyter_mlstudio.jobs.notebooks import Sources
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.rows import time_text

PAUSE = 60.0  # seconds between two times that somebody tidies
AT_ONCE = 25  # jobs, or sweeps and runs of workflows, that one time removes
CHANGES = 10_000  # changes that a watcher may be behind
UNUSED = 30 * 24 * 3600.0  # seconds after which environment variables are forgotten that nobody has submitted with

ENDED = """
SELECT count(*) AS jobs FROM jobs WHERE project = :project AND ended_at IS NOT NULL
"""
OLDEST = """
SELECT id, owner_kind, owner_id, ended_at FROM jobs WHERE project = :project AND ended_at IS NOT NULL
    AND kept_until IS NULL AND (:all_old = 1 OR ended_at < :before)
    AND (owner_kind IS NULL
        OR owner_kind = 'schedule' AND EXISTS (SELECT 1 FROM jobs later WHERE later.project = jobs.project
            AND later.owner_id = jobs.owner_id AND later.seq > jobs.seq)
        OR {owners} AND NOT EXISTS (SELECT 1 FROM jobs others WHERE others.project = jobs.project
            AND others.owner_id = jobs.owner_id AND others.ended_at IS NULL))
ORDER BY ended_at LIMIT :limit
"""
FORGET_CHANGES = """
DELETE FROM changes WHERE project = :project AND change = 'removed'
    AND seq < (SELECT max(seq) FROM changes WHERE project = :project) - :kept
"""
Forget = Callable[[str], None]


class Retention:
    """Removes jobs; an old one of a sweep or of a run of a workflow only together with that."""

    def __init__(self, place: Place, queue: Queue) -> None:
        self._place, self._queue = place, queue
        self._sources = Sources(place.state / "jobs" / "sources")
        self._tidied = time.monotonic()

    def remove(self, id: str, *, files: bool) -> None:
        """Forget a job that has ended; its result and log stay unless `files` is true.

        Raises:
            ConflictError: It has not ended.
        """
        job = self._queue.get(id)
        if job.ended_at is None:
            raise ConflictError("The job has not ended. Stop it first.", code="running")
        self._queue.remove(id)
        folder = (self._place.project / job.output).parent
        if files and folder.parent == self._place.project / "jobs":
            shutil.rmtree(folder, ignore_errors=True)
        with self._queue.database.transaction():
            if self._queue.uses(job.source_digest) == 0:
                self._sources.forget(job.source_digest)

    def tidy_sometimes(self, owners: Mapping[str, Forget]) -> None:
        """Tidy if a minute has gone by."""
        if time.monotonic() - self._tidied > PAUSE:
            self._tidied = time.monotonic()
            self.tidy(owners)

    def tidy(self, owners: Mapping[str, Forget]) -> int:
        """Remove some of the jobs that are more, or older, than the settings keep; return how many ended ones went.

        Args:
            owners: What forgets a sweep or a run of a workflow, by kind; the jobs of others stay.
        """
        before = self._ended()
        seen: set[str] = set()
        for row in self._oldest(before, owners):
            if row["owner_kind"] in owners:
                if row["owner_id"] not in seen:
                    seen.add(row["owner_id"])
                    self._remove_owner(row["owner_id"], owners[row["owner_kind"]])
            else:
                self.remove(row["id"], files=True)
        if before > self._ended():
            self._run(FORGET_CHANGES, kept=CHANGES)
        surroundings.forget(time.time() - UNUSED)
        return before - self._ended()

    def _remove_owner(self, id: str, forget: Forget) -> None:
        try:
            forget(id)
        except NotFoundError:
            pass  # somebody has forgotten it, and left its jobs
        except ConflictError:
            return  # it is about to make more jobs
        for job in self._queue.owned(id):
            if job.ended_at is not None:
                self.remove(job.id, files=True)

    def _oldest(self, ended: int, owners: Mapping[str, Forget]) -> list[Row]:
        settings = self._place.settings
        surplus = ended - settings.keep_jobs
        days = settings.keep_jobs_days
        before = "" if days is None else time_text(now() - timedelta(days=days))
        if surplus < 1 and days is None:
            return []
        kinds = ", ".join(f"'{kind}'" for kind in owners) or "''"
        statement = OLDEST.format(owners=f"owner_kind IN ({kinds})")
        limit = min(AT_ONCE, surplus) if surplus > 0 else AT_ONCE
        return list(self._run(statement, all_old=int(surplus > 0), before=before, limit=limit))

    def _ended(self) -> int:
        return int(self._run(ENDED)[0]["jobs"])

    def _run(self, statement: str, **values: Any) -> list[Row]:
        return list(self._queue.database.run(statement, {"project": self._queue.project, **values}).rows)
