"""A disk that is full and a folder that cannot be written give a clear word, and nothing is lost."""

import os
import subprocess
import time
from contextlib import suppress

import pytest

from jupyter_mlstudio import EngineError, Studio
from jupyter_mlstudio.jobs.types import JobState

CHATTY = """
import time
for i in range(25):
    print("x" * 1000, flush=True)
    time.sleep(0.1)
"""


def _mount(*arguments):
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small(tmp_path):
    """A disk of three megabytes in place of the project folder."""
    if os.geteuid() != 0 or not _mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", tmp_path):
        pytest.skip("Only root may make a small disk.")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def fill(path):
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    with suppress(OSError):
        while True:
            os.write(file, b"x" * 4096)
    os.close(file)


def test_a_full_disk_refuses_jobs_fails_those_that_cannot_save_and_the_rest_goes_on_later(small, write, until):
    write("a.ipynb", CHATTY)
    studio = Studio.open(small, max_parallel_jobs=1, keep_failed_kernels=0)
    first, second = (studio.jobs.submit("a.ipynb") for _ in range(2))
    until(lambda: studio.jobs.get(first.id).cell == 1)
    fill(small / "fill")
    with pytest.raises(EngineError, match="full") as refused:
        studio.jobs.submit("a.ipynb")
    assert refused.value.code == "disk_full"
    assert [job.state for job in studio.jobs.all()] == [JobState.RUNNING, JobState.QUEUED]
    time.sleep(3)  # until the job has come to its end, which cannot be recorded
    (small / "fill").unlink()
    failed = studio.jobs.wait(first.id, 60)
    assert (failed.state, failed.error.kind) == (JobState.FAILED, "save")
    assert "No space left" in failed.error.message
    assert studio.jobs.wait(second.id, 60).state is JobState.SUCCEEDED


def test_a_folder_that_cannot_be_written_is_named(small, write):
    write("a.ipynb", "1")
    assert _mount("-o", "remount,ro", small)
    studio = Studio.open(small)
    assert (studio.jobs.all(), studio.poll()) == ([], [])
    with pytest.raises(EngineError, match="writable") as refused:
        studio.jobs.submit("a.ipynb")
    assert refused.value.code == "disk"


def test_jobs_of_a_folder_that_became_read_only_are_not_started_and_that_is_said(small, write, until):
    write("a.ipynb", "1")
    done = Studio.open(small).jobs
    job = done.wait(done.submit("a.ipynb").id, 60)
    done.database.connect().close()
    until(lambda: _mount("-o", "remount,ro", small))  # when the runner, too, has gone
    studio = Studio.open(small)
    with pytest.raises(EngineError, match="writable") as refused:
        studio.jobs.submit("a.ipynb")
    assert refused.value.code == "read_only"
    assert studio.jobs.poll() == []
    assert _mount("-o", "remount,rw", small)
    assert studio.jobs.get(job.id) == job
