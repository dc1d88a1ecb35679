"""Runs that come from scripts, jobs, plain papermill, forked processes and other machines."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from jupyter_mlstudio import InvalidError, NotFoundError, Studio
from jupyter_mlstudio.experiments.provenance.recording import flush
from jupyter_mlstudio.experiments.provenance.types import NowState, OriginKind

OPEN = "from jupyter_mlstudio import Studio\nstudio = Studio.open({project!r})\n"


def script(studio, source, *arguments, **files):
    """Run a script of the project and return the id that it prints."""
    for name, content in files.items():
        (studio.project / f"{name}.py").write_text(content, encoding="utf-8")
    path = studio.project / "train.py"
    path.write_text(OPEN.format(project=str(studio.project)) + textwrap.dedent(source), encoding="utf-8")
    command = [sys.executable, "train.py", *arguments]
    done = subprocess.run(command, cwd=studio.project, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def git(studio, *arguments):
    named = ["-c", "user.name=a", "-c", "user.email=a@b"]
    return subprocess.run(
        ["git", *named, *arguments], cwd=studio.project, check=True, capture_output=True, text=True
    ).stdout


def test_a_script_keeps_its_source_its_modules_its_arguments_and_the_state_of_git(studio):
    git(studio, "init", "-q", "-b", "main")
    git(studio, "remote", "add", "origin", "https://me:hunter2@git.example/x.git")
    (studio.project / "old.txt").write_text("one\n")
    (studio.project / ".env").write_text("A=1\n")
    git(studio, "add", "old.txt", ".env")
    git(studio, "commit", "-q", "-m", "x")
    (studio.project / "old.txt").write_text("two\n")
    (studio.project / ".env").write_text("A=hunter2\n")
    (studio.project / "flights.csv").write_text("a\n1\n")
    source = """
    import shared
    rows = open("flights.csv").read()
    with studio.track("late", name="by hand") as run:
        run.log_metric("auc", shared.value)
        run.log_dataset("flights.csv", name="flights")
    print(run.id)
    """
    run_id = script(studio, source, "--token=abc", "--rate", "1", shared="value = 0.5\n")
    origin = studio.experiments.provenance.origin(run_id)
    assert (origin.kind, origin.script, origin.arguments) == (
        OriginKind.SCRIPT,
        "train.py",
        ["--token=[secret]", "--rate", "1"],
    )
    assert [(file.path, file.role, file.state) for file in origin.files] == [
        ("train.py", "script", NowState.SAME),
        ("shared.py", "module", NowState.SAME),
    ]
    assert origin.git.commit == git(studio, "rev-parse", "HEAD").strip()
    assert (origin.git.branch, origin.git.remote) == ("main", "https://me:[secret]@git.example/x.git")
    assert "-one\n+two" in origin.git.patch
    assert "hunter2" not in origin.git.patch
    assert origin.git.omitted == [".env"]
    assert studio.experiments.run(run_id).commit == origin.git.commit
    assert origin.stale == []

    (studio.project / "shared.py").write_text("value = 0.6\n")
    (studio.project / "flights.csv").write_text("a\n2\n")
    git(studio, "commit", "-q", "-am", "y")
    changed = studio.experiments.provenance.origin(run_id)
    assert changed.stale == [
        "The module shared.py was edited since.",
        f"The data 'flights' ({studio.project / 'flights.csv'}) have changed since.",
    ]
    assert changed.notes == [f"The project is now at commit {changed.git.now[:10]}."]
    (dataset,) = changed.datasets
    assert (dataset.stale, dataset.state) == (True, NowState.CHANGED)
    (studio.project / "flights.csv").unlink()
    assert any("are gone" in sentence for sentence in studio.experiments.provenance.stale(run_id))


def executed(studio, run_id, form, **parameters):
    """Run a run again as a job, and return what the new run has measured."""
    job = studio.jobs.wait(studio.experiments.provenance.again(run_id, form, parameters).job, timeout=120)
    assert job.state.value == "succeeded", job.error
    (row,) = studio.experiments.runs_of_job(job.id)
    run = studio.experiments.run(row.id)
    return {metric.name: metric.value for metric in run.metrics if not metric.name.startswith("system/")}


def complete(studio, run_id):
    """Wait until a process that is just ending has kept the last of it."""
    deadline = time.monotonic() + 20
    while (origin := studio.experiments.provenance.origin(run_id)).missing and time.monotonic() < deadline:
        time.sleep(0.05)
    return origin


OPENED = "from jupyter_mlstudio import Studio\nstudio = Studio.open()"
LOGGED = "with studio.track('late') as run:\n    run.log_metric('auc', rate * times)\nprint('logged', run.id)"
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
    "cells": [
        {"cell_type": "markdown", "id": "m0", "metadata": {}, "source": "# Title"},
        {"cell_type": "code", "id": "c0", "metadata": {"tags": ["parameters"]}, "source": "rate = 0.5\ntimes = 2"},
        {"cell_type": "code", "id": "c1", "metadata": {}, "source": "unneeded = 1"},
        {
            "cell_type": "code",
            "id": "c2",
            "metadata": {},
            "source": OPENED,
        },
        {
            "cell_type": "code",
            "id": "c3",
            "metadata": {},
            "source": LOGGED,
        },
    ],
}
for cell in NOTEBOOK["cells"]:
    cell.update({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})


def test_a_job_keeps_its_cells_and_runs_again_with_other_parameters_and_so_does_a_script(studio):
    (studio.project / "late.ipynb").write_text(json.dumps(NOTEBOOK))
    job = studio.jobs.wait(studio.jobs.submit("late.ipynb", rate=0.25).id, timeout=120)
    assert job.state.value == "succeeded", job.error
    (row,) = studio.experiments.runs_of_job(job.id)
    origin = complete(studio, row.id)
    assert (origin.kind, origin.job, origin.notebook) == (OriginKind.JOB, job.id, "late.ipynb")
    assert origin.parameters == {"rate": 0.25}
    assert (origin.stale, origin.missing) == ([], [])
    assert origin.cells[-1].outputs[0]["text"] == f"logged {row.id}\n"
    assert origin.cells[0].id == "c0"
    minimal = studio.experiments.provenance.notebook(row.id, "minimal")
    assert "unneeded = 1" not in [cell["source"] for cell in minimal["cells"]]
    assert [cell["metadata"].get("tags") for cell in minimal["cells"][1:3]] == [["parameters"], ["injected-parameters"]]
    assert executed(studio, row.id, "minimal", times=4) == {"auc": 1.0}
    job = studio.jobs.wait(studio.jobs.submit("late.ipynb", rate=0.25, times=3).id, timeout=120)
    (given,) = studio.experiments.runs_of_job(job.id)
    complete(studio, given.id)
    assert executed(studio, given.id, "minimal", times=4) == {"auc": 1.0}
    with pytest.raises(InvalidError, match="tims"):
        studio.experiments.provenance.again(row.id, "minimal", {"tims": 4})
    script_becomes_a_notebook(studio)


def script_becomes_a_notebook(studio):
    """Run a script again too, while the fork server is warm."""
    source = """
    import sys
    if __name__ == "__main__":
        with studio.track("late") as run:
            run.log_metric("auc", float(sys.argv[1]))
        print(run.id)
    """
    run_id = script(studio, source, "0.75")
    cells = studio.experiments.provenance.notebook(run_id)["cells"]
    assert cells[0]["source"] == "import sys\n\nsys.argv = ['train.py', '0.75']"
    assert cells[1]["source"] == (studio.project / "train.py").read_text()
    assert executed(studio, run_id, "run") == {"auc": 0.75}


def test_the_notebook_of_a_kernel_that_papermill_or_nbconvert_started_is_known(studio):
    asked = (
        "import os; from jupyter_mlstudio.experiments.provenance import origin; print(origin._executed(os.getppid()))"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {asked!r}], check=True)"

    def known(*words):
        command = [sys.executable, "-c", parent, *words]
        return subprocess.run(command, cwd=studio.project, capture_output=True, text=True, check=True).stdout.strip()

    assert known("papermill", "late.ipynb", "out.ipynb") == str(studio.project / "late.ipynb")
    assert known("jupyter-nbconvert", "--execute", "late.ipynb") == str(studio.project / "late.ipynb")
    assert known("something", "late.ipynb") == "None"


def test_a_killed_process_leaves_a_run_that_can_be_read(studio):
    source = (
        OPEN.format(project=str(studio.project)) + "with studio.track('lost') as run:\n    print(run.id, flush=True)\n"
    )
    at_once = "    import os; os.kill(os.getpid(), 9)\n"
    later = "    import time; time.sleep(60)\n"
    (studio.project / "a.py").write_text(source + at_once)
    done = subprocess.run([sys.executable, "a.py"], cwd=studio.project, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    origin = studio.experiments.provenance.origin(done.stdout.strip())
    assert origin.missing
    (studio.project / "b.py").write_text(source + later)
    with subprocess.Popen([sys.executable, "b.py"], cwd=studio.project, stdout=subprocess.PIPE, text=True) as process:
        run_id = process.stdout.readline().strip()
        deadline = time.monotonic() + 20
        while studio.experiments.provenance.origin(run_id).environment is None and time.monotonic() < deadline:
            time.sleep(0.1)
        os.kill(process.pid, signal.SIGKILL)
    origin = studio.experiments.provenance.origin(run_id)
    assert (origin.script, origin.can) == ("b.py", ["run", "again"])
    assert origin.missing == ["The run was not ended by its block: what happened in its last moments may be missing."]


def test_forked_processes_keep_their_runs_too(studio):
    source = """
    import multiprocessing
    def work(_):
        with studio.track("late") as run: pass
        return run.id
    if __name__ == "__main__":
        with studio.track("late"): pass
        with multiprocessing.get_context("fork").Pool(2) as pool:
            print(*pool.map(work, range(3)))
    """
    (studio.project / "train.py").write_text(OPEN.format(project=str(studio.project)) + textwrap.dedent(source))
    command = [sys.executable, "-W", "ignore", "train.py"]
    done = subprocess.run(command, cwd=studio.project, capture_output=True, text=True, check=True, timeout=120)
    for run_id in done.stdout.split():
        assert studio.experiments.provenance.origin(run_id).script == "train.py"


def test_nothing_that_goes_wrong_with_keeping_fails_a_run(studio, caplog):
    (studio.project / ".mlstudio").mkdir(exist_ok=True)
    (studio.project / ".mlstudio" / "provenance.db").write_text("no database at all, and long enough to be one" * 50)
    with studio.track("late") as run:
        run.log_metric("auc", 1)
    flush()
    assert [metric.value for metric in studio.experiments.run(run.id).metrics] == [1.0]
    assert "could not be kept" in caplog.text


def test_a_snapshot_travels_as_one_file_and_is_not_believed_blindly(studio, tmp_path):
    run_id = script(studio, "with studio.track('late') as run: pass\nprint(run.id)")
    studio.experiments.provenance.export(run_id, "snapshot.json.gz")
    (tmp_path / "other").mkdir()
    other = Studio.open(tmp_path / "other")
    with other.track("copied") as copy:
        pass
    flush()
    content = (studio.project / "snapshot.json.gz").read_bytes()
    (other.project / "in.json.gz").write_bytes(content)
    with pytest.raises(NotFoundError):
        other.experiments.provenance.take("in.json.gz")
    assert other.experiments.provenance.take("in.json.gz", copy.id) == copy.id
    one, two = (
        each.experiments.provenance.notebook(key)["cells"] for each, key in ((studio, run_id), (other, copy.id))
    )
    assert one == two
    (other.project / "bad.json.gz").write_bytes(content[:100])
    with pytest.raises(InvalidError):
        other.experiments.provenance.take("bad.json.gz", copy.id)


def test_a_thousand_runs_of_one_loop_take_little_room_and_share_all(studio):
    for _ in range(30):
        with studio.track("late"):
            pass
    flush()
    blobs = studio.experiments.provenance._blobs
    before = blobs.size()
    for _ in range(100):
        with studio.track("late"):
            pass
    flush()
    assert (blobs.size() - before) / 100 < 500
