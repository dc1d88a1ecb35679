"""What the tests of the library and of the server share."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import postgres
import pytest
from hypothesis import settings

# The same examples at every run, so that a failure is about the change at hand; `make explore` draws others.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgres_url():
    """The address of a real PostgreSQL server of its own, started for the first test that wants it."""
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("No PostgreSQL server is installed here (no pg_ctl): apt-get install postgresql")
    with postgres.server(programs) as url:
        yield url.replace("reader@", f"reader:{quote(postgres.PASSWORD, safe='')}@")


@pytest.fixture(scope="session")
def tracking_server(tmp_path_factory):
    """The address of a real tracking server with a store of its own, started for the first test that wants it."""
    folder: Path = tmp_path_factory.mktemp("tracking server")
    address = f"http://127.0.0.1:{_free_port()}"
    command = [
        *(sys.executable, "-m", "mlflow", "server", "--workers", "1"),
        *("--host", "127.0.0.1", "--port", address.rpartition(":")[2]),
        *("--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"),
        *("--artifacts-destination", str(folder / "artifacts")),
    ]
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait_for(address, process, folder / "log")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(f"{address}/health", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"The tracking server did not start:\n{log.read_text()}")
