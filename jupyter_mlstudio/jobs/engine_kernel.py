"""The kernel of a job: claimed warm or started the ordinary way, ready as soon as it says so, and ended for certain."""

import asyncio
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import Empty
from typing import Any, Literal

import psutil
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir
from nbclient.exceptions import DeadKernelError

from jupyter_mlstudio.core.forkserver import use_warm
from jupyter_mlstudio.core.processes import ProcessRef, process_ref
from jupyter_mlstudio.core.types import new_id

ASK_AGAIN = 0.06  # seconds until a kernel that has not answered is asked once more
QUIET = 2.0  # seconds after an answer in which a kernel may also tell its state, which not every kernel does
GRACE = 4.0  # seconds that an interrupted kernel has to end its cell before it is killed
LOOK = 0.005  # seconds between looks whether a kernel has ended
GOODBYE = 10.0  # seconds that a kernel has to run its exit handlers
SOCKET_FOLDER = 64  # characters of a folder's name that leave room for a socket's, of 107 at most

log = logging.getLogger(__name__)


class JobKernel:
    """One kernel and the client that talks to it; it belongs to one job and is never used for another."""

    def __init__(self, name: str, *, warm: bool) -> None:
        self.manager: Any = AsyncKernelManager(kernel_name=name)
        self.client: Any = None  # jupyter_client's methods are made at run time, so their types say little
        self.start: Literal["warm", "clean"] = "clean"
        self._warm, self._ending = warm, False
        self._process: psutil.Process | None = None

    async def begin(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Start it in a folder with these environment variables, and return before it is ready."""
        variables = {**os.environ, **environment}
        _use_sockets(self.manager)
        if self._warm:
            use_warm(self.manager)
        await self.manager.start_kernel(cwd=str(folder), env=variables)
        self.start = "warm" if getattr(self.manager.provisioner, "warm", False) else "clean"

    async def ready(self, seconds: float) -> Mapping[str, Any]:
        """Wait until it answers and its messages arrive; return what it says about its language.

        Raises:
            DeadKernelError: It ended, or did not answer in time.
        """
        self.manager.session.unpack = _unpacked
        client: AsyncKernelClient = self.manager.client()
        self.client = client
        client.start_channels(stdin=False, hb=False)
        client.allow_stdin = False
        answer, asked = None, set[str]()
        deadline, quiet = time.monotonic() + seconds, float("inf")
        while time.monotonic() < min(deadline, quiet):
            asked.add(client.kernel_info())
            heard = await self._heard(asked)
            if answer is None and (answer := await _reply(client, asked, wait=heard)) is not None:
                quiet = time.monotonic() + QUIET
            if answer is not None and heard:
                break
            if self._ending or not await self.manager.is_alive():
                raise DeadKernelError("The kernel ended before it was ready.")
        if answer is None:
            raise DeadKernelError(f"The kernel did not answer in {seconds:.0f} seconds.")
        return dict(answer["content"].get("language_info", {}))

    async def _heard(self, asked: set[str]) -> bool:
        """Tell whether its news arrive: only then can no output be missed."""
        deadline = time.monotonic() + ASK_AGAIN
        while (left := deadline - time.monotonic()) > 0:
            with suppress(Empty):
                message = await self.client.get_iopub_msg(timeout=left)
                state = message["content"].get("execution_state")
                if state == "idle" and message["parent_header"].get("msg_id") in asked:
                    return True
        return False

    async def answers(self, seconds: float) -> bool:
        """Tell whether it is alive and idle enough to take another cell."""
        deadline = time.monotonic() + seconds
        asked = {self.client.kernel_info()}
        while time.monotonic() < deadline and await self.manager.is_alive():
            if await _reply(self.client, asked, wait=True) is not None:
                return True
        return False

    @property
    def ref(self) -> ProcessRef | None:
        """Its process, if it has one here."""
        return None if self._pid is None else process_ref(self._pid)

    @property
    def language(self) -> str:
        """The language that its kernelspec names."""
        return str(self.manager.kernel_spec.language)

    @property
    def connection_file(self) -> Path:
        """What others need to talk to it."""
        return Path(self.manager.connection_file)

    def memory(self) -> int | None:
        """Return the bytes that it occupies."""
        with suppress(psutil.Error):
            if self._process is None and self._pid is not None:
                self._process = psutil.Process(self._pid)
            return None if self._process is None else int(self._process.memory_info().rss)
        return None

    def interrupt(self) -> None:
        """Interrupt its cell; a while later it is asked to end, then made to, unless the cell has ended before."""
        if not self._ending:
            self._ending = True
            loop = asyncio.get_running_loop()
            self._later = [
                loop.call_later(GRACE / 2, self._signal, signal.SIGTERM),
                loop.call_later(GRACE, self._signal, signal.SIGKILL),
            ]
            self._interruption = asyncio.ensure_future(self._interrupt())

    def calm(self) -> None:
        """Take back what an interrupt would still do: the cell has ended."""
        if self._ending:
            self._ending = False
            for each in self._later:
                each.cancel()

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        self._ending = True
        self._signal(signal.SIGKILL)

    async def alive(self) -> bool:
        """Tell whether it still runs."""
        return bool(self.manager.has_kernel and await self.manager.is_alive())

    async def end(self) -> None:
        """Let it run its exit handlers, then end it with what is left of its session."""
        pid = self._pid
        try:
            if self.client is not None:
                self.client.stop_channels()
            if await self.alive():
                # as `shutdown_kernel` does, which looks only ten times a second whether it has ended
                await self._interrupt()
                await self.manager.request_shutdown()
                await self.manager.finish_shutdown(waittime=GOODBYE, pollinterval=LOOK)
        finally:
            if pid is not None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
            await self.manager.cleanup_resources()

    async def _interrupt(self) -> None:
        with suppress(RuntimeError):  # it has no process any more
            await self.manager.interrupt_kernel()

    def _signal(self, number: signal.Signals) -> None:
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._pid, number)

    @property
    def _pid(self) -> int | None:
        pid = getattr(self.manager.provisioner, "pid", None)
        return pid if isinstance(pid, int) and pid > 0 else None


async def _reply(client: AsyncKernelClient, asked: set[str], *, wait: bool) -> Any:
    with suppress(Empty):
        while True:
            message = await client.get_shell_msg(timeout=ASK_AGAIN if wait else 0)
            if message["parent_header"].get("msg_id") in asked:
                return message
    return None


def _unpacked(content: bytes) -> Any:
    """Return a part of a message; the dates of headers are read here, as the client would take ten times as long."""
    part = json.loads(content.decode(errors="replace"))
    if isinstance(part, dict) and "msg_id" in part and isinstance(part.get("date"), str):
        with suppress(ValueError):
            date = datetime.fromisoformat(part["date"])
            part["date"] = part["date"] if date.tzinfo is None else date
    return part


def _use_sockets(manager: Any) -> None:
    """Use files in a folder of the user's own: unlike ports, nobody else can take them or listen."""
    folder = Path(jupyter_runtime_dir())
    if manager.ipykernel and sys.platform != "win32" and len(str(folder)) < SOCKET_FOLDER:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        manager.transport, manager.ip = "ipc", str(folder / f"job-{new_id()}")
