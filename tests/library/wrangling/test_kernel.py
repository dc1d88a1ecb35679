"""A real kernel: sessions over comms, also while a cell runs."""

import io
import time
from uuid import uuid4

import polars as pl
import pytest
from jupyter_client.manager import start_new_kernel

IDLE = """
import sys, jupyter_mlstudio.kernel
jupyter_mlstudio.kernel.register()
print([name for name in ("polars", "pandas", "sklearn") if name in sys.modules])
"""


class Panel:
    """What the browser does: requests over a comm in a subshell, answers by id."""

    def __init__(self, client) -> None:
        self.client, self.comm, self.last = client, uuid4().hex, 0
        client.control_channel.send(client.session.msg("create_subshell_request"))
        self.subshell = client.get_control_msg(timeout=30)["content"]["subshell_id"]
        self._send("comm_open", {"comm_id": self.comm, "target_name": "mlstudio.wrangling", "data": {}})
        greeting, buffers = self._next()
        assert (greeting["ready"], buffers) == (True, [])
        assert "rules.check" in greeting["verbs"]

    def ask(self, verb, **arguments):
        self.last += 1
        request = {"id": self.last, "verb": verb, "arguments": arguments}
        self._send("comm_msg", {"comm_id": self.comm, "data": request})
        while True:
            answer, buffers = self._next()
            if answer.get("id") == self.last:
                return answer, buffers

    def _send(self, kind, content) -> None:
        message = self.client.session.msg(kind, content)
        message["header"]["subshell_id"] = self.subshell
        self.client.shell_channel.send(message)

    def _next(self):
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "comm_msg":
                return message["content"]["data"], message["buffers"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    (folder / ".mlstudio").mkdir()
    pl.DataFrame({"a": [1, 2, None]}).write_parquet(folder / "table.parquet")
    manager, client = start_new_kernel(cwd=str(folder))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_listening_imports_no_engine(client):
    said = []
    client.execute_interactive(IDLE, output_hook=lambda m: said.append(m["content"].get("text")), timeout=60)

    assert "[]\n" in said


def test_a_session_answers_while_a_cell_runs(client):
    client.execute_interactive("import time, pandas as pd; frame = pd.DataFrame({'a': [1.0, None]})", timeout=60)
    client.execute("time.sleep(20)")
    began = time.monotonic()
    panel = Panel(client)

    frames, _ = panel.ask("frames")
    opened, _ = panel.ask("open", source={"kind": "frame", "name": "frame"})
    fill = {"op": "fill_missing", "columns": ["a"]}
    preview, _ = panel.ask("preview", step=fill, position=0)
    view, _ = panel.ask("apply", recipe={"steps": [fill]})
    window, (rows,) = panel.ask("window", start=0, stop=10)
    refused, _ = panel.ask("apply", recipe={"steps": [{"op": "nothing"}]})
    unknown, _ = panel.ask("close")

    assert time.monotonic() - began < 15
    assert frames["result"]["items"] == [{"name": "frame", "kind": "pandas", "rows": 2, "columns": 1}]
    assert opened["result"]["rows"] == 2
    assert preview["result"]["code"] == '.with_columns(pl.col("a").fill_null(1.0))'
    assert view["result"]["stages"][0]["state"] == "ran"
    assert window["result"] == {"start": 0, "rows": 2, "rows_total": 2, "exact": True}
    assert pl.read_ipc_stream(io.BytesIO(rows)).rows() == [(1.0,), (1.0,)]
    assert refused["error"]["message"].startswith("steps.0: There is no step 'nothing'")
    assert unknown["error"] == {"message": "A session has no verb 'close'.", "reason": "invalid"}
