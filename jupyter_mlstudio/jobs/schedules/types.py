"""The nouns of schedules."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Record, Struct
from jupyter_mlstudio.jobs.types import JobSpec


class CronTrigger(Struct):
    """At times that a cron expression names, by the clock of a place."""

    kind: Literal["cron"] = "cron"
    cron: str = Field(
        description="Minute, hour, day of the month, month, day of the week, such as `30 7 * * MON-FRI`; or @daily."
    )
    timezone: str | None = Field(
        default=None, description="Name of a time zone such as Europe/Berlin; this machine's if not given."
    )


class IntervalTrigger(Struct):
    """Again and again, with the same time between."""

    kind: Literal["interval"] = "interval"
    every: int = Field(ge=1, le=1_000_000, description="How many of the units lie between.")
    unit: Literal["seconds", "minutes", "hours", "days"] = Field(default="minutes", description="What is counted.")
    start: datetime | None = Field(
        default=None, description="The first time; one interval from the moment when it is saved if not given."
    )


class FileTrigger(Struct):
    """When what a file holds has changed, or a new file fits a pattern."""

    kind: Literal["file"] = "file"
    path: str = Field(
        min_length=1, max_length=1000, description="Path from the project folder, or a pattern such as raw/*.csv."
    )
    settle: float = Field(
        default=5, ge=0, le=86_400, description="Seconds that a file must stay as it is, so that it is whole."
    )
    parameter: str | None = Field(
        default=None, description="Parameter that is given the file's path; each changed file then gets its own job."
    )


Trigger = Annotated[CronTrigger | IntervalTrigger | FileTrigger, Field(discriminator="kind")]


class WorkflowTarget(Struct):
    """The workflow that a schedule runs."""

    path: str = Field(description="Path of the workflow file from the project folder.")
    parameters: dict[str, JsonValue] = Field(default={}, description="Values by parameter name.")


class ScheduleSpec(Struct):
    """What to run, and when: a notebook or a workflow."""

    name: str | None = Field(
        default=None, max_length=200, description="What to call it; the notebook's or the workflow's name if not given."
    )
    job: JobSpec | None = Field(default=None, description="The job to make; give this or `workflow`.")
    workflow: WorkflowTarget | None = Field(default=None, description="The workflow to run; give this or `job`.")
    trigger: Trigger = Field(description="When.")
    missed: Literal["skip", "last", "all"] = Field(
        default="last",
        description="What is done about times at which nothing here was running: nothing, one job, or one for each.",
    )
    max_active: int = Field(
        default=1, ge=1, le=1000, description="How many of its jobs may be waiting or running at the same time."
    )
    when_active: Literal["skip", "queue"] = Field(
        default="skip", description="What is done when so many are: leave this time out, or make the job afterwards."
    )
    due_parameter: str | None = Field(
        default=None, description="Parameter that is given the time that was due, such as 2026-03-01T07:30:00+01:00."
    )
    paused: bool = Field(default=False, description="Keep it, but make no jobs.")


class Firing(Struct):
    """One time at which a schedule was due, and what came of it."""

    due: datetime = Field(description="The time that was meant.")
    at: datetime = Field(description="When it was noticed.")
    state: Literal["made", "waiting", "skipped", "failed"] = Field(
        description="Its job was made; will be when earlier ones have ended; was left out; could not be made."
    )
    job_id: str | None = Field(description="The job that was made; it may have been removed since.")
    run_id: str | None = Field(description="The run of the workflow that was made.")
    reason: str = Field(description="Why it waits, was left out or failed, or what started it; may be empty.")


class Schedule(Record):
    """What is run again and again, when next, and how that went."""

    spec: ScheduleSpec = Field(description="What was asked for.")
    name: str = Field(description="What it is called.")
    paused: bool = Field(description="Whether it makes no jobs at present.")
    created_at: datetime = Field(description="When it was added.")
    words: str = Field(description="The trigger as words.")
    next: list[datetime] = Field(description="The next five times, none while it is paused or waits for a file.")
    last: list[Firing] = Field(description="The newest times at which it was due, newest first, twenty at most.")
    active: int = Field(description="How many of its jobs wait or run.")
    problem: str | None = Field(description="What keeps it from working; null if nothing does.")


class ScheduleList(Struct):
    """All schedules, the newest first."""

    items: list[Schedule] = Field(description="The schedules.")


class TriggerSpec(Struct):
    """A trigger to look at before it is saved."""

    trigger: Trigger = Field(description="When something shall run.")


class TriggerPreview(Struct):
    """When a trigger would fire."""

    words: str = Field(description="The trigger as words.")
    timezone: str = Field(description="The time zone by whose clock it goes.")
    items: list[datetime] = Field(description="The next five times.")
    files: list[str] = Field(description="For a file trigger: files that fit now, twenty at most.")


class SchedulerImport(Struct):
    """What of jupyter-scheduler's definitions is taken over."""

    database: str | None = Field(
        default=None, description="Its SQLite file; the one in Jupyter's data folder if not given."
    )
    dry_run: bool = Field(default=False, description="Only tell what would be done.")


class ImportedSchedule(Struct):
    """What became of one definition of jupyter-scheduler."""

    name: str = Field(description="Name of the definition.")
    schedule_id: str | None = Field(description="The schedule that was made of it; null if none was.")
    notebook: str | None = Field(description="The notebook that it runs, from the project folder.")
    problem: str | None = Field(description="Why it was not taken, and what can be done about it.")
    notes: list[str] = Field(description="What works otherwise here than there.")


class ImportReport(Struct):
    """What was taken over from jupyter-scheduler."""

    database: str = Field(description="The file that was read.")
    items: list[ImportedSchedule] = Field(description="Each definition, the oldest first.")
