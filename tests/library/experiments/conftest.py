"""A project whose runs are read and written by the real engines."""

import pytest

from jupyter_mlstudio import Studio


@pytest.fixture
def studio(tmp_path, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("MLSTUDIO_JOB", raising=False)
    project = tmp_path / "a project"
    project.mkdir()
    return Studio.open(project)


@pytest.fixture
def logged(studio):
    """A run with everything a run can have but a model."""
    with studio.track("late flights", name="baseline", note="The *first* one.", tags={"team": "blue"}) as run:
        run.log_params({"depth": 3, "rate": 0.1})
        for value in (0.7, 0.5, 0.4):
            run.log_metric("loss", value)
        run.log_metric("auc", 0.91)
        run.log_text("hello", "notes/remark.txt")
    return run
