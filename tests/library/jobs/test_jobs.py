import ast
import json
import time

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from jupyter_mlstudio import ConflictError, InvalidError, NotFoundError, Studio
from jupyter_mlstudio.core.processes import process_ref
from jupyter_mlstudio.jobs.types import JobSpec, JobState

FOREVER = "import time\nprint('begun', flush=True)\nwhile True:\n    time.sleep(0.1)"
STUBBORN = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('begun', flush=True)\nwhile True: pass"


def outputs(studio, job):
    cells = json.loads(studio.jobs.output(job.id).read_text())["cells"]
    return [
        "".join(out.get("text", out.get("data", {}).get("text/plain", "")))
        for cell in cells
        for out in cell.get("outputs", [])
    ]


def texts(studio, job):
    return "".join(event.text for event in studio.jobs.events(job.id).items if event.kind == "output")


def test_a_notebook_runs_with_its_parameters_in_its_own_folder(studio, write, tmp_path):
    notebook = write(
        "deep/a.ipynb",
        "import os\nhere = os.path.basename(os.getcwd())",
        "[rate, label, here, *(os.environ[name] for name in ('MLSTUDIO_JOB', 'MLSTUDIO_PROJECT', 'JPY_SESSION_NAME'))]",
        parameters="rate = 0.5\nlabel = 'x'",
    )
    text = '" + __import__("os").getcwd() #\\ é'
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook, parameters={"label": text})).id, 60)
    assert (job.state, job.error) == (JobState.SUCCEEDED, None)
    assert ast.literal_eval(outputs(studio, job)[0]) == [
        *(0.5, text, "deep", job.id),
        *(str(tmp_path), str(tmp_path / notebook)),
    ]
    assert (job.cells_done, job.cells_total, job.cell, job.attempt) == (4, 4, None, 1)


def test_progress_is_told_cell_by_cell_with_what_is_printed(studio, write):
    notebook = write("a.ipynb", "print('one', flush=True)", "", "# two\n2 * 21")
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook)).id, 60)
    events = studio.jobs.events(job.id).items
    assert [(event.kind, event.cell, event.text) for event in events] == [
        ("planned", None, None),
        ("started", 1, None), ("output", 1, "one\n"), ("done", 1, None),
        ("started", 2, None), ("output", 2, "42\n"), ("done", 2, None),
    ]  # fmt: skip
    assert events[0].titles == ["print('one', flush=True)", "# two"]
    assert all(event.memory > 1e6 and event.seconds >= 0 for event in events if event.kind == "done")


def test_a_failing_cell_is_told_with_its_number_and_traceback_and_the_result_is_kept(studio, write):
    notebook = write("a.ipynb", "1", "def f():\n    raise KeyError('carrier')\nf()", "3")
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook)).id, 60)
    assert (job.state, job.error.cell, job.error.name, job.error.message) == (
        JobState.FAILED,
        2,
        "KeyError",
        "'carrier'",
    )
    assert "raise KeyError('carrier')" in job.error.traceback
    assert "\x1b" not in job.error.traceback
    assert (job.cells_done, job.cells_total) == (1, 3)
    assert "KeyError" in studio.jobs.output(job.id).read_text()
    assert [event.cell for event in studio.jobs.events(job.id).items if event.kind == "failed"] == [2]


def test_a_kernel_that_dies_fails_the_job_with_the_cell(studio, write):
    notebook = write("a.ipynb", "1", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook)).id, 60)
    assert (job.state, job.error.cell, job.error.name) == (JobState.FAILED, 2, "DeadKernelError")
    assert "out of memory" in job.error.message


def test_a_cell_over_its_time_fails_the_job(studio, write):
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", FOREVER), cell_timeout=1))
    job = studio.jobs.wait(job.id, 60)
    assert (job.state, job.error.cell, job.error.name) == (JobState.FAILED, 1, "CellTimeoutError")
    assert "cell_timeout" in job.error.message


def test_a_running_job_is_stopped_and_its_result_has_what_was_done(studio, write, until):
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", "40 + 2", FOREVER)))
    until(lambda: "begun" in texts(studio, job))
    assert studio.jobs.stop(job.id).stop_requested_at is not None
    ended = studio.jobs.wait(job.id, 30)
    assert (ended.state, ended.error) == (JobState.STOPPED, None)
    assert outputs(studio, ended)[0] == "42"
    with pytest.raises(ConflictError, match="has ended already: it was stopped"):
        studio.jobs.stop(job.id)


