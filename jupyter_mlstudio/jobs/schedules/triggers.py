"""When a trigger fires: cron by the clock of a place, intervals, and what both say in words."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.jobs.schedules.types import CronTrigger, FileTrigger, IntervalTrigger, Trigger

SHORTEST = 5  # seconds between two times of an interval: the studio looks once a second
NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
FIELDS = (
    "minute (0-59), hour (0-23), day of the month (1-31), month (1-12 or JAN-DEC), day of the week (0-7 or SUN-SAT)"
)


def machine_zone() -> str:
    """Return the name of the time zone that this machine is set to; UTC if it does not say."""
    candidates = [os.environ.get("TZ", "").removeprefix(":")]
    local = Path("/etc/localtime")
    if local.is_symlink():
        candidates.append(str(local.resolve()).partition("zoneinfo/")[2])
    named = Path("/etc/timezone")
    if named.is_file():
        candidates.append(named.read_text().strip())
    return next((name for name in candidates if name and _zone(name) is not None), "UTC")


def resolved(trigger: Trigger, now: datetime) -> Trigger:
    """Return a trigger with nothing left open: its time zone, its first time.

    Raises:
        InvalidError: It cannot fire; the message names the field and the fix.
    """
    if isinstance(trigger, CronTrigger):
        trigger = trigger.model_copy(update={"timezone": trigger.timezone or machine_zone()})
        if next(upcoming(trigger, now), None) is None:
            raise InvalidError(f"trigger.cron: {trigger.cron!r} names a day that never comes. Change its day or month.")
        return trigger
    if isinstance(trigger, IntervalTrigger):
        if _length(trigger).total_seconds() < SHORTEST:
            raise InvalidError(f"trigger.every: the shortest interval is {SHORTEST} seconds.")
        start = trigger.start or now.replace(microsecond=0) + _length(trigger)
        return trigger.model_copy(update={"start": start.astimezone(UTC)})
    return trigger


def zone_of(trigger: Trigger) -> str:
    """Return the name of the time zone by whose clock a trigger goes."""
    return (trigger.timezone if isinstance(trigger, CronTrigger) else None) or machine_zone()


def upcoming(trigger: Trigger, after: datetime) -> Iterator[datetime]:
    """Yield the times after a moment, in order; none for a file.

    Where clocks are put forward, a time that is left out counts as the next one that exists; where they are put back, a
    time that comes twice counts once, while `*` in the minutes or the hours goes by the time that really passes.

    Raises:
        InvalidError: The expression or the time zone does not exist.
    """
    if isinstance(trigger, IntervalTrigger):
        return _intervals(trigger, after)
    return _crons(trigger, after) if isinstance(trigger, CronTrigger) else iter(())


def due(trigger: Trigger, after: datetime, until: datetime, most: int) -> tuple[list[datetime], bool]:
    """Return the newest times after one moment and up to another, and whether there are older ones."""
    window = timedelta(hours=1)
    while True:
        begin = max(after, until - window)
        found = list(_until(trigger, begin, until))
        if len(found) > most or begin == after:
            return found[-most:], len(found) > most
        window *= 2


def words(trigger: Trigger) -> str:
    """Say in English when a trigger fires."""
    if isinstance(trigger, CronTrigger):
        said = str(_cron(trigger, datetime.now(UTC)).explain())
        return f"{said} ({zone_of(trigger)})"
    if isinstance(trigger, FileTrigger):
        return f"When {trigger.path} changes"
    unit = trigger.unit.removesuffix("s") if trigger.every == 1 else f"{trigger.every} {trigger.unit}"
    return f"Every {unit}"


def _until(trigger: Trigger, after: datetime, until: datetime) -> Iterator[datetime]:
    for time in upcoming(trigger, after):
        if time > until:
            return
        yield time


def _length(trigger: IntervalTrigger) -> timedelta:
    return timedelta(**{trigger.unit: trigger.every})


def _intervals(trigger: IntervalTrigger, after: datetime) -> Iterator[datetime]:
    length = _length(trigger)
    start = (trigger.start or after + length).astimezone(UTC)
    first = max(0, (after - start) // length + 1)
    return (start + number * length for number in count(first))


def _crons(trigger: CronTrigger, after: datetime) -> Iterator[datetime]:
    latest = after
    for found in _cron(trigger, after):
        time = found.astimezone(UTC)
        if time > latest:  # from the second pass of an hour that comes twice, cronsim sees the first one again
            latest = time
            yield time


def _cron(trigger: CronTrigger, after: datetime) -> CronSim:
    expression = NAMED.get(trigger.cron.strip().lower(), trigger.cron.strip())
    zone = _zone(zone_of(trigger))
    if zone is None:
        raise InvalidError(
            f"trigger.timezone: there is no time zone {trigger.timezone!r}. Write it as Europe/Berlin or UTC."
        )
    if len(expression.split()) != len(FIELDS.split(",")):
        raise InvalidError(f"trigger.cron: {trigger.cron!r} must have five fields: {FIELDS}.")
    try:
        return CronSim(expression, after.astimezone(zone))
    except (CronSimError, AssertionError, TypeError, ValueError) as error:
        field = re.sub("^Bad ", "", str(error)).replace("-", " ") or "expression"
        raise InvalidError(f"trigger.cron: the {field} in {trigger.cron!r} is not possible. Write {FIELDS}.") from None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def next_times(trigger: Trigger, after: datetime, many: int) -> list[datetime]:
    """Return the next times after a moment."""
    return list(islice(upcoming(trigger, after), many))
