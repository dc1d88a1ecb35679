"""Makes what schedules are due for: once for each time, however many studios look, whoever is killed in between."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from jupyter_mlstudio.core.errors import ConflictError, StudioError
from jupyter_mlstudio.jobs.rows import time_text
from jupyter_mlstudio.jobs.schedules.table import Due, Kept, Table
from jupyter_mlstudio.jobs.schedules.triggers import due as due_times
from jupyter_mlstudio.jobs.schedules.triggers import upcoming, zone_of
from jupyter_mlstudio.jobs.schedules.types import FileTrigger, Firing, WorkflowTarget
from jupyter_mlstudio.jobs.types import JobOwner, JobSpec

Target = TypeVar("Target", JobSpec, WorkflowTarget)

MOST = 100  # missed times that are made up for, and times that wait
GRACE = timedelta(seconds=60)  # how late a time may be noticed without counting as missed
DRIFT = timedelta(seconds=60)  # that the clocks of two machines may differ by


class Making(NamedTuple):
    """How what is due gets into the queue: `job` and `workflow` write it under an id and start nothing."""

    job: Callable[[JobSpec, JobOwner, str], None]
    workflow: Callable[[WorkflowTarget, JobOwner, str], None]
    unfinished_runs: Callable[[str], int]


def fire(table: Table, making: Making, id: str, now: datetime) -> bool:
    """Make what a schedule is due for, in one transaction; tell whether anything was made."""
    with table.database.transaction():
        kept = table.get(id)
        if kept.paused or kept.next_at is None:
            return False
        after = kept.next_at - timedelta(microseconds=1)
        if kept.looked_at > now + DRIFT:  # the clock was set back; times that were noted are not made again
            after = now
        times, cut = due_times(kept.spec.trigger, after, now, MOST)
        made = _make_all(table, making, kept, _chosen(kept, times, now), now, cut=cut)
        following = next(upcoming(kept.spec.trigger, max(now, *times) if times else now), None)
        table.replace(table.get(id)._replace(looked_at=now, next_at=following))
        table.forget_old(id)
    return made


def fire_files(table: Table, making: Making, id: str, seen: dict[str, list[object]], changed: list[str]) -> bool:
    """Make what the changed files of a schedule ask for, unless another studio has done so; remember how they are."""
    with table.database.transaction():
        kept = table.get(id)
        trigger = kept.spec.trigger
        if kept.paused or kept.seen is None or not isinstance(trigger, FileTrigger):
            return False
        news = [path for path in changed if kept.seen.get(path) != seen[path]]
        now = datetime.now(UTC)
        named = news if trigger.parameter else news[:1]
        dues = [Due(f"{path} {seen[path][0]}", now, path) for path in named]
        made = _make_all(table, making, kept, dues[-MOST:], now, cut=len(dues) > MOST)
        table.replace(table.get(id)._replace(looked_at=now, seen=seen))
        table.forget_old(id)
    return made


def fire_now(table: Table, making: Making, id: str, now: datetime) -> Firing:
    """Make what a schedule makes, though it is not due."""
    with table.database.transaction():
        firing = _make(table, making, table.get(id), Due(f"by hand {time_text(now)}", now), now)
        firing = firing.model_copy(update={"reason": "Started by hand."})
        table.note(id, Due(f"by hand {time_text(now)}", now), firing)
    return firing


def fire_waiting(table: Table, making: Making) -> bool:
    """Make what has waited for earlier jobs of its schedule."""
    made = False
    for schedule, due in table.waiting():
        with table.database.transaction():
            if (schedule, due) not in table.waiting(schedule):
                continue
            kept = table.get(schedule)
            if not kept.paused and _active(table, making, kept) < kept.spec.max_active:
                table.settle(schedule, due, _attempt(table, making, kept, due, datetime.now(UTC)))
                made = True
    return made


def _chosen(kept: Kept, times: list[datetime], now: datetime) -> list[Due]:
    """Choose among the times that have come which of them count."""
    if kept.spec.missed == "skip":
        times = [time for time in times if now - time <= GRACE]
    if kept.spec.missed != "all":
        times = times[-1:]
    return [Due(time_text(time), time) for time in times]


def _make_all(table: Table, making: Making, kept: Kept, dues: list[Due], now: datetime, *, cut: bool) -> bool:
    made = False
    for due in dues:
        if table.known(kept.id, due.mark):
            continue
        firing = _make(table, making, kept, due, now)
        if cut and due is dues[0] and kept.spec.missed == "all":
            reason = f"More than {MOST} times were missed; older ones were left out."
            firing = firing.model_copy(update={"reason": reason})
        table.note(kept.id, due, firing)
        made = made or firing.state == "made"
    return made


def _make(table: Table, making: Making, kept: Kept, due: Due, now: datetime) -> Firing:
    active = _active(table, making, kept)
    if active < kept.spec.max_active or due.mark.startswith("by hand"):
        return _attempt(table, making, kept, due, now)
    reason = f"{active} earlier job{'s' if active > 1 else ''} had not ended."
    if kept.spec.when_active == "queue" and len(table.waiting(kept.id)) < MOST:
        return _firing(due, now, "waiting", reason)
    return _firing(due, now, "skipped", reason)


def _attempt(table: Table, making: Making, kept: Kept, due: Due, now: datetime) -> Firing:
    """Put into the queue what is due; what cannot be is noted with its reason, and the schedule goes on."""
    made = sha256(f"{kept.id}\n{due.mark}".encode()).hexdigest()[:32]
    owner = JobOwner(kind="schedule", id=kept.id, node=None)
    try:
        if kept.spec.job is not None:
            making.job(_with_parameters(kept, due, kept.spec.job), owner, made)
        elif kept.spec.workflow is not None:
            making.workflow(_with_parameters(kept, due, kept.spec.workflow), owner, made)
    except StudioError as error:
        if isinstance(error, ConflictError) and error.code == "exists":
            return _firing(due, now, "made", "", made if kept.spec.job else None, None if kept.spec.job else made)
        table.note_problem(kept.id, str(error))
        return _firing(due, now, "failed", str(error))
    table.note_problem(kept.id, None)
    return _firing(due, now, "made", "", made if kept.spec.job else None, None if kept.spec.job else made)


def _with_parameters(kept: Kept, due: Due, target: Target) -> Target:
    extra: dict[str, str] = {}
    if kept.spec.due_parameter:
        extra[kept.spec.due_parameter] = due.at.astimezone(ZoneInfo(zone_of(kept.spec.trigger))).isoformat()
    if isinstance(kept.spec.trigger, FileTrigger) and kept.spec.trigger.parameter and due.file:
        extra[kept.spec.trigger.parameter] = due.file
    return target.model_copy(update={"parameters": {**target.parameters, **extra}})


def _active(table: Table, making: Making, kept: Kept) -> int:
    return table.unfinished(kept.id) if kept.spec.job is not None else making.unfinished_runs(kept.id)


def _firing(due: Due, now: datetime, state: str, reason: str, job: str | None = None, run: str | None = None) -> Firing:
    return Firing.model_validate(
        {"due": due.at, "at": now, "state": state, "job_id": job, "run_id": run, "reason": reason}
    )
