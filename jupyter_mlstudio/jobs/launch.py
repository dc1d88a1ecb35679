"""Starts runners for jobs that wait, as many as what they need is free for."""

from collections.abc import Callable, Sequence
from pathlib import Path

from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.processes import ProcessRef, end
from jupyter_mlstudio.jobs import surroundings
from jupyter_mlstudio.jobs.capacity import supply_of
from jupyter_mlstudio.jobs.executors.wake import wake
from jupyter_mlstudio.jobs.place import SETTINGS, Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.settling import NOT_STARTED
from jupyter_mlstudio.jobs.stopping import Finish
from jupyter_mlstudio.jobs.types import Job, JobError, JobState

RUNNER = "jupyter_mlstudio.jobs.runner"

Given = tuple[str | None, str | None]  # which environment variables and settings were kept for a job
Take = Callable[[Job, Given], bool]  # runs a claimed job in this process next, or returns false


def start_waiting(queue: Queue, place: Place, settle: Finish, take: Take | None = None) -> None:
    """Claim and start jobs until none waits or nothing fits; whoever submits, ends or finds a job calls this."""
    supply = supply_of(place.settings)
    while (job := queue.claim(supply.limits, "local", supply.others)) is not None:
        given = queue.given(job.id)
        if take is not None and take(job, given):
            continue
        try:
            runner = start_runner(place, job, given=given)
        except OSError as error:
            settle(job, JobState.FAILED, _no_start(error))
            break  # the next one would fare no better
        else:
            if not queue.record_runner(job, runner) and queue.get(job.id).attempt != job.attempt:
                end(runner, 0.1)  # somebody has given it up for lost in the meantime
    wake(place)


def start_runner(
    place: Place,
    job: Job,
    module: str = RUNNER,
    more: Sequence[str] = (),
    given: Given = (None, None),
) -> ProcessRef:
    """Start the process of one attempt at a job on this machine.

    Args:
        place: Where jobs live.
        job: The job, claimed.
        module: What the process runs.
        more: Arguments of that module, after those of the runner.
        given: Which environment variables and settings were kept for it; this process's own if they are gone.

    Raises:
        OSError: There is no memory or no room for it.
    """
    project, settings = place.project, place.settings_file
    if given[1] is not None and place.settings_path(given[1]).exists():
        settings = place.settings_path(given[1])
    environment = {
        "MLSTUDIO_PROJECT": str(project),
        SETTINGS: str(settings),
        **own_variables(project, job),
    }
    arguments = [str(project), str(settings), job.id, str(job.attempt), *more]
    return forkserver.start(
        module,
        arguments,
        project / job.log_path,
        environment,
        warm=place.settings.warm_kernels and not job.spec.clean_start,
        base=surroundings.kept(given[0]),
    )


def own_variables(project: Path, job: Job) -> dict[str, str]:
    """Return the environment variables that each job has for itself."""
    # the second as Jupyter tells a kernel which notebook it serves
    return {"MLSTUDIO_JOB": job.id, "JPY_SESSION_NAME": str(project / job.spec.notebook)}


def _no_start(error: OSError) -> JobError:
    message = f"The runner could not be started: {error}. Free some memory or disk space."
    return JobError(kind="start", cell=None, name=NOT_STARTED, message=message, traceback="")
