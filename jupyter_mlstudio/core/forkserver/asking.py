"""How a process asks for a fork: with the standard library alone, for those that must stay small."""

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_mlstudio.core.forkserver.address import Address, address, own_environment
from jupyter_mlstudio.core.forkserver.protocol import ANSWER, GO, Message, peer, receive, send, surroundings

SERVER = "jupyter_mlstudio.core.forkserver.server"
RETRY = 600.0  # seconds after which a fork server that could not serve here is tried again


@contextmanager
def forked(
    module: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str], files: Sequence[int] = ()
) -> Iterator[int | None]:
    """Let the fork server of an environment run a module's `main`, which begins when the block ends.

    The process finds copies of `files` under the numbers that are added to its arguments.

    Yields:
        Its pid, or None if there is no fork server that can.

    Raises:
        OSError: There is none, or it does not answer.
    """
    variables = {name: value for name, value in environment.items() if name != "JPY_PARENT_PID"}
    here = address(variables)
    if here is None:
        yield None
        return
    with connected(here) as connection:
        log.parent.mkdir(parents=True, exist_ok=True)
        asked = {"verb": "run", "module": module, "arguments": list(arguments), **surroundings(variables, None)}
        with log.open("ab") as output:
            send(connection, asked, [output.fileno(), *files])
        answer, _ = receive(connection)
        yield answer.get("pid")
        if "pid" in answer:
            connection.send(GO)


def warm_up(environment: Mapping[str, str]) -> None:
    """Start the fork server of an environment in the background, if it is not up and can be; return at once."""
    here = address(environment)
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
                own_environment(environment),
                file_actions=files,
                setsid=True,
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
            )
        )


def keep_warm(environment: Mapping[str, str]) -> None:
    """Let the fork server of an environment know that it is needed, or start it; return at once."""
    if _asked(environment, {"verb": "status"}) is None:
        warm_up(environment)


def ending(environment: Mapping[str, str], pid: int) -> int | None:
    """Return the exit code of a process that the fork server has forked; None if it knows none."""
    answer = _asked(environment, {"verb": "ending", "pid": pid})
    return None if answer is None else answer["code"]


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


def _asked(environment: Mapping[str, str], message: Message) -> Message | None:
    here = address(environment)
    with suppress(OSError):
        if here is not None:
            with connected(here) as connection:
                send(connection, message)
                return receive(connection)[0]
    return None


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
