"""The kernel provisioner that papermill, nbclient and JupyterLab use unchanged: takes a warm kernel, or starts one."""

import asyncio
import os
import select
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo, port_names
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from jupyter_mlstudio.core.forkserver.address import Address, address
from jupyter_mlstudio.core.forkserver.asking import connected
from jupyter_mlstudio.core.forkserver.client import ask, warm_up
from jupyter_mlstudio.core.forkserver.fitness import fits, is_plain
from jupyter_mlstudio.core.forkserver.protocol import KERNEL, Message, close, receive, send, surroundings


class WarmProcess:
    """A kernel that is not a child of this process, with the face of a `Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int, lease: int | None, server: Address) -> None:
        self.pid, self.returncode = pid, cast("int | None", None)
        self._handle, self._lease, self._server = handle, lease, server

    def poll(self) -> int | None:
        """Return the exit code, or None while it lives."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            answer = ask({"verb": "ending", "pid": self.pid}, self._server) or {}
            code = answer.get("code")
            self.returncode = code if isinstance(code, int) else UNKNOWN
            self._close()
        return self.returncode

    async def ended(self) -> None:
        """Wait for its end without asking over and over."""
        if self.poll() is None:
            await _readable(self._handle)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, block meanwhile."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._handle], [], [], left)[0]:
                raise TimeoutError("The kernel still runs.")
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal; an ended one does not mind."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def outlive(self, seconds: float) -> None:
        """Let it live on for so long when this process has ended."""
        if self._lease is not None:
            os.write(self._lease, f" {seconds}".encode())

    def _close(self) -> None:
        close([file for file in (self._handle, self._lease) if file is not None])
        self._handle, self._lease = -1, None


class WarmProvisioner(LocalProvisioner):
    """Claims a kernel of the fork server; on any doubt starts one as `LocalProvisioner` does."""

    process: Any  # a Popen, or what looks like one
    warm = False
    _launched = False

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Take a warm kernel, or start one; a restarted kernel keeps its addresses."""
        self.warm = False
        with suppress(OSError, asyncio.TimeoutError):
            if self._may_be_warm(cmd, kwargs):
                await self._claim(cmd[-1], kwargs)
        if not self.warm:
            if isinstance(self.process, WarmProcess):
                self.process.kill()
            with suppress(OSError):
                warm_up()
            self.connection_info = await super().launch_kernel(cmd, **kwargs)
        self._launched = True
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        if isinstance(self.process, WarmProcess):
            await self.process.ended()
        return await super().wait()

    def outlive(self, seconds: float) -> bool:
        """Let a warm kernel live on for so long after this process; tell whether it is one."""
        if isinstance(self.process, WarmProcess):
            self.process.outlive(seconds)
        return self.warm

    def _may_be_warm(self, cmd: list[str], options: dict[str, Any]) -> bool:
        manager = self.parent
        encrypted = manager is None or getattr(manager, "transport_encryption", "disabled") != "disabled"
        return not encrypted and is_plain(cmd, options) and fits(options.get("env") or os.environ)

    async def _claim(self, file: str, options: dict[str, Any]) -> None:
        environment = dict(options.get("env") or os.environ)
        here = address(environment)
        leased = not options.get("independent")
        environment.pop("JPY_PARENT_PID", None)
        if leased:
            environment["JPY_PARENT_PID"] = str(os.getpid())  # as the ordinary way tells a kernel
        if here is None:
            return
        asked = {"verb": "kernel", "connection_file": file, "leased": leased, "connection": self._kept()}
        asked.update(surroundings(environment, _text(options.get("cwd"))))
        with connected(here) as connection:
            lease = os.pipe2(os.O_CLOEXEC) if leased else (-1, -1)
            try:
                answer, handle = await _ask(connection, asked, [*_streams(options), *lease[:1] * leased])
                self.process = WarmProcess(answer["pid"], handle, lease[1] if leased else None, here)
            except BaseException:
                close([lease[1]] * leased)
                raise
            finally:
                close([lease[0]] * leased)
        self._note(answer, options, environment.get("JPY_SESSION_NAME", ""))

    def _note(self, answer: Message, options: dict[str, Any], session: str) -> None:
        info = answer["connection"]
        self.connection_info = cast("KernelConnectionInfo", {**info, "key": info["key"].encode()})
        self.pid = self.pgid = answer["pid"]
        self.cwd = options.get("cwd") or Path.cwd()
        self.warm = True
        if not self._launched:  # the manager would write the file anew too, but without the session's name
            manager: Any = self.parent
            manager.cleanup_connection_file()
            for port in port_names:
                setattr(manager, port, 0)
            manager.load_connection_info(self.connection_info)
            manager.write_connection_file(jupyter_session=session)

    def _kept(self) -> Message | None:
        """Return the addresses that clients know already, if this is a restart."""
        if not self._launched:
            return None
        info = self.connection_info
        key = info["key"].decode() if isinstance(info["key"], bytes) else info["key"]
        return {**info, "key": key}


async def _ask(connection: socket.socket, asked: Message, files: list[int]) -> tuple[Message, int]:
    send(connection, asked, files)
    await asyncio.wait_for(_readable(connection.fileno()), KERNEL)
    answer, handles = receive(connection)
    if "pid" not in answer or len(handles) != 1:
        close(handles)
        raise ConnectionAbortedError(answer.get("refused", "The fork server has no kernel."))
    return answer, handles[0]


async def _readable(file: int) -> None:
    loop = asyncio.get_running_loop()
    heard = loop.create_future()
    loop.add_reader(file, lambda: None if heard.done() else heard.set_result(None))
    try:
        await heard
    finally:
        loop.remove_reader(file)


def _streams(options: dict[str, Any]) -> list[int]:
    files = []
    for name, usual in (("stdout", 1), ("stderr", 2)):
        stream = options.get(name)
        files.append(usual if stream is None else stream if isinstance(stream, int) else stream.fileno())
    return files


def _text(folder: Any) -> str | None:
    return None if folder is None else os.fspath(folder)


UNKNOWN = 1  # the exit code of a kernel whose fork server has ended too
