"""The queue keeps its promises on SQLite and on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from jupyter_mlstudio import ConflictError, NotFoundError
from jupyter_mlstudio.core.postgres import PostgresDatabase
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.types import new_id, now
from jupyter_mlstudio.jobs import claims
from jupyter_mlstudio.jobs.queue import Queue
from jupyter_mlstudio.jobs.rows import time_text
from jupyter_mlstudio.jobs.types import Job, JobError, JobEvent, JobSpec, JobState, Resources

ERROR = JobError(kind="cell", cell=1, name="ValueError", message="no", traceback="")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        return Database(tmp_path / "jobs.db")
    return PostgresDatabase(request.getfixturevalue("postgres_url"))


@pytest.fixture
def queue(database):
    return Queue(database, new_id())


def job(**spec):
    asked = JobSpec(notebook="a.ipynb", **spec)
    return Job(
        id=new_id(), spec=asked, name="a", state=JobState.QUEUED, attempt=0, created_at=now(),
        started_at=None, ended_at=None, stop_requested_at=None, heartbeat_at=None, cells_total=0, cells_done=0,
        cell=None, error=None, output="jobs/a/a.ipynb", log_path="jobs/a/log.txt", source_digest="0",
        generated=False, owner=None, not_before=None, outputs={}, executor=asked.executor or "local", start=None,
        kept_until=None,
    )  # fmt: skip


def event(text):
    return JobEvent(seq=0, at=now(), kind="output", cell=1, text=text, titles=None, seconds=None, memory=None)


def added(queue, *jobs):
    for each in jobs:
        queue.add(each, 1000)
    return [each.id for each in jobs]


def claimed(queue, limits, **options):
    """Return the ids of all that can be claimed, in order."""
    found = []
    while (each := queue.claim(limits, **options)) is not None:
        found.append(each.id)
    return found


def test_a_queued_job_is_kept_as_it_is(queue):
    first = job()
    queue.add(first, 10)
    assert queue.get(first.id) == first


def test_a_second_job_with_an_id_is_refused(queue):
    first = job()
    queue.add(first, 10)
    with pytest.raises(ConflictError) as refused:
        queue.add(first, 10)
    assert refused.value.code == "exists"


def test_jobs_are_claimed_in_order_and_no_more_than_may_run(queue):
    first, second, _ = added(queue, job(), job(), job())
    assert claimed(queue, {"cpu": 2}) == [first, second]


def test_a_higher_priority_goes_first_whenever_it_came(queue):
    low, usual, high, same = added(queue, job(priority=-1), job(), job(priority=5), job(priority=5))
    assert claimed(queue, {"cpu": 9}) == [high, same, usual, low]


def test_what_is_not_free_is_waited_for_while_others_pass(queue):
    gpu = Resources(cpu=1, gpu=1)
    first, second, third = added(queue, job(resources=gpu), job(resources=gpu), job())
    assert claimed(queue, {"cpu": 4, "gpu": 1}) == [first, third]
    queue.finish(queue.get(first), JobState.SUCCEEDED)
    assert claimed(queue, {"cpu": 4, "gpu": 1}) == [second]


def test_parts_of_a_token_add_up_to_the_whole(queue):
    tenth = Resources(cpu=0, custom={"licence": 0.1})
    added(queue, *(job(resources=tenth) for _ in range(12)))
    assert len(claimed(queue, {"cpu": 1, "licence": 1})) == 10


def test_a_token_that_is_not_named_is_free_or_missing_as_asked(queue):
    [name] = added(queue, job(resources=Resources(custom={"licence": 1})))
    assert claimed(queue, {"cpu": 1}, others=0) == []
    assert claimed(queue, {"cpu": 1}) == [name]


def test_a_sweep_holds_itself_back_on_all_machines(queue, monkeypatch):
    half = Resources(cpu=0, custom={"sweep:s": 0.5})
    names = added(queue, *(job(resources=half) for _ in range(3)))
    assert claimed(queue, {"cpu": 1}, others=0) == names[:2]
    monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
    assert claimed(queue, {"cpu": 1}, others=0) == []


def test_each_machine_has_its_own_limits(queue, monkeypatch):
    first, second = added(queue, job(), job())
    assert claimed(queue, {"cpu": 1}) == [first]
    monkeypatch.setattr("socket.gethostname", lambda: "elsewhere")
    assert claimed(queue, {"cpu": 1}) == [second]


def test_each_executor_has_its_own_limits(queue):
    here, there = added(queue, job(), job(executor="dask"))
    assert claimed(queue, {"cpu": 1}) == [here]
    assert claimed(queue, {"cpu": 1}, executor="dask") == [there]
    assert [each.job.id for each in queue.running("dask")] == [there]


def test_a_big_job_is_not_passed_for_ever(queue, monkeypatch):
    small = [job() for _ in range(3)]
    first, big, second, third = added(queue, small[0], job(resources=Resources(cpu=2)), *small[1:])
    limits = {"cpu": 2}
    assert claimed(queue, limits) == [first, second]
    queue.finish(queue.get(first), JobState.SUCCEEDED)
    monkeypatch.setattr(claims, "PATIENCE", timedelta(0))  # as if a minute had gone by
    assert claimed(queue, limits) == []
    queue.finish(queue.get(second), JobState.SUCCEEDED)
    assert claimed(queue, limits) == [big]
    queue.finish(queue.get(big), JobState.SUCCEEDED)
    assert claimed(queue, limits) == [third]


def test_what_no_machine_has_does_not_hold_up_others(queue, monkeypatch):
    monkeypatch.setattr(claims, "PATIENCE", timedelta(0))
    _, *small = added(queue, job(resources=Resources(cpu=64)), job(), job())
    assert claimed(queue, {"cpu": 1}) == small[:1]
    queue.finish(queue.get(small[0]), JobState.SUCCEEDED)
    assert claimed(queue, {"cpu": 1}) == small[1:]


def test_a_long_row_of_jobs_that_do_not_fit_hides_none_that_does(queue):
    names = added(queue, *(job(resources=Resources(gpu=1)) for _ in range(60)), job())
    assert claimed(queue, {"cpu": 4}, others=0) == names[-1:]


def test_jobs_of_another_user_are_left_to_that_user(queue, monkeypatch):
    monkeypatch.setattr("jupyter_mlstudio.jobs.queue.account", lambda: "somebody else")
    [theirs] = added(queue, job())
    monkeypatch.undo()
    [mine] = added(queue, job())
    assert claimed(queue, {"cpu": 9}) == [mine]
    monkeypatch.setattr("jupyter_mlstudio.jobs.claims.account", lambda: "somebody else")
    assert claimed(queue, {"cpu": 9}) == [theirs]


def test_no_job_is_claimed_twice_by_many_who_try(queue):
    added(queue, *(job() for _ in range(20)))
    with ThreadPoolExecutor(8) as pool:
        found = [each.id for each in pool.map(lambda _: queue.claim({"cpu": 100}), range(40)) if each is not None]
    assert len(found) == len(set(found)) == 20


def test_projects_in_one_database_do_not_meet(database):
    one, other = Queue(database, new_id()), Queue(database, new_id())
    [name] = added(one, job())
    assert other.claim({"cpu": 1}) is None
    assert not other.stop_waiting(name)
    other.remove(name)
    with pytest.raises(NotFoundError):
        other.get(name)
    assert other.changes(0) == []
    assert one.claim({"cpu": 1}).id == name
    assert one.get(name).attempt == 1


def test_a_full_queue_says_what_to_do(queue):
    queue.add(job(), 1)
    with pytest.raises(ConflictError, match="max_queued_jobs") as refused:
        queue.add(job(), 1)
    assert refused.value.code == "queue_full"


def test_an_older_attempt_can_write_nothing(queue):
    queue.add(job(), 10)
    older = queue.claim({"cpu": 1})
    assert queue.unclaim(older)
    newer = queue.claim({"cpu": 1})
    assert (older.attempt, newer.attempt) == (1, 2)
    assert not queue.progress(older, [event("late")], cells_done=5)
    assert not queue.finish(older, JobState.SUCCEEDED)
    assert not queue.retry(older, ERROR, time_text(), {}, event("late"))
    assert not queue.record(older, handle="late")
    assert queue.events(older.id, 0, 10) == []
    assert queue.get(older.id) == newer


def test_a_job_that_is_tried_again_waits_until_its_time(queue):
    queue.add(job(), 10)
    first = queue.claim({"cpu": 1})
    later = now() + timedelta(hours=1)
    assert queue.retry(first, ERROR, time_text(later), {"0": 1}, event("again"))
    waiting = queue.get(first.id)
    assert (waiting.state, waiting.error, waiting.not_before) == (JobState.QUEUED, ERROR, later)
    assert queue.claim({"cpu": 1}) is None
    assert not queue.finish(first, JobState.SUCCEEDED)
    queue.database.run("UPDATE jobs SET not_before = :at", {"at": time_text()})
    again = queue.claim({"cpu": 1})
    assert (again.attempt, again.error, again.not_before) == (2, None, None)
    assert queue.retried(again) == {"0": 1}


def test_a_job_that_shall_stop_is_not_tried_again(queue):
    queue.add(job(), 10)
    first = queue.claim({"cpu": 1})
    queue.request_stop(first.id)
    assert not queue.retry(first, ERROR, time_text(), {}, event("again"))
    assert queue.get(first.id).state is JobState.RUNNING


def test_a_job_that_has_ended_stays_as_it_ended(queue):
    queue.add(job(), 10)
    first = queue.claim({"cpu": 1})
    assert queue.finish(first, JobState.SUCCEEDED)
    assert not queue.finish(first, JobState.FAILED)
    assert queue.get(first.id).state is JobState.SUCCEEDED
    assert queue.ended(first.id)


def test_events_are_read_from_a_number_on(queue):
    queue.add(job(), 10)
    first = queue.claim({"cpu": 1})
    queue.progress(first, [event("a"), event("b")], cell=1)
    queue.progress(first, [event("c")])
    everything = queue.events(first.id, 0, 10)
    assert [each.text for each in everything] == ["a", "b", "c"]
    assert queue.events(first.id, everything[1].seq, 10) == everything[2:]


def test_every_change_is_told_once_to_whoever_asks(queue):
    queue.add(job(), 10)
    first = queue.claim({"cpu": 1})
    [(seq, change)] = queue.changes(0)
    assert (change.kind, change.id, change.change) == ("job", first.id, "changed")
    assert queue.changes(queue.newest_change()) == []
    queue.progress(first, [event("a")])
    queue.finish(first, JobState.SUCCEEDED)
    queue.remove(first.id)
    assert [(each.id, each.change) for _, each in queue.changes(seq)] == [(first.id, "removed")]


def test_no_change_is_missed_while_many_write(queue):
    names = added(queue, *(job() for _ in range(40)))
    running = [queue.claim({"cpu": 100}) for _ in names]
    seq, seen = queue.newest_change(), set()
    with ThreadPoolExecutor(8) as pool:
        ended = [pool.submit(queue.finish, each, JobState.SUCCEEDED) for each in running]
        while not all(each.done() for each in ended) or len(seen) < len(names):
            changes = queue.changes(seq)
            seen |= {change.id for _, change in changes}
            seq = max([seq, *(number for number, _ in changes)])
    assert seen == set(names)


def test_an_unknown_job_is_not_found(queue):
    with pytest.raises(NotFoundError):
        queue.get("nothing")
