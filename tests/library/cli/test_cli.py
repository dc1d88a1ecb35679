import pytest

from jupyter_mlstudio.cli import main

NOTEBOOK = """{
 "cells": [
  {"cell_type": "code", "execution_count": null, "id": "p", "metadata": {"tags": ["parameters"]}, "outputs": [],
   "source": "times = 1  # how often"},
  {"cell_type": "code", "execution_count": null, "id": "q", "metadata": {}, "outputs": [],
   "source": "print('ha' * times)\\nassert times < 5, 'too often'"}
 ],
 "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
 "nbformat": 4, "nbformat_minor": 5
}"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "laugh.ipynb").write_text(NOTEBOOK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_notebook_runs_as_a_job_and_is_followed(project, capsys):
    assert main(["run", "laugh.ipynb", "-p", "times=3"]) == 0
    printed = capsys.readouterr().out
    assert "✓" in printed
    assert "succeeded: jobs/laugh" in printed
    job = printed.split()[1]
    assert main(["jobs", "list"]) == 0
    assert f"{job}  succeeded" in capsys.readouterr().out
    assert main(["jobs", "log", job[:8]]) == 0
    assert capsys.readouterr().out != ""


def test_a_failing_notebook_is_told_with_its_error_and_exit_code(project, capsys):
    assert main(["run", "laugh.ipynb", "-p", "times=7"]) == 1
    printed = capsys.readouterr()
    assert "✗" in printed.out
    assert "too often" in printed.err


def test_a_job_can_be_left_alone_and_stopped(project, capsys):
    assert main(["run", "laugh.ipynb", "--no-wait"]) == 0
    job = capsys.readouterr().out.split()[1]
    assert main(["jobs", "stop", job]) in (0, 1)  # it may have ended in between
    capsys.readouterr()
    assert main(["jobs", "list"]) == 0
    assert "running" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "none.ipynb"], "none.ipynb"),
        (["run", "laugh.ipynb", "-p", "times"], "name=value"),
        (["run", "laugh.ipynb", "-p", "often=2"], "often"),
        (["run", "../laugh.ipynb"], "outside the project"),
        (["jobs", "stop", "nothing"], "nothing"),
        (["endpoints", "stop", "nothing"], "nothing"),
        (["deploy", "--model", "nothing"], "nothing"),
        (["--project", "nowhere", "jobs", "list"], "nowhere"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(project, capsys, arguments, told):
    assert main(arguments) == 1
    message = capsys.readouterr().err
    assert message.startswith("jupyter mlstudio: ")
    assert told in message


@pytest.mark.parametrize("what", ["jobs", "runs", "models", "endpoints"])
def test_an_empty_project_has_empty_lists(project, capsys, what):
    assert main([what, "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_an_unknown_option_is_refused(project, capsys):
    with pytest.raises(SystemExit):
        main(["jobs", "list", "--loud"])
    assert "--loud" in capsys.readouterr().err
