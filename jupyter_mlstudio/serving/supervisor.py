"""Starts the host processes of endpoints, tells them what is wanted, reads how they are, and ends them."""

import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_mlstudio.core.errors import EngineError, NotFoundError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.processes import ProcessRef, alive, end, reap, start_detached
from jupyter_mlstudio.serving.runtime.key import write_key
from jupyter_mlstudio.serving.types import Deployment, EndpointRecord, EndpointState, RuntimeStatus

STARTING = 20.0
"""How long a host may take to say its first word; it imports next to nothing."""
GRACE = 15.0
LOG_SIZE = 5_000_000


class Supervisor:
    """Keeps each endpoint's folder: what is wanted of its host, what the host says, the models, the key and the log."""

    def __init__(self, project: Path, folder: Path, address: str, max_request_rows: int) -> None:
        self._project, self._root = project, folder
        self._address, self._max_request_rows = address, max_request_rows

    def folder(self, id: str) -> Path:
        """Return the folder of an endpoint."""
        return self._root / id

    def model_folder(self, id: str, number: int) -> Path:
        """Return the folder of the copy of a model that belongs to an endpoint."""
        return self.folder(id) / "models" / str(number)

    @contextmanager
    def alone(self, id: str = "") -> Iterator[None]:
        """Hold an endpoint, or the list of all, against other threads and processes that would change it."""
        folder = self.folder(id)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def prepare(self, id: str) -> None:
        """Make what a new endpoint needs."""
        self.folder(id).mkdir(parents=True, exist_ok=True)
        write_key(self.folder(id) / "key")

    def run(self, record: EndpointRecord, deployment: Deployment) -> None:
        """Let an endpoint answer with a deployment: tell its host, or start one.

        Raises:
            EngineError: The host did not start.
        """
        revision = time.time_ns()
        self._write_desired(record, deployment, revision)
        status = self.status(record.id)
        if status is not None and runs(status):
            host = status.host
            with suppress(ProcessLookupError):
                os.kill(host.pid, signal.SIGHUP)  # the host alone: its workers are not meant
        else:
            self.stop(record.id)  # one that has failed may not have left yet
            host = self._start(record.id)
        self._wait_for_word(record.id, host, revision)

    def stop(self, id: str) -> None:
        """End an endpoint's processes; requests under way are finished, for a bounded time."""
        status = self.status(id)
        if status is not None and not end(status.host, GRACE):
            raise EngineError(f"Process {status.host.pid} of the endpoint cannot be ended. End it by hand.")

    def status(self, id: str) -> RuntimeStatus | None:
        """Return what the endpoint's host last said; None if it never ran."""
        try:
            return RuntimeStatus.model_validate_json((self.folder(id) / "status.json").read_bytes())
        except (FileNotFoundError, ValueError):  # never written, or by a version that said other things
            return None

    def methods(self, id: str) -> list[str]:
        """Return what the model that answered last can be asked for; empty if none ever did."""
        status = self.status(id)
        return status.methods if status is not None else []

    def marks(self) -> dict[str, tuple[int, bool]]:
        """Return for each endpoint something that differs after its host said something, or died."""
        try:
            names = [entry.name for entry in os.scandir(self._root) if entry.is_dir()]
        except FileNotFoundError:
            return {}
        return {name: self._mark(name) for name in names}

    def key(self, id: str) -> str:
        """Return the key of an endpoint."""
        try:
            return (self.folder(id) / "key").read_text()
        except FileNotFoundError:
            raise NotFoundError("The endpoint has no key. Rotate it to get one.") from None

    def rotate_key(self, id: str) -> str:
        """Give an endpoint a new key, from its next request on."""
        return write_key(self.folder(id) / "key")

    def log(self, id: str, lines: int) -> list[str]:
        """Return the last lines of an endpoint's log."""
        try:
            with (self.folder(id) / "log.txt").open("rb") as file:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - 400 * lines))
                return file.read().decode(errors="replace").splitlines()[-lines:]
        except FileNotFoundError:
            return []

    def remove(self, id: str) -> None:
        """Delete an endpoint's folder."""
        shutil.rmtree(self.folder(id), ignore_errors=True)

    def _mark(self, id: str) -> tuple[int, bool]:
        try:
            written = (self.folder(id) / "status.json").stat().st_mtime_ns
        except FileNotFoundError:
            return 0, False
        status = self.status(id)
        return written, status is not None and alive(status.host)

    def _write_desired(self, record: EndpointRecord, deployment: Deployment, revision: int) -> None:
        desired = {
            "revision": revision,
            "id": record.id,
            "name": record.name,
            "project": str(self._project),
            "address": self._address,
            "port": record.port,
            "max_request_rows": self._max_request_rows,
            "deployment": {
                "number": deployment.number,
                "label": deployment.label,
                "path": str(self.model_folder(record.id, deployment.number)),
                "digest": deployment.digest,
                "trusted": deployment.trusted,
            },
        }
        write_atomically(self.folder(record.id) / "desired.json", json.dumps(desired))

    def _start(self, id: str) -> ProcessRef:
        log = self.folder(id) / "log.txt"
        if log.is_file() and log.stat().st_size > LOG_SIZE:
            log.replace(log.with_name("log.old.txt"))
        arguments, variables = [str(self.folder(id))], {"PYTHONSAFEPATH": "1"}
        return start_detached("jupyter_mlstudio.serving.runtime", arguments, log, variables)

    def _wait_for_word(self, id: str, host: ProcessRef, revision: int) -> None:
        """Wait until the host has said that it knows what is wanted; loading the model is not waited for."""
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline:
            reap()
            gone = not alive(host)
            status = self.status(id)
            if status is not None and status.revision >= revision:
                return
            if gone:
                break
            time.sleep(0.01)
        raise EngineError(f"The endpoint's process did not start. Its log says: {' '.join(self.log(id, 3))}")


def runs(status: RuntimeStatus) -> bool:
    """Tell whether a host is at work; one that says it has stopped or failed is about to leave."""
    return status.state in (EndpointState.STARTING, EndpointState.READY) and alive(status.host)
