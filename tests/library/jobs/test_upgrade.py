"""A file that the first version of the queue has written opens, and loses nothing."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.types import JobState


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".mlstudio").mkdir()
    with sqlite3.connect(tmp_path / ".mlstudio/jobs.db") as database:
        database.executescript(Path(__file__).with_name("first-version.sql").read_text())
    database.close()
    return tmp_path


def test_the_jobs_of_the_first_version_are_there_and_go_on(project, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    studio = Studio.open(project)
    waiting, lost, failed, done = studio.jobs.all()
    assert (done.state, done.spec.parameters, done.executor, done.outputs) == (
        JobState.SUCCEEDED, {"rows": 5}, "local", {}
    )  # fmt: skip
    assert (failed.error.kind, failed.error.name) == ("cell", "ZeroDivisionError")
    assert (waiting.state, waiting.spec.parameters) == (JobState.QUEUED, {"rows": 7})
    assert (lost.state, lost.error.kind) == (JobState.QUEUED, "lost")  # its runner is gone: it is tried again
    assert [event.kind for event in studio.jobs.events(done.id).items][:3] == ["planned", "started", "done"]
    claimed = studio.jobs.queue.claim({"cpu": 1})
    assert (claimed.id, studio.jobs.get(waiting.id).attempt) == (waiting.id, 1)
    assert waiting.id in {change.id for change in studio.jobs.poll()}


def test_two_that_open_an_old_file_at_once_upgrade_it_once(project):
    with ThreadPoolExecutor(4) as pool:
        queues = list(pool.map(lambda _: Queue(Database(project / ".mlstudio/jobs.db"), "p"), range(4)))
    assert [len(queue.running()) for queue in queues] == [1] * 4


def test_an_upgrade_that_fails_leaves_the_old_file_as_it_was(project, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.jobs.schema.KINDS", "UPDATE nothing SET x = 1")
    with pytest.raises(Exception, match="nothing"):
        Queue(Database(project / ".mlstudio/jobs.db"), "p")
    monkeypatch.undo()
    assert "job" in Database(project / ".mlstudio/jobs.db").columns("changes")
    assert len(Queue(Database(project / ".mlstudio/jobs.db"), "p").running()) == 1
