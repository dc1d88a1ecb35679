"""A runner goes on with the next job in its process, which nobody can tell from one of its own."""

import json

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.jobs.types import JobSpec, JobState

TELL = "import os\nprint(os.environ['MLSTUDIO_JOB'], os.environ['JPY_SESSION_NAME'], 'left' in globals())\nleft = 1"


@pytest.fixture
def jobs(tmp_path):
    return Studio.open(tmp_path, max_parallel_jobs=1).jobs


def processes(jobs, job):
    found = jobs.queue.find(job.id)
    return found.runner.pid, found.kernel.pid


def test_jobs_share_a_runner_but_neither_kernel_nor_log_nor_variables(jobs, write, tmp_path):
    submitted = [jobs.submit(write(f"{name}.ipynb", TELL)) for name in "abc"]
    ended = [jobs.wait(job.id, 60) for job in submitted]
    assert [job.state for job in ended] == [JobState.SUCCEEDED] * 3
    runners, kernels = zip(*[processes(jobs, job) for job in ended], strict=True)
    assert len(set(runners)) < 3  # one, unless the machine is so busy that a kernel takes seconds to end
    assert len(set(kernels)) == 3
    for job in ended:
        told = f"{job.id} {tmp_path / job.spec.notebook} False\n"
        [cell] = [cell for cell in json.loads(jobs.output(job.id).read_text())["cells"] if cell["cell_type"] == "code"]
        assert "".join(cell["outputs"][0]["text"]) == told
        log = jobs.log(job.id, 0).text
        assert told in log
        assert log.count("The job has succeeded.") == 1


def test_after_a_failure_or_with_other_variables_a_job_has_a_runner_of_its_own(jobs, write, monkeypatch, until):
    failing, plain = write("failing.ipynb", "1 / 0"), write("plain.ipynb", "import os\nos.environ.get('MINE')")
    first = jobs.submit(JobSpec(notebook=failing, keep_kernel_minutes=0))
    second = jobs.submit(plain)
    monkeypatch.setenv("MINE", "yes")
    third = jobs.submit(plain)
    ended = [jobs.wait(job.id, 60) for job in (first, second, third)]
    assert [job.state for job in ended] == [JobState.FAILED, JobState.SUCCEEDED, JobState.SUCCEEDED]
    assert len({processes(jobs, job)[0] for job in ended}) == 3
    assert "'yes'" in jobs.output(third.id).read_text()


def test_a_stop_ends_only_the_job_that_it_was_meant_for(jobs, write, until):
    endless = write("endless.ipynb", "import time\nwhile True:\n    time.sleep(0.05)")
    stopped, following = jobs.submit(endless), jobs.submit(write("plain.ipynb", "import time\ntime.sleep(8)"))
    until(lambda: jobs.get(stopped.id).cell == 1)
    jobs.stop(stopped.id)
    assert jobs.wait(stopped.id, 60).state is JobState.STOPPED
    assert jobs.wait(following.id, 60).state is JobState.SUCCEEDED
    assert processes(jobs, stopped)[0] != processes(jobs, following)[0]


def test_nothing_waits_for_a_kernel_that_takes_long_to_end(jobs, write):
    slow = write("slow.ipynb", "import atexit, time\n_ = atexit.register(time.sleep, 4)")
    first, second = jobs.submit(slow), jobs.submit(write("plain.ipynb", "1"))
    ended = [jobs.wait(job.id, 60) for job in (first, second)]
    assert [job.state for job in ended] == [JobState.SUCCEEDED] * 2
    assert processes(jobs, first)[0] != processes(jobs, second)[0]
