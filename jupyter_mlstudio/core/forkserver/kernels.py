"""The kernel that waits, started and connected, until somebody claims it; then it is theirs and nobody else's."""

import atexit
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, NoReturn, cast

import ipykernel_launcher
from ipykernel import ipkernel, kernelapp
from IPython.core import shellapp
from tornado.ioloop import IOLoop
from traitlets.config import Config

from jupyter_mlstudio.core.forkserver import child
from jupyter_mlstudio.core.forkserver.leaving import leave, new_modules
from jupyter_mlstudio.core.forkserver.preload import Preloaded
from jupyter_mlstudio.core.forkserver.protocol import Message, close, receive, send

PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
LONGEST_WORD = 256
LAST_WORDS = 2.0  # seconds
NOBODY = 1  # as the parent's process: there is none to watch


class IPKernelApp(kernelapp.IPKernelApp):
    """ipykernel's application, which configurations know by this name, without the files that its claimer has."""

    def parse_command_line(self, argv: Any = None) -> None:
        """Take for granted what the arguments of any kernel say; to parse them costs time and memory."""
        self.cli_config = Config({"IPKernelApp": {"connection_file": "kernel.json"}})
        self.update_config(self.cli_config)

    def init_connection_file(self) -> None:
        """Do nothing: the addresses were given, the file is the claimer's."""

    def write_connection_file(self, **_: Any) -> None:
        """Do nothing: the claimer writes it."""


def kernel(server: socket.socket, connection: Message, preloaded: Preloaded) -> None:
    """Start a kernel on the given addresses, say so, and serve whoever the server passes on."""
    child.settle()
    child.end_with_server(True)
    child.name("mlstudio-kernel")
    for module in preloaded.forgotten:
        del sys.modules[module]
    before = dict(os.environ)
    addresses = {name: connection[name] for name in ("transport", "ip", *PORTS)}
    app: Any = IPKernelApp.instance(parent_handle=NOBODY, **addresses)  # half of ipykernel has no types
    app.config.HistoryManager.enabled = False  # there would be one more session, with nothing in it, for each kernel
    if connection.get("key"):
        app.session.key = connection["key"].encode()
    with _blind():
        app.initialize([])
    for configured in (app, app.kernel, app.shell):
        configured.config.pop("HistoryManager", None)
    _ = app.shell.display_formatter.formatters  # made when first used, which is when somebody waits
    app.kernel._kernel_modules[:] = preloaded.of_kernels
    app.shell._sys_modules_keys = preloaded.usual
    atexit.register(_let_control_finish, app)
    own = {name: value for name, value in os.environ.items() if before.get(name) != value}
    waiting = Waiting(app, server, preloaded, {**preloaded.variables, **own})
    IOLoop.current().add_callback(waiting.begin)
    last = next(reversed(sys.modules))
    app.start()
    leave([app.shell.user_ns, app.shell.user_module.__dict__, *new_modules(last)])


class _FewModules:
    """Python's `sys` for ipykernel while it starts."""

    modules: ClassVar[dict[str, object]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


@contextmanager
def _blind() -> Iterator[None]:
    """Keep ipykernel from looking at each of thousands of modules, of which this process would then own a copy."""
    for module in (ipkernel, shellapp):
        vars(module)["sys"] = _FewModules()
    try:
        yield
    finally:
        for module in (ipkernel, shellapp):
            vars(module)["sys"] = sys


def _let_control_finish(app: IPKernelApp) -> None:
    # ipykernel stops the thread that publishes while the control thread may still want to, and then waits for that
    app.control_thread.stop()
    app.control_thread.join(LAST_WORDS)


class Waiting:
    """Lies in wait on the kernel's control thread, which is there even while a cell runs."""

    def __init__(self, app: IPKernelApp, server: socket.socket, preloaded: Preloaded, own: dict[str, str]) -> None:
        self._app, self._server, self._preloaded, self._own = app, server, preloaded, own
        self._loop = app.control_thread.io_loop

    def begin(self) -> None:
        """Tell the fork server that the kernel is ready, and listen."""
        try:
            send(self._server, self._connection())
        except OSError:  # it has ended while this kernel started
            self._end()
        child.end_with_server(False)  # from here on that is the control thread's
        self._loop.add_callback(self._listen)

    def _listen(self) -> None:
        child.end_with_server(True)
        self._loop.add_handler(self._server.fileno(), self._asked, self._loop.READ)

    def _asked(self, *_: Any) -> None:
        child.end_with_server(False)
        self._loop.remove_handler(self._server.fileno())
        try:
            asked, files = receive(self._server)
            self._server.close()
            with socket.socket(fileno=files[0]) as asker:
                self._answer(asker, asked, files[1:])
        except Exception:  # whatever it was, nobody has this kernel, and nobody else would ever end it
            self._end()

    def _answer(self, asker: socket.socket, asked: Message, files: list[int]) -> None:
        try:
            self._serve(asked, files)
        except Exception as error:
            with suppress(OSError):
                send(asker, {"refused": str(error)})
            raise
        mine = os.pidfd_open(os.getpid())
        send(asker, {"pid": os.getpid(), "connection": self._connection()}, [mine])
        close([mine])

    def _serve(self, asked: Message, files: list[int]) -> None:
        child.take_over(asked, {})
        self._preloaded.forget_edited()
        variables = asked["environment"]
        own = {name: value for name, value in self._own.items() if name != "MPLBACKEND" or not variables.get(name)}
        os.environ.update(own)
        app, shell = self._app, cast("Any", self._app.shell)
        file = asked["connection_file"]
        app.connection_file = app.config.IPKernelApp.connection_file = file
        sys.argv = [str(ipykernel_launcher.__file__), "-f", file]
        sys.orig_argv = [sys.executable, "-m", "ipykernel_launcher", "-f", file]
        shell.starting_dir = str(Path.cwd())
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        if variables.get("JPY_SESSION_NAME"):
            shell.user_ns["__session__"] = variables["JPY_SESSION_NAME"]
        os.dup2(files[0], sys.stdout._original_stdstream_copy)  # type: ignore[union-attr]
        os.dup2(files[1], sys.stderr._original_stdstream_copy)  # type: ignore[union-attr]
        close(files[:2])
        if asked["leased"]:
            Lease(app, files[2])

    def _connection(self) -> Message:
        app = self._app
        key = {"key": app.session.key.decode(), "signature_scheme": app.session.signature_scheme}
        return {"transport": app.transport, "ip": app.ip, **{port: getattr(app, port) for port in PORTS}, **key}

    def _end(self) -> NoReturn:
        end(self._app)


class Lease:
    """Watches the end of a pipe whose other end its owner holds: when the owner is gone, so is the kernel."""

    def __init__(self, app: IPKernelApp, pipe: int) -> None:
        self._app, self._pipe, self._loop, self._afterlife = app, pipe, app.control_thread.io_loop, 0.0
        os.set_blocking(pipe, False)
        self._loop.add_handler(pipe, self._heard, self._loop.READ)

    def _heard(self, *_: Any) -> None:
        with suppress(BlockingIOError):
            word = os.read(self._pipe, LONGEST_WORD)
            if word:
                self._afterlife = float(word.split()[-1])
                return
            self._loop.remove_handler(self._pipe)
            self._loop.call_later(self._afterlife, end, self._app)


def end(app: IPKernelApp) -> NoReturn:
    """End the kernel and all that it has started in its session, at once."""
    if app.transport == "ipc":
        for port in PORTS:
            Path(f"{app.ip}-{getattr(app, port)}").unlink(missing_ok=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)
