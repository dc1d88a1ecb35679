"""What can be done with schedules."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.schedules import fire, taking
from jupyter_mlstudio.jobs.schedules.table import Kept, Table
from jupyter_mlstudio.jobs.schedules.triggers import next_times, resolved, upcoming, words, zone_of
from jupyter_mlstudio.jobs.schedules.types import (
    FileTrigger,
    Firing,
    ImportReport,
    Schedule,
    ScheduleList,
    SchedulerImport,
    ScheduleSpec,
    TriggerPreview,
    TriggerSpec,
)
from jupyter_mlstudio.jobs.schedules.watch import Watch, signs

LOOK = 1.0  # seconds between looks at what is due
SHOWN = 5  # next times that an answer tells
LAST = 20  # times that have been that an answer tells
EASE = 20  # how many times longer than a look at the files lasts the next one is waited for


class Schedules:
    """Makes jobs at their times, in whatever process of the studio runs then; each time counts once."""

    def __init__(
        self,
        place: Place,
        making: fire.Making,
        check: Callable[[ScheduleSpec], ScheduleSpec],
        begin: Callable[[], None],
    ) -> None:
        self._place, self._making, self._check, self._begin = place, making, check, begin
        self._watch = Watch(place.project)
        self._lock = Lock()
        self._looked = self._look_at = 0.0

    @cached_property
    def _table(self) -> Table:
        return Table(self._place.database, self._place.project_id)

    def add(self, spec: ScheduleSpec) -> Schedule:
        """Keep a schedule and make its jobs from now on.

        Raises:
            InvalidError: It cannot fire or its job cannot run; the message names the field and the fix.
            NotFoundError: There is no such notebook or workflow.
        """
        kept = self._planned(new_id(), spec, now())
        self._table.add(kept)
        self._tell(kept.id, "added")
        return self._answer(kept)

    def replace(self, id: str, spec: ScheduleSpec) -> Schedule:
        """Change what a schedule runs, and when; its next times are reckoned from now on."""
        with self._table.database.transaction():
            kept = self._planned(id, spec, self._table.get(id).created_at)
            self._table.replace(kept)
        self._tell(id, "changed")
        return self._answer(kept)

    def all(self) -> ScheduleList:
        """List the schedules, the newest first."""
        return ScheduleList(items=[self._answer(kept) for kept in self._table.all()] if self._place.used else [])

    def get(self, id: str) -> Schedule:
        """Return a schedule as it is now."""
        return self._answer(self._table.get(id))

    def pause(self, id: str) -> Schedule:
        """Make no jobs until `resume`."""
        return self._set(id, paused=True)

    def resume(self, id: str) -> Schedule:
        """Make jobs again; times that have passed meanwhile are not made up for."""
        return self._set(id, paused=False)

    def run(self, id: str) -> Firing:
        """Make its job now, whenever it is due, and also while it is paused.

        Raises:
            InvalidError: The job cannot be made as things are.
        """
        firing = fire.fire_now(self._table, self._making, id, now())
        self._begin()
        self._tell(id, "changed")
        if firing.state == "failed":
            raise InvalidError(self._table.get(id).problem or "The job could not be made.")
        return firing

    def remove(self, id: str) -> None:
        """Forget a schedule; the jobs that it has made stay."""
        self._table.remove(id)
        self._tell(id, "removed")

    def preview(self, spec: TriggerSpec) -> TriggerPreview:
        """Tell when a trigger would fire.

        Raises:
            InvalidError: It cannot; the message names the field and the fix.
        """
        trigger = resolved(spec.trigger, now())
        files = list(signs(self._place.project, trigger))[:LAST] if isinstance(trigger, FileTrigger) else []
        return TriggerPreview(
            words=words(trigger), timezone=zone_of(trigger), items=next_times(trigger, now(), SHOWN), files=files
        )

    def take_over(self, wanted: SchedulerImport) -> ImportReport:
        """Make schedules of jupyter-scheduler's job definitions; those that were taken over before stay as they are.

        Raises:
            NotFoundError: There is no such database.
            InvalidError: It is none of jupyter-scheduler's.
        """

        def keep(id: str, spec: ScheduleSpec) -> bool:
            kept = self._planned(id, spec, now())
            with self._table.database.transaction():
                if any(each.id == id for each in self._table.all()):
                    return False
                if not wanted.dry_run:
                    self._table.add(kept)
            self._tell(id, "added")
            return True

        return taking.take_over(self._place.project, wanted, keep)

    def look(self) -> None:
        """Make what is due, unless this was done within the last second; never in the kernel of a job.

        What is made has the environment of the process that makes it: nothing of a job is to get into another.
        """
        if time.monotonic() - self._looked >= LOOK and "MLSTUDIO_JOB" not in os.environ:
            self._looked = time.monotonic()
            self.fire()

    def fire(self) -> None:
        """Make what is due; costs one short query where nothing is."""
        if not self._place.used or not self._lock.acquire(blocking=False):
            return
        try:
            moment = now()
            due = self._table.due(moment, moment + fire.DRIFT)
            made = [self._fire_one(schedule, moment) for schedule in due]
            made.append(self._fire_files())
            made.append(fire.fire_waiting(self._table, self._making))
        finally:
            self._lock.release()
        if any(made):
            self._begin()

    def _fire_one(self, schedule: str, moment: datetime) -> bool:
        try:
            return fire.fire(self._table, self._making, schedule, moment)
        except (InvalidError, NotFoundError) as error:  # such as a time zone that is no longer known, or just removed
            self._table.note_problem(schedule, str(error))
            return False

    def _fire_files(self) -> bool:
        began, made = time.monotonic(), False
        if began < self._look_at:
            return False
        for kept in self._table.watching():
            assert isinstance(kept.spec.trigger, FileTrigger)
            try:
                look = self._watch.look(kept.id, kept.spec.trigger, kept.seen or {})
            except StudioError as error:
                self._table.note_problem(kept.id, str(error))
                continue
            if look is not None:
                made = fire.fire_files(self._table, self._making, kept.id, look.seen, look.changed) or made
        self._look_at = time.monotonic() + (time.monotonic() - began) * EASE
        return made

    def _planned(self, id: str, spec: ScheduleSpec, created: datetime) -> Kept:
        if (spec.job is None) == (spec.workflow is None):
            raise InvalidError("job: give the job to make, or the workflow to run, and not both.")
        moment = now()
        spec = self._check(spec.model_copy(update={"trigger": resolved(spec.trigger, moment)}))
        seen = self._watch.first(spec.trigger) if isinstance(spec.trigger, FileTrigger) else None
        following = next(upcoming(spec.trigger, moment), None)
        return Kept(id, spec, spec.paused, created, moment, following, seen, None)

    def _set(self, id: str, *, paused: bool) -> Schedule:
        with self._table.database.transaction():
            kept = self._table.get(id)
            spec = kept.spec.model_copy(update={"paused": paused})
            kept = self._planned(id, spec, kept.created_at) if not paused else kept._replace(spec=spec, paused=True)
            self._table.replace(kept)
        self._tell(id, "changed")
        return self._answer(kept)

    def _answer(self, kept: Kept) -> Schedule:
        target = kept.spec.job.notebook if kept.spec.job else kept.spec.workflow.path if kept.spec.workflow else ""
        jobs = kept.spec.job is not None
        said, times, problem = _told(kept)
        return Schedule(
            id=kept.id,
            spec=kept.spec,
            name=kept.spec.name or Path(target).name.partition(".")[0],
            paused=kept.paused,
            created_at=kept.created_at,
            words=said,
            next=times,
            last=self._table.firings(kept.id, LAST),
            active=self._table.unfinished(kept.id) if jobs else self._making.unfinished_runs(kept.id),
            problem=problem,
        )

    def _tell(self, id: str, change: str) -> None:
        self._place.publish(Changed.model_validate({"kind": "schedule", "id": id, "change": change}))


def _told(kept: Kept) -> tuple[str, list[datetime], str | None]:
    """Return the words, the next times and the problem of a schedule, also of one that no longer makes sense."""
    trigger = kept.spec.trigger
    try:
        return words(trigger), [] if kept.paused else next_times(trigger, now(), SHOWN), kept.problem
    except InvalidError as error:
        return trigger.kind, [], kept.problem or str(error)
