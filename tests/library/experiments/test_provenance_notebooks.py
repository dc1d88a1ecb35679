"""The notebook of a run is restored exactly: sources byte for byte, order, outputs, numbers; with a real kernel."""

import json
import os
import time

import nbformat
import pytest

from jupyter_mlstudio import ConflictError, InvalidError, NotFoundError, Studio
from jupyter_mlstudio.experiments.provenance.capture import Capture
from jupyter_mlstudio.experiments.provenance.recording import flush
from jupyter_mlstudio.experiments.provenance.types import CellState, NowState, OriginKind

CELLS = [
    ("head", "markdown", "# Flights\n\nWhat *delays* them."),
    ("c-first", "code", "before = 'was here first'\nprint(before)\n"),
    ("c-open", "code", "from jupyter_mlstudio import Studio\nstudio = Studio.open('.')\nflush = None"),
    ("c-magic", "code", "%%time\nx = 1  # a per cent: 100 %"),
    ("c-never", "code", "never = 'executed'"),
    ("c-html", "code", "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))\n{'a': x}"),
    ("c-await", "code", "import asyncio\nawait asyncio.sleep(0.01)\nslept = True"),
    ("c-wrong", "code", "def broken(:\n    pass"),
    ("c-error", "code", "import sys\nprint('oh', file=sys.stderr)\n1 / 0"),
    ("c-odd", "code", "text = '\\udcff ü 🚀 \\x00'\nprint('ü 🚀')\nprint('\\udcff')   \n\n"),
    ("why", "markdown", "Now the model."),
    (
        "c-track",
        "code",
        "print('begin')\nwith studio.track('late', name='base line: 1/2') as run:\n    run.log_metric('auc', x / 2)\n"
        "print('end')\nrun.id",
    ),
]


def notebook(cells):
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Mine", "language": "python"},
            "custom": {"a": 1},
        },
        "cells": [
            {
                "cell_type": kind,
                "id": name,
                "metadata": {"tags": ["kept"]} if name == "c-track" else {},
                "source": source,
            }
            | ({"outputs": [], "execution_count": None} if kind == "code" else {})
            for name, kind, source in cells
        ],
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a project")
    (folder / "train").mkdir()
    (folder / "train" / "late.ipynb").write_text(json.dumps(notebook(CELLS)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def kernel(project, start_kernel):
    environment = {"MY_API_TOKEN": "very-secret-value-1", "MLSTUDIO_JOB": ""}
    return start_kernel(project, JPY_SESSION_NAME=str(project / "train" / "late.ipynb"), **environment)


@pytest.fixture(scope="module")
def studio(project):
    return Studio.open(project)


@pytest.fixture(scope="module")
def session(kernel):
    """What the kernel answered for each executed cell, in order, and the run that the last one made."""
    answers = [
        (name, source, kernel.run(source, name)) for name, kind, source in CELLS if kind == "code" and name != "c-never"
    ]
    kept(kernel)
    return answers, answers[-1][2].outputs[-1]["data"]["text/plain"].strip("'")


def kept(kernel):
    """Wait until all is kept, in a cell that leaves no trace in later checks but itself."""
    kernel.run("from jupyter_mlstudio.experiments.provenance.recording import flush; flush()")


def made(kernel, source, cell_id=None):
    answer = kernel.run(source, cell_id)
    assert answer.status == "ok", answer.text
    kept(kernel)
    return [line for line in answer.text.split() if len(line) == 32]


def test_the_notebook_of_a_run_is_what_was_executed(studio, session):
    answers, run_id = session
    restored = studio.experiments.provenance.notebook(run_id)
    nbformat.validate(nbformat.from_dict(restored))
    code = [cell for cell in restored["cells"] if cell["cell_type"] == "code"]
    before = {"c-first": CELLS[1][2].rstrip("\n")}  # IPython itself has lost the line end of what it ran before
    assert [cell["source"] for cell in code] == [before.get(name, source) for name, source, _ in answers]
    assert [cell["id"] for cell in code] == [name for name, _, _ in answers]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(answers) + 1))
    assert code[-1]["metadata"] == {"tags": ["kept"]}
    assert restored["metadata"]["kernelspec"]["display_name"] == "Mine"
    assert restored["metadata"]["custom"] == {"a": 1}


def test_the_outputs_are_what_the_kernel_sent(studio, session):
    answers, run_id = session
    code = [cell for cell in studio.experiments.provenance.notebook(run_id)["cells"] if cell["cell_type"] == "code"]
    for (name, _, answer), cell in zip(answers, code, strict=True):
        assert joined(cell["outputs"]) == joined(answer.outputs), name


def joined(outputs):
    """Bring outputs into one form: what is printed in pieces is one text."""
    told = []
    for each in outputs:
        if "text" in each:
            if told and told[-1][0] == each["name"]:
                told[-1] = (each["name"], told[-1][1] + each["text"])
            else:
                told.append((each["name"], each["text"]))
        elif "ename" in each:
            told.append((each["ename"], each["evalue"], len(each["traceback"])))
        else:
            told.append(each["data"])
    return told


