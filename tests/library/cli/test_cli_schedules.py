"""Schedules and sweeps from the command line."""

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.cli import main

NOTEBOOK = """{
 "cells": [
  {"cell_type": "code", "execution_count": null, "id": "p", "metadata": {"tags": ["parameters"]}, "outputs": [],
   "source": "times = 1\\ndue = ''"},
  {"cell_type": "code", "execution_count": null, "id": "q", "metadata": {}, "outputs": [],
   "source": "import jupyter_mlstudio as m\\nassert times != 3, 'three'\\nm.Studio.open().output('total', times * 2)"}
 ],
 "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
 "nbformat": 4, "nbformat_minor": 5
}"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "a.ipynb").write_text(NOTEBOOK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_schedule_is_added_listed_run_paused_and_removed(project, capsys):
    add = ["schedules", "add", "a.ipynb", "-p", "times=2", "--cron", "30 7 * * MON-FRI", "--timezone", "UTC"]
    assert main([*add, "--name", "weekdays", "--due-parameter", "due", "--missed", "skip", "--queue"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[1] == "At 07:30 on Monday through Friday (UTC)"
    assert len(printed) == 7
    assert main(["schedules", "pause", "weekdays"]) == 0
    assert main(["schedules", "list"]) == 0
    assert "paused" in capsys.readouterr().out
    assert main(["schedules", "run", "weekdays"]) == 0
    job = capsys.readouterr().out.split()[1]
    assert main(["jobs", "wait", job]) == 0
    assert main(["schedules", "show", "weekdays"]) == 0
    assert job in capsys.readouterr().out
    assert main(["schedules", "resume", printed[0].split()[1][:8]]) == 0
    assert main(["schedules", "remove", "weekdays"]) == 0
    assert main(["jobs", "remove", job, "--files"]) == 0
    assert Studio.open(project).jobs.all() == []


def test_a_sweep_prints_its_table_with_the_best_marked(project, capsys):
    assert main(["sweeps", "start", "a.ipynb", "-s", "times=[1,2,3]", "--dry-run"]) == 0
    assert capsys.readouterr().out == "3 jobs\n"
    assert main(["sweeps", "start", "a.ipynb", "-s", "times=[1,2,3]", "--metric", "total"]) == 1
    first, *lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[2:3]] == [["★", "2", "succeeded"]]
    assert "failed" in lines[3]
    sweep = first.split()[1].strip(":")
    assert main(["sweeps", "show", sweep[:6], "--csv"]) == 0
    assert capsys.readouterr().out.startswith("number,times,state,rank,seconds,total")
    assert main(["sweeps", "list"]) == 0
    assert "2 succeeded, 1 failed" in capsys.readouterr().out
    assert main(["sweeps", "stop", sweep]) == 0


def test_settings_come_from_a_file(project, capsys):
    (project / "s.json").write_text('{"max_queued_jobs": 2}')
    assert main(["--settings", "s.json", "sweeps", "start", "a.ipynb", "-s", "times=[1,2,3]"]) == 1
    assert "more than may wait (max_queued_jobs is 2)" in capsys.readouterr().err
    for text, told in (("[]", "must hold an object"), ("{", "cannot be read"), ('{"no": 1}', "no")):
        (project / "s.json").write_text(text)
        assert main(["--settings", "s.json", "jobs", "list"]) == 1
        assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["schedules", "add", "a.ipynb", "--every", "5x"], "--every: '5x' is no interval"),
        (["schedules", "add", "a.ipynb", "--cron", "0 25 * * *"], "trigger.cron: the hour"),
        (["schedules", "add", "a.ipynb", "--every", "1h", "--max-active", "0"], "max_active"),
        (["schedules", "pause", "nothing"], "There is no schedule 'nothing'"),
        (["schedules", "import", "nothing.sqlite"], "There is no file"),
        (["sweeps", "start", "a.ipynb"], "--space: give values"),
        (["sweeps", "start", "a.ipynb", "-s", "times=3"], "write the values of times as a list"),
        (["sweeps", "start", "a.ipynb", "--sets", "none.json"], "cannot be read"),
        (["sweeps", "show", "nothing"], "There is no sweep 'nothing'"),
        (["run", "a.ipynb", "--priority", "1000"], "priority"),
    ],
)
def test_what_makes_no_sense_is_said(project, capsys, arguments, told):
    assert main(arguments) == 1
    assert told in capsys.readouterr().err
