"""Starts runners for jobs that wait, as many as may run at the same time."""

from jupyter_mlstudio.core.processes import start_detached
from jupyter_mlstudio.jobs.place import Place
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.types import Job, JobError, JobState

RUNNER = "jupyter_mlstudio.jobs.runner"


def start_waiting(queue: Queue, place: Place) -> None:
    """Claim and start jobs until none waits or no more may run; whoever submits, ends or finds a job calls this."""
    while (job := queue.claim(place.settings.max_parallel_jobs)) is not None:
        try:
            _start(queue, place, job)
        except OSError as error:
            message = f"The runner could not be started: {error}. Free some memory or disk space and run the job again."
            queue.finish(
                job,
                JobState.FAILED,
                JobError(kind="start", cell=None, name=type(error).__name__, message=message, traceback=""),
            )


def _start(queue: Queue, place: Place, job: Job) -> None:
    project = place.project
    arguments = [str(project), str(place.settings_file), job.id, str(job.attempt)]
    environment = {
        "MLSTUDIO_PROJECT": str(project),
        "MLSTUDIO_JOB": job.id,
        "JPY_SESSION_NAME": str(project / job.spec.notebook),  # as Jupyter tells a kernel which notebook it serves
    }
    queue.record_runner(job, start_detached(RUNNER, arguments, project / job.log_path, environment))
