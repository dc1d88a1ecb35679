"""When a failed job is tried again, and when not."""

import pytest

from jupyter_mlstudio import InvalidError, Studio
from jupyter_mlstudio.jobs.settling import Again, next_try
from jupyter_mlstudio.jobs.types import JobError, JobSpec, JobState, Resources, Retry

FLAKY = """
from pathlib import Path
tries = Path("tries.txt")
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
if len(tries.read_text()) < 3:
    raise ConnectionResetError("the line broke")
"""


def error(kind="cell", name="ValueError"):
    return JobError(kind=kind, cell=1, name=name, message="no", traceback="")


def test_the_first_rule_that_fits_holds():
    rules = [Retry(on=["timeout"], wait=1), Retry(on=["ValueError"], times=2, wait=10, factor=3), Retry(on=["cell"])]
    assert next_try(rules, error(), {}) == Again("1", 1, 2, 10)
    assert next_try(rules, error(), {"1": 1}) == Again("1", 2, 2, 30)
    assert next_try(rules, error(), {"1": 2}) is None
    assert next_try(rules, error(name="KeyError"), {}) == Again("2", 1, 1, 10)
    assert next_try(rules, error("kernel", "DeadKernelError"), {}) is None


def test_a_wait_does_not_grow_for_ever():
    rule = Retry(on=["cell"], times=50, wait=1, factor=10, longest=60)
    assert next_try([rule], error(), {"0": 40}).wait == 60


def test_the_name_of_an_exception_means_those_below_it_too():
    assert next_try([Retry(on=["OSError"])], error(name="ConnectionResetError"), {}) is not None
    assert next_try([Retry(on=["OSError"])], error(name="KeyError"), {}) is None
    assert next_try([Retry(on=["Exception"])], error("kernel", "DeadKernelError"), {}) is None


def test_a_lost_job_is_tried_again_twice_unless_its_rules_say_otherwise():
    lost = error("lost", "RunnerLost")
    assert [next_try([], lost, {"lost": count}) for count in range(3)] == [
        Again("lost", 1, 2, 1), Again("lost", 2, 2, 10), None,
    ]  # fmt: skip
    assert next_try([Retry(on=["lost"], times=0)], lost, {}) is None
    assert next_try([], error(), {}) is None


def test_a_job_is_tried_again_until_it_succeeds_and_tells_why(studio, write):
    write("a.ipynb", FLAKY)
    rule = Retry(on=["OSError"], times=5, wait=0.1)
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook="a.ipynb", retries=[rule])).id, 60)
    assert (job.state, job.attempt, job.error, job.cells_done) == (JobState.SUCCEEDED, 3, None, 1)
    told = [event.text for event in studio.jobs.events(job.id).items if event.kind == "retry"]
    assert told == [
        "ConnectionResetError: the line broke\nTried again in 0.1 s, 1 of 5.",
        "ConnectionResetError: the line broke\nTried again in 0.2 s, 2 of 5.",
    ]


def test_a_job_that_waits_for_its_next_try_can_be_stopped(studio, write, until):
    write("a.ipynb", "raise ValueError('no')")
    job = studio.jobs.submit(JobSpec(notebook="a.ipynb", retries=[Retry(on=["cell"], wait=600)]))
    waiting = until(lambda: (found := studio.jobs.get(job.id)).not_before is not None and found)
    assert (waiting.state, waiting.error.name) == (JobState.QUEUED, "ValueError")
    assert studio.jobs.stop(job.id).state is JobState.STOPPED


@pytest.mark.parametrize(
    ("resources", "field"),
    [
        (Resources(cpu=3), "resources.cpu"),
        (Resources(memory=9), "resources.memory"),
        (Resources(custom={"licence": 1}), "resources.custom.licence"),
    ],
)
def test_what_can_never_run_is_refused_at_once(tmp_path, write, resources, field):
    write("a.ipynb", "1")
    studio = Studio.open(tmp_path, max_parallel_jobs=2, job_resources={"memory": 8})
    with pytest.raises(InvalidError, match=field) as refused:
        studio.jobs.submit(JobSpec(notebook="a.ipynb", resources=resources))
    assert refused.value.code == "never_fits"
    assert studio.jobs.all() == []


def test_jobs_use_no_more_than_there_is_together(tmp_path, write, until):
    write("a.ipynb", "import time; time.sleep(30)")
    studio = Studio.open(tmp_path, max_parallel_jobs=4, job_resources={"licence": 1})
    one = Resources(cpu=1, custom={"licence": 1})
    first, second = (studio.jobs.submit(JobSpec(notebook="a.ipynb", resources=one)) for _ in range(2))
    assert (first.state, second.state) == (JobState.RUNNING, JobState.QUEUED)
    assert studio.jobs.listing().capacity["licence"].model_dump() == {"limit": 1, "used": 1}
    studio.jobs.stop(first.id)
    until(lambda: studio.jobs.get(second.id).state is JobState.RUNNING)
    studio.jobs.stop(second.id)
    assert studio.jobs.wait(second.id, 30).state is JobState.STOPPED


def test_jobs_wait_while_no_runner_can_be_started_and_say_why(studio, write, monkeypatch):
    write("a.ipynb", "1")

    def no_memory(*_, **__):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("jupyter_mlstudio.core.forkserver.start", no_memory)
    first, second = (studio.jobs.submit("a.ipynb") for _ in range(2))
    assert (first.state, first.error.name, first.attempt) == (JobState.QUEUED, "RunnerNotStarted", 1)
    assert "Cannot allocate memory" in first.error.message
    assert (second.state, second.attempt) == (JobState.QUEUED, 1)
    monkeypatch.undo()
    studio.jobs.queue.database.run("UPDATE jobs SET not_before = created_at")
    for job in (first, second):
        assert studio.jobs.wait(job.id, 60).state is JobState.SUCCEEDED