def test_texts_stand_where_they_stood(studio, session):
    cells = studio.experiments.provenance.notebook(session[1])["cells"]
    assert cells[0]["source"] == CELLS[0][2]
    assert [cell["cell_type"] for cell in cells[-2:]] == ["markdown", "code"]


def test_the_origin_tells_where_the_run_comes_from(studio, session):
    answers, run_id = session
    origin = studio.experiments.provenance.origin(run_id)
    assert (origin.kind, origin.notebook, origin.notebook_now) == (OriginKind.NOTEBOOK, *["train/late.ipynb"] * 2)
    assert [cell.made_run for cell in origin.cells] == [False] * (len(answers) - 1) + [True]
    states = {cell.id: cell.state for cell in origin.cells}
    assert (states["c-error"], states["c-wrong"], states["c-track"]) == (
        CellState.FAILED,
        CellState.FAILED,
        CellState.DONE,
    )
    assert (origin.stale, origin.missing, origin.can) == ([], [], ["run", "minimal", "again"])
    assert {"mlflow", "pydantic"} <= {package.name.lower() for package in origin.environment.packages}
    assert origin.environment.kernel == "ipykernel"
    assert [cell.now for cell in origin.cells] == [NowState.SAME] * len(answers)


def test_a_minimal_notebook_has_only_what_the_result_needs(studio, session):
    cells = studio.experiments.provenance.notebook(session[1], "minimal")["cells"]
    assert [cell["id"] for cell in cells if cell["cell_type"] == "code"] == ["c-open", "c-magic", "c-track"]


def test_restoring_takes_less_than_a_second_and_never_writes_over_a_file(studio, project, session):
    began = time.perf_counter()
    first = studio.experiments.provenance.restore(session[1])
    assert time.perf_counter() - began < 1
    assert first.path == "train/late (run base line 1 2).ipynb"
    assert studio.experiments.provenance.restore(session[1]).path == first.path
    (project / first.path).write_text("mine now", encoding="utf-8")
    assert studio.experiments.provenance.restore(session[1]).path == "train/late (run base line 1 2) 2.ipynb"
    named = studio.experiments.provenance.restore(session[1], "minimal", path="small.ipynb")
    assert (named.path, named.cells) == ("small.ipynb", 3)
    with pytest.raises(ConflictError):
        studio.experiments.provenance.restore(session[1], path="small.ipynb")
    with pytest.raises(InvalidError):
        studio.experiments.provenance.restore(session[1], path="../out.ipynb")
    with pytest.raises(InvalidError):
        studio.experiments.provenance.restore(session[1], path="script.py")


def test_several_runs_of_one_cell_nested_and_in_threads_have_their_cell(studio, kernel, session):
    source = (
        "from threading import Thread\n"
        "def work():\n    with studio.track('late') as run: print(run.id)\n"
        "with studio.track('late') as outer:\n    print(outer.id)\n"
        "    with studio.track('late') as inner: print(inner.id)\n"
        "threads = [Thread(target=work) for _ in range(3)]\n"
        "for each in threads: each.start()\nfor each in threads: each.join()\nprint('done')"
    )
    ids = made(kernel, source, "c-many")
    assert len(ids) == 5
    for run_id in ids:
        origin = studio.experiments.provenance.origin(run_id)
        assert [cell.id for cell in origin.cells if cell.made_run] == ["c-many"]
        assert "done" in origin.cells[-1].outputs[0]["text"]
    listed = {run.run_id: run for run in studio.experiments.provenance.runs_of("train/late.ipynb").items}
    assert {listed[run_id].cell_id for run_id in ids} == {"c-many"}


def test_a_run_may_span_cells(studio, kernel, session):
    (run_id,) = made(kernel, "long = studio.track('late').__enter__()\nprint(long.id)", "c-s1")
    open_now = studio.experiments.provenance.origin(run_id)
    kernel.run("long.log_metric('auc', 0.5)", "c-s2")
    kernel.run("aside = 1", "c-s3")
    made(kernel, "long.__exit__(None, None, None)\nprint('closed')", "c-s4")
    ended = studio.experiments.provenance.origin(run_id)
    spans = [cell.id for cell in ended.cells if cell.made_run and cell.id]
    assert spans == ["c-s1", "c-s2", "c-s3", "c-s4"]
    assert (len([cell for cell in open_now.cells if cell.made_run]), open_now.missing) == (2, [])
    assert ended.missing == []
    assert ended.cells[-1].outputs[0]["text"] == "closed\n"


