"""Asks the fork server of this environment; whenever that is not possible at once, says so instead of waiting."""

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from jupyter_mlstudio.core.forkserver import asking
from jupyter_mlstudio.core.forkserver.address import Address, address
from jupyter_mlstudio.core.forkserver.asking import connected, forked
from jupyter_mlstudio.core.forkserver.protocol import ANSWER, Message, receive, send
from jupyter_mlstudio.core.forkserver.types import ForkserverStatus
from jupyter_mlstudio.core.processes import ProcessRef, process_ref, start_detached


def start(
    module: str,
    arguments: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    *,
    warm: bool = True,
    base: Mapping[str, str] | None = None,
    files: Sequence[int] = (),
) -> ProcessRef:
    """Start `python -m module` detached, as `start_detached` does, but forked from the fork server if one is up.

    `environment` is added to `base`, or to this process's own. The process finds copies of the open `files` under the
    numbers that are added to its arguments. Where there is no fork server yet, one is started for the next time.
    """
    if warm:
        variables = {**(os.environ if base is None else base), **environment}
        started = _forked(module, arguments, log, variables, files)
        if started is not None:
            return started
        warm_up()
    return start_detached(module, arguments, log, environment, base=base, files=files)


def warm_up() -> None:
    """Start the fork server in the background, if it is not up and can be; return at once."""
    asking.warm_up(os.environ)


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


def _forked(
    module: str, arguments: Sequence[str], log: Path, variables: Mapping[str, str], files: Sequence[int]
) -> ProcessRef | None:
    with suppress(OSError), forked(module, arguments, log, variables, files) as pid:
        return None if pid is None else process_ref(pid)  # it lives until it hears that we know
    return None
