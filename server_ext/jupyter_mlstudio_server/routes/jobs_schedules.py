"""Schedules over HTTP."""

from jupyter_mlstudio.jobs.schedules.types import (
    Firing,
    ImportReport,
    Schedule,
    ScheduleList,
    SchedulerImport,
    ScheduleSpec,
    TriggerPreview,
    TriggerSpec,
)
from jupyter_mlstudio_server.http import StudioHandler, operation


class SchedulesHandler(StudioHandler):
    @operation()
    def get(self) -> ScheduleList:
        """List the schedules, the newest first."""
        return self.studio.jobs.schedules.all()

    @operation(status=201)
    def post(self, spec: ScheduleSpec) -> Schedule:
        """Keep a schedule and make its jobs from now on."""
        return self.studio.jobs.schedules.add(spec)


class PreviewHandler(StudioHandler):
    @operation()
    def post(self, spec: TriggerSpec) -> TriggerPreview:
        """Tell when a trigger would fire."""
        return self.studio.jobs.schedules.preview(spec)


class ImportHandler(StudioHandler):
    @operation()
    def post(self, wanted: SchedulerImport) -> ImportReport:
        """Take over the job definitions of jupyter-scheduler."""
        return self.studio.jobs.schedules.take_over(wanted)


class ScheduleHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> Schedule:
        """Return a schedule."""
        return self.studio.jobs.schedules.get(id)

    @operation()
    def put(self, id: str, spec: ScheduleSpec) -> Schedule:
        """Change what a schedule runs, and when."""
        return self.studio.jobs.schedules.replace(id, spec)

    @operation()
    def delete(self, id: str) -> None:
        """Forget a schedule; its jobs stay."""
        self.studio.jobs.schedules.remove(id)


class PauseHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Schedule:
        """Make no jobs for the time being."""
        return self.studio.jobs.schedules.pause(id)


class ResumeHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Schedule:
        """Make jobs again."""
        return self.studio.jobs.schedules.resume(id)


class RunHandler(StudioHandler):
    @operation(status=201)
    def post(self, id: str) -> Firing:
        """Make the schedule's job now."""
        return self.studio.jobs.schedules.run(id)


SCHEDULES = r"/mlstudio/jobs/schedules"
SCHEDULE = rf"{SCHEDULES}/(?P<id>\w+)"
ROUTES = [
    (SCHEDULES, SchedulesHandler),
    (rf"{SCHEDULES}/preview", PreviewHandler),
    (rf"{SCHEDULES}/import", ImportHandler),
    (SCHEDULE, ScheduleHandler),
    (rf"{SCHEDULE}/pause", PauseHandler),
    (rf"{SCHEDULE}/resume", ResumeHandler),
    (rf"{SCHEDULE}/run", RunHandler),
]
