"""One fork server for all tests of it, in a runtime folder of its own."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

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


@pytest.fixture
def kernel():
    """Start a kernel; a context of its manager and a client."""
    return _kernel


@contextmanager
def _kernel(name="mlstudio-warm", **options):
    manager = KernelManager(kernel_name=name)
    if name != "mlstudio-warm":
        assert forkserver.use_warm(manager)
    manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=30)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def run():
    """Run code and return what it shows, or the name of its error."""
    return _run


def _run(client, code):
    shown = []

    def hook(message):
        content = message["content"]
        shown.extend([content[key] for key in ("text", "ename") if key in content])
        shown.extend([content["data"]["text/plain"]] if "data" in content else [])

    client.execute_interactive(code, output_hook=hook, timeout=30)
    return "".join(shown).strip()
