"""A project whose runs are read and written by the real engines."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

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


@dataclass
class Answer:
    """What came back for a cell."""

    outputs: list = field(default_factory=list)
    status: str = ""

    @property
    def text(self):
        """What was printed and shown as text."""
        parts = [item.get("text") or (item.get("data") or {}).get("text/plain", "") for item in self.outputs]
        errors = ["\n".join(item["traceback"]) for item in self.outputs if "traceback" in item]
        return "".join(map(str, parts + errors))


class Kernel:
    """A Python kernel in a folder, with JupyterLab's ids of cells."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, **environment})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, source: str, cell_id: str | None = None, patience: float = 60) -> Answer:
        """Execute a cell, and return what it showed."""
        session = self.client.session
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = session.msg("execute_request", {**content, "stop_on_error": True})
        message["metadata"] = {"cellId": cell_id} if cell_id else {}
        self.client.shell_channel.send(message)
        answer, deadline = Answer(), time.monotonic() + patience
        while time.monotonic() < deadline:
            heard = self.client.get_iopub_msg(timeout=patience)
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                answer.status = self.client.get_shell_msg(timeout=patience)["content"]["status"]
                return answer
            if heard["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                answer.outputs.append(heard["content"])
        raise TimeoutError(source)

    def stop(self, *, now: bool = False) -> None:
        """End the kernel, or kill it at once."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=now)


@pytest.fixture(scope="module")
def start_kernel():
    """Start kernels that end with the module's tests."""
    started = []

    def start(folder, **environment):
        started.append(Kernel(folder, **environment))
        return started[-1]

    yield start
    for kernel in started:
        kernel.stop()
