"""Tells the host of a project's endpoints what is wanted, starts it where there is none, reads how things are."""

import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_mlstudio.core.errors import EngineError, NotFoundError
from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.core.processes import ProcessRef, alive, reap
from jupyter_mlstudio.serving import figures, reconcile
from jupyter_mlstudio.serving.orders import order_of
from jupyter_mlstudio.serving.runtime.key import write_key
from jupyter_mlstudio.serving.stats_types import EndpointStats
from jupyter_mlstudio.serving.types import DeploymentWay, EndpointRecord, EndpointState, RuntimeStatus, WayReport

STARTING = 20.0
"""How long a host may take to say its first word; it imports next to nothing."""
ENDING = 60.0


class Supervisor:
    """Keeps each endpoint's folder: what is wanted of it, what its host says, the models, the key and the log."""

    def __init__(self, project: Path, folder: Path, address: str, max_request_rows: int) -> None:
        self._project, self._root = project, folder
        self._address, self._max_request_rows = address, max_request_rows

    @property
    def project(self) -> Path:
        """The project folder."""
        return self._project

    def folder(self, id: str) -> Path:
        """Return the folder of an endpoint."""
        return self._root / id

    def model_folder(self, id: str, number: int) -> Path:
        """Return the folder of the copy of a model that belongs to an endpoint."""
        return self.folder(id) / "models" / str(number)

    def plan_folder(self, id: str, number: int) -> Path:
        """Return the folder of the prepared form of a deployment."""
        return self.folder(id) / "plans" / str(number)

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

    def run(self, record: EndpointRecord) -> None:
        """Let an endpoint be as its record says; returns when the host knows, and does not wait for models to load.

        Raises:
            EngineError: There is no host, and none can be started.
        """
        self._want(record.id, self._desired(record))

    def stop(self, id: str) -> None:
        """End an endpoint's processes; requests under way are finished, for a bounded time.

        Raises:
            EngineError: They do not end.
        """
        desired = self._read_desired(id)
        if desired is None:
            return
        self._want(id, {**desired, "wanted": False})
        deadline = time.monotonic() + ENDING
        while (status := self.status(id)) is not None and status.state != EndpointState.STOPPED:
            if time.monotonic() > deadline:
                raise EngineError("The endpoint's processes do not end. The log of its host may say why.")
            time.sleep(0.005)
            if not reconcile.has_host(self._root):
                self._want(id, {**desired, "wanted": False})

    def sleep(self, id: str) -> None:
        """Let an endpoint fall asleep now."""
        self._nudge(id, "sleep")

    def wake(self, id: str) -> None:
        """Wake an endpoint now."""
        self._nudge(id, "wake")

    def reconcile(self) -> None:
        """Start the host again if it should be there and is not: it was killed, or the machine was."""
        reconcile.reconcile(self._root)

    def status(self, id: str) -> RuntimeStatus | None:
        """Return what the host last said of an endpoint; None if it never ran."""
        try:
            return RuntimeStatus.model_validate_json((self.folder(id) / "status.json").read_bytes())
        except (FileNotFoundError, ValueError):  # never written, or by a version that said other things
            return None

    def stats(self, id: str) -> EndpointStats:
        """Return how an endpoint has been doing; none of its processes is asked."""
        return figures.stats(self.folder(id), self.status(id))

    def ways(self, id: str, numbers: Sequence[int]) -> list[DeploymentWay]:
        """Return how deployments are computed, as found out when they were prepared."""
        return [DeploymentWay(number=number, report=self._report(id, number)) for number in numbers]

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
        hosted = reconcile.has_host(self._root)
        return {name: (self._said(name), hosted) for name in names}

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

    def _said(self, id: str) -> int:
        try:
            return (self.folder(id) / "status.json").stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _nudge(self, id: str, nudge: str) -> None:
        desired = self._read_desired(id)
        if desired is not None and desired["wanted"]:
            self._want(id, {**desired, "nudge": nudge})

    def _desired(self, record: EndpointRecord) -> dict[str, Any]:
        order = order_of(record, self.folder(record.id), self._project, self._max_request_rows)
        return {
            "wanted": True,
            "nudge": "",
            "address": self._address,
            "port": record.port,
            "scaling": record.scaling.model_dump(),
            "order": asdict(order),
        }

    def _read_desired(self, id: str) -> dict[str, Any] | None:
        try:
            content: dict[str, Any] = json.loads((self.folder(id) / "desired.json").read_bytes())
        except (OSError, ValueError):
            return None
        return content

    def _report(self, id: str, number: int) -> WayReport | None:
        with suppress(OSError, ValueError, KeyError):
            prepared = json.loads((self.plan_folder(id, number) / "prepared.json").read_bytes())
            return WayReport.model_validate(prepared["report"])
        return None

    def _want(self, id: str, desired: dict[str, Any]) -> None:
        """Write down what is wanted, and wait until the host has said that it knows."""
        revision = time.time_ns()
        write_atomically(self.folder(id) / "desired.json", json.dumps({**desired, "revision": revision}))
        deadline = time.monotonic() + STARTING
        host = self._told()
        pause = 0.001
        while time.monotonic() < deadline:
            reap()
            gone = not alive(host)
            status = self.status(id)
            if status is not None and status.revision >= revision:
                return
            if gone:
                host = self._told()
            time.sleep(pause)
            pause = min(0.01, 1.3 * pause)
        log = self._root / "host.log"
        told = log.read_text(errors="replace").splitlines()[-3:] if log.is_file() else []
        raise EngineError(f"The host of the endpoints did not start. Its log says: {' '.join(told)}")

    def _told(self) -> ProcessRef:
        """Let the host look for what is new, and start one if there is none."""
        host = reconcile.host(self._root)
        if host is None or not reconcile.has_host(self._root):
            return reconcile.start_host(self._root)
        with suppress(ProcessLookupError):
            os.kill(host.pid, signal.SIGHUP)
        return host