def test_a_job_that_ignores_the_interrupt_is_ended_all_the_same(studio, write, until):
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", "import os; print(os.getpid(), flush=True)", STUBBORN)))
    until(lambda: "begun" in texts(studio, job))
    kernel = int(texts(studio, job).split()[0])
    studio.jobs.stop(job.id)
    assert studio.jobs.wait(job.id, 30).state is JobState.STOPPED
    until(lambda: process_ref(kernel) is None)


def test_a_job_is_stopped_while_it_starts(studio, write):
    notebook = write("a.ipynb", FOREVER)
    for pause in (0, 0.1, 0.5, 1):
        job = studio.jobs.submit(JobSpec(notebook=notebook))
        time.sleep(pause)
        studio.jobs.stop(job.id)
        assert studio.jobs.wait(job.id, 30).state is JobState.STOPPED


def test_the_result_is_trusted_as_what_is_run_by_hand(studio, write):
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=write("a.ipynb", "6 * 7"))).id, 60)
    assert NotebookNotary().check_signature(nbformat.read(studio.jobs.output(job.id), 4))


def test_a_cell_that_floods_its_output_leaves_a_short_log_and_few_events(studio, write):
    source = "for _ in range(40):\n    print('x' * 100_000)"
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=write("a.ipynb", source))).id, 60)
    assert job.state is JobState.SUCCEEDED
    assert len(texts(studio, job)) < 2_000_000
    assert (studio.project / job.log_path).stat().st_size < 2_000_000
    assert len(outputs(studio, job)[0]) == 40 * 100_001


def test_a_waiting_job_is_stopped_at_once_and_the_queue_goes_on(tmp_path, write, studio):
    single = Studio.open(tmp_path, max_parallel_jobs=1)
    notebook = write("a.ipynb", "import time; time.sleep(0.5)")
    first, second, third = (single.jobs.submit(JobSpec(notebook=notebook)) for _ in range(3))
    assert (first.state, second.state) == (JobState.RUNNING, JobState.QUEUED)
    assert single.jobs.stop(second.id).state is JobState.STOPPED
    assert single.jobs.wait(third.id, 60).state is JobState.SUCCEEDED
    assert single.jobs.get(first.id).ended_at <= single.jobs.get(third.id).started_at


def test_a_job_runs_what_the_notebook_was_when_it_was_queued(studio, write):
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", "'before'")))
    write("a.ipynb", "'after'")
    again = studio.jobs.wait(studio.jobs.rerun(job.id).id, 60)
    assert outputs(studio, studio.jobs.wait(job.id, 60)) == ["'before'"]
    assert outputs(studio, again) == ["'after'"]


def test_the_result_can_be_read_whole_at_any_moment(studio, write, until):
    source = "import time\nfor i in range(30):\n    print('x' * 100_000, flush=True)\n    time.sleep(0.05)"
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", source)))
    until(lambda: studio.jobs.output(job.id).exists())
    reads = 0
    while studio.jobs.get(job.id).ended_at is None:
        assert json.loads(studio.jobs.output(job.id).read_text())["nbformat"] == 4
        reads += 1
        time.sleep(0.01)
    assert reads > 10


def test_strange_names_of_files_and_folders_do_no_harm(studio, write):
    notebook = write("a {b} [c] é/x {y} 'z'.ipynb", "6 * 7")
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook)).id, 60)
    assert (job.state, job.name, outputs(studio, job)) == (JobState.SUCCEEDED, "x {y} 'z'", ["42"])


def test_a_notebook_that_names_no_kernel_runs_as_python(studio, write, tmp_path):
    write("a.ipynb", "6 * 7")
    bare = json.loads((tmp_path / "a.ipynb").read_text()) | {"metadata": {}}
    (tmp_path / "a.ipynb").write_text(json.dumps(bare))
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook="a.ipynb")).id, 60)
    assert (job.state, outputs(studio, job)) == (JobState.SUCCEEDED, ["42"])


def test_an_ended_job_is_removed_and_its_result_only_if_asked(studio, write):
    notebook = write("a.ipynb", "1")
    kept, dropped = (studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook)).id, 60) for _ in range(2))
    results = [studio.jobs.output(job.id) for job in (kept, dropped)]
    studio.jobs.remove(kept.id)
    studio.jobs.remove(dropped.id, files=True)
    assert [path.exists() for path in results] == [True, False]
    assert studio.jobs.all() == []
    assert list((studio.state / "jobs" / "sources").iterdir()) == []
    with pytest.raises(NotFoundError, match="may have been removed"):
        studio.jobs.get(kept.id)


