"""A job gets the environment and the settings of whoever submitted it, and nothing of the job before it."""

import json

import pytest

from jupyter_mlstudio import Studio
from jupyter_mlstudio.jobs.place import SETTINGS, inherited
from jupyter_mlstudio.jobs.types import JobSpec

TELL = """
import json, os
from pathlib import Path
names = ("FIRST", "SECOND", "OWN", "HERE")
told = {name: os.environ.get(name) for name in names}
Path(f"{word}.json").write_text(json.dumps(told))
os.environ["HERE"] = "left behind"
"""


def told(folder, word):
    return json.loads((folder / f"{word}.json").read_text())


def test_a_job_that_another_ones_runner_starts_has_the_environment_of_its_own_submitter(tmp_path, write, monkeypatch):
    write("a.ipynb", "import time; time.sleep(0.5)", TELL, parameters="word = ''")
    jobs = Studio.open(tmp_path, max_parallel_jobs=1).jobs
    monkeypatch.setenv("FIRST", "1")
    first = jobs.submit(JobSpec(notebook="a.ipynb", parameters={"word": "first"}, environment={"OWN": "only mine"}))
    monkeypatch.delenv("FIRST")
    monkeypatch.setenv("SECOND", "2")
    second = jobs.submit("a.ipynb", word="second")
    monkeypatch.delenv("SECOND")
    for job in (first, second):
        assert jobs.wait(job.id, 60).error is None
    assert told(tmp_path, "first") == {"FIRST": "1", "SECOND": None, "OWN": "only mine", "HERE": None}
    assert told(tmp_path, "second") == {"FIRST": None, "SECOND": "2", "OWN": None, "HERE": None}


def test_the_studio_of_a_jobs_kernel_is_set_up_as_the_one_that_submitted_it(tmp_path, write):
    write(
        "a.ipynb",
        "from pathlib import Path\nfrom jupyter_mlstudio import Studio",
        "studio, own = Studio.open(), Studio.open(max_queued_jobs=7)",
        "Path('uri.txt').write_text(f'{studio.settings.tracking_uri} {own.settings.max_queued_jobs} {studio.project}')",
    )
    uri = f"sqlite:///{tmp_path}/elsewhere.db"
    studio = Studio.open(tmp_path, tracking_uri=uri, max_queued_jobs=5)
    assert studio.jobs.wait(studio.jobs.submit("a.ipynb").id, 60).error is None
    assert (tmp_path / "uri.txt").read_text() == f"{uri} 7 {tmp_path}"


@pytest.fixture
def settings_file(tmp_path, monkeypatch):
    path = Studio.open(tmp_path / "one", keep_jobs=3).settings_file
    monkeypatch.setenv(SETTINGS, str(path))
    return path


def test_settings_are_taken_over_for_their_own_project_only(tmp_path, settings_file):
    assert Studio.open(tmp_path / "one").settings.keep_jobs == 3
    assert Studio.open(tmp_path / "two").settings.keep_jobs == 1000


@pytest.mark.parametrize("content", ["", "{", '{"keep_jobs": 3, "of a later version": 1}'])
def test_settings_that_cannot_be_read_are_left_out(tmp_path, settings_file, content):
    settings_file.write_text(content)
    assert inherited(tmp_path / "one") in ({}, {"keep_jobs": 3})
    settings_file.unlink()
    assert inherited(tmp_path / "one") == {}
