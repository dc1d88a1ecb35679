from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_mlstudio import ConflictError, NotFoundError
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.types import Job, JobEvent, JobSpec, JobState


@pytest.fixture
def queue(tmp_path):
    return Queue(Database(tmp_path / "jobs.db"), "project")


def job():
    return Job(
        id=new_id(), spec=JobSpec(notebook="a.ipynb"), name="a", state=JobState.QUEUED, attempt=0, created_at=now(),
        started_at=None, ended_at=None, stop_requested_at=None, heartbeat_at=None, cells_total=0, cells_done=0,
        cell=None, error=None, output="jobs/a/a.ipynb", log_path="jobs/a/log.txt", source_digest="0",
        generated=False, owner=None, not_before=None, outputs={}, executor="local", start=None, kept_until=None,
    )  # fmt: skip


def event(text):
    return JobEvent(seq=0, at=now(), kind="output", cell=1, text=text, titles=None, seconds=None, memory=None)


def test_a_queued_job_is_kept_as_it_is(queue):
    added = job()
    queue.add(added, 10)
    assert queue.get(added.id) == added
    assert queue.all(10) == [added]


def test_jobs_are_claimed_in_order_and_no_more_than_may_run(queue):
    first, second, third = job(), job(), job()
    for each in (first, second, third):
        queue.add(each, 10)
    assert [queue.claim(2).id, queue.claim(2).id] == [first.id, second.id]
    assert queue.claim(2) is None


def test_no_job_is_claimed_twice_by_many_who_try(queue):
    for _ in range(20):
        queue.add(job(), 100)
    with ThreadPoolExecutor(8) as pool:
        claimed = [each.id for each in pool.map(lambda _: queue.claim(100), range(40)) if each is not None]
    assert len(claimed) == len(set(claimed)) == 20


def test_a_full_queue_says_what_to_do(queue):
    queue.add(job(), 1)
    with pytest.raises(ConflictError, match="max_queued_jobs") as refused:
        queue.add(job(), 1)
    assert refused.value.code == "queue_full"


def test_an_older_attempt_can_write_nothing(queue):
    queue.add(job(), 10)
    older = queue.claim(1)
    assert queue.unclaim(older)
    newer = queue.claim(1)
    assert (older.attempt, newer.attempt) == (1, 2)
    assert not queue.progress(older, [event("late")], cells_done=5)
    assert not queue.finish(older, JobState.SUCCEEDED)
    assert queue.events(older.id, 0, 10) == []
    assert queue.get(older.id) == newer


def test_a_job_that_has_ended_stays_as_it_ended(queue):
    queue.add(job(), 10)
    claimed = queue.claim(1)
    assert queue.finish(claimed, JobState.SUCCEEDED)
    assert not queue.finish(claimed, JobState.FAILED)
    assert queue.get(claimed.id).state is JobState.SUCCEEDED


def test_events_are_read_from_a_number_on(queue):
    queue.add(job(), 10)
    claimed = queue.claim(1)
    queue.progress(claimed, [event("a"), event("b")], cell=1)
    queue.progress(claimed, [event("c")])
    everything = queue.events(claimed.id, 0, 10)
    assert [each.text for each in everything] == ["a", "b", "c"]
    assert queue.events(claimed.id, everything[1].seq, 10) == everything[2:]


def test_every_change_is_told_once_to_whoever_asks(queue):
    queue.add(job(), 10)
    claimed = queue.claim(1)
    [(seq, name, change)] = queue.changes(0)
    assert (name, change) == (claimed.id, "changed")
    assert queue.changes(seq) == []
    queue.progress(claimed, [event("a")])
    queue.finish(claimed, JobState.SUCCEEDED)
    queue.remove(claimed.id)
    assert [each[1:] for each in queue.changes(seq)] == [(claimed.id, "removed")]


def test_an_unknown_job_is_not_found(queue):
    with pytest.raises(NotFoundError):
        queue.get("nothing")