def test_a_display_that_is_updated_later_is_kept_as_it_ended(studio, kernel, session):
    source = (
        "handle = display('starting', display_id='progress')\nhandle.update('ready')\n"
        "from IPython.display import clear_output\nprint('gone'); clear_output(); print('stays')\n"
        "with studio.track('late') as run: pass\nprint(run.id)"
    )
    (run_id,) = made(kernel, source, "c-display")
    outputs = studio.experiments.provenance.origin(run_id).cells[-1].outputs
    assert [each["text"] for each in outputs] == [f"stays\n{run_id}\n"]
    (run_id,) = made(kernel, source.replace("clear_output(); ", ""), "c-display")
    outputs = studio.experiments.provenance.origin(run_id).cells[-1].outputs
    assert outputs[0]["data"]["text/plain"] == "'ready'"


def test_secrets_in_outputs_are_not_kept_and_sources_are(studio, kernel, session, project):
    source = (
        "import os\nprint(os.environ['MY_API_TOKEN'])\nprint('postgresql://me:hunter2@db/x')\n"
        "with studio.track('late') as run: pass\nprint(run.id)\npassword = 'in the source'"
    )
    (run_id,) = made(kernel, source, "c-secret")
    last = studio.experiments.provenance.origin(run_id).cells[-1]
    assert last.source == source
    assert last.outputs[0]["text"] == f"[secret]\npostgresql://me:[secret]@db/x\n{run_id}\n"
    database = b"".join(path.read_bytes() for path in (project / ".mlstudio").glob("provenance.db*"))
    assert b"very-secret-value-1" not in database


def test_large_outputs_and_cells_are_bounded_or_kept_whole(studio, kernel, session):
    source = "big = '" + "x" * 1_200_000 + "'\nprint(big)\nwith studio.track('late') as run: pass\nprint(run.id)"
    (run_id,) = made(kernel, source, "c-big")
    last = studio.experiments.provenance.origin(run_id).cells[-1]
    assert last.source == source
    text = last.outputs[0]["text"]
    assert len(text) < 500_000
    assert "characters were not kept" in text
    assert run_id in text


def test_the_memory_that_outputs_take_is_bounded():
    capture = Capture()
    for place in range(30):
        capture.hear(
            "execute_input", {"code": str(place), "execution_count": place}, {"header": {"msg_id": str(place)}}
        )
        shown = {"data": {"image/png": "x" * 3_500_000}, "metadata": {}}
        capture.hear("display_data", shown, {"header": {"msg_id": str(place)}})
        capture.hear("execute_reply", {"status": "ok"}, {"header": {"msg_id": str(place)}})
    assert sum(each.outputs.size for each in capture.executions) < 70_000_000
    assert "were not kept" in capture.executions[0].outputs.listed()[0]["text"]
    assert capture.executions[-1].outputs.size > 3_000_000


def test_a_cell_that_is_edited_after_its_run_makes_it_stale(studio, kernel, session, project):
    path = project / "train" / "late.ipynb"
    before = path.read_text(encoding="utf-8")
    provenance = studio.experiments.provenance
    try:
        unused = [(name, kind, "other()" if name == "c-html" else source) for name, kind, source in CELLS]
        path.write_text(json.dumps(notebook(unused)), encoding="utf-8")
        assert provenance.stale(session[1]) == []
        edited = [(name, kind, "%%time\nx = 2" if name == "c-magic" else source) for name, kind, source in CELLS]
        path.write_text(json.dumps(notebook(edited)), encoding="utf-8")
        assert provenance.stale(session[1]) == ['The cell [3] "%%time" was edited since, in train/late.ipynb.']
        (item,) = [run for run in provenance.runs_of("train/late.ipynb").items if run.run_id == session[1]]
        assert (item.cell_id, item.metric, item.value, item.newest) == ("c-track", "auc", 0.5, True)
        assert len(item.stale) == 1
        os.utime(path, (0, 0))  # edited and executed, but never saved
        assert provenance.stale(session[1]) == []
        removed = [cell for cell in CELLS if cell[0] != "c-magic"]
        path.write_text(json.dumps(notebook(removed)), encoding="utf-8")
        assert provenance.stale(session[1]) == ['The cell [3] "%%time" is no longer in train/late.ipynb.']
        path.rename(project / "renamed.ipynb")
        moved = provenance.origin(session[1])
        assert moved.notebook_now == "renamed.ipynb"
        assert session[1] in [run.run_id for run in provenance.runs_of("renamed.ipynb").items]
        (project / "renamed.ipynb").unlink()
        assert any("not there any more" in note for note in provenance.origin(session[1]).notes)
    finally:
        path.write_text(before, encoding="utf-8")


def test_what_was_never_kept_is_said(tmp_path):
    studio = Studio.open(tmp_path)
    with studio.track("late") as run:
        pass
    flush()
    for path in (tmp_path / ".mlstudio").glob("provenance.db*"):
        path.unlink()
    provenance = Studio.open(tmp_path).experiments.provenance
    origin = provenance.origin(run.id)
    assert (origin.cells, origin.can) == ([], [])
    assert origin.missing[0].startswith("Nothing was kept")
    with pytest.raises(NotFoundError, match="not kept"):
        provenance.restore(run.id)
    with pytest.raises(NotFoundError):
        provenance.origin("0" * 32)
