"""Definitions of jupyter-scheduler become schedules."""

import json
import sqlite3

import pytest

from jupyter_mlstudio import InvalidError, NotFoundError
from jupyter_mlstudio.jobs.schedules.scheduler import value_of
from jupyter_mlstudio.jobs.schedules.types import SchedulerImport

TABLE = """
CREATE TABLE job_definitions (
    job_definition_id VARCHAR(36) PRIMARY KEY, schedule VARCHAR(256), timezone VARCHAR(36), create_time INTEGER,
    active BOOLEAN, runtime_environment_name VARCHAR(256), input_filename VARCHAR(256), output_formats VARCHAR(512),
    name VARCHAR(256), tags VARCHAR(1024), parameters VARCHAR(1024), package_input_folder BOOLEAN
)
"""


@pytest.fixture
def scheduler(tmp_path):
    """A database as jupyter-scheduler writes it, with the copies of the notebooks beside it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    database = sqlite3.connect(folder / "scheduler.sqlite")
    database.execute(TABLE)

    def add(id, file, cron="0 2 * * *", zone="Europe/Berlin", active=True, parameters=None, copy=None, **more):
        row = {
            "job_definition_id": id, "schedule": cron, "timezone": zone, "create_time": len(id), "active": active,
            "runtime_environment_name": "conda", "input_filename": file, "output_formats": '["ipynb"]', "name": id,
            "tags": None, "parameters": json.dumps(parameters or {}), "package_input_folder": None, **more,
        }  # fmt: skip
        names = ", ".join(f":{name}" for name in row)
        database.execute(f"INSERT INTO job_definitions VALUES ({names})", row)
        database.commit()
        if copy is not None:
            staged = folder / "scheduler_staging_area" / id
            staged.mkdir(parents=True)
            (staged / file).write_bytes(copy)

    yield folder / "scheduler.sqlite", add
    database.close()


def test_definitions_are_taken_over_once(studio, write, scheduler, tmp_path):
    database, add = scheduler
    write("reports/nightly.ipynb", "1", parameters="depth = 1\nlabel = ''\nraw = ''")
    parameters = {"depth": "4", "label": "'abc'", "raw": "os.remove('x')"}
    add("a", "nightly.ipynb", parameters=parameters, output_formats='["ipynb", "html"]')
    add("bb", "nightly.ipynb", active=False, cron="0 5 * * MON", zone="UTC")
    report = studio.jobs.schedules.take_over(SchedulerImport(database=str(database)))
    assert [(each.name, each.notebook, each.problem) for each in report.items] == [
        ("a", "reports/nightly.ipynb", None),
        ("bb", "reports/nightly.ipynb", None),
    ]
    assert report.items[0].notes == [
        'Output formats ["ipynb", "html"]: the result is a notebook; export it from there.'
    ]
    second, first = studio.jobs.schedules.all().items
    assert (first.words, first.spec.job.parameters) == (
        "At 02:00 every day (Europe/Berlin)",
        {"depth": 4, "label": "abc", "raw": "os.remove('x')"},
    )
    assert (second.words, second.paused) == ("At 05:00 on Monday (UTC)", True)
    again = studio.jobs.schedules.take_over(SchedulerImport(database=str(database)))
    assert {each.problem for each in again.items} == {"It was taken over before."}
    assert len(studio.jobs.schedules.all().items) == 2


def test_what_cannot_be_taken_over_is_told_with_its_reason(studio, write, scheduler):
    database, add = scheduler
    write("one/twice.ipynb", "1")
    write("two/twice.ipynb", "1")
    write("plain.ipynb", "1")
    add("a", "twice.ipynb")
    add("bb", "gone.ipynb")
    add("ccc", "plain.ipynb", cron=None)
    add("dddd", "plain.ipynb", parameters={"depth": "3"})
    add("eeeee", "plain.ipynb", cron="61 * * * *")
    report = studio.jobs.schedules.take_over(SchedulerImport(database=str(database)))
    for each, reason in zip(
        report.items,
        (
            "Several notebooks are called 'twice.ipynb': one/twice.ipynb, two/twice.ipynb.",
            "Its notebook 'gone.ipynb' is neither in the project",
            "It has no schedule",
            "parameters.depth: 'plain.ipynb' has no such parameter.",
            "trigger.cron: the minute",
        ),
        strict=True,
    ):
        assert each.schedule_id is None
        assert reason in each.problem
    assert studio.jobs.schedules.all().items == []


def test_a_notebook_that_only_the_scheduler_has_is_put_into_the_project(studio, write, scheduler, tmp_path):
    database, add = scheduler
    raw = (tmp_path / write("x.ipynb", "1")).read_bytes()
    add("a", "lost.ipynb", copy=raw)
    [dry] = studio.jobs.schedules.take_over(SchedulerImport(database=str(database), dry_run=True)).items
    assert (dry.notebook, dry.schedule_id, (tmp_path / "scheduled").exists()) == ("scheduled/lost.ipynb", None, False)
    [taken] = studio.jobs.schedules.take_over(SchedulerImport(database=str(database))).items
    assert (tmp_path / "scheduled" / "lost.ipynb").read_bytes() == raw
    assert taken.schedule_id == studio.jobs.schedules.all().items[0].id


def test_parameters_that_were_code_become_values_and_are_never_run():
    texts = ["4", "'a'", "[1, 2]", "None", "hello", "__import__('os').getcwd()", "1; import os"]
    assert [value_of(text) for text in texts] == [4, "a", [1, 2], None, "hello", *texts[-2:]]


def test_another_file_is_refused(studio, tmp_path):
    (tmp_path / "x.db").write_text("nothing")
    with pytest.raises(InvalidError, match="holds no job definitions"):
        studio.jobs.schedules.take_over(SchedulerImport(database=str(tmp_path / "x.db")))
    with pytest.raises(NotFoundError, match="There is no file"):
        studio.jobs.schedules.take_over(SchedulerImport(database=str(tmp_path / "y.db")))
