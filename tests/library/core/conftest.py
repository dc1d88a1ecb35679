"""One fork server for all tests of it, in a runtime folder of its own."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from jupyter_mlstudio.core import forkserver

PATIENCE = 60


@pytest.fixture(scope="session")
def warm_folder():
    """A runtime folder whose name leaves room for sockets, in which a fork server is up."""
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
        assert forkserver.wait_until_warm(PATIENCE)
    yield folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
        forkserver.stop()
    shutil.rmtree(folder)


@pytest.fixture
def warm(warm_folder, monkeypatch):
    """The fork server is up, and what this test starts finds it."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(warm_folder))
    assert forkserver.wait_until_warm(PATIENCE)
    return warm_folder


@pytest.fixture
def cold(monkeypatch):
    """There is no fork server yet; whatever is started is ended afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cold-"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    yield folder
    os.environ["JUPYTER_RUNTIME_DIR"] = str(folder)
    forkserver.wait_until_warm(PATIENCE if any(folder.iterdir()) else 0)
    forkserver.stop()
    shutil.rmtree(folder)
