"""Rows of the tables of jobs, as the nouns that they keep."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from jupyter_mlstudio.core.processes import ProcessRef
from jupyter_mlstudio.core.sql import Row
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.types import Job, JobEvent, JobOwner, Resources


class Running(NamedTuple):
    """A running job with the processes that belong to it."""

    job: Job
    host: str
    runner: ProcessRef | None
    kernel: ProcessRef | None
    handle: str | None  # by which its executor knows it
    starter: ProcessRef | None  # who claimed it, and starts its runner


def time_text(moment: datetime | None = None) -> str:
    """Write a time, the present one if none is given, so that texts sort as times do."""
    return (moment or now()).isoformat(timespec="microseconds")


def tokens_text(resources: Resources) -> str:
    """Write what a job needs, the same text for the same needs."""
    needs = {**resources.custom, "cpu": resources.cpu, "memory": resources.memory, "gpu": resources.gpu}
    return json.dumps({name: float(needs[name]) for name in sorted(needs) if needs[name]})


def job_values(job: Job) -> dict[str, Any]:
    """Return what is kept of a new job."""
    owner = job.owner
    return {
        "id": job.id,
        "spec": job.spec.model_dump_json(),
        "name": job.name,
        "priority": job.spec.priority,
        "executor": job.executor,
        "tokens": tokens_text(job.spec.resources),
        "created_at": time_text(job.created_at),
        "output": job.output,
        "log_path": job.log_path,
        "source_digest": job.source_digest,
        "generated": int(job.generated),
        "owner_kind": owner and owner.kind,
        "owner_id": owner and owner.id,
        "owner_node": owner and owner.node,
    }


def job_of(row: Row) -> Job:
    """Return the job of a row."""
    fields = dict(row)
    for name in ("spec", "error", "outputs"):
        fields[name] = None if fields[name] is None else json.loads(fields[name])
    if fields["owner_id"] is None:
        fields["owner"] = None
    else:
        fields["owner"] = JobOwner(kind=row["owner_kind"], id=row["owner_id"], node=row["owner_node"])
    return Job.model_validate(fields)


def running_of(row: Row) -> Running:
    """Return the running job of a row."""
    host, handle = row["host"] or "", row["handle"]
    runner, kernel, starter = _process(row, "pid"), _process(row, "kernel"), _process(row, "starter")
    return Running(job_of(row), host, runner, kernel, handle, starter)


def _process(row: Row, name: str) -> ProcessRef | None:
    pid = row[name if name == "pid" else f"{name}_pid"]
    return None if pid is None else ProcessRef(pid=pid, created=row[f"{name}_created"])


def event_of(row: Row) -> JobEvent:
    """Return the event of a row."""
    fields = {name: row[name] for name in JobEvent.model_fields}
    fields["titles"] = None if fields["titles"] is None else json.loads(fields["titles"])
    return JobEvent.model_validate(fields)
