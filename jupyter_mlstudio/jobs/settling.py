"""What follows when an attempt at a job has ended: the job is tried again, or it has ended for good."""

import builtins
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.rows import time_text
from jupyter_mlstudio.jobs.types import Job, JobError, JobEvent, JobState, Retry

NOT_STARTED = "RunnerNotStarted"  # what a failure is called that kept a runner from being started
BUILT_IN = {
    "lost": Retry(on=["lost"], times=2, wait=1, factor=10),
    "not started": Retry(on=[NOT_STARTED], times=100, wait=5, factor=1.5, longest=300),
}
"""What is done when a job's own rules say nothing about it: neither a killed process nor a full machine is the
notebook's fault."""


class Again(NamedTuple):
    """That a job is to be tried again: by which rule, how often by now, and after how many seconds."""

    rule: str
    time: int
    times: int
    wait: float


def settle(queue: Queue, job: Job, state: JobState, error: JobError | None) -> bool:
    """Note how an attempt ended; true if the job has ended with it, false if it goes on or is another attempt's."""
    again = None
    if state is JobState.FAILED and error is not None:
        again = next_try(job.spec.retries, error, queue.retried(job))
    if again is not None and error is not None and _try_again(queue, job, error, again):
        return False
    if again is not None and queue.stop_requested(job):
        return queue.finish(job, JobState.STOPPED)
    return queue.finish(job, state, error)


def next_try(rules: Sequence[Retry], error: JobError, retried: dict[str, int]) -> Again | None:
    """Find out whether a failed job is to be tried again: the first rule that fits holds."""
    named = [(str(number), rule) for number, rule in enumerate(rules)]
    for name, rule in [*named, *BUILT_IN.items()]:
        if any(_fits(word, error) for word in rule.on):
            count = retried.get(name, 0)
            wait = min(rule.wait * rule.factor**count, rule.longest)
            return Again(name, count + 1, rule.times, wait) if count < rule.times else None
    return None


def _fits(word: str, error: JobError) -> bool:
    if word in (error.kind, error.name):
        return True
    # as `except OSError` does, where the names are Python's own
    wide, narrow = getattr(builtins, word, None), getattr(builtins, error.name, None)
    return error.kind == "cell" and isinstance(wide, type) and isinstance(narrow, type) and issubclass(narrow, wide)


def _try_again(queue: Queue, job: Job, error: JobError, again: Again) -> bool:
    begin = now() + timedelta(seconds=again.wait)
    text = f"{error.name}: {error.message}\nTried again in {again.wait:g} s, {again.time} of {again.times}."
    event = JobEvent(seq=0, at=now(), kind="retry", cell=error.cell, text=text, titles=None, seconds=None, memory=None)
    retried = {**queue.retried(job), again.rule: again.time}
    return queue.retry(job, error, time_text(begin), retried, event)
