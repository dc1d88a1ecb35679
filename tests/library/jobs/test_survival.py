"""What is left after somebody was killed: nothing is lost, nothing runs twice, nothing is stuck."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core import forkserver
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.types import JobSpec, JobState

SLOW = """import time
for i in range(40):
    open('count.txt', 'a').write('x')
    print(i, flush=True)
    time.sleep(0.1)
"""
SUBMIT = """
import sys, time
from jupyter_mlstudio import Studio
from jupyter_mlstudio.jobs.types import JobSpec
jobs = Studio.open(sys.argv[1], max_parallel_jobs=1).jobs
for _ in range(int(sys.argv[2])):
    print(jobs.submit(JobSpec(notebook="a.ipynb")).id, flush=True)
time.sleep(600)
"""


@pytest.fixture
def submitter(tmp_path, write, studio):
    """Submit jobs from a process of its own, and return it with the ids."""
    started = []

    def submit(count, source=SLOW):
        write("a.ipynb", source)
        command = [sys.executable, "-c", SUBMIT, str(tmp_path), str(count)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        started.append(process)
        return process, [process.stdout.readline().strip() for _ in range(count)]

    yield submit
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def running(studio, id):
    [found] = [each for each in studio.jobs.queue.running() if each.job.id == id]
    return found


def test_a_job_outlives_whoever_submitted_it_and_runs_once(submitter, tmp_path, until):
    process, [first, second] = submitter(2)
    process.kill()
    studio = Studio.open(tmp_path)
    before = studio.jobs.get(first)
    assert before.state is JobState.RUNNING
    until(lambda: any(event.kind == "output" for event in studio.jobs.events(first).items))
    later = studio.jobs.events(first).next
    until(lambda: studio.jobs.events(first, later).items)
    ended = studio.jobs.wait(first, 60)
    assert (ended.state, ended.attempt, ended.started_at) == (JobState.SUCCEEDED, 1, before.started_at)
    assert studio.jobs.wait(second, 60).state is JobState.SUCCEEDED
    assert (tmp_path / "count.txt").read_text() == "x" * 80


def test_a_found_job_can_be_stopped(submitter, tmp_path, until):
    process, [job] = submitter(1)
    process.kill()
    studio = Studio.open(tmp_path)
    until(lambda: studio.jobs.get(job).cell == 1)
    studio.jobs.stop(job)
    assert studio.jobs.wait(job, 30).state is JobState.STOPPED


def test_a_stop_that_was_asked_for_by_somebody_killed_is_still_done(submitter, tmp_path, until, studio):
    _, [job] = submitter(1, "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass")
    until(lambda: studio.jobs.get(job).cell == 1)
    studio.jobs.queue.request_stop(job)  # and then died before it sent a signal
    assert studio.jobs.wait(job, 40).state is JobState.STOPPED


def test_a_job_whose_runner_was_killed_begins_anew_without_its_old_kernel_and_lets_the_next_one_run(
    submitter, tmp_path, until
):
    _, [first, second] = submitter(2)
    studio = Studio.open(tmp_path, max_parallel_jobs=1)
    until(lambda: studio.jobs.get(first).cell == 1)
    processes = running(studio, first)
    os.kill(processes.runner.pid, signal.SIGKILL)
    job = studio.jobs.wait(first, 60)
    assert (job.state, job.attempt, job.error) == (JobState.SUCCEEDED, 2, None)
    [told] = [event for event in studio.jobs.events(first).items if event.kind == "retry"]
    assert "ended without a word; see the log" in told.text
    assert not psutil.pid_exists(processes.kernel.pid)
    assert studio.jobs.wait(second, 60).state is JobState.SUCCEEDED


def test_a_job_claimed_by_somebody_killed_before_the_start_is_started_later(tmp_path, write, studio, monkeypatch):
    write("a.ipynb", "1")
    queue = studio.jobs.queue
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    job = studio.jobs.submit(JobSpec(notebook="a.ipynb"))
    queue.claim({"cpu": 1})
    monkeypatch.undo()
    studio.jobs.reconcile()
    assert studio.jobs.get(job.id).state is JobState.RUNNING  # whoever claimed it may be about to start it
    early = now().replace(year=2020).isoformat()
    queue.database.run("UPDATE jobs SET started_at = :at", {"at": early})
    studio.jobs.reconcile()
    ended = studio.jobs.wait(job.id, 60)
    assert (ended.state, ended.attempt) == (JobState.SUCCEEDED, 2)


def test_a_runner_on_another_machine_counts_as_gone_after_a_minute_of_silence(studio, write, monkeypatch):
    write("a.ipynb", "1")
    queue = studio.jobs.queue
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    job = studio.jobs.submit(JobSpec(notebook="a.ipynb"))
    queue.claim({"cpu": 1})
    queue.database.run("UPDATE jobs SET host = 'elsewhere'")
    studio.jobs.reconcile()
    assert studio.jobs.get(job.id).state is JobState.RUNNING
    queue.database.run("UPDATE jobs SET heartbeat_at = :at", {"at": now().replace(year=2020).isoformat()})
    studio.jobs.reconcile()
    assert studio.jobs.get(job.id).state is JobState.RUNNING  # perhaps nobody could write until now
    later = time.monotonic() + 61
    monkeypatch.setattr("time.monotonic", lambda: later)
    studio.jobs.reconcile()
    waiting = studio.jobs.get(job.id)
    assert (waiting.state, waiting.error.kind) == (JobState.QUEUED, "lost")


def test_a_runner_of_an_older_attempt_ends_without_a_trace(studio, write, tmp_path, monkeypatch):
    write("a.ipynb", "open('ran.txt', 'w').close()")
    queue = studio.jobs.queue
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    job = studio.jobs.submit(JobSpec(notebook="a.ipynb"))
    older = queue.claim({"cpu": 1})
    queue.unclaim(older)
    queue.claim({"cpu": 1})
    settings = str(studio.settings_file)
    command = [sys.executable, "-m", "jupyter_mlstudio.jobs.runner", str(tmp_path), settings, job.id, "1"]
    assert "taken over" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert not (tmp_path / "ran.txt").exists()


def test_a_runner_that_hangs_is_ended_when_its_job_has_run_too_long(studio, write, until, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.jobs.stopping.LATE", 0.5)
    monkeypatch.setattr("jupyter_mlstudio.jobs.stopping.GRACE", 0.3)
    write("a.ipynb", "import time; time.sleep(600)")
    job = studio.jobs.submit(JobSpec(notebook="a.ipynb", timeout=3))
    until(lambda: studio.jobs.get(job.id).cell == 1)
    processes = running(studio, job.id)
    os.kill(processes.runner.pid, signal.SIGSTOP)
    ended = studio.jobs.wait(job.id, 30)
    assert (ended.state, ended.error.kind, ended.error.name) == (JobState.FAILED, "timeout", "JobTimeoutError")
    assert "3 seconds (timeout)" in ended.error.message
    until(lambda: not psutil.pid_exists(processes.kernel.pid))


def test_a_job_that_was_claimed_by_somebody_who_is_gone_begins_anew_at_once(tmp_path, write, studio, monkeypatch):
    write("a.ipynb", "1")
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    job = studio.jobs.submit("a.ipynb")
    studio.jobs.queue.claim({"cpu": 1})
    studio.jobs.queue.database.run("UPDATE jobs SET starter_created = 1")
    studio.jobs.reconcile()
    assert studio.jobs.get(job.id).state is JobState.QUEUED


def test_a_killed_fork_server_takes_no_job_with_it_and_the_next_one_runs_all_the_same(studio, write, until):
    forkserver.warm_up()
    assert forkserver.wait_until_warm(60)
    write("a.ipynb", SLOW)
    job = studio.jobs.submit("a.ipynb")
    until(lambda: studio.jobs.get(job.id).cell == 1)
    os.kill(forkserver.status().pid, signal.SIGKILL)
    write("b.ipynb", "1")
    after = studio.jobs.wait(studio.jobs.submit("b.ipynb").id, 60)
    ended = studio.jobs.wait(job.id, 60)
    assert (ended.state, ended.attempt, ended.start) == (JobState.SUCCEEDED, 1, "warm")
    assert (after.state, after.attempt) == (JobState.SUCCEEDED, 1)
