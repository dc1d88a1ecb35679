"""What a process does first after it was forked, to be like one that was started by whoever asked for it."""

import ctypes
import importlib
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from jupyter_mlstudio.core.forkserver.leaving import leave
from jupyter_mlstudio.core.forkserver.preload import Preloaded
from jupyter_mlstudio.core.forkserver.protocol import ANSWER, GO, Message, send

LOG = logging.getLogger("jupyter_mlstudio.core.forkserver")  # the fork server's own
PARENT_DEATH_SIGNAL = 1  # as Linux numbers it among what a process can set for itself


def settle() -> None:
    """Become a process of its own: its session, its signals, its random numbers, nobody's temporary folder."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    tempfile.tempdir = None
    LOG.handlers.clear()
    if "numpy" in sys.modules:  # Python's own generator does this itself
        import numpy as np

        np.random.seed()  # the generator that notebooks use without naming it


def name(title: str) -> None:
    """Give the process a name for `ps` and the like; 15 characters at most."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(title)


def end_with_server(together: bool) -> None:
    """Let the system kill this process when the fork server ends, or no longer; each thread decides for itself."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL if together else 0, 0, 0, 0)


def take_over(asked: Message, variables: Mapping[str, str]) -> None:
    """Take over the environment, folder, umask and limits of whoever asked; imports have set `variables` before.

    Raises:
        OSError: The folder is not there.
    """
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update({**variables, **asked["environment"]})
    os.umask(asked["umask"])
    for kind, (soft, hard) in asked["limits"].items():
        if resource.getrlimit(int(kind)) != (soft, hard):
            with suppress(ValueError, OSError):  # a limit that only the system's owner may raise
                resource.setrlimit(int(kind), (soft, hard))


def run(asked: Message, connection: socket.socket, files: Sequence[int], preloaded: Preloaded) -> None:
    """Run a module's `main` as `python -m` would, once the asking side has heard that this process lives.

    The first file is its log; it is told the numbers of the others at the end of its arguments.
    """
    settle()
    log, *given = files
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    take_over(asked, preloaded.variables)
    name("mlstudio-run")
    if not _wanted(connection):
        return
    preloaded.forget_edited()
    sys.path.insert(0, str(Path.cwd()))
    module = importlib.import_module(asked["module"])
    arguments = [*asked["arguments"], *map(str, given)]
    sys.argv = [str(module.__file__), *arguments]
    sys.orig_argv = [sys.executable, "-m", asked["module"], *arguments]
    sys.modules["__main__"] = module
    module.main()
    leave()


def _wanted(connection: socket.socket) -> bool:
    # whoever asked may have lost patience and started it the ordinary way: without a word it must not run twice
    with connection, suppress(OSError):
        connection.settimeout(ANSWER)
        send(connection, {"pid": os.getpid()})
        return connection.recv(len(GO)) == GO
    return False
