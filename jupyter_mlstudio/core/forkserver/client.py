"""Asks the fork server of this environment; whenever that is not possible at once, says so instead of waiting."""

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from jupyter_mlstudio.core.forkserver.address import Address, address, own_environment
from jupyter_mlstudio.core.forkserver.protocol import ANSWER, GO, Message, peer, receive, send, surroundings
from jupyter_mlstudio.core.forkserver.types import ForkserverStatus
from jupyter_mlstudio.core.processes import ProcessRef, process_ref, start_detached

SERVER = "jupyter_mlstudio.core.forkserver.server"
RETRY = 600.0  # seconds after which a fork server that could not serve here is tried again


def start(
    module: str,
    arguments: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    *,
    warm: bool = True,
    base: Mapping[str, str] | None = None,
) -> ProcessRef:
    """Start `python -m module` detached, as `start_detached` does, but forked from the fork server if one is up.

    `environment` is added to `base`, or to this process's own. Where there is no fork server yet, one is started for
    the next time.
    """
    if warm:
        with suppress(OSError):
            started = _forked(module, arguments, log, {**(os.environ if base is None else base), **environment})
            if started is not None:
                return started
        warm_up()
    return start_detached(module, arguments, log, environment, base=base)


def warm_up() -> None:
    """Start the fork server in the background, if it is not up and can be; return at once."""
    here = address(os.environ)
    if here is None or (here.socket.exists() and _reachable(here)) or _given_up(here):
        return
    here.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _somebody_holds(here.lock):
        return
    _reap()
    with here.log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
        files = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), 0)]
        files += [(os.POSIX_SPAWN_DUP2, log.fileno(), number) for number in (1, 2)]
        _children.append(
            os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", SERVER, str(here.folder)],
                own_environment(os.environ),
                file_actions=files,
                setsid=True,
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
            )
        )


def wait_until_warm(timeout: float) -> bool:
    """Start the fork server if need be, wait for it, and tell whether it is up."""
    warm_up()
    deadline = time.monotonic() + timeout
    while (up := status()) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return up is not None


def status() -> ForkserverStatus | None:
    """Return how the fork server of this environment does, or None if there is none."""
    answer = ask({"verb": "status"})
    return None if answer is None else ForkserverStatus.model_validate(answer)


def stop() -> None:
    """End the fork server; what it has forked for somebody lives on."""
    answer = ask({"verb": "stop"})
    server = None if answer is None else process_ref(answer["pid"])
    deadline = time.monotonic() + ANSWER
    while server is not None and process_ref(server.pid) == server and time.monotonic() < deadline:
        time.sleep(0.01)


def ask(message: Message, where: Address | None = None) -> Message | None:
    """Send a message that has a short answer, and return that, or None if there is no fork server."""
    here = where or address(os.environ)
    with suppress(OSError):
        if here is not None:
            with connected(here) as connection:
                send(connection, message)
                return receive(connection)[0]
    return None


def connected(here: Address) -> socket.socket:
    """Connect to a fork server.

    Raises:
        OSError: There is none, or it is not the user's own.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(ANSWER)
        connection.connect(str(here.socket))
        _check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _forked(module: str, arguments: Sequence[str], log: Path, variables: dict[str, str]) -> ProcessRef | None:
    variables.pop("JPY_PARENT_PID", None)
    here = address(variables)
    if here is None:
        return None
    with connected(here) as connection:
        log.parent.mkdir(parents=True, exist_ok=True)
        asked = {"verb": "run", "module": module, "arguments": list(arguments), **surroundings(variables, None)}
        with log.open("ab") as output:
            send(connection, asked, [output.fileno()])
        answer, _ = receive(connection)
        if "pid" not in answer:
            return None
        started = process_ref(answer["pid"])
        connection.send(GO)
        return started


def _check(connection: socket.socket) -> None:
    if peer(connection)[1] != os.getuid():
        raise PermissionError("The fork server belongs to somebody else.")


def _reap() -> None:
    for child in list(_children):
        with suppress(ChildProcessError):
            if os.waitpid(child, os.WNOHANG) == (0, 0):
                continue
        _children.remove(child)


def _reachable(here: Address) -> bool:
    with suppress(OSError), connected(here):
        return True
    return False


def _given_up(here: Address) -> bool:
    with suppress(OSError):
        return time.time() - here.failed.stat().st_mtime < RETRY
    return False


def _somebody_holds(lock: Path) -> bool:
    with suppress(OSError), lock.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


_children: list[int] = []
