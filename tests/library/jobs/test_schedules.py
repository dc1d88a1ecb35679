"""Schedules: each time counts once, whoever looks and whoever is killed."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from jupyter_mlstudio import InvalidError, NotFoundError, Studio
from jupyter_mlstudio.jobs.schedules.types import (
    CronTrigger,
    FileTrigger,
    IntervalTrigger,
    ScheduleSpec,
    TriggerSpec,
    WorkflowTarget,
)
from jupyter_mlstudio.jobs.types import JobSpec, JobState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAILY = CronTrigger(cron="0 7 * * *", timezone="UTC")
QUARTERS = CronTrigger(cron="*/15 * * * *", timezone="UTC")


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""

    class Clock:
        now = NOON

        def __call__(self):
            return self.now

        def forward(self, **by):
            self.now += timedelta(**by)

    clock = Clock()
    monkeypatch.setattr("jupyter_mlstudio.jobs.schedules.service.now", clock)
    return clock


@pytest.fixture(params=["sqlite", "postgresql"])
def jobs(request, tmp_path, monkeypatch, write):
    """Jobs that are made, but not started."""
    monkeypatch.setattr("jupyter_mlstudio.jobs.service.start_waiting", lambda *_: None)
    write("a.ipynb", "print(due, file)", parameters="due: str | None = None\nfile = ''\nrows = 1")
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Studio.open(tmp_path, jobs_url=url).jobs


def spec(trigger, **more):
    return ScheduleSpec(job=JobSpec(notebook="a.ipynb"), trigger=trigger, **more)


def made(jobs, schedule):
    return [job.spec.parameters for job in jobs.owned(schedule.id)]


def end(jobs, schedule):
    """Let the jobs of a schedule have ended."""
    for job in jobs.owned(schedule.id):
        if job.ended_at is None:
            jobs.stop(job.id)


def outcomes(jobs, schedule):
    return [(firing.due.strftime("%H:%M"), firing.state) for firing in reversed(jobs.schedules.get(schedule.id).last)]


def test_a_schedule_makes_a_job_at_each_of_its_times(jobs, clock):
    schedule = jobs.schedules.add(spec(QUARTERS, due_parameter="due", name="quarters"))
    assert [time.minute for time in schedule.next] == [15, 30, 45, 0, 15]
    jobs.schedules.fire()
    assert made(jobs, schedule) == []
    clock.forward(minutes=15)
    jobs.schedules.fire()
    jobs.schedules.fire()
    [job] = jobs.owned(schedule.id)
    assert (job.spec.parameters, job.owner.kind) == ({"due": "2026-03-01T12:15:00+00:00"}, "schedule")
    end(jobs, schedule)
    clock.forward(minutes=15, seconds=2)
    jobs.schedules.fire()
    assert outcomes(jobs, schedule) == [("12:15", "made"), ("12:30", "made")]
    answer = jobs.schedules.get(schedule.id)
    assert (answer.name, answer.active, answer.last[0].job_id) == ("quarters", 1, jobs.owned(schedule.id)[-1].id)


@pytest.mark.parametrize(("missed", "times"), [("skip", []), ("last", ["45"]), ("all", ["15", "30", "45"])])
def test_missed_times_are_left_out_or_made_up_for(jobs, clock, missed, times):
    schedule = jobs.schedules.add(spec(QUARTERS, due_parameter="due", missed=missed, max_active=10))
    clock.forward(minutes=50)
    jobs.schedules.fire()
    assert [each["due"][14:16] for each in made(jobs, schedule)] == times
    assert jobs.schedules.get(schedule.id).next[0] == NOON + timedelta(hours=1)


def test_no_more_than_a_hundred_missed_times_are_made_up_for_and_that_is_said(jobs, clock):
    schedule = jobs.schedules.add(spec(QUARTERS, missed="all", max_active=1000))
    clock.forward(days=30)
    jobs.schedules.fire()
    assert len(made(jobs, schedule)) == 100
    reasons = [firing.reason for firing in jobs.schedules._table.firings(schedule.id, 200) if firing.reason]
    assert reasons == ["More than 100 times were missed; older ones were left out."]


def test_no_second_job_is_made_while_one_has_not_ended(jobs, clock):
    schedule = jobs.schedules.add(spec(QUARTERS))
    for _ in range(3):
        clock.forward(minutes=15)
        jobs.schedules.fire()
    assert outcomes(jobs, schedule) == [("12:15", "made"), ("12:30", "skipped"), ("12:45", "skipped")]
    assert jobs.schedules.get(schedule.id).last[0].reason == "1 earlier job had not ended."
    end(jobs, schedule)
    clock.forward(minutes=15)
    jobs.schedules.fire()
    assert outcomes(jobs, schedule)[-1] == ("13:00", "made")


def test_a_job_can_wait_for_the_one_before(jobs, clock):
    schedule = jobs.schedules.add(spec(QUARTERS, when_active="queue", due_parameter="due"))
    for _ in range(3):
        clock.forward(minutes=15)
        jobs.schedules.fire()
    assert outcomes(jobs, schedule) == [("12:15", "made"), ("12:30", "waiting"), ("12:45", "waiting")]
    end(jobs, schedule)
    jobs.schedules.fire()
    assert outcomes(jobs, schedule) == [("12:15", "made"), ("12:30", "made"), ("12:45", "waiting")]
    end(jobs, schedule)
    jobs.schedules.fire()
    assert [each["due"][11:16] for each in made(jobs, schedule)] == ["12:15", "12:30", "12:45"]


def test_a_clock_that_is_set_back_brings_no_time_again(jobs, clock):
    schedule = jobs.schedules.add(spec(QUARTERS, due_parameter="due", max_active=100))
    for _ in range(4):
        clock.forward(minutes=15)
        jobs.schedules.fire()
    clock.forward(minutes=-50)
    for _ in range(8):
        clock.forward(minutes=10)
        jobs.schedules.fire()
    assert [each["due"][11:16] for each in made(jobs, schedule)] == [
        "12:15",
        "12:30",
        "12:45",
        "13:00",
        "13:15",
        "13:30",
    ]


def test_a_clock_that_was_a_year_ahead_does_not_silence_a_schedule(jobs, clock):
    schedule = jobs.schedules.add(spec(QUARTERS, max_active=100))
    clock.forward(days=365)
    jobs.schedules.fire()
    clock.forward(days=-365)
    jobs.schedules.fire()
    clock.forward(minutes=15)
    jobs.schedules.fire()
    assert len(made(jobs, schedule)) == 2


def test_a_paused_schedule_makes_nothing_and_does_not_make_up_for_it(jobs, clock):
    schedule = jobs.schedules.add(spec(DAILY, missed="all"))
    assert jobs.schedules.pause(schedule.id).next == []
    clock.forward(days=3)
    jobs.schedules.fire()
    assert jobs.schedules.resume(schedule.id).next[0] == datetime(2026, 3, 5, 7, tzinfo=UTC)
    jobs.schedules.fire()
    assert made(jobs, schedule) == []


def test_a_changed_schedule_goes_by_its_new_times(jobs, clock):
    schedule = jobs.schedules.add(spec(DAILY))
    changed = jobs.schedules.replace(schedule.id, spec(IntervalTrigger(every=10, unit="minutes"), name="ten"))
    assert (changed.name, changed.created_at, changed.next[0]) == ("ten", NOON, NOON + timedelta(minutes=10))
    clock.forward(minutes=11)
    jobs.schedules.fire()
    assert outcomes(jobs, schedule) == [("12:10", "made")]


def test_a_schedule_can_be_run_by_hand_at_any_time(jobs, clock):
    schedule = jobs.schedules.add(spec(DAILY, paused=True, due_parameter="due"))
    firings = [jobs.schedules.run(schedule.id)]
    clock.forward(seconds=1)
    firings.append(jobs.schedules.run(schedule.id))
    assert [firing.job_id for firing in firings] == [job.id for job in jobs.owned(schedule.id)]
    assert firings[0].reason == "Started by hand."


def test_a_removed_schedule_leaves_its_jobs(jobs, clock):
    schedule = jobs.schedules.add(spec(DAILY))
    jobs.schedules.run(schedule.id)
    jobs.schedules.remove(schedule.id)
    assert (jobs.schedules.all().items, len(jobs.owned(schedule.id))) == ([], 1)
    with pytest.raises(NotFoundError, match="There is no schedule"):
        jobs.schedules.get(schedule.id)


def test_a_schedule_whose_notebook_is_gone_says_so_and_goes_on_when_it_is_back(jobs, clock, tmp_path):
    schedule = jobs.schedules.add(spec(QUARTERS))
    (tmp_path / "a.ipynb").rename(tmp_path / "b.ipynb")
    clock.forward(minutes=15)
    jobs.schedules.fire()
    assert jobs.schedules.get(schedule.id).problem == "There is no file 'a.ipynb' in the project."
    assert outcomes(jobs, schedule) == [("12:15", "failed")]
    (tmp_path / "b.ipynb").rename(tmp_path / "a.ipynb")
    clock.forward(minutes=15)
    jobs.schedules.fire()
    assert outcomes(jobs, schedule)[-1] == ("12:30", "made")
    assert jobs.schedules.get(schedule.id).problem is None


def test_a_schedule_that_broke_holds_up_no_other(jobs, clock):
    broken = jobs.schedules.add(spec(CronTrigger(cron="*/15 * * * *", timezone="Europe/Kyiv")))
    sound = jobs.schedules.add(spec(QUARTERS))
    change = "UPDATE schedules SET spec = replace(spec, 'Europe/Kyiv', 'Europe/Nowhere') WHERE id = :id"
    jobs.database.run(change, {"id": broken.id})
    clock.forward(minutes=15)
    jobs.schedules.fire()
    assert outcomes(jobs, sound) == [("12:15", "made")]
    assert "no time zone" in next(each.problem for each in jobs.schedules.all().items if each.id == broken.id)


def test_what_cannot_run_is_refused_when_it_is_added(jobs, clock):
    for wrong, message in (
        (ScheduleSpec(trigger=DAILY), "job: give the job to make, or the workflow to run, and not both"),
        (spec(DAILY, due_parameter="when"), "parameters.when: 'a.ipynb' has no such parameter"),
        (
            ScheduleSpec(job=JobSpec(notebook="a.ipynb", parameters={"rows": "x"}), trigger=DAILY),
            "parameters.rows: must",
        ),
        (spec(FileTrigger(path="../*.csv")), "trigger.path: name a file"),
        (spec(FileTrigger(path="/etc/passwd")), "outside the project"),
        (spec(CronTrigger(cron="0 0 30 2 *")), "trigger.cron: the day of month"),
    ):
        with pytest.raises(InvalidError, match=message.replace("(", r"\(")):
            jobs.schedules.add(wrong)
    with pytest.raises(NotFoundError):
        jobs.schedules.add(ScheduleSpec(job=JobSpec(notebook="no.ipynb"), trigger=DAILY))
    assert jobs.schedules.all().items == []


def test_a_workflow_is_run_by_a_schedule(jobs, clock, tmp_path):
    (tmp_path / "flow.workflow.yaml").write_text("nodes:\n- id: one\n  notebook: a.ipynb\n")
    target = WorkflowTarget(path="flow.workflow.yaml")
    schedule = jobs.schedules.add(ScheduleSpec(workflow=target, trigger=QUARTERS))
    with pytest.raises(InvalidError, match="the workflow has no such parameter"):
        jobs.schedules.add(ScheduleSpec(workflow=target, trigger=QUARTERS, due_parameter="rows"))
    clock.forward(minutes=15)
    jobs.schedules.fire()
    [firing] = jobs.schedules.get(schedule.id).last
    assert (firing.state, firing.reason) == ("made", "")
    assert jobs.workflows.get(firing.run_id).run.owner.id == schedule.id
    clock.forward(minutes=15)
    jobs.schedules.fire()
    assert outcomes(jobs, schedule)[-1] == ("12:30", "skipped")


def test_several_studios_at_once_make_one_job_for_each_time(jobs, clock, tmp_path):
    schedule = jobs.schedules.add(spec(QUARTERS, missed="all", max_active=1000, due_parameter="due"))
    others = [jobs, *(Studio.open(tmp_path, jobs_url=jobs._place.settings.jobs_url).jobs for _ in range(3))]
    for _ in range(8):
        clock.forward(minutes=30)
        threads = [threading.Thread(target=other.schedules.fire) for other in others]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    times = [each["due"] for each in made(jobs, schedule)]
    assert (len(times), len(set(times))) == (16, 16)


def test_a_trigger_can_be_looked_at_before(jobs, clock, tmp_path):
    (tmp_path / "x.csv").write_text("1")
    preview = jobs.schedules.preview(TriggerSpec(trigger=DAILY))
    assert (preview.words, preview.timezone, preview.items[0].hour) == ("At 07:00 every day (UTC)", "UTC", 7)
    assert jobs.schedules.preview(TriggerSpec(trigger=FileTrigger(path="*.csv"))).files == ["x.csv"]


def look(jobs, settle=0.0):
    jobs.schedules._look_at = 0.0
    jobs.schedules.fire()


def touch(path, text, seconds):
    path.write_text(text)
    os.utime(path, (seconds, seconds))


def test_a_changed_file_makes_a_job_and_a_touched_one_does_not(jobs, tmp_path):
    touch(tmp_path / "x.csv", "one", 1)
    schedule = jobs.schedules.add(spec(FileTrigger(path="x.csv", settle=0), max_active=9))
    look(jobs)
    assert made(jobs, schedule) == []
    touch(tmp_path / "x.csv", "one", 2)
    look(jobs)
    assert made(jobs, schedule) == []
    touch(tmp_path / "x.csv", "two", 3)
    look(jobs)
    look(jobs)
    assert made(jobs, schedule) == [{}]
    touch(tmp_path / "x.csv", "one", 4)
    look(jobs)
    assert len(made(jobs, schedule)) == 2


def test_each_new_file_of_a_pattern_gets_its_own_job_with_its_path(jobs, tmp_path):
    (tmp_path / "raw").mkdir()
    touch(tmp_path / "raw" / "old.csv", "1", 1)
    trigger = FileTrigger(path="raw/*.csv", settle=0, parameter="file")
    schedule = jobs.schedules.add(spec(trigger, max_active=9))
    touch(tmp_path / "raw" / "a.csv", "1", 1)
    touch(tmp_path / "raw" / "b.csv", "1", 1)
    touch(tmp_path / "raw" / "c.txt", "1", 1)
    look(jobs)
    assert made(jobs, schedule) == [{"file": "raw/a.csv"}, {"file": "raw/b.csv"}]
    (tmp_path / "raw" / "a.csv").unlink()
    look(jobs)
    touch(tmp_path / "raw" / "a.csv", "1", 9)
    look(jobs)
    assert len(made(jobs, schedule)) == 3


def test_a_file_that_is_still_written_is_left_alone_until_it_rests(jobs, tmp_path, monkeypatch):
    schedule = jobs.schedules.add(spec(FileTrigger(path="x.csv", settle=5)))
    seconds = [0.0]
    monkeypatch.setattr(jobs.schedules._watch, "_clock", lambda: seconds[0])
    for second in range(4):
        touch(tmp_path / "x.csv", "1" * (second + 1), second)
        seconds[0] += 3
        look(jobs)
        assert made(jobs, schedule) == []
    for _ in range(2):
        seconds[0] += 3
        look(jobs)
    assert len(made(jobs, schedule)) == 1


def test_a_change_while_nobody_looked_is_noticed_once_by_several_studios(jobs, tmp_path):
    schedule = jobs.schedules.add(spec(FileTrigger(path="x.csv", settle=0), max_active=9))
    touch(tmp_path / "x.csv", "1", 1)
    others = [jobs, *(Studio.open(tmp_path, jobs_url=jobs._place.settings.jobs_url).jobs for _ in range(3))]
    threads = [threading.Thread(target=look, args=[other]) for other in others]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made(jobs, schedule)) == 1


def test_what_jobs_themselves_write_sets_nothing_off(jobs, tmp_path):
    schedule = jobs.schedules.add(spec(FileTrigger(path="**/*.ipynb", settle=0)))
    (tmp_path / "jobs" / "a-1").mkdir(parents=True)
    touch(tmp_path / "jobs" / "a-1" / "a.ipynb", "{}", 1)
    look(jobs)
    assert made(jobs, schedule) == []


def test_a_pattern_that_names_too_many_files_is_a_problem_that_is_told(jobs, tmp_path, monkeypatch):
    schedule = jobs.schedules.add(spec(FileTrigger(path="*.csv", settle=0)))
    monkeypatch.setattr("jupyter_mlstudio.jobs.schedules.watch.MOST", 2)
    for number in range(3):
        touch(tmp_path / f"{number}.csv", "1", 1)
    look(jobs)
    assert "names more than 2 files" in jobs.schedules.get(schedule.id).problem


KILLED = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
import jupyter_mlstudio.jobs.service as service
import jupyter_mlstudio.jobs.schedules.service as schedules
from jupyter_mlstudio import Studio
from jupyter_mlstudio.core.sqlite import Database
from jupyter_mlstudio.core.types import now
from jupyter_mlstudio.jobs.schedules.types import CronTrigger, ScheduleSpec
from jupyter_mlstudio.jobs.types import JobSpec

service.start_waiting = lambda *_: None
Path("warm.ipynb")
run, begin = Database.run, now()
schedules.now = lambda: begin + timedelta(hours=2) if os.getenv("LATER") else begin
spec = ScheduleSpec(job=JobSpec(notebook="a.ipynb"), trigger=CronTrigger(cron="0 * * * *", timezone="UTC"))
for fatal in range(1, 60):
    id = Studio.open(".").jobs.schedules.add(spec).id
    os.environ["LATER"] = "1"
    child = os.fork()
    if child == 0:
        count = 0
        def dying(self, *arguments):
            global count
            count += 1
            if count == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return run(self, *arguments)
        jobs = Studio.open(".").jobs
        jobs.schedules._table
        Database.run = dying
        jobs.schedules.fire()
        os._exit(0)
    died = os.waitpid(child, 0)[1] != 0
    jobs = Studio.open(".").jobs
    before = len(jobs.owned(id)), len(jobs.schedules.get(id).last)
    jobs.schedules.fire()
    after = len(jobs.owned(id)), len(jobs.schedules.get(id).last)
    print(died, *before, *after, flush=True)
    jobs.schedules.remove(id)
    del os.environ["LATER"]
    if not died:
        break
"""


