"""Old jobs go, with all that belongs to them, and nothing else does."""

import time
from datetime import timedelta

import pytest

from jupyter_mlstudio import NotFoundError, Studio
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs import surroundings
from jupyter_mlstudio.jobs.rows import time_text
from jupyter_mlstudio.jobs.types import JobOwner, JobSpec, JobState


@pytest.fixture
def ended(tmp_path, write, monkeypatch):
    """Make jobs that have ended, the oldest first, with files, without running them."""
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)

    def ended(studio, count, owner=None):
        jobs = []
        for number in range(count):
            write("a.ipynb", f"{number}")
            [job] = studio.jobs.enqueue([JobSpec(notebook="a.ipynb")], owners=[owner])
            studio.jobs.queue.finish(studio.jobs.queue.claim({"cpu": 99}), JobState.SUCCEEDED)
            folder = (tmp_path / job.output).parent
            folder.mkdir(parents=True)
            (folder / "a.ipynb").write_text("{}")
            jobs.append(job)
        return jobs

    return ended


def left(studio):
    return {job.id for job in studio.jobs.all()}


def names(jobs):
    return {job.id for job in jobs}


def test_the_oldest_go_with_their_files_and_sources(tmp_path, ended):
    studio = Studio.open(tmp_path, keep_jobs=2)
    jobs = ended(studio, 5)
    assert studio.jobs._retention.tidy({}) == 3
    assert left(studio) == names(jobs[3:])
    assert [(tmp_path / job.output).exists() for job in jobs] == [False] * 3 + [True] * 2
    assert len(list((tmp_path / ".mlstudio/jobs/sources").iterdir())) == 2
    assert studio.jobs._retention.tidy({}) == 0


def test_those_that_are_too_old_go_however_few_there_are(tmp_path, ended):
    studio = Studio.open(tmp_path, keep_jobs_days=2)
    old, new = ended(studio, 2)
    early = time_text(now() - timedelta(days=3))
    studio.jobs.database.run("UPDATE jobs SET ended_at = :at WHERE id = :id", {"at": early, "id": old.id})
    studio.jobs._retention.tidy({})
    assert left(studio) == {new.id}


def test_what_waits_or_runs_is_never_touched(tmp_path, ended):
    studio = Studio.open(tmp_path, keep_jobs=1)
    jobs = ended(studio, 1)
    waiting, running = studio.jobs.enqueue([JobSpec(notebook="a.ipynb", priority=each) for each in (0, 1)])
    studio.jobs.queue.claim({"cpu": 1})
    studio.jobs._retention.tidy({})
    assert left(studio) == {*names(jobs), waiting.id, running.id}


def test_a_sweep_goes_as_a_whole_and_not_before_it_has_ended(tmp_path, ended):
    studio = Studio.open(tmp_path, keep_jobs=1)
    owner = JobOwner(kind="sweep", id="s", node="1")
    jobs = ended(studio, 3, owner)
    [more] = studio.jobs.enqueue([JobSpec(notebook="a.ipynb")], owners=[owner])
    forgotten = []
    studio.jobs._retention.tidy({"sweep": forgotten.append})
    assert (left(studio), forgotten) == ({*names(jobs), more.id}, [])
    studio.jobs.queue.stop_waiting(more.id)
    studio.jobs._retention.tidy({"sweep": forgotten.append})
    assert (left(studio), forgotten) == (set(), ["s"])


def test_jobs_of_something_that_is_kept_stay_with_it(tmp_path, ended):
    studio = Studio.open(tmp_path, keep_jobs=1)
    jobs = ended(studio, 3, JobOwner(kind="workflow", id="w", node="n"))
    studio.jobs._retention.tidy({})
    assert left(studio) == names(jobs)


def test_a_schedule_keeps_its_newest_job(tmp_path, ended):
    studio = Studio.open(tmp_path, keep_jobs=1)
    scheduled = ended(studio, 3, JobOwner(kind="schedule", id="s", node=None))
    ended(studio, 2)
    studio.jobs._retention.tidy({})
    assert left(studio) == {scheduled[-1].id}


def test_one_time_removes_only_so_many(tmp_path, ended, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.jobs.retention.AT_ONCE", 2)
    studio = Studio.open(tmp_path, keep_jobs=1)
    ended(studio, 6)
    assert [studio.jobs._retention.tidy({}) for _ in range(4)] == [2, 2, 1, 0]


def test_reconciling_tidies_now_and_then(tmp_path, ended):
    studio = Studio.open(tmp_path, keep_jobs=1)
    jobs = ended(studio, 3)
    studio.jobs.reconcile()
    assert len(left(studio)) == 3
    studio.jobs._retention._tidied -= 100
    studio.jobs.reconcile()
    assert left(studio) == {jobs[-1].id}


def test_a_removed_job_leaves_a_file_that_is_not_its_own(tmp_path, ended):
    studio = Studio.open(tmp_path)
    [job] = ended(studio, 1)
    studio.jobs.database.run("UPDATE jobs SET output = 'a.ipynb'")
    studio.jobs.remove(job.id, files=True)
    assert (tmp_path / "a.ipynb").exists()
    with pytest.raises(NotFoundError):
        studio.jobs.get(job.id)


def test_variables_that_nobody_submits_with_any_more_are_forgotten(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    name = surroundings.keep({"SECRET": "1", "JPY_PARENT_PID": "7"})
    assert surroundings.kept(name) == {"SECRET": "1"}
    [path] = (tmp_path / "runtime/mlstudio-surroundings").iterdir()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    surroundings.forget(time.time() + 1)
    assert surroundings.kept(name) is None
