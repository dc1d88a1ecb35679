"""A failed job goes on from the cell that failed, in the kernel that is kept for it."""

import json
import os
import signal
import time

import psutil
import pytest

from jupyter_mlstudio import ConflictError, InvalidError
from jupyter_mlstudio.core.processes import process_ref
from jupyter_mlstudio.jobs.types import JobSpec, JobState

CELLS = ("import time, os\nstarted = time.time()\nprint(started, os.getpid())", "1 / 0", "print(started)\n'end'")


@pytest.fixture
def fail(studio, write, until):
    """Run a notebook that fails, and return its job when its kernel is kept."""

    def fail(*sources, **options):
        write("a.ipynb", *sources)
        job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook="a.ipynb", **options)).id, 60)
        assert job.state is JobState.FAILED
        return until(lambda: (found := studio.jobs.get(job.id)).kept_until and found)

    return fail


def texts(studio, job):
    cells = json.loads(studio.jobs.output(job.id).read_text())["cells"]
    return [
        "".join(output.get("text", output.get("data", {}).get("text/plain", [])))
        for cell in cells
        for output in cell.get("outputs", [])
    ]


def processes(studio, job):
    found = studio.jobs.queue.find(job.id)
    return found.runner.pid, found.kernel.pid


def test_a_failed_job_goes_on_with_an_edited_cell_in_the_same_kernel(studio, fail):
    job = fail(*CELLS)
    before = texts(studio, job)
    again = studio.jobs.resume(job.id, {2: "1 / 2"})
    assert (again.state, again.attempt, again.error) == (JobState.RUNNING, 2, None)
    ended = studio.jobs.wait(job.id, 30)
    assert (ended.state, ended.cells_done, ended.cells_total) == (JobState.SUCCEEDED, 3, 3)
    now = texts(studio, job)
    assert now == [before[0], "0.5", before[0].split()[0] + "\n", "'end'"]
    notebook = json.loads(studio.jobs.output(job.id).read_text())
    assert "".join(notebook["cells"][2]["source"]) == "1 / 2"
    assert not any("papermill-error-cell-tag" in cell["metadata"]["tags"] for cell in notebook["cells"])
    assert [(event.kind, event.cell) for event in studio.jobs.events(job.id).items if event.kind == "resumed"] == [
        ("resumed", 2)
    ]


def test_without_cells_it_goes_on_with_the_notebook_as_it_is_now(studio, fail, write):
    job = fail(*CELLS, parameters={})
    write("a.ipynb", CELLS[0], "'mended'", "'more'", CELLS[2])
    studio.jobs.resume(job.id)
    ended = studio.jobs.wait(job.id, 30)
    assert (ended.state, ended.cells_total) == (JobState.SUCCEEDED, 4)
    assert texts(studio, job)[1:3] == ["'mended'", "'more'"]


def test_it_may_fail_again_and_go_on_again(studio, fail, until):
    job = fail("n = 1", "n += 1\nassert n > 9, n", "n")
    for attempt in (2, 3):
        studio.jobs.resume(job.id, {})
        until(lambda n=attempt: (found := studio.jobs.get(job.id)).kept_until and found.attempt == n)
    studio.jobs.resume(job.id, {2: "n = 10"})
    assert studio.jobs.wait(job.id, 30).state is JobState.SUCCEEDED
    assert texts(studio, job) == ["10"]


def test_a_change_before_the_failed_cell_is_refused_by_its_name(studio, fail, write):
    job = fail("a = 1", "b = 2", "1 / 0")
    with pytest.raises(ConflictError, match=r"Cell 1 \('a = 1'\) was changed.*Run the job again"):
        studio.jobs.resume(job.id, {1: "a = 5", 3: "a"})
    write("a.ipynb", "a = 1", "b = 3", "a")
    with pytest.raises(ConflictError, match=r"\('b = 3'\) was changed"):
        studio.jobs.resume(job.id)
    with pytest.raises(InvalidError, match="no code cell 9"):
        studio.jobs.resume(job.id, {9: "a"})


def test_the_edited_cell_is_written_into_the_notebook_if_wanted(studio, fail, tmp_path):
    job = fail(*CELLS)
    studio.jobs.resume(job.id, {2: "x = 1\nx"}, write=True)
    assert studio.jobs.wait(job.id, 30).state is JobState.SUCCEEDED
    cells = json.loads((tmp_path / "a.ipynb").read_text())["cells"]
    assert ["".join(cell["source"]) for cell in cells[1:]] == [CELLS[0], "x = 1\nx", CELLS[2]]


def test_another_job_runs_while_the_kernel_is_kept(studio, fail, write):
    fail(*CELLS)
    write("b.ipynb", "1")
    assert studio.jobs.wait(studio.jobs.submit("b.ipynb").id, 30).state is JobState.SUCCEEDED


def test_a_kept_kernel_ends_at_its_time_with_its_runner(studio, fail, until):
    job = fail(*CELLS, keep_kernel_minutes=1 / 60)
    pids = processes(studio, job)
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert studio.jobs.get(job.id).kept_until is None
    with pytest.raises(InvalidError, match="kernel of this job is gone"):
        studio.jobs.resume(job.id)


def test_a_kept_kernel_is_released_or_goes_with_its_job(studio, fail, until):
    for let_go in (studio.jobs.release, studio.jobs.remove):
        job = fail(*CELLS)
        pids = processes(studio, job)
        let_go(job.id)
        until(lambda gone=pids: not any(psutil.pid_exists(pid) for pid in gone))


def test_a_kernel_is_not_kept_if_nobody_wants_it(studio, write, until):
    write("a.ipynb", "1 / 0")
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook="a.ipynb", keep_kernel_minutes=0)).id, 60)
    pids = processes(studio, job)
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert studio.jobs.get(job.id).kept_until is None


@pytest.mark.parametrize("clean", [False, True])
def test_a_kept_kernel_does_not_outlive_a_killed_runner_and_the_job_says_so(studio, fail, until, clean):
    job = fail(*CELLS, clean_start=clean)
    runner, kernel = processes(studio, job)
    os.kill(runner, signal.SIGKILL)
    until(lambda: process_ref(kernel) is None)
    with pytest.raises(InvalidError, match="gone"):
        studio.jobs.resume(job.id)
    until(lambda: studio.jobs.get(job.id).kept_until is None)


def test_a_cell_over_its_time_is_interrupted_and_can_be_edited(studio, fail):
    job = fail("x = 1", "import time\ntime.sleep(60)", cell_timeout=0.5)
    assert (job.error.kind, job.error.cell) == ("timeout", 2)
    begun = time.monotonic()
    studio.jobs.resume(job.id, {2: "x + 1"})
    assert studio.jobs.wait(job.id, 30).state is JobState.SUCCEEDED
    assert time.monotonic() - begun < 5
    assert texts(studio, job)[-1] == "2"