def test_killed_between_any_two_statements_a_time_still_has_one_job(tmp_path, write):
    write("a.ipynb", "1")
    found = subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = [line.split() for line in found.stdout.splitlines()]
    assert len(lines) > 8
    assert lines[-1] == ["False", "1", "1", "1", "1"]
    assert {tuple(line[1:]) for line in lines} <= {("0", "0", "1", "1"), ("1", "1", "1", "1")}


def test_a_job_that_a_schedule_made_runs(studio, write, until):
    write("a.ipynb", "print(due)", parameters="due = ''")
    every = spec(IntervalTrigger(every=5, unit="seconds"), due_parameter="due")
    schedule = studio.jobs.schedules.add(every)
    [job] = until(lambda: studio.jobs.poll() and studio.jobs.owned(schedule.id))
    studio.jobs.schedules.remove(schedule.id)
    assert studio.jobs.wait(job.id, 60).state is JobState.SUCCEEDED


def test_a_kernel_of_a_job_makes_nothing_for_schedules(jobs, clock, monkeypatch):
    schedule = jobs.schedules.add(spec(QUARTERS))
    clock.forward(minutes=15)
    monkeypatch.setenv("MLSTUDIO_JOB", "1")
    jobs.poll()
    assert made(jobs, schedule) == []
    monkeypatch.delenv("MLSTUDIO_JOB")
    jobs.poll()
    assert len(made(jobs, schedule)) == 1
