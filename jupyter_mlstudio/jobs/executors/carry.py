"""What runs on a worker: it starts the job's runner beside itself, waits for it, and ends it when asked to."""

import json
import os
import socket
import time
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from jupyter_mlstudio.core.errors import NotFoundError, StudioError
from jupyter_mlstudio.core.events import nobody
from jupyter_mlstudio.core.processes import ProcessRef, alive, end, process_ref, reap
from jupyter_mlstudio.core.validation import parse
from jupyter_mlstudio.jobs.executors.placements import Placements
from jupyter_mlstudio.jobs.executors.types import Outcome, Work
from jupyter_mlstudio.jobs.launch import start_runner
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.stopping import GRACE, overdue
from jupyter_mlstudio.jobs.types import Job, JobState
from jupyter_mlstudio.settings import Settings

DEVICES = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "ONEAPI_DEVICE_SELECTOR")
LEASED = "jupyter_mlstudio.jobs.executors.leased"
TICK = 0.05  # seconds between looks whether the runner has ended
LOOK = 0.2  # seconds between looks whether somebody wants the job to stop


def carry(work: Work, worker: str) -> Outcome:
    """Run one attempt at a job on this worker, unless it was begun before; returns when its runner has ended."""
    reason = unfit(work)
    if reason is not None:
        return Outcome(kind="refused", message=reason)
    try:
        place = _place(work.project, work.settings_file)
        queue = Queue(place.database, place.project_id)
        job = queue.get(work.job)
        if not Placements(place.database, place.project_id).begin(work.job, work.attempt, work.executor, worker):
            return Outcome(kind="begun")
    except (StudioError, OSError) as error:
        return Outcome(kind="refused", message=f"The worker on {socket.gethostname()} cannot run it: {error}")
    me = process_ref(os.getpid())
    assert me is not None
    surroundings, settings = queue.given(work.job)
    given = (surroundings if socket.gethostname() == work.host else None, settings)
    try:
        devices = {name: os.environ[name] for name in DEVICES if name in os.environ}
        runner = start_runner(place, job, LEASED, [str(me.pid), repr(me.created), json.dumps(devices)], given)
    except OSError as error:
        return Outcome(kind="refused", message=f"The runner could not be started: {error}.")
    attend(queue, job, runner)
    return Outcome(kind="ended")


def unfit(work: Work) -> str | None:
    """Say why work cannot run on this machine, or nothing if it can."""
    here, mine = socket.gethostname(), version("jupyter-mlstudio")
    if mine != work.version:
        return (
            f"The worker on {here} has jupyter-mlstudio {mine}, the job comes from {work.version}. "
            "Install the same version on both."
        )
    if not Path(work.settings_file).exists():
        return (
            f"The worker on {here} does not see the project folder {work.project!r}. "
            "Mount it there under the same path, readable for the same user."
        )
    settings = parse(Settings, Path(work.settings_file).read_bytes())
    if here != work.host and settings.jobs_url is None:
        return (
            f"The worker is on another machine ({here}), and jobs are kept in a SQLite file, which machines cannot "
            f"share. Set jobs_url to a PostgreSQL database that {here} reaches too."
        )
    return None


def attend(queue: Queue, job: Job, runner: ProcessRef) -> None:
    """Wait until a runner has ended, or has nothing to do any more; end it if somebody stops the job."""
    looked = time.monotonic()
    while alive(runner):
        time.sleep(TICK)
        if time.monotonic() - looked < LOOK:
            continue
        looked = time.monotonic()
        found = _found(queue, job)
        if found is None or found.attempt != job.attempt or found.state is not JobState.RUNNING:
            break  # the runner sees for itself what is left to do; the place is free
        if found.stop_requested_at is not None or overdue(found):
            stop(queue, found, runner)
    reap()


def stop(queue: Queue, job: Job, runner: ProcessRef) -> None:
    """End a runner and its kernel; if the runner could not say so, the agent notes that the job was stopped."""
    end(runner, GRACE)
    found = queue.find(job.id)
    if found.job.attempt == job.attempt:
        end(found.kernel, 0.1)


def _found(queue: Queue, job: Job) -> Job | None:
    try:
        return queue.get(job.id)
    except NotFoundError:
        return None
    except (StudioError, OSError):  # the database does not answer; it may again
        return job


@lru_cache(maxsize=8)
def _place(project: str, settings_file: str) -> Place:
    return Place(Path(project), parse(Settings, Path(settings_file).read_bytes()), nobody)