def test_a_job_that_runs_cannot_be_removed(studio, write):
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", FOREVER)))
    with pytest.raises(ConflictError, match="Stop it first"):
        studio.jobs.remove(job.id)


def test_a_full_queue_refuses_one_more_and_keeps_the_others(tmp_path, write, studio):
    small = Studio.open(tmp_path, max_parallel_jobs=1, max_queued_jobs=1)
    notebook = write("a.ipynb", FOREVER)
    for _ in range(2):
        small.jobs.submit(JobSpec(notebook=notebook))
    with pytest.raises(ConflictError, match="1 jobs are waiting, which is the limit"):
        small.jobs.submit(JobSpec(notebook=notebook))
    assert len(small.jobs.all()) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no JSON"),
        ("[]", "not a notebook of format 4"),
        ('{"worksheets": []}', "Open it in JupyterLab and save"),
    ],
)
def test_a_file_that_is_no_notebook_is_refused(studio, tmp_path, content, message):
    (tmp_path / "a.ipynb").write_text(content)
    with pytest.raises(InvalidError, match=message):
        studio.jobs.submit(JobSpec(notebook="a.ipynb"))


def test_a_notebook_outside_the_project_or_none_is_refused(studio):
    with pytest.raises(InvalidError, match="outside the project"):
        studio.jobs.submit(JobSpec(notebook="../a.ipynb"))
    with pytest.raises(NotFoundError, match=r"no file 'a\.ipynb'"):
        studio.jobs.submit(JobSpec(notebook="a.ipynb"))


def test_a_kernel_that_is_not_installed_is_refused_with_those_that_are(studio, write):
    with pytest.raises(InvalidError, match=r"'julia' is not installed here. Choose one of: .*python3"):
        studio.jobs.submit(JobSpec(notebook=write("a.ipynb", "1", kernel="julia")))


def test_the_log_is_read_in_parts_without_cutting_a_character(studio, write):
    job = studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=write("a.ipynb", "print('ééé')"))).id, 60)
    whole = studio.jobs.log(job.id, 0)
    assert "ééé" in whole.text
    assert "The job has succeeded" in whole.text
    assert studio.jobs.log(job.id).text == whole.text
    assert studio.jobs.log(job.id, whole.next).text == ""
    path = studio.project / job.log_path
    path.write_bytes("aé".encode()[:2])
    assert (studio.jobs.log(job.id, 0).text, studio.jobs.log(job.id, 0).next) == ("a", 1)


def test_looking_leaves_nothing_behind_where_nobody_has_run_a_job(tmp_path):
    jobs = Studio.open(tmp_path).jobs
    assert (jobs.all(), jobs.listing().total, jobs.poll()) == ([], 0, [])
    assert list(tmp_path.iterdir()) == []


def test_jobs_that_run_are_listed_first_however_many_wait(tmp_path, write, studio):
    single = Studio.open(tmp_path, max_parallel_jobs=1)
    notebook = write("a.ipynb", FOREVER)
    first, *_, last = [single.jobs.submit(JobSpec(notebook=notebook)) for _ in range(4)]
    listing = single.jobs.listing(limit=2)
    assert [job.id for job in listing.items] == [first.id, last.id]
    assert (listing.total, listing.unfinished) == (4, 4)


def test_changes_made_by_a_runner_are_polled(studio, write, until):
    studio.jobs.poll()
    job = studio.jobs.submit(JobSpec(notebook=write("a.ipynb", "1")))
    seen = []

    def ended():
        seen.extend(studio.jobs.poll())
        return studio.jobs.get(job.id).ended_at

    until(ended)
    seen.extend(studio.jobs.poll())
    assert {(change.kind, change.id) for change in seen} == {("job", job.id)}
    assert studio.jobs.poll() == []


def test_a_studio_without_a_folder_opens_the_project_of_its_job_or_the_nearest_one(tmp_path, monkeypatch):
    (tmp_path / "project" / "deep").mkdir(parents=True)
    (tmp_path / "project" / ".mlstudio").mkdir()
    monkeypatch.delenv("MLSTUDIO_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path / "project" / "deep")
    assert Studio.open().project == tmp_path / "project"
    monkeypatch.setenv("MLSTUDIO_PROJECT", str(tmp_path))
    assert Studio.open().project == tmp_path
