"""What a service about endpoints must know of them: which there are, how they are watched, what is missing."""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.core.events import Changed, Publish
from jupyter_mlstudio.core.store import Store
from jupyter_mlstudio.monitoring import captured, truth
from jupyter_mlstudio.monitoring.baseline import read
from jupyter_mlstudio.monitoring.meeting import Meeting, Watched, WatchedModel
from jupyter_mlstudio.monitoring.notebook import notebook
from jupyter_mlstudio.monitoring.places import Places
from jupyter_mlstudio.monitoring.profiles import Baseline
from jupyter_mlstudio.monitoring.types import Alert, Monitor, MonitorRecord, MonitorSpec

OpenStores = Callable[[], tuple[Store[MonitorRecord], Store[Alert]]]


class Watching:
    """Looks endpoints and their monitors up, for the verbs of the service."""

    def __init__(self, project: Path, state: Path, stores: OpenStores, meeting: Meeting, publish: Publish) -> None:
        self._project, self._open_stores, self._meeting, self._publish = project, stores, meeting, publish
        self._places = Places(state / "monitoring")
        self._checking = Lock()
        self._marks: dict[str, int] | None = None

    @cached_property
    def _stores(self) -> tuple[Store[MonitorRecord], Store[Alert]]:
        return self._open_stores()

    def _watched(self, id: str) -> Watched:
        for each in self._meeting.endpoints():
            if id in (each.id, each.name):
                return each
        raise NotFoundError(f"There is no endpoint {id!r}.")

    @staticmethod
    def _model(watched: Watched, number: int | None) -> WatchedModel:
        wanted = watched.number if number is None else number
        model = None if wanted is None else watched.model(wanted)
        if model is None:
            raise NotFoundError(f"number: endpoint {watched.name!r} has no deployment {wanted}, or no longer.")
        return model

    def _record(self, id: str) -> MonitorRecord:
        try:
            return self._stores[0].get(id)
        except NotFoundError:
            return MonitorRecord(id=id, spec=MonitorSpec(), schedule=None, revision=0)

    def _baseline(self, watched: Watched, model: WatchedModel) -> Baseline | None:
        return read(self._places.baseline(watched.id, model))

    def _scheduled(self, watched: Watched, record: MonitorRecord, spec: MonitorSpec) -> str | None:
        """Let the jobs check as often as is wanted; a schedule stays as it is if nothing about it changes."""
        when, before = (spec.every_minutes, spec.cron), (record.spec.every_minutes, record.spec.cron)
        if when == (None, None):
            if record.schedule is not None:
                self._meeting.unschedule(record.schedule)
            return None
        if when == before and record.schedule is not None and self._meeting.next_time(record.schedule) is not None:
            return record.schedule
        path = notebook(self._project, watched.name)
        name = f"Monitor {watched.name}"
        return self._meeting.schedule(record.schedule, name, path, {"endpoint": watched.name}, *when)

    def _forget_gone(self) -> None:
        """Let go of what is kept of endpoints that were removed, and of the schedules that would check them."""
        monitors, alerts = self._stores
        kept, told = monitors.all(), alerts.all()
        known = {record.id for record in kept} | {alert.endpoint_id for alert in told} | self._places.marks().keys()
        gone = known - {each.id for each in self._meeting.endpoints()}  # asked last: one that is new is among them
        for record in kept:
            if record.id in gone:
                if record.schedule is not None:
                    self._meeting.unschedule(record.schedule)
                with suppress(NotFoundError):  # another process does the same
                    monitors.remove(record.id)
        for alert in told:
            if alert.endpoint_id in gone:
                with suppress(NotFoundError):
                    alerts.remove(alert.id)
        for each in gone:
            self._places.forget(each)

    def _open_alerts(self) -> list[Alert]:
        return [alert for alert in self._stores[1].all() if alert.ended_at is None]

    def _monitor(self, watched: Watched, opened: list[Alert]) -> Monitor:
        record, amount = self._record(watched.id), captured.amount(watched.folder)
        model = None if watched.number is None else watched.model(watched.number)
        known = None if model is None else self._baseline(watched, model)
        return Monitor(
            id=watched.id,
            endpoint=watched.name,
            spec=record.spec,
            message=_missing(watched, amount.rows, known),
            capture_share=watched.capture_share,
            captured_rows=amount.rows,
            captured_bytes=amount.bytes,
            truth_rows=truth.rows(self._places.truth(watched.id)),
            baseline=None if known is None else known.summary(),
            next_check=None if record.schedule is None else self._meeting.next_time(record.schedule),
            schedule_id=record.schedule,
            report=self._places.reports(watched.id).newest(),
            alerts=[alert for alert in opened if alert.endpoint_id == watched.id],
        )

    def _tell(self, id: str) -> None:
        mark = self._places.mark(id)
        if self._marks is not None:
            self._marks = {**self._marks, id: mark}
        self._publish(Changed(kind="monitor", id=id, change="changed"))


def _missing(watched: Watched, rows: int, known: Baseline | None) -> str:
    """Say what is missing to begin; empty if nothing is."""
    if watched.number is None:
        return "The endpoint has no model yet."
    if not rows:
        return (
            "Capture is off, so there is nothing to look at: choose a share of the requests."
            if watched.capture_share <= 0
            else "Nothing is captured yet; rows come here a second after they are answered."
        )
    if known is None:
        return (
            "The model came without a profile of its training data: log it with training_data=…,"
            " or take the captured rows, or a file, as the baseline."
        )
    return ""
