"""`%%job` and `%jobs` in a notebook."""

import html

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


@pytest.fixture
def run(tmp_path):
    """Run cells in a kernel whose working folder is the project, and return their outputs."""

    def run(*cells, **options):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        client = NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}, **options)
        client.execute()
        return [cell.outputs for cell in notebook.cells]

    return run


def texts(outputs):
    return ["".join([output.get("text", ""), output.get("data", {}).get("text/plain", "")]) for output in outputs]


def test_a_cell_runs_as_a_job_with_what_it_is_given(run):
    *_, listed, outcome = run(
        "%load_ext jupyter_mlstudio\nn = {'a': [1, 'two']}",
        "%%job -p rows=500 -p given=$n --name 'My <b>job</b>'\n"
        "from jupyter_mlstudio import Studio\nStudio.open().output('seen', [rows, given])",
        "job = _\n_ = job.wait()",
        "%jobs my",
        "print(job.job.state.value, job.outputs, job.job.generated)",
    )
    assert texts(outcome) == ["succeeded {'seen': [500, {'a': [1, 'two']}]} True\n"]
    [table] = listed
    assert "succeeded" in table["data"]["text/plain"]
    assert html.escape("My <b>job</b>") in table["data"]["text/html"]


def test_a_cell_that_is_waited_for_fails_as_its_job_does(run):
    with pytest.raises(CellExecutionError, match=r"The job .fails. has failed\. ValueError: no"):
        run("%load_ext jupyter_mlstudio", "%%job --wait --name fails\nraise ValueError('no')")


def test_the_magic_says_what_is_wrong_in_a_sentence(run):
    outputs = run(
        "%load_ext jupyter_mlstudio",
        "%%job --nonsense\n1",
        "%%job -p rows=$nothing\n1",
        "%%job -p rows=$open\n1",
        "%%job -p 'a b=1'\n1",
        "%jobs",
        allow_errors=True,
    )
    said = ["".join(texts(each)) for each in outputs[1:]]
    assert "unrecognized arguments: --nonsense" in said[0]
    assert "there is no variable 'nothing' here" in said[1]
    assert "cannot be given to a job" in said[2]
    assert "'a b' is no name" in said[3]
    assert said[4] == "There are no jobs."
    assert not any("Traceback" in each for each in said)
