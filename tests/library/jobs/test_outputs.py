"""What a job hands on: values and tables by name, recorded when it happens."""

import hashlib

import pandas as pd
import pytest

from jupyter_mlstudio import InvalidError, Studio
from jupyter_mlstudio.jobs.types import JobSpec, JobState

OPEN = "from jupyter_mlstudio import Studio\nstudio = Studio.open()"
GLUE = """from IPython.display import display
kind = 'application/scrapbook.scrap.json+json'
display({kind: {'name': 'glued', 'data': [1, 2], 'encoder': 'json', 'version': 1}}, raw=True)
display({'application/papermill.record+json': {'recorded': 3}}, raw=True)"""


def run(studio, notebook, **options):
    return studio.jobs.wait(studio.jobs.submit(JobSpec(notebook=notebook, **options)).id, 60)


def test_values_are_recorded_by_name_when_they_are_given(studio, write, until):
    wait = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.05)"
    notebook = write("a.ipynb", OPEN, "studio.output('auc', 0.93)\nstudio.output('names', ['é', None])", wait)
    job = studio.jobs.submit(JobSpec(notebook=notebook))
    until(lambda: studio.jobs.get(job.id).outputs == {"auc": 0.93, "names": ["é", None]})
    assert studio.jobs.get(job.id).state is JobState.RUNNING
    (studio.project / "go").touch()
    ended = studio.jobs.wait(job.id, 60)
    assert (ended.state, ended.outputs["auc"]) == (JobState.SUCCEEDED, 0.93)
    values = [(event.cell, event.text) for event in studio.jobs.events(job.id).items if event.kind == "value"]
    assert values == [(2, "auc = 0.93"), (2, 'names = ["é", null]')]


def test_a_table_is_a_parquet_file_with_its_digest(studio, write):
    source = "import pandas as pd\nstudio.output('table', pd.DataFrame({'a': [1, 2], 'b': ['x', None]}))"
    polars = "import polars as pl\nstudio.output('other', pl.LazyFrame({'a': [1.5]}))"
    job = run(studio, write("a.ipynb", OPEN, source, polars))
    assert job.state is JobState.SUCCEEDED, job.error
    table = job.outputs["table"]
    path = studio.project / table["table"]
    assert (table["rows"], table["digest"]) == (2, hashlib.sha256(path.read_bytes()).hexdigest())
    assert pd.read_parquet(path)["a"].tolist() == [1, 2]
    assert job.outputs["other"]["rows"] == 1
    assert sorted(file.name for file in path.parent.iterdir()) == ["other.parquet", "table.parquet"]


def test_what_scrapbook_and_papermill_glue_counts_too(studio, write):
    assert run(studio, write("a.ipynb", GLUE)).outputs == {"glued": [1, 2], "recorded": 3}


def test_what_is_no_plain_data_is_refused_with_the_way_out(studio, write):
    job = run(studio, write("a.ipynb", OPEN, "studio.output('x', object())"), keep_kernel_minutes=0)
    assert (job.error.name, job.error.kind) == ("InvalidError", "cell")
    assert "save anything else to a file" in job.error.message


def test_outside_a_job_an_output_is_only_shown(tmp_path):
    Studio.open(tmp_path).output("rows", 3)
    Studio.open(tmp_path).output("table", pd.DataFrame({"a": [1]}))
    assert not list(tmp_path.rglob("*.parquet"))
    for name in ("", "a b", "../x"):
        with pytest.raises(InvalidError, match="no name for an output"):
            Studio.open(tmp_path).output(name, 1)
